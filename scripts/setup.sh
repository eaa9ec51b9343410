# Makes what is missing, from Debian packages to a site with ERPNext and this app. Sourced by `service-centre`.
# Each `have_x` tells whether a thing is there by looking at the thing itself; each `make_x` makes it.

DEBIAN_PACKAGES="git build-essential python3-dev python3-venv pkg-config mariadb-server mariadb-client libmariadb-dev
redis-server libcairo2 libpango-1.0-0 libpangocairo-1.0-0 fonts-noto-cjk cron rsync curl ca-certificates"

# ---- packages, user, database ------------------------------------------------------------------------------------

installed() {
	local package
	for package in "$@"; do
		dpkg-query -W -f='${Status}' "$package" 2>/dev/null | grep -q "ok installed" || return 1
	done
}

# Recent releases have dropped wkhtmltopdf; there Frappe prints with Chromium instead.
# shellcheck disable=SC2086
have_packages() { installed $DEBIAN_PACKAGES && { command -v wkhtmltopdf || command -v chromium; }; }

make_packages() {
	as_root apt-get update
	# shellcheck disable=SC2086
	as_root env DEBIAN_FRONTEND=noninteractive apt-get install -y $DEBIAN_PACKAGES
	as_root env DEBIAN_FRONTEND=noninteractive apt-get install -y wkhtmltopdf || make_browser
}

have_browser() { command -v chromium || command -v chromium-browser || command -v google-chrome; }

make_browser() { as_root env DEBIAN_FRONTEND=noninteractive apt-get install -y chromium; }

node_major() { node --version 2>/dev/null | sed 's/^v\([0-9]*\).*/\1/'; }

have_node() { [ "$(node_major || echo 0)" -ge 18 ] && yarn --version 2>/dev/null | grep -q '^1\.'; }

make_node() {
	if [ "$(node_major || true)" = "" ]; then
		as_root env DEBIAN_FRONTEND=noninteractive apt-get install -y nodejs npm
	fi
	[ "$(node_major)" -ge 18 ] || die "Node $(node --version) is too old for Frappe: install Node 18 or later."
	as_root npm install -g yarn@1.22.22
}

have_user() { [ -n "$(home_of "$RUN_AS")" ]; }

make_user() { as_root useradd --create-home --shell /bin/bash "$RUN_AS"; }

MARIADB_CONFIG=/etc/mysql/mariadb.conf.d/99-property-service.cnf

mariadb_answers() { mariadb-admin --host="$DB_HOST" --port="$DB_PORT" --connect-timeout=3 ping 2>&1 | grep -qE 'alive|Access denied'; }

mariadb_is_local() { [ "$DB_HOST" = 127.0.0.1 ] || [ "$DB_HOST" = localhost ]; }

have_mariadb() {
	mariadb_is_local && { [ -f "$MARIADB_CONFIG" ] || return 1; }
	mariadb_answers
}

make_mariadb() {
	mariadb_is_local || die "MariaDB at $DB_HOST:$DB_PORT does not answer."
	if [ ! -f "$MARIADB_CONFIG" ]; then
		as_root tee "$MARIADB_CONFIG" >/dev/null <<-CONFIG
			[mysqld]
			character-set-server = utf8mb4
			collation-server = utf8mb4_unicode_ci
			innodb_buffer_pool_size = 512M
			max_connections = 300
			[mysql]
			default-character-set = utf8mb4
		CONFIG
		as_root service mariadb stop || true
	fi
	as_root service mariadb start
	local _
	for _ in $(seq 60); do
		mariadb_answers && return 0
		sleep 1
	done
	die "MariaDB does not answer on port $DB_PORT after a minute."
}

# Sites are made by a database account of our own, unless the caller names root's password.
db_password_file() { printf '%s/.property-service-db' "$(home_of "$RUN_AS")"; }

