#!/usr/bin/env bash
# The sceptic's third experiment: healthy releases are never rolled back, nor one that fails as stable does (the gate's reason
# `both`: it is held for a person); 5 % errors in the candidate alone are caught within 30 s of its first share.
#
#   tests/experiments/3-false-alarms.sh            on a clone of its own, twenty healthy releases
#   HEALTHY=3 ERRORS=20% tests/experiments/3-false-alarms.sh FOLDER     on a folder that is given
. "$(dirname "${BASH_SOURCE[0]}")/common.sh"
prepare "${1:-}"

healthy=${HEALTHY:-20}
run 0 Promote --version 1.0.0
for number in $(seq 1 "$healthy"); do
  run 0 Promote --version "1.$number.0"
done
say "$healthy healthy releases: none rolled back"

# The time from the first share to the gate's no, by the journal's clock.
caught() {
  python3 - "$journal" <<'PYTHON'
import datetime, json, sys
records = [json.loads(line) for line in open(sys.argv[1])]
run = [r for r in records if r["type"] == "run-opened"][-1]["run"]
mine = [r for r in records if r.get("run") == run]
time = lambda r: datetime.datetime.fromisoformat(r["ts"].replace("Z", "+00:00"))
shifted = next(r for r in mine if r["type"] == "step-applied" and r["step"].startswith("shift-traffic-"))
no = next(r for r in mine if r["type"] == "decision" and r["data"]["decision"] == "go-back")
print(f"{(time(no) - time(shifted)).total_seconds():.1f}")
PYTHON
}

errors=${ERRORS:-5%}
run 3 Promote --version 2.0.0 --fault "error-rate=$errors"
seconds=$(caught)
[ "${seconds%.*}" -lt 30 ] || fail "$errors errors were caught after $seconds s"
say "$errors errors in the candidate: caught $seconds s after its first share"

# Stable fails, too: it got there while more was allowed, nothing compared, and no smoke test met one of its failures.
allow() {
  python3 - "$root/environments/local.json" "$1" "$2" <<'PYTHON'
import json, sys
file, most, compare = sys.argv[1:]
environment = json.load(open(file))
objective = next(o for o in environment["gate"]["objectives"] if o["type"] == "errors")
print(objective["max"])
objective["max"], objective["compare"] = most, compare == "compared"
environment["smoke"] = []
json.dump(environment, open(file, "w"), indent=2)
PYTHON
}

limit=$(allow 60% alone)
run 0 Promote --version 2.1.0 --fault error-rate=40%
allow "$limit" compared >/dev/null
run 7 Promote --version 2.2.0 --fault error-rate=40%
grep -q "candidate and stable both break it" "$root/said" || { cat "$root/said"; fail "the gate's reason is not that both fail"; }
[ "$(status stable.version)" = 2.1.0 ] || fail "$(status stable.version) is stable"
say "Both fail alike: held for a person, not rolled back"
say "As promised."
