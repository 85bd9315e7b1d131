#!/bin/sh
# The door to every command: makes node_modules match package-lock.json, then runs
# infra/COMMAND.ts with the pinned Node. Needs no more than sh, npm and any Node 20.
#
#   sh infra/bootstrap.sh COMMAND [ARGUMENT...]
set -eu

# What npm runs ends with npm, also where that is killed: the kernel sends SIGTERM.
if [ -n "${npm_lifecycle_event-}" ] && command -v setpriv >/dev/null; then
  exec env -u npm_lifecycle_event setpriv --pdeathsig TERM -- sh "$0" "$@"
fi

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
npm=

# Runs a command that ends with this script, also where that is killed. By SIGKILL: npm
# takes the first of other signals for a wish, and goes on while a download hangs.
bound() {
  if command -v setpriv >/dev/null; then exec setpriv --pdeathsig KILL -- "$@"; fi
  exec "$@"
}

# Shows that the step still runs.
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

# NUMBER: of the signal that ends this script. npm is in the background, where Ctrl-C does
# not reach it, and where a trap need not wait for its end.
end_by() {
  trap '' HUP INT TERM
  kill -s KILL "$npm" 2>/dev/null || :
  wait "$npm" 2>/dev/null || :
  end_ticker
  echo "  npm packages   ended by a signal: the next command fills node_modules again" >&2
  exit $((128 + $1))
}

install() {
  if ! command -v npm >/dev/null; then
    echo "npm is missing. Debian: apt-get install nodejs npm" >&2
    exit 1
  fi
  if ! mkdir -p "$state/logs" || ! true >"$state/logs/npm-ci.log"; then
    echo "The state folder $state can't be used: see above. FARPANE_STATE=FOLDER takes another one." >&2
    exit 1
  fi
  log=$state/logs/npm-ci.log
  began=$(date +%s)
  if [ -t 1 ]; then
    tick 9<&- &
    ticker=$!
  else
    echo "  npm packages …"
  fi
  # What is filled in part is not to be taken for whole, whichever lock file comes next.
  rm -f "$stamp"
  trap 'end_by 1' HUP
  trap 'end_by 2' INT
  trap 'end_by 15' TERM
  bound npm ci --ignore-scripts --include=dev --include=optional --no-audit --no-fund >"$log" 2>&1 &
  npm=$!
  result=0
  wait "$npm" || result=$?
  end_ticker
  trap - HUP INT TERM
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
