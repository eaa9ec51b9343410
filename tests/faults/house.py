"""A service centre that may be killed: its own MariaDB, Redis, site, web server and worker, all in one folder (Q-04).

Nothing of the bench but its programs is used: the sites folder is the house's own, every port is on the loopback and chosen
free, every process is started here and ended by its id. `House.close` ends what still runs and leaves the folder to its
owner.
"""

import json
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import psutil
import pymysql
import redis
import requests

SITE = "faults.localhost"
ROOT_PASSWORD = "faults-root"
ADMIN_PASSWORD = "admin"
WEB_WORKERS = 3
# What a process of the house may take to answer after it was started (seconds).
LONGEST_START = 180
# Whoever stops the run in whatever way leaves nothing running.
ENDS_WITH_THE_RUN = ("setpriv", "--pdeathsig", "TERM", "--")


def free_port() -> int:
	with socket.socket() as probe:
		probe.bind(("127.0.0.1", 0))
		return probe.getsockname()[1]


def wait_until(what: Callable[[], object], why: str, seconds: float = LONGEST_START, pause: float = 0.05):
	"""Returns what `what` returns as soon as that is true. Raises TimeoutError with `why`."""
	until = time.monotonic() + seconds
	while time.monotonic() < until:
		if found := what():
			return found
		time.sleep(pause)
	raise TimeoutError(f"after {seconds} seconds: {why}")


class Process:
	"""One program of the house, in a process group of its own."""

	def __init__(self, name: str, logs: Path):
		self.name, self.log = name, logs / f"{name}.log"
		self.running: subprocess.Popen | None = None

	def start(self, command: list[str], cwd: Path, **environment: str) -> None:
		assert not self.running, f"{self.name} runs already"
		with self.log.open("ab") as log:
			self.running = subprocess.Popen(
				[*ENDS_WITH_THE_RUN, *command],
				cwd=cwd,
				env={**os.environ, **environment},
				stdin=subprocess.DEVNULL,
				stdout=log,
				stderr=log,
				start_new_session=True,
			)

	@property
	def family(self) -> list[psutil.Process]:
		"""The process and what it forked, the children first; nobody where it does not run."""
		if not self.running:
			return []
		try:
			own = psutil.Process(self.running.pid)
			return [*reversed(own.children(recursive=True)), own]
		except psutil.NoSuchProcess:
			return []

	def kill(self) -> None:
		"""kill -9, the children too: nobody is left to clear up."""
		if not self.running:
			return
		# the parent first, or it would start a child anew
		for process in reversed(self.family):
			try:
				process.send_signal(signal.SIGKILL)
			except psutil.NoSuchProcess:
				pass
		self.running.wait()
		self.running = None


