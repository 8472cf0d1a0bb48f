#!/usr/bin/env bash
# Starts the compiled build. It is compiled once per content hash of its sources, into a folder of its own; when nothing
# changed it is started directly: no `dotnet build`, no version query.
set -euo pipefail

root=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd -P)
builds="$root/artifacts/build"

# A closed descriptor would go to the next file that is opened, and what is said would be written into that file.
{ : >&2; } || exec 2>/dev/null
{ : <&0; } 2>/dev/null || exec 0</dev/null
{ : >&1; } 2>/dev/null || exec 1>/dev/null

# A reader of our output that goes away stops nothing.
trap '' PIPE
say() { printf '%s\n' "$*" >&2 || :; }

# Says how long something takes already: on a terminal in one line that counts, elsewhere every ten seconds. It ends with
# this script, however that ends, holds neither our output nor the lock, and never fails what it tells of.
teller=
tell() {
  local what=$1 live=
  case "${TERM:-}" in '' | dumb | unknown) ;; *) [ ! -t 2 ] || [ -n "${NO_COLOR:-}${CI:-}${GITHUB_ACTIONS:-}" ] || live=1 ;; esac
  (
    exec 9>&- >/dev/null
    SECONDS=0 next=10
    while sleep 1 2>/dev/null && kill -0 $$ 2>/dev/null; do
      if [ -n "$live" ]; then
        printf '\r\033[K%s %d:%02d' "$what" $((SECONDS / 60)) $((SECONDS % 60)) >&2
      elif [ "$SECONDS" -ge "$next" ]; then
        printf '%s %d s\n' "$what" "$SECONDS" >&2
        next=$((next + 10))
      fi
    done
  ) &
  teller="$!${live:+ live}"
}
told() {
  [ -n "$teller" ] || return 0
  kill "${teller% live}" 2>/dev/null || :
  wait "${teller% live}" 2>/dev/null || :
  case "$teller" in *live) printf '\r\033[K' >&2 || : ;; esac
  teller=
}
trap told EXIT

sha() { if command -v sha256sum >/dev/null; then sha256sum "$@"; else shasum -a 256 "$@"; fi; }
export -f sha

# Content, not modification times: a fresh checkout changes all of those. The sample is a service, not part of the build.
content_hash() {
  cd "$root"
  {
    find build src -name artifacts -prune -o -path src/Release.Sample -prune -o -name bin -prune -o -name obj -prune -o \
      -type f \( -name '*.cs' -o -name '*.csproj' -o -name '*.json' -o -name '*.props' -o -name '*.targets' \) -print0
    find . -maxdepth 1 -type f \( -name 'Directory.*' -o -name global.json -o -iname nuget.config \) -print0
  } | LC_ALL=C sort -z | xargs -0 bash -c 'sha "$@"' sha | sha | cut -c1-16
}

# The SDK on the path if global.json accepts it, else one in .dotnet, fetched with Microsoft's install script.
find_sdk() {
  if command -v dotnet >/dev/null && (cd "$root" && dotnet --version >/dev/null 2>&1); then
    command -v dotnet
    return
  fi

  if [ ! -x "$root/.dotnet/dotnet" ] || ! (cd "$root" && "$root/.dotnet/dotnet" --version >/dev/null 2>&1); then
    say "No .NET SDK that global.json accepts was found: fetching one into .dotnet"
    mkdir -p "$root/.dotnet"
    tell "Fetching the .NET SDK ..."
    curl --fail --silent --show-error --location --retry 3 https://dot.net/v1/dotnet-install.sh -o "$root/.dotnet/dotnet-install.sh" || {
      told
      say "The .NET SDK could not be fetched. Install .NET 10 (https://dotnet.microsoft.com/download) and run this again."
      exit 1
    }
    bash "$root/.dotnet/dotnet-install.sh" --jsonfile "$root/global.json" --install-dir "$root/.dotnet" --no-path >&2
    told
  fi

  printf '%s\n' "$root/.dotnet/dotnet"
}

runtime_id() {
  local os arch
  case "$(uname -s)" in Darwin) os=osx ;; *) os=linux ;; esac
  if [ "$os" = linux ] && ls /lib/ld-musl-* >/dev/null 2>&1; then os=linux-musl; fi
  case "$(uname -m)" in arm64 | aarch64) arch=arm64 ;; *) arch=x64 ;; esac
  printf '%s-%s\n' "$os" "$arch"
}

# Compiles into a folder beside and renames it, so that an interrupted compile is never taken for a good one.
compile() {
  local target="$builds/$1" sdk new log
  sdk=$(find_sdk) || return 1
  mkdir -p "$builds"
  if command -v flock >/dev/null; then
    exec 9>"$builds/.lock"
    if ! flock -n 9; then
      tell "Waiting for another process that compiles the build ..."
      flock 9
      told
    fi
    [ ! -x "$target/_build" ] || return 0
  fi

  new="$builds/.new-$1-$$"
  log="$builds/compile.log"
  say "Compiling the build (once, until its sources change) ..."
  tell "Compiling the build ..."
  if ! DOTNET_CLI_TELEMETRY_OPTOUT=1 DOTNET_NOLOGO=1 "$sdk" publish "$root/build/_build.csproj" --configuration Release --runtime "$(runtime_id)" \
    --no-self-contained --nologo --verbosity quiet -p:QuickBuild=true -p:PublishReadyToRun=true -p:UseSharedCompilation=false \
    -nodeReuse:false --output "$new" >"$log" 2>&1; then
    told
    rm -rf "$new"
    grep -E 'error|warn' "$log" | sort -u | head -20 >&2 || cat "$log" >&2
    return 1
  fi

  told
  dirname "$(readlink -f "$sdk" 2>/dev/null || printf '%s' "$sdk")" >"$new/dotnet-root"
  if [ -x "$target/_build" ]; then
    rm -rf "$new" # somebody else was faster, and may be running it
  else
    rm -rf "$target"
    mv "$new" "$target"
  fi

  printf '%s\n' "$1" >"$builds/last-good"
  if command -v flock >/dev/null; then exec 9>&-; fi
}

is_rollback() { for word in "$@"; do case "$word" in [Rr]ollback | ROLLBACK) return 0 ;; esac; done; return 1; }

hash=$(content_hash)
if [ ! -x "$builds/$hash/_build" ] && ! compile "$hash"; then
  if is_rollback "$@" && [ -f "$builds/last-good" ] && [ -x "$builds/$(cat "$builds/last-good")/_build" ]; then
    hash=$(cat "$builds/last-good")
    say "The sources do not compile (above). A rollback must work all the same: running the last good build, $hash."
  else
    say "The build does not compile (above; all of it in artifacts/build/compile.log): nothing was run."
    exit 1
  fi
fi

if [ -z "${DOTNET_ROOT:-}" ]; then
  DOTNET_ROOT=$(<"$builds/$hash/dotnet-root")
  export DOTNET_ROOT
fi
# A release compiles and calls with the SDK that was found here, whether it is on the path or in .dotnet.
export PATH="$DOTNET_ROOT:$PATH" DOTNET_TieredPGO=0
trap - PIPE EXIT
# Without the compile lock: what the build starts in the background would hold it for good.
exec "$builds/$hash/_build" "$@" 9>&-
