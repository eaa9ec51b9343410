"""The monthly statistics: figures from the registers by month and place, and the lists behind them (SVC-23)."""

from datetime import datetime, timedelta

import frappe
import pytest

from property_service.property_service.report.service_statistics import counts, service_statistics
from property_service.setup.demo.history import insert_many
from tests.site import make

pytestmark = pytest.mark.rule("SVC-23")

# Long before anything else on the site.
MARCH = {"from_date": "2018-03-01", "to_date": "2018-03-31"}
QUARTER = {"from_date": "2018-01-01", "to_date": "2018-03-31"}
NOON = datetime(2018, 3, 5, 12)
# 每月对住户来电来访进行月统计, as the source counts them.
CONTACTS_OF_THE_SOURCE = {
	"Consultation": 155,
	"Suggestion": 43,
	"Complaint": 69,
	"Public Repair": 752,
	"Home Repair": 740,
	"Other Service": 26,
	"Praise": 23,
}


def record(doctype: str, number: int, at: datetime, **values) -> dict:
	stamps = {"owner": "Administrator", "modified_by": "Administrator", "creation": at, "modified": at}
	return {"name": f"T-{doctype}-{at:%m%d%H}-{number}-{frappe.generate_hash(length=5)}", **stamps, **values}


def contacts(at=NOON, n=1, **values):
	values = {"channel": "Phone", "content": "来电", "company": make.company(), "received_on": at, **values}
	insert_many("Reception Record", [record("Reception Record", i, at, **values) for i in range(n)])


def tickets(at=NOON, n=1, **values):
	values = {
		**{"company": make.company(), "reported_on": at, "status": "Closed", "repair_kind": "Home Repair"},
		**{"channel": "Phone", "priority": "Normal", "description": "漏水"},
		**values,
	}
	insert_many("Repair Ticket", [record("Repair Ticket", i, at, **values) for i in range(n)])


def complaints(at=NOON, n=1, **values):
	values = {
		**{"company": make.company(), "received_on": at, "status": "Closed", "description": "噪音"},
		**values,
	}
	insert_many("Customer Complaint", [record("Customer Complaint", i, at, **values) for i in range(n)])


def run(**filters):
	"""(columns by fieldname, rows by figure) of the report as the service manager reads it."""
	found = service_statistics.execute({"company": make.company(), **MARCH, **filters})
	columns = {column["fieldname"]: column for column in found[0]}
	rows = {}
	for row in found[1]:
		rows.setdefault((row.get("figure"), row.get("kind")), row)
	return columns, rows


def total(rows, figure, kind="count"):
	return rows[figure, kind]["total"]


@pytest.fixture(autouse=True)
def manager(cast, test_transaction):
	frappe.set_user(cast.user("service_manager"))


def test_the_sources_counts_add_up_to_what_they_add_up_to():
	"""The source types 2,385; its parts are 1,808."""
	for category, n in CONTACTS_OF_THE_SOURCE.items():
		contacts(n=n, category=category)
	_, rows = run()
	assert {
		category: total(rows, f"category/{category}") for category in CONTACTS_OF_THE_SOURCE
	} == CONTACTS_OF_THE_SOURCE
	assert total(rows, "contacts") == 1808


def test_calls_and_visits_a_day_divide_by_the_days_of_the_month():
	contacts(n=71 * 31, category="Consultation")
	contacts(n=930, category="Consultation", channel="Walk-in")
	_, rows = run()
	assert total(rows, "channel/Phone", "daily") == 71
	assert total(rows, "channel/Walk-in", "daily") == 30


def test_empty_months_show_zero_and_no_rate():
	contacts(category="Praise")
	columns, rows = run(**QUARTER)
	months = [name for name, column in columns.items() if column.get("from_date") and name != "total"]
	assert [columns[name]["label"] for name in months] == ["2018-01", "2018-02", "2018-03"]
	assert [rows["contacts", "count"][name] for name in months] == [0, 0, 1]
	assert [rows["repairs", "count"][name] for name in months] == [0, 0, 0]
	assert [rows["completion_rate", "rate"][name] for name in months] == [None] * 3


def test_repairs_count_where_they_were_reported_with_what_became_of_them():
	fulfilled = {"response_result": "Fulfilled", "resolution_result": "Fulfilled"}
	first = {"first_responded_on": NOON + timedelta(hours=1), "completed_on": NOON + timedelta(hours=3)}
	late = {
		"first_responded_on": NOON + timedelta(hours=2),
		"completed_on": NOON + timedelta(days=40, hours=3),
	}
	tickets(**fulfilled, **first, follow_up_required=1, follow_up_outcome="Reached")
	tickets(
		**{"response_result": "Fulfilled", "resolution_result": "Failed", **late},
		**{"repair_kind": "Public Repair", "reopened_count": 1},
		**{"follow_up_required": 1, "follow_up_outcome": "Not Reached"},
	)
	tickets(status="Reported", repair_kind="Public Repair")
	tickets(status="Cancelled")
	_, rows = run()
	assert total(rows, "repairs") == 3
	assert total(rows, "kind/Public Repair") == 2
	assert total(rows, "completed") == 2
	assert total(rows, "completion_rate", "rate") == 67
	assert total(rows, "response_on_time", "rate") == 100
	assert total(rows, "resolution_on_time", "rate") == 50
	assert total(rows, "response_hours", "mean") == 1.5
	assert total(rows, "resolution_hours", "mean") == (3 + 40 * 24 + 3) / 2
	assert total(rows, "follow_up_rate", "rate") == 50
	assert total(rows, "reopened") == 1


