#!/usr/bin/env bash
# The sceptic's second experiment: Rollback under load while another process holds the lease, from the packed program in a
# bare root, with the evidence store broken. No request may fail, and the candidate's last answer comes within 2 s of the
# command. (There is no driver for notices yet, so there is none to break.)
#
#   tests/experiments/2-rollback-under-load.sh                    on a clone of its own, packed there
#   tests/experiments/2-rollback-under-load.sh FOLDER PACKED      on what is given
#
# Needs root on Linux (for the bare root), python3 and unshare.
. "$(dirname "${BASH_SOURCE[0]}")/common.sh"
prepare "${1:-}"
packed=${2:-$root/artifacts/pack/release}
if [ ! -x "$packed" ]; then
  say "Packing ..."
  run 0 Pack
fi

first=$(python3 -c 'import json, sys; print(json.load(open(sys.argv[1]))["traffic"]["steps"][0])' "$root/environments/local.json")
run 0 Promote --version 1.0.0
port=$(status endpoints.traffic)
python3 "$repository/tests/experiments/load.py" "${port##*:}" "${RATE:-200}" >"$root/load-said" &
load=$!

before=$(records sample)
release 2.0.0
await "$before" sample
kill -0 "$holder" || fail "nobody holds the lease"
mv "$root/releases" "$root/releases-kept"
: >"$root/releases" # a file where the store's folder was: nothing can be put any more

bare=$(mktemp -d "${TMPDIR:-/tmp}/release-bare-XXXXXX")
BARE_ROOT=$bare "$repository/tests/experiments/bare-root.sh" "$packed" "$root" --help >/dev/null # what is copied is there by now
code=0
BARE_ROOT=$bare BARE_STARTED=$root/started "$repository/tests/experiments/bare-root.sh" "$packed" "$root" Rollback --reason "the sceptic" --root "$root" >"$root/said" 2>&1 || code=$?
end=$(date +%s.%N)
begin=$(cat "$root/started")
[ "$code" = 0 ] || { cat "$root/said"; fail "Rollback ended with $code"; }
sleep 2 # for what might still come from the candidate
kill -TERM "$load"
wait "$load" || :
load=
wait "$holder" 2>/dev/null || :
holder=
rm "$root/releases"
mv "$root/releases-kept" "$root/releases"

python3 - "$root/load-said" "$begin" "$end" <<'PYTHON' || fail "see the figures above"
import json, sys
said, begin, end = json.load(open(sys.argv[1])), float(sys.argv[2]), float(sys.argv[3])
last = said["last"].get("2.0.0", 0)
print(f"{said['sent']} requests, {said['failed']} failed {said['first'] or ''}")
print(f"last answer of the candidate {max(0, last - begin):.2f} s after the command, which took {end - begin:.2f} s in all")
sys.exit(0 if said["failed"] == 0 and last > 0 and last - begin <= 2 else 1)
PYTHON
tail -1 "$root/said"
[ "$(status stable.version)" = 1.0.0 ] || fail "$(status stable.version) is stable"
[ "$(status split.requested.stable)" = 100.0 ] || [ "$(status split.requested.stable)" = 100 ] || fail "the split is $(status split.requested)"
run 0 Audit
say "$(tail -1 "$root/said")"
say "As promised."
