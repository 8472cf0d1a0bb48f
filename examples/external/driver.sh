#!/bin/sh
# A complete driver for a stack that nobody else has: services are processes of this machine, each with a folder of its own,
# behind a gateway that is set through its admin interface with curl. It stands for all five ports: platform, router,
# metrics, probe and backup. docs/external-drivers.md says what is asked and what may be answered.
#
#   driver.sh STACK SERVICE GATEWAY
#
# STACK is the folder of everything that runs; SERVICE and GATEWAY are a .NET project each, or a folder with a compiled one.
# The request comes as JSON on standard input and as variables, DRIVER_…: a shell needs only those. Nothing in them is ever
# part of a command line that is read again: names from outside are data.
set -eu
set -f # no file names out of what was asked
umask 077

stack=$1 service_source=$2 gateway_source=$3
dotnet=${DOTNET_HOST_PATH:-${DOTNET_ROOT:+$DOTNET_ROOT/dotnet}}
dotnet=${dotnet:-dotnet}
mkdir -p "$stack"
stack=$(cd "$stack" && pwd -P)

# ---- answers -------------------------------------------------------------------------------------------------------------

text() { printf '%s' "$1" | tr -d '\000-\037\177' | sed 's/\\/\\\\/g; s/"/\\"/g'; }

answer() { # STATE DETAIL [MORE MEMBERS, as JSON]
  printf '{"state":"%s","detail":"%s"%s}\n' "$1" "$(text "$2")" "${3:+,$3}"
  exit 0
}

failed() { answer failed "$1"; }

# What is no name of ours was never started here, and becomes no path.
is_name() { case $1 in '' | [!A-Za-z0-9]* | *[!A-Za-z0-9._+-]*) return 1 ;; esac; [ "${#1}" -le 150 ]; }

need_name() { is_name "$1" || failed "\"$1\" is no name that this stack can have."; }

# ---- programs in the background ------------------------------------------------------------------------------------------

alive() { # FOLDER: whether the program whose process is noted there runs, and not another one that got its number
  [ -s "$1/pid" ] && pid=$(cat "$1/pid") && kill -0 "$pid" 2>/dev/null &&
    case $(ps -o args= -p "$pid") in *"$(cat "$1/mark")"*) true ;; *) false ;; esac
}

# In a session of its own, where no Ctrl-C reaches it. It notes its own number before it becomes the program: nobody can be
# killed between the two.
launch() { # FOLDER MARK PROGRAM ARGUMENTS…
  folder=$1 mark=$2
  shift 2
  printf '%s\n' "$mark" >"$folder/mark"
  if command -v setsid >/dev/null 2>&1; then
    setsid sh -c 'echo $$ >"$1/pid"; shift; exec "$@"' launch "$folder" "$@" </dev/null >>"$folder/log" 2>&1 &
  else
    set -m
    nohup sh -c 'echo $$ >"$1/pid"; shift; exec "$@"' launch "$folder" "$@" </dev/null >>"$folder/log" 2>&1 &
  fi
}

stop() { # FOLDER: what it is doing is finished first
  alive "$1" || return 0
  kill -TERM "$pid" 2>/dev/null || return 0
  left=$((DRIVER_TIMEOUT * 5 - 10))
  while alive "$1"; do
    [ "$left" -gt 0 ] || kill -KILL "$pid" 2>/dev/null || true
    left=$((left - 1))
    sleep 0.2
  done
}

free_port() {
  while :; do
    port=$(od -An -N2 -tu2 /dev/urandom | tr -d ' ')
    port=$((20000 + port % 12000))
    code=0
    curl -s -m 1 -o /dev/null "http://127.0.0.1:$port/" || code=$?
    [ "$code" -ne 7 ] || break # nobody listens there
  done
  echo "$port"
}

compile() { # SOURCE FOLDER: all of it is there, or nothing
  [ ! -d "$2" ] || return 0
  rm -rf "$2.new"
  mkdir -p "$(dirname "$2")"
  if [ -n "$(find "$1" -maxdepth 1 -name '*.runtimeconfig.json')" ]; then
    cp -R "$1" "$2.new"
  else
    "$dotnet" publish "$1" --configuration Release --output "$2.new" -p:UseAppHost=false -p:QuickBuild=true -p:ArtifactsPath="$stack/build" \
      -p:RestoreLockedMode=false -p:NuGetLockFilePath="$stack/build/packages.lock.json" --disable-build-servers --nologo --verbosity quiet >&2
  fi
}