def test_a_quarters_rate_is_not_the_mean_of_its_months():
	tickets(datetime(2018, 1, 9), n=9)
	tickets(datetime(2018, 2, 9), n=1, status="Reported")
	columns, rows = run(**QUARTER)
	shown = rows["completion_rate", "rate"]
	assert [shown[name] for name in columns if name.startswith("bucket_")] == [100, 0, None]
	assert shown["total"] == 90


def test_follow_ups_count_when_they_were_made():
	stamps = {"company": make.company(), "reference_doctype": "Repair Ticket", "reference_name": "BX"}
	rows = [
		{"score": 5, "status": "Reached"},
		{"score": 4, "status": "Reached"},
		{"score": 2, "status": "Reached"},
		{"score": 0, "status": "Not Reached"},
		{"score": 0, "status": "Open"},
	]
	insert_many(
		"Follow Up",
		[record("Follow Up", i, NOON, done_on=NOON, **stamps, **row) for i, row in enumerate(rows)],
	)
	_, found = run()
	assert total(found, "follow_ups") == 4
	assert total(found, "satisfied_rate", "rate") == 67


@pytest.mark.rule("SVC-19")
def test_the_sources_satisfaction_by_aspect():
	"""27 of 30, 27 of 36, 28 of 35 are 90, 75 and 80 %."""
	asked = {"接待": (27, 30), "电话报修": (27, 36), "回访": (28, 35)}
	responses = [
		record(
			"Satisfaction Response",
			number,
			NOON,
			company=make.company(),
			visited_on=NOON.date(),
			answers=[
				{"aspect": aspect, "answer": "Satisfied" if number < satisfied else "Not Satisfied"}
				for aspect, (satisfied, answered) in asked.items()
				if number < answered
			],
		)
		for number in range(38)
	]
	insert_many("Satisfaction Response", responses)
	_, rows = run()
	assert [total(rows, f"aspect/{aspect}", "rate") for aspect in asked] == [90, 75, 80]


def test_complaints_by_type_and_department(cast):
	engineering, environment = cast.departments["engineering"], cast.departments["environment"]
	complaints(n=3, complaint_type="维修质量", department=engineering, repeated=1)
	complaints(n=2, complaint_type="维修质量", department=environment, reopened_count=1)
	complaints(complaint_type="噪音")
	_, rows = run()
	assert total(rows, "complaints") == 6
	assert total(rows, "type/维修质量") == 5
	assert total(rows, f"department/{engineering}") == 3
	assert total(rows, "department/") == 1
	assert total(rows, "complaints_repeated") == 3
	assert total(rows, "complaints_reopened") == 2


# ---- places ------------------------------------------------------------------------------------------------------


@pytest.fixture
def estate(test_transaction):
	"""A project with two buildings, a room in each, and a hall that belongs to the project itself."""
	user = frappe.session.user
	frappe.set_user("Administrator")
	project = make.unit(unit_type="Project", is_group=1)
	buildings = [
		make.unit(unit_type="Building", is_group=1, parent_property_unit=project.name, unit_name=f"{n} 幢")
		for n in (1, 2)
	]
	rooms = [make.unit(parent_property_unit=building.name) for building in buildings]
	hall = make.unit(unit_type="Public Area", parent_property_unit=project.name)
	frappe.set_user(user)
	return frappe._dict(
		project=project.name,
		buildings=[building.name for building in buildings],
		rooms=[room.name for room in rooms],
		hall=hall.name,
	)


def field_of(columns, place):
	return next(
		name
		for name, column in columns.items()
		if column.get("place") == [["descendants of (inclusive)", place]] and name != "total"
	)


@pytest.mark.rule("ORG-04")
def test_a_building_counts_itself_and_everything_in_it(estate):
	tickets(n=3, property_unit=estate.rooms[0])
	tickets(n=1, property_unit=estate.buildings[0])
	tickets(n=2, property_unit=estate.rooms[1])
	tickets(n=5, property_unit=estate.hall)
	columns, rows = run(group_by="Building", property_unit=estate.project)
	first, second = (field_of(columns, building) for building in estate.buildings)
	repairs = rows["repairs", "count"]
	assert (repairs[first], repairs[second], repairs["bucket_elsewhere"]) == (4, 2, 5)
	assert repairs["total"] == 11
	assert [name for name in columns if name.startswith("bucket_")] == [first, second, "bucket_elsewhere"]

	columns, rows = run(group_by="Project")
	assert rows["repairs", "count"][field_of(columns, estate.project)] == 11


