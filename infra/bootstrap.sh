#!/bin/sh
# The door to every command: makes node_modules match package-lock.json, then runs
# infra/COMMAND.ts with the pinned Node. Needs no more than sh, npm and any Node 20.
#
#   sh infra/bootstrap.sh COMMAND [ARGUMENT...]
set -eu

root=$(CDPATH='' cd -- "$(dirname -- "$0")/.." && pwd)
cd "$root"
case ${1-} in
  start | test | check | doctor | setup | bench | fuzz | account) ;;
  *)
    echo "usage: sh infra/bootstrap.sh start|test|check|doctor|setup|bench|fuzz|account [ARGUMENT...]" >&2
    exit 64
    ;;
esac
command=$1
shift

# Where Debian has nats-server. Its ordinary users do not look there.
PATH=$PATH:/usr/local/sbin:/usr/sbin:/sbin
export PATH

stamp=node_modules/.farpane-lock
state=${FARPANE_STATE:-$root/.farpane}
lock=$(sha256sum package-lock.json)
ticker=

# The ticker shows that the step still runs. It is in the background, and npm is not, so
# that Ctrl-C reaches npm; the trap ends the ticker.
tick() {
  seconds=0
  while sleep 1 && kill -0 $$ 2>/dev/null; do
    seconds=$((seconds + 1))
    printf '\r  npm packages … %s s ' "$seconds"
  done
}
end_ticker() {
  [ -z "$ticker" ] || { kill "$ticker" 2>/dev/null || :; wait "$ticker" 2>/dev/null || :; ticker=; printf '\r'; }
}

install() {
  if ! command -v npm >/dev/null; then
    echo "npm is missing. Debian: apt-get install nodejs npm" >&2
    exit 1
  fi
  mkdir -p "$state/logs"
  log=$state/logs/npm-ci.log
  began=$(date +%s)
  trap 'end_ticker; exit 130' INT
  trap 'end_ticker; exit 143' TERM
  if [ -t 1 ]; then
    tick &
    ticker=$!
  else
    echo "  npm packages …"
  fi
  result=0
  npm ci --ignore-scripts --include=dev --include=optional --no-audit --no-fund >"$log" 2>&1 || result=$?
  end_ticker
  trap - INT TERM
  if [ "$result" -ne 0 ]; then
    echo "  npm packages   failed after $(($(date +%s) - began)) s" >&2
    echo "    command: npm ci --ignore-scripts" >&2
    echo "    log: $log" >&2
    # npm says what is wrong first, and then its usage.
    grep -E '^npm (error|ERR!)' "$log" | head -n 12 | sed 's/^/    | /' >&2
    exit 1
  fi
  echo "  npm packages   done in $(($(date +%s) - began)) s"
  printf '%s\n' "$lock" >"$stamp"
}

current() { [ -f "$stamp" ] && [ "$(cat "$stamp")" = "$lock" ]; }

if ! current; then
  # Two commands started at once must not both fill node_modules. The lock is the
  # checkout's folder, which set-up locks as well.
  exec 9<"$root"
  if command -v flock >/dev/null && ! flock --nonblock 9; then
    echo "  npm packages   waits for another set-up of this checkout"
    flock 9
  fi
  current || install
  exec 9>&-
fi

if ! [ -x node_modules/.bin/node ]; then
  echo "There is no pinned Node for this machine ($(uname -sm)): Farpane runs on Linux, x64 and arm64." >&2
  exit 1
fi
PATH=$root/node_modules/.bin:$PATH
export PATH
exec node_modules/.bin/node "infra/$command.ts" "$@"
