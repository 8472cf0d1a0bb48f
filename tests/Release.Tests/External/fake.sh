#!/bin/sh
# A stack that is a folder: a file for each instance, a file of weights, a file for each backup. FAULT names one thing that it
# does wrong; without it everything is right. Arguments: the folder.
set -eu
set -f
world=$1 fault=${FAULT:-}
mkdir -p "$world/instances" "$world/artefacts" "$world/backups" "$world/runs"
cat >"$world/request.json"

is_name() { case $1 in '' | [!A-Za-z0-9]* | *[!A-Za-z0-9._+-]*) return 1 ;; esac; }
say() { printf '%s\n' "$1"; exit 0; }
failed() { say "{\"state\":\"failed\",\"detail\":\"$1\"}"; }

file=$world/instances/$DRIVER_INSTANCE
state_of() { sed -n 1p "$file" 2>/dev/null || true; }
place_of() { sed -n 2p "$file" 2>/dev/null || true; }
times_of() { sed -n 3p "$file" 2>/dev/null || true; }
alive() { [ "$(state_of)" = alive ]; }
write() { printf '%s\n' "$@" >"$file.new"; mv "$file.new" "$file"; }

start() {
  is_name "$DRIVER_INSTANCE" || failed "no name"
  [ -e "$world/artefacts/$DRIVER_VERSION" ] || failed "it was not prepared"
  if ! alive || [ "$fault" = starts-again ]; then
    port=$(place_of)
    { [ -n "$port" ] && [ "$fault" != moves ]; } || port=127.0.0.1:$((2000 + $(printf '%s' "$DRIVER_INSTANCE$(times_of)" | cksum | cut -d' ' -f1) % 60000))
    printf '%s %s %s\n' "$DRIVER_SERVICE_NAME" "$DRIVER_VERSION" "$DRIVER_DIGEST" >"$world/runs/$DRIVER_INSTANCE"
    write booting "$port" "$(($(times_of) + 1))"
    sleep 0.05
    write alive "$port" "$(times_of)"
  fi
}

stop() { [ ! -e "$file" ] || write dead "$(place_of)" "$(times_of)"; }

seen() { printf '"seen":{"alive":%s,"times":"%s"}' "$1" "$(times_of)"; }

weights() { cat "$world/weights" 2>/dev/null || true; }

set_weights() {
  weights >"$world/weights.new"
  for pair in $DRIVER_WEIGHTS; do
    grep -v "^${pair%=*} " "$world/weights.new" >"$world/weights.next" || true
    mv "$world/weights.next" "$world/weights.new"
    [ "${pair##*=}" = - ] || printf '%s %s\n' "${pair%=*}" "${pair##*=}" >>"$world/weights.new"
  done
  case $fault in
    forgets-others) for pair in $DRIVER_WEIGHTS; do [ "${pair##*=}" = - ] || echo "${pair%=*} ${pair##*=}"; done >"$world/weights.new" ;;
    rounds-away) sed 's/ 100$/ 0/; s/ 9900$/ 10000/' "$world/weights.new" >"$world/weights.next"; mv "$world/weights.next" "$world/weights.new" ;;
  esac
  mv "$world/weights.new" "$world/weights"
}

case $fault in
  slow) sleep 0.8 ;;
  evaluates) eval ": $DRIVER_INSTANCE $DRIVER_BACKUP $DRIVER_SERVICE_NAME" 2>/dev/null || true ;;
  talks) echo "starting …" ;;
esac