class House:
	def __init__(self, folder: Path, bench: Path):
		self.folder, self.bench = folder, bench
		self.sites, self.logs, self.data = folder / "sites", folder / "logs", folder / "mariadb"
		for path in (self.sites, self.logs):
			path.mkdir(parents=True, exist_ok=True)
		self.db_port, self.web_port = free_port(), free_port()
		self.redis_ports = {"cache": free_port(), "queue": free_port()}
		self.database = Process("mariadb", self.logs)
		self.web = Process("web", self.logs)
		self.worker = Process("worker", self.logs)
		self.redis = {which: Process(f"redis-{which}", self.logs) for which in self.redis_ports}

	@property
	def url(self) -> str:
		return f"http://127.0.0.1:{self.web_port}"

	@property
	def python(self) -> str:
		return sys.executable

	# ---- MariaDB -------------------------------------------------------------------------------------------------

	def make_database(self) -> None:
		subprocess.run(
			[
				*("mariadb-install-db", "--no-defaults", f"--datadir={self.data}"),
				*("--auth-root-authentication-method=normal", "--skip-test-db"),
			],
			check=True,
			stdout=subprocess.DEVNULL,
			stderr=subprocess.DEVNULL,
		)

	def start_database(self) -> None:
		"""Every commit is on disk before it is acknowledged, as on a site that is in earnest."""
		self.database.start(
			[
				*("mariadbd", "--no-defaults", f"--datadir={self.data}", f"--port={self.db_port}"),
				*(f"--socket={self.folder}/db.sock", f"--pid-file={self.folder}/db.pid"),
				*("--bind-address=127.0.0.1", "--character-set-server=utf8mb4"),
				*("--collation-server=utf8mb4_unicode_ci", "--innodb-flush-log-at-trx-commit=1"),
				*("--innodb-buffer-pool-size=256M", "--max-connections=100", "--skip-log-bin"),
			],
			cwd=self.folder,
		)
		wait_until(self.database_answers, "MariaDB does not answer", pause=0.2)

	def database_answers(self) -> bool:
		try:
			self.connect(password=None).close()
		except pymysql.err.OperationalError as error:
			return error.args[0] == 1045  # root has got its password
		return True

	def connect(self, password: str | None = ROOT_PASSWORD, **options) -> pymysql.Connection:
		"""A connection of the harness itself, as root."""
		return pymysql.connect(
			host="127.0.0.1", port=self.db_port, user="root", password=password or "", **options
		)

	def set_root_password(self) -> None:
		with self.connect(password=None) as connection, connection.cursor() as cursor:
			for host in ("localhost", "127.0.0.1"):
				cursor.execute("CREATE OR REPLACE USER root@%s IDENTIFIED BY %s", (host, ROOT_PASSWORD))
				cursor.execute("GRANT ALL ON *.* TO root@%s WITH GRANT OPTION", (host,))

	# ---- Redis ---------------------------------------------------------------------------------------------------

	def start_redis(self, which: str) -> None:
		port = self.redis_ports[which]
		self.redis[which].start(
			[
				*("redis-server", "--bind", "127.0.0.1", "--port", str(port), "--save", "60 1"),
				*("--dir", str(self.folder), "--dbfilename", f"{which}.rdb"),
			],
			cwd=self.folder,
		)

		def answers() -> bool:
			try:
				return self.queue_client(which).ping()
			except redis.exceptions.ConnectionError:
				return False

		wait_until(answers, f"Redis ({which}) does not answer")

	def queue_client(self, which: str = "queue") -> redis.Redis:
		return redis.Redis(port=self.redis_ports[which])

	# ---- the site ------------------------------------------------------------------------------------------------

	def write_config(self) -> None:
		apps = "frappe\nerpnext\nproperty_service\n"
		(self.sites / "apps.txt").write_text(apps)
		if not (self.sites / "assets").exists():
			(self.sites / "assets").symlink_to(self.bench / "sites" / "assets")
		urls = {which: f"redis://127.0.0.1:{port}" for which, port in self.redis_ports.items()}
		config = {
			"db_host": "127.0.0.1",
			"db_port": self.db_port,
			"redis_cache": urls["cache"],
			"redis_queue": urls["queue"],
			"redis_socketio": urls["cache"],
			"host_name": self.url,
			# the harness itself is the clock: nothing runs but what it starts
			"pause_scheduler": 1,
			"maintenance_mode": 0,
			# nobody else works in this house: a worker need not stand back
			"background_process_niceness": 0,
		}
		(self.sites / "common_site_config.json").write_text(json.dumps(config, indent=1))

	def run(self, *command: str) -> None:
		with (self.logs / "setup.log").open("ab") as log:
			answer = subprocess.run(
				command,
				cwd=self.sites,
				env={**os.environ, "SITE": SITE},
				stdin=subprocess.DEVNULL,
				stdout=log,
				stderr=log,
			)
		assert answer.returncode == 0, (self.logs / "setup.log").read_text()[-3000:]

	def frappe(self, *arguments: str) -> None:
		self.run(self.python, "-W", "ignore", "-m", "frappe.utils.bench_helper", "frappe", *arguments)

	def make_site(self) -> None:
		self.frappe(
			*("new-site", "--force", "--db-root-username", "root", "--db-root-password", ROOT_PASSWORD),
			*("--mariadb-user-host-login-scope=%", "--admin-password", ADMIN_PASSWORD),
			*("--install-app", "erpnext", SITE),
		)
		self.run(self.python, "-m", "property_service.setup.company_site")
		self.frappe("--site", SITE, "install-app", "property_service")

	# ---- web server and worker -----------------------------------------------------------------------------------

	def start_web(self) -> None:
		self.web.start(
			[
				*(self.python, "-W", "ignore", "-m", "gunicorn", "frappe.app:application", "--workers"),
				*(str(WEB_WORKERS), "--bind", f"127.0.0.1:{self.web_port}", "--timeout", "120"),
			],
			cwd=self.sites,
		)
		wait_until(self.web_answers, "the web server does not answer", pause=0.2)

	def web_answers(self) -> bool:
		try:
			answer = requests.get(
				f"{self.url}/api/method/ping", headers={"X-Frappe-Site-Name": SITE}, timeout=60
			)
		except requests.RequestException:
			return False
		return answer.status_code == 200

	def start_worker(self) -> None:
		self.forget_lost_jobs()
		self.worker.start(
			[
				*(self.python, "-W", "ignore", "-m", "frappe.utils.bench_helper", "frappe", "worker"),
				*("--queue", "default,short,long"),
			],
			cwd=self.sites,
		)

	def forget_lost_jobs(self) -> None:
		"""What the queue does by itself a quarter of an hour after a worker has died: its jobs are no longer under way.

		Their last sign of life is put back, and the queue's last look at lost jobs is forgotten, so that the next worker
		that starts looks and finds them.
		"""
		queue = self.queue_client()
		for last_look in queue.keys("rq:clean_registries:*"):
			queue.delete(last_look)
		for registry in queue.keys("rq:wip:*"):
			for job in queue.zrange(registry, 0, -1):
				queue.zadd(registry, {job: 1})

	def queue_is_empty(self) -> bool:
		queue = self.queue_client()
		return not any(
			queue.llen(key) if key.startswith(b"rq:queue:") else queue.zcard(key)
			for key in (*queue.keys("rq:queue:*"), *queue.keys("rq:wip:*"))
		)

	# ---- all together --------------------------------------------------------------------------------------------

	def open(self) -> None:
		"""Everything but the worker, which a fault starts when it wants one. A site that is there is used as it is."""
		known = (self.sites / SITE / "site_config.json").exists() and (self.folder / "ready").exists()
		if not known:
			self.make_database()
		self.start_database()
		if not known:
			self.set_root_password()
		for which in self.redis:
			self.start_redis(which)
		self.write_config()
		if not known:
			self.make_site()
			(self.folder / "ready").touch()
		self.start_web()

	def close(self) -> None:
		for process in (self.web, self.worker, *self.redis.values()):
			process.kill()
		if self.database.running:
			self.database.running.terminate()
			self.database.running.wait(timeout=60)

	# ---- who holds a connection ----------------------------------------------------------------------------------

	def process_at(self, port: int) -> psutil.Process:
		"""The process of the house whose end of a database connection is this port."""
		for process in (*self.web.family, *self.worker.family):
			try:
				ends = process.connections(kind="tcp4")
			except psutil.NoSuchProcess:
				continue
			if any(end.laddr.port == port and end.status == psutil.CONN_ESTABLISHED for end in ends):
				return process
		raise LookupError(f"no process of the house is at port {port}")
