# ./dev up: from a bare machine to leads that arrive.  Run again it takes seconds: what is installed,
# built and running stays so.

DEMO_KEY=lrk_website_demo-only

dev_up() {
  mkdir -p "$RUN/logs" "$RUN/redis" "$RUN/broker"
  chmod 700 "$RUN"
  ensure_packages
  build leadrelay-ingest leadrelay-delivery leadrelay-dlq leadctl leadrelay-sandbox private-broker
  demo_environment
  start_servers
  start_services
  demo_leads
  demo_next_steps
}

# The secrets of the demonstration: made once, kept in .run, given by the environment only.
demo_environment() {
  export BROKER_PASSWORD=guest
  # What the sandbox' CRMs let in (tests/sandbox/systems/*).
  export HUBSPOT_TOKEN=pat-na1-sandbox SALESFORCE_SECRET=sandbox-secret PIPEDRIVE_TOKEN=sandbox-pipedrive-token
  export CLOSE_KEY=api_sandbox.key ZOHO_SECRET=zoho-sandbox-secret ZOHO_REFRESH_TOKEN=1000.zoho-sandbox-refresh
  export ACTIVECAMPAIGN_TOKEN=ac-sandbox-key AIRTABLE_TOKEN=patSandbox0000001.sandbox
  export FRESHSALES_KEY=fs-sandbox-key SHEETS_KEY
  SHEETS_KEY=$(sed -n 's/^.*R"(//; /BEGIN PRIVATE KEY/,/END PRIVATE KEY/p' tests/sandbox/systems/google-sheets/account.h)
  export SMTP_PASSWORD=smtp-sandbox-password
  export ZAPIER_HOOK=http://127.0.0.1:$SANDBOX_PORT/zapier/hooks/catch/1234567/demo/
  export MAKE_HOOK=http://127.0.0.1:$SANDBOX_PORT/make/demo
  export WEBHOOK_SECRET=whsec_c2FuZGJveC1zYW5kYm94LXNhbmRib3gt
  export DEMO_KEY_SHA256 LEADRELAY_CONFIG=tools/dev/demo/leadrelay.yaml
  DEMO_KEY_SHA256=$(printf %s "$DEMO_KEY" | sha256sum | cut -d' ' -f1)
  [ -f "$RUN/ip-hash-key" ] || (umask 077 && openssl rand -hex 32 > "$RUN/ip-hash-key")
  export IP_HASH_KEY LEADRELAY_API_KEY=$DEMO_KEY
  IP_HASH_KEY=$(cat "$RUN/ip-hash-key")
  export LEADRELAY_API=http://127.0.0.1:$DLQ_PORT
  # For the shell of whoever goes on from here.
  (
    umask 077
    {
      printf 'export PATH=%q:$PATH\n' "$PWD/$BIN"
      for name in BROKER_PASSWORD HUBSPOT_TOKEN SALESFORCE_SECRET PIPEDRIVE_TOKEN CLOSE_KEY ZOHO_SECRET \
        ZOHO_REFRESH_TOKEN ACTIVECAMPAIGN_TOKEN AIRTABLE_TOKEN FRESHSALES_KEY SHEETS_KEY SMTP_PASSWORD ZAPIER_HOOK MAKE_HOOK \
        WEBHOOK_SECRET DEMO_KEY_SHA256 IP_HASH_KEY LEADRELAY_API LEADRELAY_API_KEY \
        INGEST_PORT DELIVERY_PORT DLQ_PORT SANDBOX_PORT SANDBOX_SMTP_PORT BROKER_PORT REDIS_PORT; do
        printf 'export %s=%q\n' "$name" "${!name}"
      done
      printf 'export LEADRELAY_CONFIG=%q\n' "$PWD/$LEADRELAY_CONFIG"
    } > "$RUN/env"
  )
}

# start_one NAME CONDITION command ...: in the background, its log in .run/logs, until CONDITION holds.
start_one() {
  local name=$1 condition=$2 pid
  shift 2
  if running_pid "$name" > /dev/null; then return 0; fi
  if port_answers "$(port_of "$name")"; then
    echo "Port $(port_of "$name") is in use by a program that ./dev up did not start; 'ss -ltnp' says which."
    return 1
  fi
  setsid nohup "$@" >> "$RUN/logs/$name.log" 2>&1 < /dev/null &
  pid=$!
  echo "$pid" > "$RUN/$name.pid"
  for _ in $(seq 600); do
    if eval "$condition"; then return 0; fi
    kill -0 "$pid" 2> /dev/null || { tail -n 20 "$RUN/logs/$name.log"; return 1; }
    sleep 0.1
  done
  echo "$name has not become ready within a minute; its log is $RUN/logs/$name.log"
  return 1
}

port_answers() { (exec 3<> "/dev/tcp/127.0.0.1/$1") 2> /dev/null; }
is_ready() { curl -sf -m 1 "http://127.0.0.1:$1/readyz" > /dev/null; }