db_account() {
	if [ -n "${DB_ROOT_PASSWORD:-}" ]; then
		printf 'root %s' "$DB_ROOT_PASSWORD"
	else
		printf 'property_service_setup %s' "$(as_bench_user cat "$(db_password_file)")"
	fi
}

have_db_account() {
	local user password
	read -r user password <<<"$(db_account)"
	mariadb --host="$DB_HOST" --port="$DB_PORT" --user="$user" --password="$password" -e 'select 1'
}

make_db_account() {
	# A password given by the caller is the caller's to correct.
	[ -z "${DB_ROOT_PASSWORD:-}" ] || { have_db_account; return; }
	local password
	password=$(head -c 18 /dev/urandom | base64 | tr '+/' 'ab')
	as_root mariadb <<-SQL
		CREATE OR REPLACE USER 'property_service_setup'@'localhost' IDENTIFIED BY '$password';
		CREATE OR REPLACE USER 'property_service_setup'@'127.0.0.1' IDENTIFIED BY '$password';
		GRANT ALL ON *.* TO 'property_service_setup'@'localhost' WITH GRANT OPTION;
		GRANT ALL ON *.* TO 'property_service_setup'@'127.0.0.1' WITH GRANT OPTION;
	SQL
	printf '%s' "$password" | as_root install -m 600 -o "$RUN_AS" /dev/stdin "$(db_password_file)"
	have_db_account
}

# ---- bench, Frappe, ERPNext --------------------------------------------------------------------------------------

bench_cli() { printf '%s/.local/property-service/bin/bench' "$(home_of "$RUN_AS")"; }

have_bench_cli() { as_bench_user "$(bench_cli)" --version | grep -q "$BENCH_VERSION"; }

make_bench_cli() {
	local venv
	venv=$(home_of "$RUN_AS")/.local/property-service
	as_bench_user "$PYTHON" -m venv "$venv"
	as_bench_user "$venv/bin/pip" install --quiet "frappe-bench==$BENCH_VERSION" honcho
}

# A bench that was left half-made keeps this mark; it holds no site of anybody's yet, so it is made anew.
unfinished_mark() { printf '%s.unfinished' "$BENCH"; }

# version-16, asked for of a bench with 15, would run 15 and say 16. Other branches (develop) have no number to compare.
frappe_asked_for() { sed -n 's/^version-\([0-9]*\).*/\1/p' <<<"$FRAPPE_BRANCH"; }

frappe_there() { sed -n 's/^__version__ *= *"\([0-9]*\)\..*/\1/p' "$BENCH/apps/frappe/frappe/__init__.py" 2>/dev/null || true; }

frappe_as_asked() {
	local asked there
	asked=$(frappe_asked_for)
	there=$(frappe_there)
	[ -z "$asked" ] || [ -z "$there" ] || [ "$asked" = "$there" ]
}

have_bench() {
	[ ! -e "$(unfinished_mark)" ] &&
		frappe_as_asked &&
		in_bench env/bin/python -c 'import frappe, erpnext' &&
		[ -f "$BENCH/sites/assets/assets.json" ]
}

make_bench() {
	if [ -e "$(unfinished_mark)" ]; then
		as_root rm -rf "$BENCH"
	elif [ -e "$BENCH" ]; then
		frappe_as_asked || die "$BENCH holds Frappe $(frappe_there), not $FRAPPE_BRANCH." \
			"Name another bench (BENCH=…), or say FRAPPE_BRANCH=version-$(frappe_there) to use this one."
		repair_bench
		return
	fi
	as_bench_user touch "$(unfinished_mark)"
	(cd "$(dirname "$BENCH")" && as_bench_user "$(bench_cli)" init --no-backups \
		--frappe-path "$FRAPPE_REPO" --frappe-branch "$FRAPPE_BRANCH" --python "$PYTHON" "$BENCH")
	in_bench "$(bench_cli)" get-app --branch "$FRAPPE_BRANCH" "$ERPNEXT_REPO"
	as_bench_user rm -f "$(unfinished_mark)"
}

