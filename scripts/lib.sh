# Shared by the scripts in this folder: where things are, who runs what, and how a step is reported.
# Sourced, never run. Every setting below can be given in the environment or as `make run NAME=value`.

set -Eeuo pipefail

CHECKOUT=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
FRAPPE_BRANCH=${FRAPPE_BRANCH:-version-15}
FRAPPE_REPO=${FRAPPE_REPO:-https://github.com/frappe/frappe}
ERPNEXT_REPO=${ERPNEXT_REPO:-https://github.com/frappe/erpnext}
BENCH_VERSION=${BENCH_VERSION:-5.31.1}
BENCH_USER=${BENCH_USER:-frappe}
PYTHON=${PYTHON:-/usr/bin/python3}
RUN_SITE=${RUN_SITE:-property.localhost}
TEST_SITE=${TEST_SITE:-property-test.localhost}
WEB_PORT=${WEB_PORT:-8000}
TEST_PORT=${TEST_PORT:-8010}
SECOND_TEST_SITE=${SECOND_TEST_SITE:-second-$TEST_SITE}
SECOND_TEST_PORT=${SECOND_TEST_PORT:-$((TEST_PORT + 1))}
DB_HOST=${DB_HOST:-127.0.0.1}
DB_PORT=${DB_PORT:-3306}
ADMIN_PASSWORD=${ADMIN_PASSWORD:-admin}
FAULTS_MINUTES=${FAULTS_MINUTES:-15}
SETUP_LOG=${SETUP_LOG:-/tmp/property-service-setup.$(id -u).log}

# bench refuses to run as root, so root continues as BENCH_USER; anybody else is that user already.
if [ "$(id -u)" = 0 ]; then
	RUN_AS=$BENCH_USER
else
	RUN_AS=$(id -un)
fi

say() { printf '%s\n' "$*"; }

die() {
	printf '✗ %s\n' "$*" >&2
	exit 1
}

as_root() {
	if [ "$(id -u)" = 0 ]; then
		"$@"
	elif command -v sudo >/dev/null; then
		sudo "$@"
	else
		die "This needs root and there is no sudo. Run once as root, or do it yourself: $*"
	fi
}

# Empty while the user does not exist.
home_of() { getent passwd "$1" | cut -d: -f6 || true; }

# Runs a command as the bench's user with that user's home and the rest of the environment (proxies, certificates).
as_bench_user() {
	local home path
	home=$(home_of "$RUN_AS")
	path="$home/.local/property-service/bin:/usr/local/bin:/usr/bin:/bin:/usr/local/sbin:/usr/sbin:/sbin"
	if [ "$(id -un)" = "$RUN_AS" ]; then
		env HOME="$home" PATH="$path" "$@"
	else
		runuser -u "$RUN_AS" -- env HOME="$home" USER="$RUN_AS" LOGNAME="$RUN_AS" PATH="$path" "$@"
	fi
}

in_bench() { (cd "$BENCH" && as_bench_user "$@"); }

locate_bench() {
	BENCH=${BENCH:-$(home_of "$RUN_AS")/frappe-bench}
	LOGS=$BENCH/logs
}

# ---- steps -------------------------------------------------------------------------------------------------------

# step TITLE CHECK DO: nothing when CHECK succeeds; else DO, its output in the log, its time on the screen.
step() {
	local title=$1 check=$2 action=$3 started=$SECONDS status=0 logged
	if "$check" >/dev/null 2>&1; then
		printf '  ✓ %-58s there already\n' "$title"
		return 0
	fi
	printf '  … %-58s' "$title"
	logged=$(wc -l <"$SETUP_LOG")
	# errexit is off inside an `if`, so the action runs in a shell of its own to stop at its first failure.
	set +e
	(
		set -Eeuo pipefail
		trap - EXIT
		"$action"
	) </dev/null >>"$SETUP_LOG" 2>&1
	status=$?
	set -e
	if [ $status != 0 ]; then
		printf ' failed after %ss\n' $((SECONDS - started))
		explain_failure "$title" $((logged + 1))
	fi
	printf ' %ss\n' $((SECONDS - started))
}

always() { false; }

# One clear line for what goes wrong most often; anything else shows the end of its output.
explain_failure() {
	local title=$1 output own_words
	output=$(tail -n "+$2" "$SETUP_LOG")
	own_words=$(sed -n 's/^✗ //p' <<<"$output" | tail -n 1)
	[ -z "$own_words" ] || die "$title: $own_words"
	case $output in
	*"Access denied for user"*)
		die "$title: MariaDB refused the password. Give root's: make … DB_ROOT_PASSWORD=…" ;;
	*"Could not resolve host"* | *"Temporary failure resolving"* | *"Temporary failure in name resolution"* | \
		*"Name or service not known"* | *"Network is unreachable"* | *"Connection timed out"* | \
		*"Could not connect to server"* | *"Failed to connect to"* | *"Failed to establish a new connection"* | \
		*ENOTFOUND* | *EAI_AGAIN* | *ENETUNREACH*)
		die "$title: no network. Check connection and proxy, or name mirrors: FRAPPE_REPO=… ERPNEXT_REPO=…" ;;
	*"sudo: a password is required"* | *"is not in the sudoers file"*)
		die "$title: this needs root. Run it as root, or as a user who may use sudo." ;;
	*"No space left on device"*)
		die "$title: the disk is full." ;;
	esac
	tail -n 15 <<<"$output" >&2
	die "$title did not work. The whole output is in $SETUP_LOG"
}

