# ./dev logs [NAME]: follows the logs of everything, or of one process.

dev_logs() {
  local names=("${@:-ingest delivery dlq}") files=() name
  for name in ${names[*]}; do
    [ -f "$RUN/logs/$name.log" ] || die "there is no log of '$name'; there are: $(cd "$RUN/logs" 2> /dev/null && ls | sed 's/\.log$//' | tr '\n' ' ')"
    files+=("$RUN/logs/$name.log")
  done
  tail -n 20 -F "${files[@]}"
}
