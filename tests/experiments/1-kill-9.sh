#!/usr/bin/env bash
# The sceptic's first experiment: kill -9 at 10 %, in mid-shift and in mid-rollback, then Rollback. The split must be as it
# was at the start, with the same process behind it, and Audit clean.
#
#   tests/experiments/1-kill-9.sh            on a clone of its own
#   tests/experiments/1-kill-9.sh FOLDER     on a folder that is given
. "$(dirname "${BASH_SOURCE[0]}")/common.sh"
prepare "${1:-}"

first=$(python3 -c 'import json, sys; print(json.load(open(sys.argv[1]))["traffic"]["steps"][0])' "$root/environments/local.json")
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
  kill -9 "$holder" 2>/dev/null || :
  wait "$holder" 2>/dev/null || :
  holder=
}

# Whether the last record of a kind is newer than that of another: the kill landed between them.
between() {
  [ "$(grep -n "\"step\":\"$2\".*\"type\":\"$1\"" "$journal" | tail -1 | cut -d: -f1)" -gt \
    "$(grep -n "\"step\":\"$2\".*\"type\":\"$3\"" "$journal" | tail -1 | cut -d: -f1 | grep . || echo 0)" ]
}

# A release up to a record of the first shift, killed there; once more where the kill came too late.
kill_at() {
  local record=$1 next=$2 before attempt
  for attempt in 1 2 3 4 5 6 7 8; do
    before=$(records "$record" "shift-traffic-ping-$first")
    release "2.$((number += 1)).0"
    await "$before" "$record" "shift-traffic-ping-$first"
    killed
    if [ "$(status state)" = interrupted ] && { [ -z "$next" ] || between "$record" "shift-traffic-ping-$first" "$next"; }; then
      return
    fi

    run 0 Rollback
  done

  fail "no kill landed between $record and $next"
}

number=0
kill_at step-applied ""
restored "at $first %"

kill_at step-intent step-applied
restored "in mid-shift"

for attempt in 1 2 3 4 5 6 7 8; do
  kill_at step-applied ""
  before=$(records step-undo-intent)
  (cd "$root" && exec ./build.sh Rollback) >"$root/holder-said" 2>&1 &
  holder=$!
  await "$before" step-undo-intent
  killed
  [ "$(status state)" != interrupted ] || break
  [ "$attempt" != 8 ] || fail "no kill landed in a rollback"
done
restored "in mid-rollback"
say "As promised."