# ---- processes that end with this shell --------------------------------------------------------------------------

STARTED_GROUPS=()

# start LOG COMMAND…: in the background, in a process group of its own so that its children end with it.
start() {
	local log=$1
	shift
	set -m
	as_bench_user "$@" </dev/null >>"$log" 2>&1 &
	set +m
	STARTED_GROUPS+=($!)
}

stop_started() {
	local group
	for group in "${STARTED_GROUPS[@]}"; do
		kill -TERM -- "-$group" 2>/dev/null || true
	done
	for group in "${STARTED_GROUPS[@]}"; do
		wait "$group" 2>/dev/null || true
	done
	STARTED_GROUPS=()
}

port_free() { ! (exec 3<>"/dev/tcp/127.0.0.1/$1") 2>/dev/null; }

require_free_port() { # NAME: of the variable that holds it
	port_free "${!1}" || die "Port ${!1} is taken. Choose another one: make … $1=$((${!1} + 1))"
}

# ---- Redis -------------------------------------------------------------------------------------------------------

redis_port() { as_bench_user sed -n 's/^port *//p' "$BENCH/config/redis_$1.conf"; }

# A pair of Redis servers beside the bench's, for what this shell starts from here on: an own queue and an own cache.
start_own_redis() {
	local which port
	for which in cache queue; do
		port=$(($(redis_port "$which") + 1))
		port_free "$port" || die "Port $port is taken: the second test site needs it for a Redis of its own"
		start "$LOGS/property-service-redis.log" redis-server --port "$port" --bind 127.0.0.1 --save "" --appendonly no
		declare -gx "FRAPPE_REDIS_${which^^}=redis://127.0.0.1:$port"
		for _ in $(seq 50); do
			[ "$(redis-cli -p "$port" ping 2>/dev/null)" = PONG ] && continue 2
			sleep 0.2
		done
		die "Redis ($which) did not start; see $LOGS/property-service-redis.log"
	done
}

redis_answers() { [ "$(redis-cli -p "$(redis_port "$1")" ping 2>/dev/null)" = PONG ]; }

# The bench's own two Redis servers, unless they run already.
start_redis() {
	local which
	for which in cache queue; do
		redis_answers "$which" || start "$LOGS/property-service-redis.log" redis-server "$BENCH/config/redis_$which.conf"
	done
	for which in cache queue; do
		for _ in $(seq 50); do
			redis_answers "$which" && continue 2
			sleep 0.2
		done
		die "Redis ($which) did not start; see $LOGS/property-service-redis.log"
	done
}
