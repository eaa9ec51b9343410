"""Monday at eight: sixteen clients enter documents of every kind that has a workflow (SVC-03, trap 9 of the platform)."""

import frappe
import pytest

from property_service.setup import workflows
from tests import stores as line
from tests.bench import plain
from tests.bench.results import at_least, exactly
from tests.site import complaint_line, make, purchasing, scrapping

CLIENTS, TIMES = 16, 3


pytestmark = pytest.mark.usefixtures("scratch")


def kinds(stores, cast, as_user) -> dict[str, tuple[str, dict]]:
	"""DocType → who enters it, and what."""
	shelf = scrapping.shelf(stores, cast, as_user)
	warranty = make.ticket(repair_kind="Developer Warranty").name
	line.put_in(shelf.lamp, shelf.qualified, 1_000, 4)
	plan = {
		"store": line.store(stores.company),
		"plan_type": "Urgent",
		"urgent_reason": "水管爆裂",
		"department": cast.departments["engineering"],
	}
	return {
		"Repair Ticket": ("clerk", make.ticket_values()),
		"Service Order": ("clerk", make.order_values()),
		"Customer Complaint": (
			"clerk",
			complaint_line.values(complaint_type=complaint_line.complaint_type()),
		),
		"Defect Notice": (
			"clerk",
			{"doctype": "Defect Notice", "repair_ticket": warranty, "outside_party": "开发公司工程部"},
		),
		"Material Request": (
			"department_head",
			purchasing.request_values(stores, line.item().name, **plan),
		),
		"Scrap Request": ("storekeeper", scrapping.values(shelf)),
	}


def test_intake(record, stores, cast, as_user, crew, committed):
	head = frappe.db.get_value("Department", cast.department_of("storekeeper"), "department_head")
	ours = kinds(stores, cast, as_user)
	reached = {frappe.db.get_value("Workflow", name, "document_type") for name in workflows.names()}
	assert set(ours) == reached, "every document kind with a workflow is entered here"
	committed()
	figures, goals = {}, []
	for doctype, (person, values) in ours.items():
		values = frappe.parse_json(frappe.as_json(values))
		work = crew.work("insert", [{"values": values}] * CLIENTS, cast.user(person), TIMES)
		goals.append(exactly(0, work.failed, f"failures of {CLIENTS * TIMES}: {doctype}"))
		figures[f"{doctype}, a second"] = work.rate
		if work.failed:
			goals.append(exactly(0, work.failed, str(work.errors)))
	stock = {
		clients: crew.work(
			"insert", [{"values": plain.document_values()}] * clients, cast.user("clerk"), TIMES * 2
		)
		for clients in (4, CLIENTS)
	}
	figures["stock workflow, a second"] = stock[CLIENTS].rate
	for clients, work in stock.items():
		share = 100 * work.failed / (work.failed + work.done)
		figures[f"stock workflow, % failed at {clients}"] = share
	record("intake", size=CLIENTS, figures=figures, goals=goals)
	committed()
	for doctype, (_person, _values) in ours.items():
		assert at_least(CLIENTS * TIMES, frappe.db.count(doctype), doctype).met
	frappe.db.set_value("Department", cast.department_of("storekeeper"), "department_head", head)
	frappe.db.delete(plain.DOCUMENT)
	frappe.db.delete("Workflow Action", {"reference_doctype": plain.DOCUMENT})
	committed()
	assert [goal for goal in goals if not goal.met] == []
