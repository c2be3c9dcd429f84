#!/bin/sh
# The stand-in's `lean`: what it compiles has nothing in it, which needs no player; all else is played.
home=$(dirname "$(readlink -f "$0")")/../lib/lean/stand-in
compiles=false
for word; do
  case $word in
    --run | --run-accepted | --json) compiles=false; break ;;
    -o) compiles=true ;;
  esac
done
[ "$compiles" = true ] || exec "$home/node" --v8-pool-size=0 "$home/lean.mjs" "$@"
while [ $# -gt 0 ]; do
  case $1 in
    -o | -c) : > "$2"; shift ;;
  esac
  shift
done
