/* What runs in the builder: constant texts, which get everything else as arguments. */
import { sandboxUserId } from '../../sandbox/sandbox.ts';

/** Where the volume is in the builder, and what is in it. */
export const buildFolder = '/build';
export const projectFolder = `${buildFolder}/project`;
const foldersFolder = `${buildFolder}/folders`;
/** Where the user's own projects lie in the builder's image. */
export const foldersInImage = '/opt/folders';
/** Where packages are in an image. */
export const packagesFolder = '/opt/packages';

/** The command of a script with its arguments. */
export function shell(script: string, ...args: readonly string[]): string[] {
  return ['/bin/sh', '-c', script, 'sh', ...args];
}

/** Gives a base image git and curl, and the folder that the volume takes its owner from. */
export const prepareTools = `set -eu
if ! command -v git > /dev/null || ! command -v curl > /dev/null; then
  command -v apt-get > /dev/null || { echo 'The base image has no git and curl, and no apt-get to install them.' >&2; exit 1; }
  apt-get update
  DEBIAN_FRONTEND=noninteractive apt-get install -y --no-install-recommends git curl ca-certificates
  rm -rf /var/lib/apt/lists/*
fi
mkdir -p ${buildFolder}
chown ${sandboxUserId}:${sandboxUserId} ${buildFolder}`;

/** Names the tags of a repository that are called as releases of Lean are. Arguments: the address. */
export const listTags = `exec git ls-remote --tags --refs -- "$1" 'v4.*'`;

/**
 * Looks at a repository. Arguments: its address, then revisions of which the first that is there is taken. Prints `revision`
 * and the commit, then each file that tells about the package, by its name and in base64.
 */
export const look = `set -eu
url=$1; shift
folder=${buildFolder}/look; rm -rf "$folder"; mkdir -p "$folder"; cd "$folder"
git init -q .
while :; do
  wanted=$1; shift
  git fetch -q --depth 1 --no-tags -- "$url" "$wanted" 2> said && break
  if [ $# -eq 0 ] || ! grep -q "couldn't find remote ref" said; then cat said >&2; exit 1; fi
done
echo "wanted $wanted"
echo "revision $(git rev-parse 'FETCH_HEAD^{commit}')"
for file in lakefile.toml lakefile.lean lake-manifest.json lean-toolchain; do
  if git cat-file -e "FETCH_HEAD:$file" 2> /dev/null; then
    echo "$file $(git show "FETCH_HEAD:$file" | head -c 262144 | base64 -w 0)"
  fi
done
cd /; rm -rf "$folder"`;

/**
 * Writes the project. Arguments: lakefile.toml, lean-toolchain. What an earlier build has resolved is kept when the project is
 * the same; packages of which a clone was broken off are removed, as Lake takes them for whole ones.
 */
export const writeProject = `set -eu
mkdir -p ${projectFolder} ${buildFolder}/home; cd ${projectFolder}
printf '%s' "$1" > lakefile.new
cmp -s lakefile.new lakefile.toml || rm -f lake-manifest.json
mv lakefile.new lakefile.toml
printf '%s\\n' "$2" > lean-toolchain
mkdir -p ${foldersFolder}
for folder in ${foldersInImage}/*/; do
  [ -d "$folder" ] || continue
  name=$(basename "$folder")
  mkdir -p "${foldersFolder}/$name"
  find "${foldersFolder}/$name" -mindepth 1 -maxdepth 1 ! -name .lake -exec rm -rf {} +
  cp -r "$folder." "${foldersFolder}/$name/"
done
for package in .lake/packages/*/; do
  [ -d "$package" ] || continue
  git -C "$package" rev-parse -q --verify 'HEAD^{commit}' > /dev/null 2>&1 || rm -rf "$package"
done`;

/** Resolves and fetches the packages, unless that was done before, and prints what was resolved. */
export const resolvePackages = `set -eu
[ -f lake-manifest.json ] || lake update --keep-toolchain --verbose >&2
cat lake-manifest.json`;

/**
 * Puts what was compiled into the file system of its container. Arguments: for each package its name and its folder in the
 * volume, which is at /mnt. Prints for each its `size` in bytes, and the modules that are its `root`s.
 */
export const collect = `set -eu
umask 022
while [ $# -gt 0 ]; do
  name=$1 from=/mnt/$2/.lake/build/lib to=${packagesFolder}/$1/lib; shift 2
  [ -d "$from" ] || continue
  mkdir -p "$to/lean"
  modules=lean; [ -d "$from/lean" ] || modules=.
  (cd "$from/$modules" && find . -type f '(' -name '*.olean' -o -name '*.olean.private' -o -name '*.olean.server' \\
    -o -name '*.ilean' -o -name '*.ir' ')' -exec cp --parents -t "$to/lean" -- {} +)
  (cd "$from" && find . -maxdepth 1 -type f -name '*.so' -exec cp -t "$to" -- {} +)
  [ -n "$(find "$to" -type f -print -quit)" ] || continue
  echo "size $name $(du -sb "$to" | cut -f 1)"
  for root in "$to/lean"/*.olean; do [ -e "$root" ] && echo "root $name $(basename "$root" .olean)"; done
done
true`;
