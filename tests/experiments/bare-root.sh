#!/usr/bin/env bash
# Runs the packed program in a root file system that has nothing but it: no .NET, no git, no shell, no users, no certificates.
#
#   tests/experiments/bare-root.sh PACKED FOLDER [arguments]
# BARE_STARTED names a file that gets the time at which the program starts, for who measures it.
#
# What is in that root: the program, the C libraries that it names (ldd), an empty /tmp, /proc, /dev/null, /dev/urandom, and
# FOLDER, mounted where it is. Needs root on Linux. Nothing stays: the mounts end with the process, the folder is removed.
set -euo pipefail
packed=$1 folder=$2
shift 2
new=${BARE_ROOT:-$(mktemp -d "${TMPDIR:-/tmp}/release-bare-XXXXXX")}
if [ -z "${BARE_ROOT:-}" ]; then trap 'rm -rf "$new"' EXIT; fi

mkdir -p "$new/tmp" "$new/proc" "$new/dev" "$new$folder"
[ -e "$new/release" ] || ln "$packed" "$new/release" 2>/dev/null || cp "$packed" "$new/release"
: >"$new/dev/null"
: >"$new/dev/urandom"
for library in $(ldd "$packed" | grep -o '/[^ )]*'); do
  mkdir -p "$new$(dirname "$library")"
  [ -e "$new$library" ] || cp -L "$library" "$new$library"
done

# The processes and the network are the machine's: that is where the peers of a rollback are.
unshare --mount bash -c '
  new=$1 folder=$2
  shift 2
  mount --make-rprivate /
  mount --bind /dev/null "$new/dev/null"
  mount --bind /dev/urandom "$new/dev/urandom"
  mount --rbind /proc "$new/proc"
  mount --bind "$folder" "$new$folder"
  cd "$new"
  [ -z "${BARE_STARTED:-}" ] || date +%s.%N >"$BARE_STARTED"
  exec env -i $BARE_VARIABLES "$(command -v chroot)" "$new" /release "$@"
' bash "$new" "$folder" "$@"
