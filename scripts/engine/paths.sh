# Where the private engine keeps its things; sourced by the scripts beside it.
home="${XDG_CACHE_HOME:-$HOME/.cache}/lean-docker-mcp"
engine="$home/engine"
socket="$engine/docker.sock"
pid_file="$engine/docker.pid"

say() { printf 'engine: %s\n' "$*" >&2; }
fail() {
  say "$*"
  exit 1
}
answers() { DOCKER_HOST="unix://$socket" docker version >/dev/null 2>&1; }

# Installs the Debian packages whose commands are missing: need COMMAND PACKAGE …
need() {
  local missing=()
  while (($# > 0)); do
    command -v "$1" >/dev/null || missing+=("$2")
    shift 2
  done
  ((${#missing[@]} > 0)) || return 0
  command -v apt-get >/dev/null || fail "${missing[*]} must be installed first: this is not a Debian system, and I only know apt-get"
  ((EUID == 0)) || fail "${missing[*]} must be installed first: run 'apt-get install ${missing[*]}' as root, or use another engine through DOCKER_HOST"
  say "installing ${missing[*]}"
  apt-get update -q >/dev/null 2>&1 || say "apt-get update failed; trying with the lists that are there"
  # RUNLEVEL keeps the package from starting an engine of its own.
  RUNLEVEL=1 DEBIAN_FRONTEND=noninteractive apt-get install -q -y --no-install-recommends "${missing[@]}" >/dev/null 2>"$home/apt-errors" ||
    fail "apt-get install ${missing[*]} failed: $(tail -n 3 "$home/apt-errors")"
}
