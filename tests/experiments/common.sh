# What the experiments share; they source it. Nothing here is specific to one of them.
set -euo pipefail

repository=$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd -P)
made=

say() { printf '%s\n' "$*"; }
fail() {
  say "NOT AS PROMISED: $*"
  exit 1
}

# The folder to work in: one that is given (compiled, with its environment described), or a fresh clone.
prepare() {
  root=${1:-}
  if [ -z "$root" ]; then
    made=$(mktemp -d "${TMPDIR:-/tmp}/release-experiment-XXXXXX")
    root=$made/clone
    say "A clone of $repository in $root"
    git clone --quiet --no-tags "$repository" "$root"
  fi

  journal=$root/.release/local/journal.jsonl
  trap clean EXIT
}

clean() {
  [ -z "${load:-}" ] || kill "$load" 2>/dev/null || :
  [ -z "${holder:-}" ] || kill -9 "$holder" 2>/dev/null || :
  [ -z "${bare:-}" ] || rm -rf "$bare"
  if [ -n "$made" ]; then
    (cd "$root" && ./build.sh Down >/dev/null 2>&1) || :
    rm -rf "$made"
  fi
}

# Runs a command of the program; all that it says is in $root/said, shown when the command does not end as expected.
run() {
  local expected=$1
  shift
  local code=0
  (cd "$root" && ./build.sh "$@") >"$root/said" 2>&1 || code=$?
  [ "$code" = "$expected" ] || { cat "$root/said"; fail "$* ended with $code, not $expected"; }
}

# Starts a release in the background, as a process group of its own: $holder.
release() {
  (cd "$root" && exec ./build.sh Promote --version "$1") >"$root/holder-said" 2>&1 &
  holder=$!
}

# The number of records of a kind: type, step (or nothing).
records() {
  [ -f "$journal" ] || { echo 0; return; }
  grep "\"type\":\"$1\"" "$journal" | grep -c "${2:+\"step\":\"$2\"}" || :
}

# Waits until there is one more record of a kind than there were.
await() {
  local before=$1 deadline=$((SECONDS + 120))
  while [ "$(records "$2" "${3:-}")" -le "$before" ]; do
    [ "$SECONDS" -lt "$deadline" ] || fail "after 120 s there is no $2 ${3:-}"
    kill -0 "$holder" 2>/dev/null || { cat "$root/holder-said"; fail "the release ended before $2 ${3:-}"; }
    sleep 0.005
  done
}

# A value of Status --json: a path of members.
status() {
  (cd "$root" && ./build.sh Status --json 2>/dev/null) | python3 -c '
import functools, json, sys
print(functools.reduce(lambda node, name: None if node is None else node[name], sys.argv[1].split("."), json.load(sys.stdin)))' "$1"
}