start_servers() {
  phase "Broker on port $BROKER_PORT" start_one broker \
    "grep -q '^ready' $RUN/logs/broker.log && port_answers $BROKER_PORT" \
    "$BIN/private-broker" --data "$RUN/broker" --port "$BROKER_PORT" \
    --management-port "$BROKER_MANAGEMENT_PORT"
  phase "Redis on port $REDIS_PORT" start_one redis "redis-cli -p $REDIS_PORT ping > /dev/null 2>&1" \
    redis-server --port "$REDIS_PORT" --bind 127.0.0.1 --dir "$RUN/redis" \
    --appendonly yes --appendfsync everysec --save '' --maxmemory-policy noeviction
  phase "Sandbox CRM on port $SANDBOX_PORT" start_one sandbox "port_answers $SANDBOX_PORT" \
    "$BIN/leadrelay-sandbox" --port "$SANDBOX_PORT" --smtp-port "$SANDBOX_SMTP_PORT"
}

start_services() {
  local service
  for service in dlq ingest delivery; do
    phase "leadrelay-$service on port $(port_of $service)" \
      start_one $service "is_ready $(port_of $service)" "$BIN/leadrelay-$service"
  done
}

sandbox_fault() {
  curl -sf "http://127.0.0.1:$SANDBOX_PORT/_control/faults" -d "$1" > /dev/null
}

demo_leads() {
  # Dan meets a HubSpot that is down twice; Eve is refused until somebody replays her.
  sandbox_fault '[{"system":"hubspot","body_contains":"dan-retried","kind":"status","status":503,"times":2},
    {"system":"hubspot","body_contains":"eve-refused","kind":"status","status":400,
     "body":"{\"status\":\"error\",\"category\":\"VALIDATION_ERROR\",\"errors\":[{\"code\":\"INVALID_EMAIL\"}]}"}]'
  local run
  run=$(date +%s)
  # New keys and people at every run: the same ones would rightly be taken for the same leads.
  sed "s/\"demo-\([a-z]*\)\"/\"demo-\1-$run\"/; s/@example.com/+$run@example.com/" tools/dev/demo/leads.ndjson > "$RUN/leads.ndjson"
  phase "Sending six leads" curl -sf "http://127.0.0.1:$INGEST_PORT/v1/leads:batch" -H "X-Api-Key: $DEMO_KEY" \
    -H 'Content-Type: application/x-ndjson' --data-binary "@$RUN/leads.ndjson" -o "$RUN/answers.json"
  phase "Waiting until they are where they belong" \
    "$BIN/leadctl" books --wait --timeout 90s
  say
  "$BIN/leadctl" dlq list
  say
  # What HubSpot had against Eve has been mended.
  curl -sf -X DELETE "http://127.0.0.1:$SANDBOX_PORT/_control/faults" > /dev/null
  phase "Replaying what was refused" bash -c \
    "'$BIN/leadctl' dlq replay --destination hubspot --yes --wait"
  phase "Marking in the sheet what the CRMs have" \
    "$BIN/leadctl" books --wait --timeout 60s
  say
  demo_table
  say
  "$BIN/leadctl" books
  say
  "$BIN/leadctl" destinations
}

# What became of each lead, from the same timelines that `leadctl status` shows.  Destinations in which a
# lead fared alike share a line.
demo_table() {
  local name lead
  {
    printf 'LEAD\tDESTINATIONS\tWHAT BECAME OF IT\n'
    while read -r name lead; do
      "$BIN/leadctl" status "$lead" --json | jq -r --arg name "$name" '
        .timeline as $timeline | [.deliveries[] | .destination as $to |
        [$timeline[] | select(.destination == $to)] as $events |
        ([$events[] | select(.event == "attempt" and ((.text // "") | startswith("retry")))] | length) as $retries |
        {$to, fate: ([
          (if $retries > 0 then "retried \($retries)x" else empty end),
          (if any($events[]; .event == "dead letter") then "dead-lettered" else empty end),
          (if any($events[]; .event == "replay ordered") then "replayed" else empty end),
          .state + (if .reason then ": " + .reason else "" end)] | join(", then "))}] |
        group_by(.fate) | sort_by(length)[] |
        [$name, (if length > 3 then "\(length) others" else (map(.to) | join(", ")) end), .[0].fate] | @tsv'
    done < <(jq -r '.items[] | .answer.lead_id // empty' "$RUN/answers.json" | paste -d' ' <(demo_names) -)
  } | column -t -s "$(printf '\t')"
}

demo_names() { jq -r '.lead.name | split(" ")[0]' tools/dev/demo/leads.ndjson; }

demo_next_steps() {
  cat << EOF

  Ingest      http://127.0.0.1:$INGEST_PORT     POST /v1/leads with X-Api-Key: $DEMO_KEY
  Operators   http://127.0.0.1:$DLQ_PORT     what leadctl talks to
  Delivery    http://127.0.0.1:$DELIVERY_PORT     /readyz and /metrics, as the other two
  Broker      http://127.0.0.1:$BROKER_MANAGEMENT_PORT    guest / guest
  Sandbox     http://127.0.0.1:$SANDBOX_PORT/_control/report
  Mail        http://127.0.0.1:$SANDBOX_PORT/_control/records?system=email

Next:
  source .run/env                  leadctl and its settings
  leadctl send --email you@example.com --name "Your Name" --consent
  leadctl test --all               ask each destination whether deliveries will work
  leadctl dlq list                 what waits for an operator
  leadctl status LEAD_ID           the timeline of one lead
  ./dev status                     what is running, and how it feels
  ./dev logs delivery              one line for each attempt
  ./dev down                       stop it all
EOF
}
