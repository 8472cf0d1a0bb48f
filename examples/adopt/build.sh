#!/usr/bin/env bash
# What NUKE's own set-up writes does the same, and fetches an SDK where there is none.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")"
exec dotnet run --project build --verbosity quiet -- "$@"