def test_what_a_disabled_building_had_is_still_there(estate):
	tickets(n=2, property_unit=estate.rooms[0])
	frappe.db.set_value("Property Unit", {"name": ("in", estate.buildings)}, "disabled", 1)
	columns, rows = run(group_by="Building", property_unit=estate.project)
	assert rows["repairs", "count"][field_of(columns, estate.buildings[0])] == 2
	assert len([name for name in columns if name.startswith("bucket_")]) == 2


def test_every_figure_opens_the_list_of_the_documents_it_is_made_of(estate, cast):
	"""Plays each cell's link through Frappe's own list, for months and for buildings."""
	tickets(n=2, property_unit=estate.rooms[0], response_result="Fulfilled", first_responded_on=NOON)
	tickets(property_unit=estate.hall, status="Completed", follow_up_required=1, completed_on=NOON)
	tickets(status="Reported", reopened_count=1)
	contacts(n=3, category="Praise", property_unit=estate.rooms[1])
	contacts(n=2, category="Complaint", channel="Walk-in")
	complaints(n=2, property_unit=estate.rooms[1], complaint_type="噪音", repeated=1, reopened_count=1)
	complaints(
		department=cast.departments["engineering"], response_result="Failed", remedy_result="Fulfilled"
	)
	checked = 0
	for group_by in ("Month", "Building"):
		question = service_statistics.question_of(
			frappe._dict(company=make.company(), group_by=group_by, **MARCH)
		)
		columns, rows = run(group_by=group_by)
		for row in rows.values():
			for name, column in columns.items():
				if not (row.get("figure") and column.get("from_date")) or row["kind"] == "daily":
					continue
				behind = len(list_behind(row, column, question.company))
				if row["kind"] == "count":
					assert behind == row[name], (row["label"], name)
				else:
					assert (behind == 0) == (row[name] is None), (row["label"], name)
				checked += behind
	assert checked > 40


def list_behind(row, column, company) -> list:
	conditions = [[*field_path(row, field), *condition] for field, condition in row["filters"].items()]
	doctype = row["doctype"]
	conditions.append([doctype, row["date_field"], "between", [column["from_date"], column["to_date"]]])
	conditions += [[doctype, "property_unit", *condition] for condition in column["place"]]
	conditions.append([doctype, "company", "=", company])
	return frappe.get_list(
		doctype, filters=conditions, limit_page_length=0, distinct=True, order_by="modified desc"
	)


def field_path(row, field):
	return field.split(".") if "." in field else (row["doctype"], field)


# ---- who, what for, how many statements ---------------------------------------------------------------------------


def test_one_statement_per_register_whatever_the_number_of_documents(count_sql):
	def registers(count):
		return [text for text in count.statements if "as bucket" in text]

	tickets()
	run(**QUARTER)
	with count_sql() as few:
		run(**QUARTER)
	tickets(n=200)
	contacts(n=200, category="Praise")
	with count_sql() as many:
		run(**QUARTER)
	assert len(registers(many)) == len(counts.REGISTERS)
	assert len(few) == len(many)


@pytest.mark.parametrize("person", ["clerk", "technician", "department_head", "cashier"])
def test_only_managers_read_the_statistics(cast, person):
	frappe.set_user(cast.user(person))
	assert not frappe.get_doc("Report", "Service Statistics").is_permitted()


def test_a_user_permission_narrows_the_figures_as_it_narrows_the_lists(cast):
	contacts(category="Praise")
	other = make_company_invisible(cast)
	_, rows = run(company=None)
	assert total(rows, "contacts") == 0, f"sees only {other}"


def make_company_invisible(cast) -> str:
	"""The manager may see another company only."""
	user = frappe.session.user
	frappe.set_user("Administrator")
	other = frappe.get_doc(
		{
			"doctype": "Company",
			"company_name": "别家物业",
			"abbr": "BJ",
			"default_currency": "CNY",
			"country": "China",
		}
	)
	other.flags.ignore_mandatory = True
	other.db_insert()
	frappe.get_doc(
		{"doctype": "User Permission", "user": user, "allow": "Company", "for_value": other.name}
	).insert()
	frappe.set_user(user)
	return other.name


@pytest.mark.parametrize(
	("filters", "message"),
	[
		({"from_date": None}, "Choose the period"),
		({"to_date": "2018-02-01"}, "ends before it begins"),
		({"to_date": "2019-04-01"}, "longer than a year"),
		({"group_by": "Bed"}, "groupings"),
		({"property_unit": "nowhere"}, "places"),
	],
)
def test_bad_questions_are_refused_by_name(filters, message):
	frappe.local.lang = "en"
	with pytest.raises(frappe.ValidationError, match=message):
		run(**filters)
