"""Monday at eight: sixteen clerks at once, and how many statements a ticket costs."""

import frappe
import pytest

from tests.site import make
from tests.site.processes import run_together
from tests.site.repair_line import Line

CLERKS = 16
TICKETS_EACH = 3

# A clerk is a process of its own, with its own connection; one ticket, one transaction.
CLERK = """
import os

def act(asked):
	answers = []
	for number in range(asked["tickets"]):
		try:
			doc = frappe.get_doc({**asked["values"], "description": f"{os.getpid()} {number}"}).insert()
			frappe.db.commit()
			answers.append(["made", doc.name])
		except Exception as error:
			frappe.db.rollback()
			answers.append([type(error).__name__, str(error)[:200]])
	return answers
"""


def run_clerks(clerks: int, tickets: int, values: dict, user: str) -> list[list[str]]:
	asked = {"tickets": tickets, "values": values}
	return [
		answer
		for clerk in run_together(CLERK, [(user, asked)] * clerks, ("Repair Ticket",))
		for answer in clerk
	]


@pytest.mark.rule("SVC-03")
def test_sixteen_clerks_create_tickets_at_once(cast, committed):
	committed()
	answers = run_clerks(CLERKS, TICKETS_EACH, make.ticket_values(), cast.user("clerk"))
	committed()
	assert [answer for answer in answers if answer[0] != "made"] == []
	names = [name for _made, name in answers]
	assert len(set(names)) == CLERKS * TICKETS_EACH
	assert frappe.db.count("Workflow Action", {"reference_name": ("in", names), "status": "Open"}) == len(
		names
	)


@pytest.mark.rule("SVC-08")
def test_four_clerks_enter_the_same_matter_at_once(cast, committed):
	values = make.ticket_values(property_unit=make.unit().name, repair_category=make.category().name)
	committed()
	answers = run_clerks(4, 1, values, cast.user("clerk"))
	committed()
	assert sorted(answer[0] for answer in answers) == ["DuplicateEntryError"] * 3 + ["made"]
	made = next(name for kind, name in answers if kind == "made")
	assert all(made in text for kind, text in answers if kind != "made" and text)
	assert frappe.db.count("Repair Ticket", {"property_unit": values["property_unit"]}) == 1


# ---- statements ---------------------------------------------------------------------------------------------------

# Lookups that a running site answers from its caches; tests switch some of those off.
CACHED = (
	*(
		"tabDocType",
		"tabCustom Field",
		"tabProperty Setter",
		"tabDocField",
		"tabDocPerm",
		"information_schema",
	),
	*("tabNotification`", "tabNotification Set", "tabNotification Sub", "tabDocument Naming Rule"),
	*("tabAssignment Rule", "tabMilestone", "`tabWorkflow`"),
)


# Of which ERPNext's agreement asks seven times; its workflow action takes three, its contact three.
STATEMENTS_TO_CREATE = 22
STATEMENTS_PER_STEP = 24


def own(count) -> list[str]:
	return [text for text in count.statements if not any(table in text for table in CACHED)]


@pytest.fixture
def line(cast, as_user):
	return Line(cast, as_user)


def test_a_ticket_costs_a_bounded_number_of_statements(line, count_sql):
	unit, category = make.unit(), make.category()
	line.report()
	with count_sql() as count:
		line.report(property_unit=unit.name, repair_category=category.name)
	assert len(own(count)) <= STATEMENTS_TO_CREATE, "\n".join(own(count))


def test_a_step_costs_a_bounded_number_of_statements(line, count_sql):
	"""Without an order to take along and with its version, as the desk saves it."""
	line.step(line.report(), "Cancelled", cancel_reason="不修了")
	ticket = line.report()
	with line.as_user("clerk"):
		doc = frappe.get_doc("Repair Ticket", ticket.name)
		doc.update({"status": "Cancelled", "cancel_reason": "不修了"})
		with count_sql() as count:
			doc.save(ignore_version=False)
	assert len(own(count)) <= STATEMENTS_PER_STEP, "\n".join(own(count))
