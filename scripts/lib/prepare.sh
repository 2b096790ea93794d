# Sourced by scripts/run and scripts/test: installs what is missing and builds. Needs Debian 12, root or sudo.

set -Eeuo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/../.."
readonly started_at=$SECONDS
step_name="start"
log_file=""

say() { printf '%s\n' "$*" >&2; }

step() {
  step_name="$1"
  printf '[%3d s] %s\n' "$((SECONDS - started_at))" "$step_name" >&2
}

fail() {
  say ""
  say "quadrille: $*"
  exit 1
}

on_error() {
  local code=$?
  if [[ -n "$log_file" && -s "$log_file" ]]; then
    say ""
    tail -n 40 "$log_file" >&2
    say "(the whole output: $log_file)"
  fi
  fail "\"$step_name\" failed (exit code $code). Nothing else was changed; the same command can be run again."
}
trap on_error ERR

# Runs a long command with its output in a log file and a line of progress on a terminal; shows the end of the log on failure.
quietly() {
  log_file="build/logs/$1.log"
  shift
  mkdir -p build/logs
  if [[ -t 2 ]]; then
    "$@" > "$log_file" 2>&1 &
    local pid=$!
    while kill -0 "$pid" 2> /dev/null; do
      printf '\r\033[K         %.100s' "$(tail -n 1 "$log_file" | tr -d '\r\033')" >&2
      sleep 0.3
    done
    printf '\r\033[K' >&2
    wait "$pid"
  else
    "$@" > "$log_file" 2>&1
  fi
  log_file=""
}

as_root() {
  if [[ $(id -u) -eq 0 ]]; then
    "$@"
  elif command -v sudo > /dev/null; then
    sudo "$@"
  else
    fail "some Debian packages are missing and neither root nor sudo is at hand. Run as root: apt-get install --no-install-recommends $*"
  fi
}

# install_packages LIST...: Debian packages named in the files scripts/LIST, only those that are missing.
install_packages() {
  local missing=() package
  local status
  status=$(dpkg-query -W -f '${db:Status-Abbrev} ${Package}\n' 2> /dev/null | sed -n 's/^ii  *//p')
  while read -r package; do
    grep -qxF "$package" <<< "$status" || missing+=("$package")
  done < <(cat "$@")
  [[ ${#missing[@]} -eq 0 ]] && return 0
  step "installing ${#missing[@]} Debian packages"
  # A cluster made at install would be a service nobody asked for.
  if [[ ! -e /etc/postgresql-common/createcluster.conf ]]; then
    as_root mkdir -p /etc/postgresql-common
    printf 'create_main_cluster = false\n' | as_root tee /etc/postgresql-common/createcluster.conf > /dev/null
  fi
  quietly apt-update as_root apt-get update
  quietly apt-install as_root env DEBIAN_FRONTEND=noninteractive apt-get install -y --no-install-recommends "${missing[@]}"
}

node_is_recent() {
  command -v node > /dev/null && command -v npm > /dev/null &&
    node -e 'const [a, b] = process.versions.node.split(".").map(Number); process.exit(a > 20 || (a === 20 && b >= 19) ? 0 : 1)'
}

# Node 20.19 or newer, which the page's build needs: the one on PATH, else the npm package "node" in build/tools.
ensure_node() {
  export PATH="$PWD/build/tools/node_modules/.bin:$PATH"
  node_is_recent && return 0
  step "installing Node 22"
  command -v npm > /dev/null || {
    quietly apt-update as_root apt-get update
    quietly apt-install-npm as_root env DEBIAN_FRONTEND=noninteractive apt-get install -y --no-install-recommends nodejs npm
  }
  quietly npm-node npm install --no-audit --no-fund --prefix build/tools node@22
  hash -r
  node_is_recent || fail "no Node of version 20.19 or newer could be installed; install one and run the same command again"
}

# run_if_changed NAME "files" command...: skips the command when a checksum of the files is the one of its last success.
run_if_changed() {
  local name="$1" files="$2"
  shift 2
  local stamp="build/stamps/$name" sum
  # shellcheck disable=SC2086 # the list of files is meant to split
  sum=$(git ls-files -z --cached --others --exclude-standard -- $files | xargs -0 sha256sum 2> /dev/null | sha256sum)
  [[ -e "$stamp" && "$(cat "$stamp")" == "$sum" ]] && return 0
  quietly "$name" "$@"
  mkdir -p build/stamps
  printf '%s\n' "$sum" > "$stamp"
}

build_web() {
  ensure_node
  [[ -d web/node_modules ]] || rm -f build/stamps/web-install
  [[ -d web/dist ]] || rm -f build/stamps/web-build
  run_if_changed web-install "web/package.json web/package-lock.json" npm --prefix web ci --no-audit --no-fund
  run_if_changed web-build "web docs/api/openapi.json" npm --prefix web run build
}

# build_preset PRESET TARGET...
build_preset() {
  local preset="$1"
  shift
  export CCACHE_NOHASHDIR=1 CCACHE_BASEDIR="$PWD"
  [[ -e build/$preset/build.ninja ]] || quietly "configure-$preset" cmake --preset "$preset"
  quietly "build-$preset" cmake --build "build/$preset" -j "$(nproc)" --target "$@"
}
