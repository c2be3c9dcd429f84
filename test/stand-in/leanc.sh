#!/bin/sh
# The stand-in's compiler: an object file is empty, and a program is the stand-in's elaborator or verifier.
set -eu
out=
objects=false
while [ $# -gt 0 ]; do
  case $1 in
    -o) out=$2; shift ;;
    -c) objects=true ;;
  esac
  shift
done
if [ "$objects" = true ]; then : > "$out"; exit 0; fi
case $out in
  */verifier) cat > "$out" <<'PROGRAM'
#!/bin/sh
bin=$(dirname "$(readlink -f "$0")")
exec "$bin/lean" --run "$bin/../lib/lean/stand-in/verifier/Main.lean" "$@"
PROGRAM
    ;;
  *) cat > "$out" <<'PROGRAM'
#!/bin/sh
home=$(dirname "$(readlink -f "$0")")/../lib/lean/stand-in
exec "$home/node" --v8-pool-size=0 "$home/elaborator.mjs" "$@"
PROGRAM
    ;;
esac
chmod 755 "$out"
