#!/usr/bin/env bash
# Starts the compiled build. It is compiled once per content hash of its sources, into a folder of its own; when nothing
# changed it is started directly: no `dotnet build`, no version query.
set -euo pipefail

root=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd -P)
builds="$root/artifacts/build"

say() { printf '%s\n' "$*" >&2; }

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
    curl --fail --silent --show-error --location --retry 3 https://dot.net/v1/dotnet-install.sh -o "$root/.dotnet/dotnet-install.sh" || {
      say "The .NET SDK could not be fetched. Install .NET 10 (https://dotnet.microsoft.com/download) and run this again."
      exit 1
    }
    bash "$root/.dotnet/dotnet-install.sh" --jsonfile "$root/global.json" --install-dir "$root/.dotnet" --no-path >&2
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
  sdk=$(find_sdk)
  mkdir -p "$builds"
  if command -v flock >/dev/null; then
    exec 9>"$builds/.lock"
    flock 9
    [ ! -x "$target/_build" ] || return 0
  fi

  new="$builds/.new-$1-$$"
  log="$builds/compile.log"
  say "Compiling the build (once, until its sources change) ..."
  if ! DOTNET_CLI_TELEMETRY_OPTOUT=1 DOTNET_NOLOGO=1 "$sdk" publish "$root/build/_build.csproj" --configuration Release --runtime "$(runtime_id)" \
    --no-self-contained --nologo --verbosity quiet -p:QuickBuild=true -p:PublishReadyToRun=true -p:UseSharedCompilation=false \
    -nodeReuse:false --output "$new" >"$log" 2>&1; then
    rm -rf "$new"
    grep -E 'error|warn' "$log" | sort -u | head -20 >&2 || cat "$log" >&2
    return 1
  fi

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
# Without the compile lock: what the build starts in the background would hold it for good.
exec "$builds/$hash/_build" "$@" 9>&-