case "$DRIVER_PORT $DRIVER_CALL $DRIVER_STEP" in
  "platform identify ") [ "$fault" != restless ] || say "{\"state\":\"done\",\"digest\":\"$$\"}"; say "{\"state\":\"done\",\"digest\":\"sum:$DRIVER_SERVICE_NAME-$DRIVER_VERSION\"}" ;;
  "platform look ")
    is_name "$DRIVER_INSTANCE" || say '{"state":"dead","address":null}'
    [ -e "$file" ] || { [ "$fault" != optimist ] || say '{"state":"alive","address":"127.0.0.1:1"}'; say '{"state":"dead","address":null,"detail":"never started"}'; }
    alive && say "{\"state\":\"alive\",\"address\":\"$(place_of)\"}"
    say "{\"state\":\"dead\",\"address\":\"$(place_of)\"}" ;;
  "platform running ")
    [ "$fault" != tells-nothing ] || failed "unknown call"
    [ "$fault" != hangs-up ] || exit 1
    [ "$fault" != knows-nothing ] || say '{"state":"unknown","detail":"the stack is away"}'
    list=
    for name in $(ls "$world/runs"); do
      [ "$(sed -n 1p "$world/instances/$name")" = alive ] || [ "$fault" = lists-the-dead ] || continue
      read -r service version digest <"$world/runs/$name"
      [ "$service" = "$DRIVER_SERVICE_NAME" ] || continue
      list="$list${list:+,}{\"instance\":\"$name\",\"version\":\"$version\",\"digest\":\"$([ "$fault" = guesses ] && echo sum:none || echo "$digest")\"}"
    done
    say "{\"state\":\"done\",\"instances\":[$list]}" ;;
  "platform observe prepare") [ -e "$world/artefacts/$DRIVER_VERSION" ] && say '{"state":"applied"}'; say '{"state":"pending"}' ;;
  "platform apply prepare") : >"$world/artefacts/$DRIVER_VERSION" ;;
  "platform undo prepare") ;;
  "platform observe start")
    case $(state_of) in
      alive) say "{\"state\":\"applied\",$(seen true)}" ;;
      booting) say "{\"state\":\"torn\",$(seen true)}" ;;
      *) say "{\"state\":\"pending\",$(seen false)}" ;;
    esac ;;
  "platform apply start") start ;;
  "platform undo start") [ "$DRIVER_BEFORE_ALIVE" = true ] || [ "$fault" = keeps ] || stop ;;
  "platform observe retire") [ "$(state_of)" = alive ] && say "{\"state\":\"pending\",$(seen true)}"; say "{\"state\":\"applied\",$(seen false)}" ;;
  "platform apply retire") stop ;;
  "platform undo retire") [ "$DRIVER_BEFORE_ALIVE" != true ] || start ;;
  "router endpoints ") [ -e "$world/router" ] && say '{"state":"done","traffic":"http://127.0.0.1:8000"}'; say '{"state":"done","traffic":null}' ;;
  "router weights ")
    [ "$DRIVER_SERVICE_NAME" = ping ] || say '{"state":"done","weights":{}}'
    say "{\"state\":\"done\",\"weights\":{$(weights | awk '{ printf "%s\"%s\":%s", comma, $1, $2; comma = "," }')}}" ;;
  "router observe set-up") [ -e "$world/router" ] && say '{"state":"applied","seen":{"there":true}}'; say '{"state":"pending","seen":{"there":false}}' ;;
  "router apply set-up") : >"$world/router" ;;
  "router undo set-up") [ "$DRIVER_BEFORE_THERE" = true ] || rm -f "$world/router" ;;
  "router observe take-down") [ -e "$world/router" ] && say '{"state":"pending","seen":{"there":true}}'; say '{"state":"applied","seen":{"there":false}}' ;;
  "router apply take-down") rm -f "$world/router" ;;
  "router undo take-down") [ "$DRIVER_BEFORE_THERE" != true ] || : >"$world/router" ;;
  "router apply shift") set_weights ;;
  "router undo shift") [ "$fault" = never-back ] || set_weights ;;
  "metrics counters ")
    is_name "$DRIVER_INSTANCE" && [ -e "$file" ] || failed "no such instance"
    count=$(($(cat "$world/count" 2>/dev/null || echo 100) + 7))
    [ "$fault" != falls ] || count=$((count - 20))
    echo "$count" >"$world/count"
    say "{\"state\":\"done\",\"requests\":$count,\"errors\":1,\"buckets\":[[0.1,$((count / 2))],[\"$([ "$fault" = unbounded ] && echo 1 || echo +Inf)\",$count]]}" ;;
  "probe look ") case $DRIVER_ADDRESS in *:1) say '{"state":"fail","detail":"nothing there"}' ;; esac; say '{"state":"pass","detail":"it is well"}' ;;
  "backup observe take") is_name "$DRIVER_BACKUP" && [ -e "$world/backups/$DRIVER_BACKUP" ] && say '{"state":"applied","seen":{"size":"3"}}'; say '{"state":"pending"}' ;;
  "backup apply take") : >"$world/backups/$DRIVER_BACKUP" ;;
  "backup undo take") [ "$DRIVER_POLICY" != discard ] || [ "$fault" = keeps ] || rm -f "$world/backups/$DRIVER_BACKUP" ;;
  "backup observe verify") is_name "$DRIVER_BACKUP" && [ -e "$world/backups/$DRIVER_BACKUP.ok" ] && say '{"state":"applied"}'; say '{"state":"pending"}' ;;
  "backup apply verify") [ -e "$world/backups/$DRIVER_BACKUP" ] || [ "$fault" = trusts ] || failed "there is no such backup"; : >"$world/backups/$DRIVER_BACKUP.ok" ;;
  "backup undo verify") rm -f "$world/backups/$DRIVER_BACKUP.ok" ;;
  *) failed "unknown call" ;;
esac
say '{"state":"done"}'