# Values are Python literals to bench, hence the quotes inside the quotes.
have_bench_config() { grep -q '"db_host"' "$BENCH/sites/common_site_config.json"; }

make_bench_config() {
	in_bench "$(bench_cli)" config set-common-config -c db_host "'$DB_HOST'" -c db_port "$DB_PORT" -c live_reload False
}

# A bench of somebody's that lost a part: put the part back, touch nothing else.
repair_bench() {
	forget_missing_apps
	if [ ! -d "$BENCH/apps/erpnext" ]; then
		in_bench "$(bench_cli)" get-app --branch "$FRAPPE_BRANCH" "$ERPNEXT_REPO"
	fi
	in_bench "$(bench_cli)" setup requirements frappe erpnext
	in_bench "$(bench_cli)" build --app frappe --app erpnext
}

# A name in apps.txt without its folder breaks every later bench command.
forget_missing_apps() {
	local app kept=()
	while read -r app || [ -n "$app" ]; do
		[ -n "$app" ] && [ -d "$BENCH/apps/$app/" ] && kept+=("$app")
	done <"$BENCH/sites/apps.txt"
	printf '%s\n' "${kept[@]}" | as_bench_user tee "$BENCH/sites/apps.txt" >/dev/null
}

# ---- this app in the bench ---------------------------------------------------------------------------------------

# The bench serves the working tree itself where its user may write there (type hints, build), else a copy of it.
can_link() { as_bench_user test -w "$CHECKOUT/property_service" -a -w "$CHECKOUT" 2>/dev/null; }

app_link() { printf '%s/apps/property_service' "$BENCH"; }

app_importable() {
	[ "$(in_bench env/bin/python -c 'import os, property_service as p; print(os.path.realpath(p.__path__[0]))')" = \
		"$(as_bench_user readlink -f "$(app_link)")/property_service" ]
}

app_in_place() {
	can_link || return 1 # a copy is brought up to date every time
	app_linked && app_listed && app_importable && has_requirements
}

put_app_in_place() {
	if can_link; then
		app_linked || link_app
	else
		copy_app
	fi
	{ app_importable && has_requirements; } || install_app_in_env
	forget_missing_apps
	app_listed || echo property_service | as_bench_user tee -a "$BENCH/sites/apps.txt" >/dev/null
}

app_linked() { [ "$(as_bench_user readlink -f "$(app_link)")" = "$CHECKOUT" ]; }

app_listed() { as_bench_user grep -qx property_service "$BENCH/sites/apps.txt"; }

# What the app asks for stands in pyproject.toml; the bench keeps the one that it was last installed from.
requirements_stamp() { printf '%s/env/property_service_pyproject.toml' "$BENCH"; }

has_requirements() { as_bench_user cmp -s "$(app_link)/pyproject.toml" "$(requirements_stamp)"; }

install_app_in_env() {
	in_bench env/bin/python -m pip install --quiet --editable apps/property_service
	as_bench_user cp "$(app_link)/pyproject.toml" "$(requirements_stamp)"
}

link_app() {
	as_root rm -rf "$(app_link)"
	as_bench_user ln -s "$CHECKOUT" "$(app_link)"
}

copy_app() {
	[ ! -L "$(app_link)" ] || as_bench_user rm "$(app_link)"
	as_root mkdir -p "$(app_link)"
	as_root rsync -a --delete --exclude .git --exclude .venv --exclude '*.egg-info' --exclude __pycache__ \
		--exclude node_modules --exclude /property_service/public/dist "$CHECKOUT/" "$(app_link)/"
	as_root chown -R "$RUN_AS" "$(app_link)"
	as_root chmod -R u+rwX "$(app_link)"
}

# Assets are built anew when the bench serves another checkout or anything in public/ is newer than the last build.
assets_stamp() { printf '%s/sites/assets/.property_service_built' "$BENCH"; }

