#!/usr/bin/env bash
# The broker and the Redis that the end-to-end tests share: servers.sh start|stop BIN DIR
#
# start  leaves DIR/servers.json with the ports; fails when either does not come up.
# stop   ends exactly the two processes that start began.

set -euo pipefail
action=$1 bin=$2 dir=$3

free_port() {
  local port
  while :; do
    port=$((26000 + RANDOM % 2000))  # Apart from where the tests look (tests/support/process).
    (exec 3<> "/dev/tcp/127.0.0.1/$port") 2> /dev/null || break
  done
  echo "$port"
}

stop() {
  local file
  for file in "$dir"/broker.pid "$dir"/redis.pid; do
    [ -f "$file" ] || continue
    kill "$(cat "$file")" 2> /dev/null || true
    for _ in $(seq 100); do kill -0 "$(cat "$file")" 2> /dev/null || break; sleep 0.1; done
    rm -f "$file"
  done
}

case "$action" in
  start)
    stop
    rm -rf "$dir"
    mkdir -p "$dir/broker" "$dir/redis"
    broker=$(free_port) management=$(free_port) redis=$(free_port)
    setsid nohup "$bin/private-broker" --data "$dir/broker" --port "$broker" \
      --management-port "$management" > "$dir/broker.log" 2>&1 < /dev/null &
    echo $! > "$dir/broker.pid"
    setsid nohup redis-server --port "$redis" --bind 127.0.0.1 --dir "$dir/redis" --databases 512 \
      --appendonly yes --appendfsync everysec --save '' > "$dir/redis.log" 2>&1 < /dev/null &
    echo $! > "$dir/redis.pid"
    for _ in $(seq 600); do
      grep -q '^ready' "$dir/broker.log" && redis-cli -p "$redis" ping > /dev/null 2>&1 && break
      kill -0 "$(cat "$dir/broker.pid")" 2> /dev/null || { cat "$dir/broker.log"; exit 1; }
      sleep 0.1
    done
    grep -q '^ready' "$dir/broker.log" || { cat "$dir/broker.log"; exit 1; }
    printf '{"broker": %d, "management": %d, "redis": %d}\n' "$broker" "$management" "$redis" \
      > "$dir/servers.json"
    ;;
  stop) stop ;;
esac