program_in() { # FOLDER
  found=$(find "$1" -maxdepth 1 -name '*.runtimeconfig.json')
  printf '%s\n' "${found%.runtimeconfig.json}.dll"
}

# ---- platform ------------------------------------------------------------------------------------------------------------

platform() {
  case $DRIVER_CALL${DRIVER_STEP:+ }$DRIVER_STEP in
    identify) answer done "" "\"digest\":\"sha256:$(digest)\"" ;;
    look) look ;;
    running) running ;;
    "observe prepare") [ -d "$(artefact)" ] && answer applied "It is there." || answer pending "It is not there yet." ;;
    "apply prepare") prepare ;;
    "undo prepare") answer done "An artefact stays: a later run of the same version needs it." ;;
    "observe start") observe_start ;;
    "apply start") start; answer "done" "" ;;
    "undo start") [ "$DRIVER_BEFORE_ALIVE" = true ] || stop "$(instance)"; answer "done" "" ;;
    "observe retire") alive "$(instance)" && answer pending "It runs." "$(seen true)" || answer applied "It does not run." "$(seen false)" ;;
    "apply retire") stop "$(instance)"; answer "done" "" ;;
    "undo retire") [ "$DRIVER_BEFORE_ALIVE" != true ] || start; answer "done" "" ;;
    *) failed "This driver does not know the call \"$DRIVER_CALL $DRIVER_STEP\" of platform." ;;
  esac
}

digest() {
  { find "$service_source" -type f ! -path '*/bin/*' ! -path '*/obj/*' -exec cksum {} + | sort
    printf '%s %s\n' "$DRIVER_SERVICE_NAME" "$DRIVER_VERSION"; } | if command -v sha256sum >/dev/null 2>&1; then sha256sum; else shasum -a 256; fi | cut -d' ' -f1
}

artefact() { printf '%s\n' "$stack/artefacts/$DRIVER_SERVICE_NAME/$DRIVER_VERSION"; }

instance() { printf '%s\n' "$stack/instances/$DRIVER_INSTANCE"; }

address() { [ ! -s "$(instance)/port" ] || printf '127.0.0.1:%s\n' "$(cat "$(instance)/port")"; }

seen() { printf '"seen":{"alive":%s,"address":"%s"}' "$1" "$(address)"; }

look() {
  is_name "$DRIVER_INSTANCE" || answer dead "It was never started." '"address":null'
  where=$(address)
  where=${where:+\"$where\"}
  alive "$(instance)" && answer alive "It runs as process $pid." "\"address\":$where"
  answer dead "It does not run. $(tail -n 1 "$(instance)/log" 2>/dev/null || true)" "\"address\":${where:-null}"
}

# For Adopt: what was started here stands in its folder, whoever asked for it.
running() {
  list=
  set +f
  for folder in "$stack"/instances/*; do
    if [ -s "$folder/runs" ] && alive "$folder"; then
      { read -r service && read -r version && read -r digest; } <"$folder/runs"
      [ "$service" != "$DRIVER_SERVICE_NAME" ] ||
        list="$list${list:+,}{\"instance\":\"$(text "${folder##*/}")\",\"version\":\"$(text "$version")\",\"digest\":\"$(text "$digest")\"}"
    fi
  done
  set -f
  answer "done" "" "\"instances\":[$list]"
}

healthy() { curl -fs -m 2 -o /dev/null "http://$(address)$DRIVER_SERVICE_HEALTH"; }

observe_start() {
  alive "$(instance)" || answer pending "It does not run." "$(seen false)"
  healthy && answer applied "It runs at $(address) and is healthy." "$(seen true)"
  answer torn "It runs at $(address), but is not healthy." "$(seen true)"
}

