# ./dev status: what is running, where, and how it feels.

dev_status() {
  local name pid port ready
  printf '  %-10s %-8s %-22s %s\n' process pid address state
  for name in broker redis sandbox ingest delivery dlq; do
    port=$(port_of "$name")
    if ! pid=$(running_pid "$name"); then
      printf '  %-10s %-8s %-22s %snot running%s\n' "$name" - "127.0.0.1:$port" "$red" "$plain"
      continue
    fi
    case "$name" in
      ingest | delivery | dlq)
        ready=$(curl -s -m 2 "http://127.0.0.1:$port/readyz" || true)
        if [ "$(jq -r .status <<< "$ready" 2> /dev/null)" = ready ]; then ready="${green}ready${plain}"
        else ready="$red$(jq -r '.failing[]? | .check + ": " + .reason' <<< "$ready" 2> /dev/null | paste -sd ';')$plain"; fi ;;
      *) ready="${green}running${plain}" ;;
    esac
    printf '  %-10s %-8s %-22s %s\n' "$name" "$pid" "127.0.0.1:$port" "$ready"
  done
}
