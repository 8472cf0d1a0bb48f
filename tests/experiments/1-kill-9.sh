#!/usr/bin/env bash
# The sceptic's first experiment: kill -9 at 10 %, in mid-shift and in mid-rollback, then Rollback. The split must be as it
# was at the start, with the same process behind it, and Audit clean.
#
#   tests/experiments/1-kill-9.sh            on a clone of its own
#   tests/experiments/1-kill-9.sh FOLDER     on a folder that is given
. "$(dirname "${BASH_SOURCE[0]}")/common.sh"
prepare "${1:-}"

first=$(sed -n 's/.*"steps": *\[ *\([0-9]*\).*/\1/p' "$root/environments/local.json" | head -1)
: "${first:=10}"
run 0 Promote --version 1.0.0
version=1.0.0
process=$(cat "$root"/.release/local/instances/ping-1.0.0-run*/run-*.child | tail -1)

# Whatever was killed: after Rollback all is as at the start.
restored() {
  run 0 Rollback
  [ "$(status stable.version)" = "$version" ] || fail "$1: $(status stable.version) is stable, not $version"
  [ "$(status split.requested.stable)" = 100.0 ] || [ "$(status split.requested.stable)" = 100 ] || fail "$1: the split is $(status split.requested)"
  [ "$(status state)" = idle ] || fail "$1: the state is $(status state)"
  [ "$(cat "$root"/.release/local/instances/ping-1.0.0-run*/run-*.child | tail -1)" = "$process" ] || fail "$1: stable was started anew"
  kill -0 "$process" || fail "$1: stable does not run"
  run 0 Audit
  say "killed $1, then Rollback: $version has everything, process $process as before; $(tail -1 "$root/said")"
}

killed() {
  kill -9 "$holder"
  wait "$holder" 2>/dev/null || :
  holder=
  [ "$(status state)" = interrupted ] || fail "after kill -9 the state is $(status state), not interrupted"
}

before=$(records step-applied "shift-traffic-ping-$first")
release 2.0.0
await "$before" step-applied "shift-traffic-ping-$first"
killed
restored "at $first %"

before=$(records step-intent "shift-traffic-ping-$first")
release 2.0.1
await "$before" step-intent "shift-traffic-ping-$first"
killed
restored "in mid-shift"

before=$(records step-applied "shift-traffic-ping-$first")
release 2.0.2
await "$before" step-applied "shift-traffic-ping-$first"
killed
before=$(records step-undo-intent)
(cd "$root" && exec ./build.sh Rollback) >"$root/holder-said" 2>&1 &
holder=$!
await "$before" step-undo-intent
killed
restored "in mid-rollback"
say "As promised."