prepare() {
  need_name "$DRIVER_VERSION"
  [ "$DRIVER_DIGEST" = "sha256:$(digest)" ] || failed "The sources are not those that $DRIVER_VERSION was planned from."
  compile "$service_source" "$(artefact)" || failed "It cannot be compiled: see above."
  if [ -d "$(artefact).new" ]; then
    printf '{"service":"%s","version":"%s"}\n' "$DRIVER_SERVICE_NAME" "$DRIVER_VERSION" >"$(artefact).new/release.json"
    mv "$(artefact).new" "$(artefact)"
  fi
  answer "done" ""
}

start() {
  need_name "$DRIVER_INSTANCE"
  [ -d "$(artefact)" ] || failed "$DRIVER_SERVICE_NAME $DRIVER_VERSION was not prepared."
  if ! alive "$(instance)"; then
    mkdir -p "$(instance)"
    [ -s "$(instance)/port" ] || free_port >"$(instance)/port"
    printf '%s\n' "$DRIVER_SERVICE_NAME" "$DRIVER_VERSION" "$DRIVER_DIGEST" >"$(instance)/runs"
    launch "$(instance)" "--port $(cat "$(instance)/port")" "$dotnet" "$(program_in "$(artefact)")" --port "$(cat "$(instance)/port")"
  fi
  left=$((DRIVER_TIMEOUT * 5 - 10))
  until healthy; do
    [ "$left" -gt 0 ] || failed "$DRIVER_INSTANCE was not healthy in time. Its last words: $(tail -n 3 "$(instance)/log")"
    left=$((left - 1))
    sleep 0.2
  done
}

# ---- router --------------------------------------------------------------------------------------------------------------

router() {
  gateway=$stack/gateway
  case $DRIVER_CALL${DRIVER_STEP:+ }$DRIVER_STEP in
    endpoints) endpoints ;;
    weights) alive "$gateway" || answer unknown "The gateway does not run."; answer "done" "" "\"weights\":{$(weights | as_json)}" ;;
    "observe set-up") observe_gateway ;;
    "apply set-up") start_gateway; make_route; answer "done" "" ;;
    "undo set-up") [ "$DRIVER_BEFORE_ROUTE" = true ] || remove_route; [ "$DRIVER_BEFORE_GATEWAY" = true ] || stop "$gateway"; answer "done" "" ;;
    "observe take-down") alive "$gateway" && answer pending "The gateway runs." '"seen":{"gateway":true}' || answer applied "The gateway does not run." '"seen":{"gateway":false}' ;;
    "apply take-down") stop "$gateway"; answer "done" "" ;;
    "undo take-down") [ "$DRIVER_BEFORE_GATEWAY" != true ] || start_gateway; answer "done" "" ;;
    "apply shift" | "undo shift") shift_weights; answer "done" "" ;;
    *) failed "This driver does not know the call \"$DRIVER_CALL $DRIVER_STEP\" of router." ;;
  esac
}

admin() { # METHOD PATH [JSON]
  curl -fsS -m "$DRIVER_TIMEOUT" -X "$1" -H 'Content-Type: application/json' ${3:+--data "$3"} "http://127.0.0.1:$(cat "$gateway/admin")/$2"
}

endpoints() {
  [ -s "$gateway/admin" ] || answer "done" "The gateway was never started." '"traffic":null,"admin":null'
  answer "done" "" "\"traffic\":\"http://127.0.0.1:$(cat "$gateway/proxy")\",\"admin\":\"http://127.0.0.1:$(cat "$gateway/admin")\""
}

has_route() { admin GET "routes/$DRIVER_SERVICE_NAME" >/dev/null 2>&1; }

observe_gateway() {
  alive "$gateway" || answer pending "The gateway does not run." '"seen":{"gateway":false,"route":false}'
  has_route && answer applied "The gateway runs and has a route." '"seen":{"gateway":true,"route":true}'
  answer torn "The gateway runs and has no route." '"seen":{"gateway":true,"route":false}'
}

