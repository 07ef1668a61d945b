# ./dev down [--wipe]: stops what ./dev up started, by its pid files, newest first.

dev_down() {
  local name any=''
  for name in delivery ingest dlq sandbox redis broker; do
    if stop_one "$name"; then any=yes; fi
  done
  [ -n "$any" ] || say "  Nothing was running."
  if [ "${1:-}" = --wipe ]; then
    rm -rf "$RUN"
    say "  The data is gone."
  fi
}

# stop_one NAME: SIGTERM, and SIGKILL after 15 s.  Fails when it was not running.
stop_one() {
  local name=$1 file=$RUN/$1.pid pid started=$SECONDS
  pid=$(running_pid "$name") || { rm -f "$file"; return 1; }
  printf '  %-42s' "Stopping $name"
  kill "$pid" 2> /dev/null || true
  while kill -0 "$pid" 2> /dev/null; do
    if [ $((SECONDS - started)) -ge 15 ]; then kill -9 "$pid" 2> /dev/null || true; fi
    sleep 0.1
  done
  rm -f "$file"
  printf '%sok%s %s%ss%s\n' "$green" "$plain" "$dim" $((SECONDS - started)) "$plain"
}
