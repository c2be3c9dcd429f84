/* What to do when there is no image to work with, or none can be made. */
import { failuresOf } from './failure.ts';

export const imageMissing = failuresOf('image-missing', {
  notBuilt: 'Build it with `lean-docker-mcp image build`.',
  removedMeanwhile: ({ command }: { command: string }) => `The next call builds it, or build it with \`${command}\`.`,
  notAtWorker: 'Build it with `lean-docker-mcp image build`, or load the one that the other workers have.',
  noneOfThatName: '`lean-docker-mcp image list` shows those that there are.',
});

export const imageUnusable = failuresOf('image-unusable', {
  projectSandboxNotReady: 'Try again; if it stays so, run `lean-docker-mcp doctor`, and build the image anew.',
  notOurs: ({ image }: { image: string }) => `If you mean it: \`docker image rm ${image}\`.`,
  labelsUnusable: 'Build it anew with `lean-docker-mcp image build`, or configure another with `docker.image`.',
  noOtherKernels:
    'Build it with `lean-docker-mcp image build --checkers`, from a toolchain that brings them (Lean 4.35 and later does), or leave kernels out.',
  cannotVerify:
    'Build it anew with `lean-docker-mcp image build`, with a newer Lean if need be; `lean-docker-mcp doctor` says more.',
});

export const imageBuildFailed = failuresOf('image-build-failed', {
  imageGone: 'Try again; when it stays so, see what removes images on the engine meanwhile.',
  languageServerUnusable:
    'Take a complete toolchain of Lean 4 (`lean --server` has to work), or give its sandboxes more memory.',
  programDoesNotRun: 'Take a base image with /usr/bin/perl, which starts programs; Debian’s images have it.',
  packagesNotImported:
    'Nothing was changed. Look at what Lean says; another revision of the packages (`--with PACKAGE@REVISION`), or more memory for the engine may help.',
  manifestUnusable: 'Take another version of Lean (`--lean-version`), or other packages.',
  builtElsewhere: ({ container }: { container: string }) => `Wait for it, or end it: \`docker rm -f ${container}\`.`,
  noLakePackage: 'Name another revision, `--with PACKAGE@REVISION`, or another repository.',
  otherLeanNeeded: ({ leanVersion, release }: { leanVersion: string; release: string }) =>
    `Add \`--lean-version ${leanVersion}\`, or name the release of Mathlib that fits: \`--with mathlib@v${release}\`.`,
  nothingCompiled: 'A package needs a library among its default targets; look at its lakefile.',
  buildStepFailed:
    'With a base image of your own, look at it first: it needs sh, grep, find, chmod, chown and mkdir, and perl at run time.',
  baseWithVolumes: 'Take a base image without VOLUME: `--base debian:bookworm-slim`.',
  baseNotForLinux: 'Take one for Linux: `--base debian:bookworm-slim`.',
  baseNotPulled: ({ base }: { base: string }) =>
    `Try \`docker pull ${base}\`, or build on an image that is there (\`docker images\`): \`--base NAME\`.`,
  jailProbeFailed: 'The base image needs glibc, sh and /usr/bin/perl, as debian:bookworm-slim has them (`--base`).',
  leanDoesNotStart: ({ missing }: { missing: string | undefined }) =>
    missing === undefined
      ? 'Lean needs a base image with glibc, such as debian:bookworm-slim (`--base`); Alpine and other musl images do not do.'
      : `The base image lacks ${missing}: build one that has it, and name it with \`--base\`.`,
  diskFull:
    'Make room: `docker system df` shows what is used, `docker system prune` removes what nothing needs. Mathlib takes about 20 GB while it is built, and 6 GB afterwards.',
  noNetwork:
    'The builder needs the internet: look at HTTPS_PROXY and `--network` (`docker network ls`; `host` is the network of the engine’s machine).',
  noRevision:
    'Name one that is there, `--with PACKAGE@REVISION`; Mathlib has a tag for every release of Lean, such as v4.27.0.',
  noRepository: 'Look at the address. Of one that is not public, name a copy on this machine: `--with ./folder`.',
  notInCache:
    'Take a release, `--with mathlib@v4.27.0` with `--lean-version 4.27.0`; or `--compile`, which compiles Mathlib here and takes hours.',
  connectionBroke: 'Run the same command again: it goes on with what has arrived.',
  doesNotCompile:
    'Look at what Lean says. A package may want another version of Lean (`--lean-version`) or have another revision that fits (`--with PACKAGE@REVISION`).',
  otherLeanWanted: 'Name the version that they want with `--lean-version`.',
  outOfMemory:
    'Give the Docker engine more memory (Docker Desktop: Settings, Resources), or end other programs, and run the same command again: it goes on with what is compiled.',
  stepEnded: 'Run the same command again: it goes on with what is done.',
});

export const toolchainNotFound = failuresOf('toolchain-not-found', {
  folderUnreadable: 'Let this user read it, or name another with `--toolchain-dir`.',
  noLake: 'Name a complete toolchain with `--toolchain-dir`, or leave it out: one is taken from elan or downloaded.',
  noKernels: 'Leave `--checkers` out, or take Lean 4.35 or later, which brings them.',
  linkLeadsOut: 'Put a copy in its place (`cp -L`); an image cannot hold files from elsewhere.',
  folderUnusable:
    '`--toolchain-dir` and LEAN_TOOLCHAIN_DIR name the folder that holds bin/lean and lib/lean of a Lean for Linux; ' +
    'without them one is taken from elan or downloaded.',
});

export const downloadFailed = failuresOf('download-failed', {
  downloadUnusable: ({ dir }: { dir: string }) =>
    `Remove ${dir} and try again, or name another release with \`--lean-version\`.`,
  archiveUnusable: 'Name another release with `--lean-version`, or an unpacked toolchain with `--toolchain-dir DIR`.',
  noRoomForDownload: 'Free some disk space, or set XDG_CACHE_HOME to a folder with room.',
  proxyUnusable: 'Write the proxy with its scheme, as in HTTPS_PROXY=http://proxy.example:3128.',
  noRoomForToolchain: ({ needed }: { needed: string }) =>
    `Unpacked it needs about ${needed}; set XDG_CACHE_HOME to a folder with room that you may write to.`,
  noWayToRelease:
    'Check the network and, behind a proxy, HTTPS_PROXY; or install Lean with elan (https://lean-lang.org/install), or name an unpacked Linux toolchain: `lean-docker-mcp image build --toolchain-dir DIR`.',
  noRelease: 'Name the release: `lean-docker-mcp image build --lean-version 4.27.0`.',
  noSuchFile: 'Check the version: `--lean-version` takes a release of https://github.com/leanprover/lean4/releases.',
  otherChecksum:
    'Try again; when it stays so, something on the way (a proxy?) changes the file, and it must not be used.',
});
