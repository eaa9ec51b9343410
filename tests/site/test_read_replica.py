"""With a read replica, reports, charts and calendars leave the primary alone and never write (docs/production.md).

The replica here is the same database, reached by an account that may only SELECT, as the page advises: what writes or
makes a table is refused by MariaDB itself.
"""

import os
import subprocess
from pathlib import Path

import frappe
import pymysql
import pytest
from frappe.desk import query_report
from frappe.utils import add_days, add_months, get_first_day, nowdate

from property_service.property_service.dashboard_chart_source.contacts_per_day import contacts_per_day
from property_service.property_service.dashboard_chart_source.repairs_by_category import repairs_by_category
from property_service.property_service.dashboard_chart_source.repairs_per_week import repairs_per_week
from property_service.property_service.doctype.key_loan import counter as key_counter
from property_service.property_service.doctype.repair_ticket import steps as ticket_steps
from property_service.property_service.doctype.service_order import assignment
from property_service.property_service.doctype.vehicle_pass import counter as pass_counter
from property_service.stock import month_end
from tests.site import make

READER, PASSWORD = "property_service_reader", "reads-only"
REPORTS = Path(__file__).resolve().parents[2] / "property_service/property_service/report"
# What a report asks for beyond company and period.
ASKED_FOR = {"Repair Cost": {"group_by": "Repair Category"}}


def as_setup_account(statements: str) -> None:
	conf = frappe.local.conf
	password = os.environ.get("DB_SETUP_PASSWORD") or (Path.home() / ".property-service-db").read_text()
	done = subprocess.run(
		[
			"mariadb",
			f"--host={conf.db_host or '127.0.0.1'}",
			f"--port={conf.db_port or 3306}",
			f"--user={os.environ.get('DB_SETUP_USER', 'property_service_setup')}",
			f"--password={password}",
		],
		input=statements.encode(),
		capture_output=True,
	)
	assert done.returncode == 0, done.stderr.decode()[-1000:]


@pytest.fixture(scope="module")
def reader(low_value) -> dict:
	"""Site configuration of a replica whose account may only read; in this file the stores and low value are on."""
	conf = frappe.local.conf
	accounts = [f"'{READER}'@'{host}'" for host in ("%", "localhost")]
	as_setup_account(
		"".join(
			f"create or replace user {account} identified by '{PASSWORD}';"
			f"grant select on `{conf.db_name}`.* to {account};"
			for account in accounts
		)
	)
	yield {
		"read_from_replica": 1,
		"replica_host": conf.db_host or "127.0.0.1",
		"replica_db_port": conf.db_port,
		"different_credentials_for_replica": 1,
		"replica_db_name": READER,
		"replica_db_password": PASSWORD,
	}
	as_setup_account("".join(f"drop user if exists {account};" for account in accounts))


@pytest.fixture
def replica(reader, monkeypatch):
	"""This test's request reads from the replica; Frappe connects to it once a request."""
	forget_replica()
	for key, value in reader.items():
		monkeypatch.setitem(frappe.local.conf, key, value)
	yield
	forget_replica()


def forget_replica() -> None:
	for name in ("replica_db", "primary_db"):
		if hasattr(frappe.local, name):
			delattr(frappe.local, name)


def period() -> dict[str, str]:
	return {"start": add_days(nowdate(), -30), "end": add_days(nowdate(), 30)}


READ_ONLY = {
	"calendar of tickets": lambda cast: ticket_steps.expected_tickets(**period()),
	"calendar of orders": lambda cast: assignment.planned_orders(**period()),
	"calendar of passes": lambda cast: pass_counter.ending_in(**period()),
	"calendar of keys": lambda cast: key_counter.due_in(**period()),
	"contacts per day": lambda cast: contacts_per_day.get(),
	"repairs by category": lambda cast: repairs_by_category.get(),
	"repairs per week": lambda cast: repairs_per_week.get(),
	"month end": lambda cast: month_end.status(company=cast.company),
}


@pytest.mark.parametrize("what", READ_ONLY)
def test_figures_and_calendars_read_from_the_replica(what, replica, cast, count_sql):
	primary = frappe.db
	with count_sql() as statements:
		assert READ_ONLY[what](cast) is not None
	assert frappe.db is primary
	assert statements.statements == []
	assert frappe.local.replica_db is not primary


def own_reports() -> list[str]:
	return sorted(path.parent.name for path in REPORTS.glob("*/*.json"))


@pytest.mark.parametrize("report", own_reports())
def test_every_report_runs_with_an_account_that_may_only_read(report, replica, cast, stores):
	name = frappe.db.get_value("Report", {"module": "Property Service", "name": frappe.unscrub(report)})
	name = name or next(row for row in frappe.get_all("Report", pluck="name") if frappe.scrub(row) == report)
	month = f"{get_first_day(nowdate()):%Y-%m}"
	filters = {
		"company": cast.company,
		"store": stores.store,
		"from_date": str(add_months(get_first_day(nowdate()), -1)),
		"to_date": nowdate(),
		"as_of": nowdate(),
		"from_month": month,
		"to_month": month,
		**ASKED_FOR.get(name, {}),
	}
	answer = query_report.run(name, filters=frappe.as_json(filters), ignore_prepared_report=True)
	assert answer["columns"]
	assert frappe.local.replica_db


def test_what_would_write_is_refused_by_the_replica(replica, cast):
	"""The tests above would go red if a marked method began to write."""
	ticket = make.ticket().name

	@frappe.read_only()
	def write() -> None:
		frappe.db.set_value("Repair Ticket", ticket, "description", "x")

	with pytest.raises(pymysql.err.OperationalError, match="command denied"):
		write()
