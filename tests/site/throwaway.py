"""A site of its own for tests that install and uninstall: ERPNext set up for the company, without this app.

It is restored from the copy that `make test` keeps of the test site as it was before the app came, in a database made
with the account that makes sites. Nothing of the test site itself is touched.
"""

import gzip
import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
BEFORE_APP = "private/backups/before_property_service.sql.gz"


class ThrowawaySite:
	def __init__(self, bench: str, template: str):
		"""`template`: the test site whose copy from before the app is restored."""
		self.sites = Path(bench) / "sites"
		self.template = self.sites / template
		self.name = f"throwaway-{template}"
		self.folder = self.sites / self.name
		self.config = json.loads((self.template / "site_config.json").read_text())
		self.database = f"throwaway_{self.config['db_name']}"[:60]

	def make(self) -> "ThrowawaySite":
		dump = self.template / BEFORE_APP
		assert dump.exists(), f"{dump} is missing; `make test FRESH=1` makes it with the test site"
		self.drop()
		user, host = self.database, self._host()
		self._sql(
			f"CREATE DATABASE `{self.database}` CHARACTER SET utf8mb4 COLLATE utf8mb4_unicode_ci;"
			f"CREATE OR REPLACE USER '{user}'@'%' IDENTIFIED BY 'throwaway';"
			f"GRANT ALL ON `{self.database}`.* TO '{user}'@'%';"
			f"CREATE OR REPLACE USER '{user}'@'{host}' IDENTIFIED BY 'throwaway';"
			f"GRANT ALL ON `{self.database}`.* TO '{user}'@'{host}';"
		)
		self._sql(gzip.decompress(dump.read_bytes()), self.database)
		for folder in ("public/files", "private/files", "private/backups", "locks", "logs"):
			(self.folder / folder).mkdir(parents=True)
		config = {**self.config, "db_name": self.database, "db_user": user, "db_password": "throwaway"}
		(self.folder / "site_config.json").write_text(json.dumps({**config, "developer_mode": 0}))
		return self

	def drop(self) -> None:
		self._sql(f"DROP DATABASE IF EXISTS `{self.database}`")
		for host in ("%", self._host()):
			self._sql(f"DROP USER IF EXISTS '{self.database}'@'{host}'")
		shutil.rmtree(self.folder, ignore_errors=True)

	def bench(self, *arguments: str) -> str:
		"""A bench command on this site; a failure shows its output."""
		return self._run("-m", "frappe.utils.bench_helper", "frappe", "--site", self.name, *arguments)

	def python(self, code: str) -> str:
		"""Runs code on this site as Administrator in one transaction and gives back what it prints."""
		return self._run(
			"-c",
			f"import frappe\nfrappe.init({self.name!r})\nfrappe.connect()\nfrappe.set_user('Administrator')\n"
			f"{code}\nfrappe.db.commit()\nfrappe.destroy()",
		)

	def module(self, name: str, *arguments: str) -> str:
		"""`python -m name SITE arguments`; gives back what it prints."""
		return self._run("-m", name, self.name, *arguments)

	def _run(self, *arguments: str) -> str:
		done = subprocess.run(
			[sys.executable, *arguments],
			cwd=self.sites,
			env={**os.environ, "PYTHONPATH": str(ROOT)},
			capture_output=True,
			text=True,
			timeout=900,
		)
		assert done.returncode == 0, f"{' '.join(arguments)}:\n{done.stdout[-3000:]}\n{done.stderr[-3000:]}"
		return done.stdout

	def _host(self) -> str:
		return "localhost"

	def _sql(self, statements: str | bytes, database: str = "") -> None:
		user = os.environ.get("DB_SETUP_USER", "property_service_setup")
		password = os.environ.get("DB_SETUP_PASSWORD") or (Path.home() / ".property-service-db").read_text()
		common = json.loads((self.sites / "common_site_config.json").read_text())
		done = subprocess.run(
			[
				*(
					"mariadb",
					f"--host={common.get('db_host', '127.0.0.1')}",
					f"--port={common.get('db_port', 3306)}",
				),
				*(
					f"--user={user}",
					f"--password={password}",
					"--default-character-set=utf8mb4",
					*[database][: bool(database)],
				),
			],
			input=statements if isinstance(statements, bytes) else statements.encode(),
			capture_output=True,
		)
		assert done.returncode == 0, done.stderr.decode()[-1000:]