start_gateway() {
  mkdir -p "$gateway/data"
  compile "$gateway_source" "$gateway/program" || failed "The gateway cannot be compiled: see above."
  [ ! -d "$gateway/program.new" ] || mv "$gateway/program.new" "$gateway/program"
  if ! alive "$gateway"; then
    [ -s "$gateway/proxy" ] || free_port >"$gateway/proxy"
    [ -s "$gateway/admin" ] || free_port >"$gateway/admin"
    launch "$gateway" "--state $gateway/data" "$dotnet" "$(program_in "$gateway/program")" \
      --state "$gateway/data" --proxy-port "$(cat "$gateway/proxy")" --admin-port "$(cat "$gateway/admin")"
  fi
  left=$((DRIVER_TIMEOUT * 5 - 10))
  until admin GET status >/dev/null 2>&1; do
    [ "$left" -gt 0 ] || failed "The gateway does not answer. Its last words: $(tail -n 3 "$gateway/log")"
    left=$((left - 1))
    sleep 0.2
  done
}

make_route() {
  name=$DRIVER_SERVICE_NAME
  admin PUT "upstreams/$name" "{\"name\":\"$name\"}" >/dev/null
  admin PUT "services/$name" "{\"name\":\"$name\",\"protocol\":\"http\",\"host\":\"$name\",\"retries\":0}" >/dev/null
  admin PUT "routes/$name" "{\"name\":\"$name\",\"paths\":[\"/\"],\"strip_path\":false,\"service\":{\"name\":\"$name\"}}" >/dev/null
}

remove_route() {
  alive "$gateway" || return 0
  for path in "routes/$DRIVER_SERVICE_NAME" "services/$DRIVER_SERVICE_NAME" "upstreams/$DRIVER_SERVICE_NAME"; do
    ! admin GET "$path" >/dev/null 2>&1 || admin DELETE "$path" >/dev/null
  done
}

weights() { # a line for each: ADDRESS WEIGHT
  has_upstream || return 0
  admin GET "upstreams/$DRIVER_SERVICE_NAME/targets" | tr ',{}[]' '\n\n\n\n\n' | awk -F'"' '
    $2 == "target" { address = $4 }
    $2 == "weight" { weight = substr($3, 2) }
    address != "" && weight != "" { print address, weight; address = ""; weight = "" }'
}

has_upstream() { is_name "$DRIVER_SERVICE_NAME" && admin GET "upstreams/$DRIVER_SERVICE_NAME" >/dev/null 2>&1; }

as_json() { awk '{ printf "%s\"%s\":%s", comma, $1, $2; comma = "," }'; }

set_weight() { # ADDRESS WEIGHT NOW
  [ -n "$3" ] || admin POST "upstreams/$DRIVER_SERVICE_NAME/targets" "{\"target\":\"$1\",\"weight\":0}" >/dev/null
  [ "$2" = "$3" ] || admin PATCH "upstreams/$DRIVER_SERVICE_NAME/targets/$1" "{\"weight\":$2}" >/dev/null
}

# First what grows, then what shrinks: at no moment is nobody left with a weight. DRIVER_WEIGHTS is ADDRESS=WEIGHT …, and
# ADDRESS=- is to be removed.
shift_weights() {
  before=$(weights)
  for turn in grow shrink; do
    for pair in $DRIVER_WEIGHTS; do
      target=${pair%=*} wanted=${pair##*=}
      now=$(printf '%s\n' "$before" | awk -v address="$target" '$1 == address { print $2 }')
      case $turn in
        grow) [ "$wanted" = - ] || [ "$wanted" -lt "${now:-0}" ] || set_weight "$target" "$wanted" "$now" ;;
        shrink)
          [ -n "$now" ] || continue
          [ "$wanted" = - ] || [ "$wanted" -ge "$now" ] || set_weight "$target" "$wanted" "$now"
          [ "$wanted" != - ] || { set_weight "$target" 0 "$now"; admin DELETE "upstreams/$DRIVER_SERVICE_NAME/targets/$target" >/dev/null; } ;;
      esac
    done
  done
}

# ---- metrics -------------------------------------------------------------------------------------------------------------