have_assets() {
	as_bench_user grep -qxF "$CHECKOUT" "$(assets_stamp)" || return 1
	[ -z "$(as_bench_user find "$(app_link)/property_service/public" -newer "$(assets_stamp)" -not -path '*/dist*' -print -quit)" ]
}

make_assets() {
	in_bench "$(bench_cli)" build --app property_service
	printf '%s\n' "$CHECKOUT" | as_bench_user tee "$(assets_stamp)" >/dev/null
}

have_test_tools() { in_bench env/bin/python -c 'import pytest, hypothesis, playwright, freezegun'; }

make_test_tools() { in_bench env/bin/python -m pip install --quiet -r apps/property_service/tests/requirements.txt; }

# ---- sites -------------------------------------------------------------------------------------------------------

site_python() { # SITE MODULE ARGS…: a module of this app on one site
	local site=$1
	shift
	(cd "$BENCH/sites" && as_bench_user env SITE="$site" ../env/bin/python -m "$@")
}

# What is finished on a site is marked by an empty file in its folder.
ready_mark() { printf '%s/sites/%s/.property_service_ready' "$BENCH" "$1"; }

forget_site() { as_bench_user rm -f "$(ready_mark "$1")"; } # SITE: the next run makes it from nothing

have_site() { as_bench_user test -e "$(ready_mark "$SITE")"; }

make_site() {
	local user password
	read -r user password <<<"$(db_account)"
	# Without its ready mark the site never held anything: begin again.
	as_bench_user rm -f "$BENCH/sites/$SITE/site_config.json"
	in_bench "$(bench_cli)" new-site --force --db-root-username "$user" --db-root-password "$password" \
		--mariadb-user-host-login-scope=% --admin-password "$ADMIN_PASSWORD" --install-app erpnext "$SITE"
	site_python "$SITE" property_service.setup.company_site
	[ "$SITE" != "$TEST_SITE" ] || keep_copy_before_app
	in_bench "$(bench_cli)" --site "$SITE" install-app property_service
	as_bench_user touch "$(ready_mark "$SITE")"
}

# Where the test of installing and uninstalling finds a site without the app (tests/site/throwaway.py).
keep_copy_before_app() {
	in_bench "$(bench_cli)" --site "$SITE" backup \
		--backup-path-db "$BENCH/sites/$SITE/private/backups/before_property_service.sql.gz"
}

# The second test site: as the first one is before its first test.
copy_site() {
	local user password dump="$BENCH/sites/$TEST_SITE/private/backups/made.sql.gz"
	read -r user password <<<"$(db_account)"
	in_bench "$(bench_cli)" --site "$TEST_SITE" backup --backup-path-db "$dump"
	as_bench_user rm -f "$BENCH/sites/$SITE/site_config.json"
	in_bench "$(bench_cli)" new-site --force --db-root-username "$user" --db-root-password "$password" \
		--mariadb-user-host-login-scope=% --admin-password "$ADMIN_PASSWORD" --source-sql "$dump" "$SITE"
	copy_key_of_passwords
	as_bench_user mv "$dump" "$BENCH/sites/$SITE/private/backups"
	as_bench_user cp "$BENCH/sites/$TEST_SITE/private/backups/before_property_service.sql.gz" "$BENCH/sites/$SITE/private/backups"
	as_bench_user touch "$(ready_mark "$SITE")"
}

copy_key_of_passwords() {
	local key
	key=$(in_bench env/bin/python -c 'import json, sys; print(json.load(open(sys.argv[1])).get("encryption_key", ""))' \
		"sites/$TEST_SITE/site_config.json")
	[ -z "$key" ] || in_bench "$(bench_cli)" --site "$SITE" set-config encryption_key "$key"
}

migrate_site() { in_bench "$(bench_cli)" --site "$SITE" migrate --skip-search-index; }
