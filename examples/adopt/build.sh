#!/usr/bin/env bash
# Compiles the build when one of its own sources is newer, then starts it directly: an incident does not wait for an SDK.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")"
program=artifacts/build/Adopt.dll
if [ ! -f "$program" ] || [ -n "$(find build -name '*.cs*' -newer "$program" -print -quit)" ]; then
  dotnet publish build --output artifacts/build --nologo --verbosity quiet >&2
  touch "$program"
fi
exec dotnet "$program" "$@"