metrics() {
  is_name "$DRIVER_INSTANCE" || failed "There is no such instance."
  counted=$(curl -fsS -m "$DRIVER_TIMEOUT" "$DRIVER_URL" 2>&1) || failed "$DRIVER_INSTANCE cannot be read: $counted"
  members=$(printf '%s\n' "$counted" | awk -v requests="$DRIVER_REQUESTS" -v errors="$DRIVER_ERRORS" -v bucket="${DRIVER_DURATION}_bucket" '
    /^#/ { next }
    { name = $1; sub(/{.*/, "", name) }
    name == requests { sum_requests += $NF; found = 1 }
    name == errors { sum_errors += $NF }
    name == bucket {
      bound = $1; sub(/.*le="/, "", bound); sub(/".*/, "", bound)
      if (!(bound in counts)) { order[++n] = bound }
      counts[bound] += $NF
    }
    END {
      if (!found) { exit 1 }
      printf "\"requests\":%.0f,\"errors\":%.0f", sum_requests, sum_errors
      for (i = 1; i <= n; i++) { printf "%s[%s,%.0f]", (i == 1 ? ",\"buckets\":[" : ","), (order[i] == "+Inf" ? "\"+Inf\"" : order[i]), counts[order[i]] }
      if (n > 0) { printf "]" }
    }') || failed "$DRIVER_INSTANCE has no metric $DRIVER_REQUESTS."
  answer "done" "" "$members"
}

# ---- probes --------------------------------------------------------------------------------------------------------------

probe() {
  case $DRIVER_ID in
    stack-writable)
      [ -w "$stack" ] && answer pass "$stack can be written to."
      answer fail "$stack cannot be written to." '"next":"Give it to the user who releases."' ;;
    echo)
      said=$(curl -fsS -m "$DRIVER_TIMEOUT" --data '{"input":"ping","tool":"echo"}' "$DRIVER_ADDRESS/ai/execute" 2>&1) || answer unavailable "$said"
      case $said in *pong*) answer pass "It answers ping with pong." ;; *) answer fail "It answers ping with $said." ;; esac ;;
    *) failed "This driver has no probe \"$DRIVER_ID\"." ;;
  esac
}

# ---- backup: the folder STACK/data ---------------------------------------------------------------------------------------

backup() {
  is_name "$DRIVER_BACKUP" || { [ "$DRIVER_CALL" = observe ] && answer pending "There is no such backup." || failed "That is no name of a backup."; }
  mkdir -p "$stack/data" "$stack/backups"
  file=$stack/backups/$DRIVER_BACKUP.tar scratch=$stack/backups/$DRIVER_BACKUP.check
  case "$DRIVER_CALL $DRIVER_STEP" in
    "observe take") [ -f "$file" ] && answer applied "It is in $file." "\"seen\":{\"file\":\"$(text "$file")\"}" || answer pending "It was not taken yet." ;;
    "apply take") [ -f "$file" ] || { tar -cf "$file.new" -C "$stack/data" . && mv "$file.new" "$file"; }; answer "done" "" ;;
    "undo take")
      case $DRIVER_POLICY in
        restore) [ ! -f "$file" ] || { rm -rf "$stack/data.new" && mkdir "$stack/data.new" && tar -xf "$file" -C "$stack/data.new" && rm -rf "$stack/data" && mv "$stack/data.new" "$stack/data"; } ;;
        discard) rm -f "$file" "$file.new" ;;
      esac
      answer "done" "" ;;
    "observe verify") [ -f "$scratch/restored" ] && answer applied "It was restored into $scratch." || answer pending "It was not verified yet." ;;
    "apply verify")
      [ -f "$file" ] || failed "There is no backup $DRIVER_BACKUP."
      mkdir -p "$scratch" && tar -xf "$file" -C "$scratch" || failed "$file cannot be restored."
      : >"$scratch/restored"
      answer "done" "" ;;
    "undo verify") rm -rf "$scratch"; answer "done" "" ;;
    *) failed "This driver does not know the call \"$DRIVER_CALL $DRIVER_STEP\" of backup." ;;
  esac
}

cat >/dev/null # the request as JSON: the variables have all that is needed here
[ "$DRIVER_PROTOCOL" = 1 ] || failed "This driver speaks protocol 1, not $DRIVER_PROTOCOL."
case $DRIVER_PORT in
  platform | router | metrics | probe | backup) "$DRIVER_PORT" ;;
  *) failed "This driver does not stand for \"$DRIVER_PORT\"." ;;
esac
