# Shared by the commands of ./dev: phases with progress, packages, build.

RUN=.run                      # Data, logs and pid files of what ./dev up starts.  Git-ignored.
PRESET=${LEADRELAY_PRESET:-release}
BUILD=build/$PRESET
BIN=$BUILD/bin

# Fixed, below the ephemeral range and away from every default port, so that they are easy to
# remember and never the machine's own servers.
export INGEST_PORT=8480 DELIVERY_PORT=8481 DLQ_PORT=8482 SANDBOX_PORT=8490 SANDBOX_SMTP_PORT=8491
export BROKER_PORT=5683 BROKER_MANAGEMENT_PORT=15683 REDIS_PORT=6390

if [ -t 1 ]; then bold=$'\e[1m' green=$'\e[32m' red=$'\e[31m' dim=$'\e[2m' plain=$'\e[0m'
else bold='' green='' red='' dim='' plain=''; fi

say() { printf '%s\n' "$*"; }
die() { printf '%s%s%s\n' "$red" "$*" "$plain" >&2; exit 1; }

# phase "Starting Redis" command ...: one line with the time that it took; its output only when it
# fails.
phase() {
  local what=$1 started=$SECONDS log
  shift
  mkdir -p "$RUN/logs"
  log=$RUN/logs/phase.log
  printf '  %-42s' "$what"
  if "$@" > "$log" 2>&1; then
    printf '%sok%s %s%ss%s\n' "$green" "$plain" "$dim" $((SECONDS - started)) "$plain"
  else
    printf '%sfailed%s\n\n' "$red" "$plain"
    tail -n 40 "$log" >&2
    exit 1
  fi
}

as_root() {
  if [ "$(id -u)" = 0 ]; then "$@"; else sudo "$@"; fi
}

missing_packages() {  # missing_packages GROUP: the packages of that group that are not installed.
  local package installed
  # What an installed package provides is there too: other builds of nodejs bring npm along.
  installed=$(dpkg-query -W -f '${Status} ${Package} ${Provides}\n' | sed -n 's/^install ok installed //p' |
    tr -d ',' | tr ' ' '\n')
  for package in $(sed -n "s/^$1: //p" tools/packages.txt); do
    grep -qxF "$package" <<< "$installed" || echo "$package"
  done
}

install_group() {
  local missing=$1
  # RabbitMQ's and Redis' packages would start instances of their own: ours are private.
  as_root env DEBIAN_FRONTEND=noninteractive RUNLEVEL=1 apt-get install -y --no-install-recommends $missing
}

ensure_packages() {
  local group missing updated=''
  for group in build libraries servers tools; do
    missing=$(missing_packages "$group" | tr '\n' ' ')
    [ -z "${missing// /}" ] && continue
    if [ -z "$updated" ]; then
      phase "Reading the package lists" as_root apt-get update
      updated=yes
    fi
    phase "Installing packages: $group" install_group "$missing"
  done
}

# Builds with ninja's own progress on the terminal.  Arguments: targets; none: everything.
build() {
  local log=$RUN/logs/configure.log
  mkdir -p "$RUN/logs"
  if [ ! -f "$BUILD/build.ninja" ]; then
    phase "Configuring ($PRESET)" cmake --preset "$PRESET"
  fi
  if ninja -C "$BUILD" -n "$@" 2> /dev/null | grep -q 'no work to do'; then
    printf '  %-42s%sok%s %sup to date%s\n' "Building ($PRESET)" "$green" "$plain" "$dim" "$plain"
    return
  fi
  say "  Building ($PRESET)"
  NINJA_STATUS='    [%f/%t, %es] ' ninja -C "$BUILD" "$@" ||
    die "The build failed; the first error stands above."
}

port_of() {
  case "$1" in
    broker) echo "$BROKER_PORT" ;;
    redis) echo "$REDIS_PORT" ;;
    sandbox) echo "$SANDBOX_PORT" ;;
    ingest) echo "$INGEST_PORT" ;;
    delivery) echo "$DELIVERY_PORT" ;;
    dlq) echo "$DLQ_PORT" ;;
  esac
}

# The pid of a process that `up` started, when it is still that one.
running_pid() {
  local pid
  pid=$(cat "$RUN/$1.pid" 2> /dev/null) || return 1
  kill -0 "$pid" 2> /dev/null || return 1
  # A pid is used again one day: its command must still be ours.
  case "$1" in
    broker) grep -qa private-broker "/proc/$pid/cmdline" ;;
    redis) grep -qa redis-server "/proc/$pid/cmdline" ;;
    *) grep -qa "leadrelay-$1" "/proc/$pid/cmdline" ;;
  esac || return 1
  echo "$pid"
}
