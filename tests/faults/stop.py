"""Stopping a posting at a known place, from outside: the database makes it wait, the harness sees it wait (Q-04).

A table that the harness holds for reading lets everybody read and nobody write. A posting that comes to its first write
(or locking read) there waits, with everything that it wrote before still uncommitted. So "in the middle" is a place, not a
moment: no sleeping, no luck, and not a line of the app is changed.
"""

import contextlib
import re
import time
from collections.abc import Callable, Iterator
from typing import NamedTuple

import pymysql

from tests.faults.house import House, wait_until

WRITE = re.compile(
	r"^\s*(?:INSERT\s+(?:IGNORE\s+)?INTO|UPDATE|DELETE\s+FROM|REPLACE\s+INTO)\s+`(tab[^`]+)`", re.I
)
SERIES = re.compile(r"UPDATE\s+`?tabSeries`?\s+SET.*WHERE\s+`?name`?\s*=\s*'([^']+)'", re.I | re.S)
# So many rows make the harness's transaction the heavier one, which MariaDB lets live.
WEIGHT = 3000
# Written after the posting's own commit or outside its transaction, or only by the first posting of a month.
NOT_OF_THE_POSTING = frozenset(
	{"tabSessions", "tabActivity Log", "tabError Log", "tabDefaultValue", "tabStock Month"}
)


class Waiting(NamedTuple):
	"""Who waits: the database's number of the connection, the port of its other end, and what it wants to do."""

	thread: int
	port: int
	statement: str


@contextlib.contextmanager
def held(house: House, database: str, table: str) -> Iterator[pymysql.Connection]:
	"""`table` is written by nobody inside the block; it is free again as soon as the connection is closed."""
	connection = house.connect(database=database)
	try:
		with connection.cursor() as cursor:
			cursor.execute("SET SESSION lock_wait_timeout = 20")
			cursor.execute(f"LOCK TABLES `{table}` READ")
		yield connection
	finally:
		with contextlib.suppress(pymysql.Error):
			connection.close()


def waiting(house: House, database: str) -> Waiting | None:
	with house.connect() as connection, connection.cursor() as cursor:
		cursor.execute(
			"SELECT id, host, info, time_ms FROM information_schema.processlist WHERE db = %s AND state LIKE %s",
			(database, "%metadata lock%"),
		)
		rows = cursor.fetchall()
	return Waiting(rows[0][0], int(rows[0][1].rsplit(":", 1)[1]), rows[0][2]) if rows else None


def wait_for_somebody(house: House, database: str, table: str) -> Waiting:
	return wait_until(lambda: waiting(house, database), f"nobody came to {table}, which is held", seconds=60)


class Recorder:
	"""What is written, in its order: `with Recorder(house) as seen: …` then `seen.tables` and `seen.series`."""

	def __init__(self, house: House):
		self.house, self.tables, self.series = house, [], []

	def __enter__(self) -> "Recorder":
		with self.house.connect() as connection, connection.cursor() as cursor:
			cursor.execute("SET GLOBAL log_output = 'TABLE'")
			cursor.execute("TRUNCATE mysql.general_log")
			cursor.execute("SET GLOBAL general_log = 1")
		return self

	def __exit__(self, *_) -> None:
		with self.house.connect() as connection, connection.cursor() as cursor:
			cursor.execute("SET GLOBAL general_log = 0")
			cursor.execute(
				"SELECT CONVERT(argument USING utf8mb4) FROM mysql.general_log WHERE command_type = 'Query'"
			)
			for (statement,) in cursor.fetchall():
				table = WRITE.match(statement)
				if table and table[1] not in NOT_OF_THE_POSTING and table[1] not in self.tables:
					self.tables.append(table[1])
				if series := SERIES.search(statement):
					self.series.append(series[1])


@contextlib.contextmanager
def deadlock(
	house: House, database: str, late: tuple[str, tuple], early: tuple[str, tuple]
) -> Iterator[Callable[[], None]]:
	"""Another transaction, which holds what the posting needs late and wants what the posting took early.

	Inside the block the posting is sent; then the function that was yielded closes the circle: MariaDB takes back the
	lighter of the two, which is the posting, and the other goes home. Raises AssertionError where there was no deadlock.
	"""
	with house.connect(database=database) as connection, connection.cursor() as cursor:
		cursor.execute("CREATE TABLE IF NOT EXISTS faults_weight (id INT AUTO_INCREMENT PRIMARY KEY, x INT)")
		connection.begin()
		cursor.executemany("INSERT INTO faults_weight (x) VALUES (%s)", [(n,) for n in range(WEIGHT)])
		cursor.execute(*late)
		before = deadlocks(cursor)

		def close_the_circle() -> None:
			wait_until(lambda: waits_for_a_row(house), "the posting does not want what is held", seconds=60)
			cursor.execute(*early)
			connection.rollback()
			assert deadlocks(cursor) == before + 1

		yield close_the_circle
		connection.rollback()


def deadlocks(cursor) -> int:
	cursor.execute("SHOW GLOBAL STATUS LIKE 'Innodb_deadlocks'")
	return int(cursor.fetchone()[1])


def waits_for_a_row(house: House) -> bool:
	with house.connect() as connection, connection.cursor() as cursor:
		# what InnoDB says of its transactions is a tenth of a second old
		time.sleep(0.15)
		cursor.execute("SELECT 1 FROM information_schema.innodb_trx WHERE trx_state = 'LOCK WAIT'")
		return bool(cursor.fetchall())
