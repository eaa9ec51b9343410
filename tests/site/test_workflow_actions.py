"""The open steps that our documents write ahead are those that Frappe would write (workflow_actions.py)."""

import frappe
import pytest
from frappe.model.document import Document
from frappe.workflow.doctype.workflow_action import workflow_action as platform

from property_service import workflow_actions
from tests import stores as make_stock
from tests.site import purchasing
from tests.site.repair_line import Line

FIELDS = ("workflow_state", "status", "completed_by", "completed_by_role")


@pytest.fixture
def line(cast, as_user):
	return Line(cast, as_user)


def written(ticket) -> list[tuple]:
	"""Every action of the ticket with its roles, in the order of their states."""
	actions = frappe.get_all(
		workflow_actions.DOCTYPE,
		{"reference_doctype": ticket.doctype, "reference_name": ticket.name},
		["name", *FIELDS],
		order_by="workflow_state",
	)
	return [(*(action[field] for field in FIELDS), roles(action.name)) for action in actions]


def roles(action: str) -> list[str]:
	return [row.role for row in sorted(stored(action).permitted_roles, key=lambda row: row.role)]


def stored(action: str):
	return frappe.get_doc(workflow_actions.DOCTYPE, action)


def a_life(line):
	ticket = line.report()
	line.dispatch(ticket)
	line.defer(ticket)
	line.step(ticket, "Cancelled", cancel_reason="不修了")
	return ticket


def leave_it_to_frappe(monkeypatch):
	monkeypatch.setattr(workflow_actions, "write", lambda doc, method=None: None)


def test_as_frappe_writes_them(line, monkeypatch):
	ours = written(a_life(line))
	leave_it_to_frappe(monkeypatch)
	assert ours == written(a_life(line))
	assert {status for _state, status, *_rest in ours} == {"Completed"}
	assert len(ours) == 3


def test_frappe_writes_nothing_more_for_a_new_document(line, monkeypatch):
	def refuse(*_args):
		raise AssertionError("Frappe writes the action itself")

	monkeypatch.setattr(platform, "create_workflow_actions_for_roles", refuse)
	assert len(written(line.report())) == 1


def test_mails_of_a_workflow_are_frappes(line, monkeypatch):
	workflow = frappe.get_cached_doc("Workflow", "Repair Ticket")
	monkeypatch.setattr(workflow, "send_email_alert", 1)
	monkeypatch.setattr(workflow_actions, "open_action", lambda *_args: pytest.fail("written without a mail"))
	monkeypatch.setattr(frappe, "get_cached_doc", lambda *_args, **_kwargs: workflow)
	doc = frappe.get_doc({"doctype": "Repair Ticket", "status": "Reported"})
	workflow_actions.write(doc)


def test_conditions_and_optional_states_are_obeyed():
	workflow = frappe._dict(
		states=[frappe._dict(state="B", is_optional_state=0), frappe._dict(state="C", is_optional_state=1)],
		transitions=[
			frappe._dict(state="A", next_state="B", allowed="Clerk", condition="doc.priority == 'High'"),
			frappe._dict(state="A", next_state="B", allowed="Manager", condition=None),
			frappe._dict(state="A", next_state="C", allowed="Cashier", condition=None),
			frappe._dict(state="B", next_state="A", allowed="Guard", condition=None),
		],
	)

	def found(priority):
		doc = frappe.get_doc({"doctype": "ToDo", "priority": priority})
		return workflow_actions.roles_of_next_steps(workflow, "A", doc)

	assert found("High") == ["Clerk", "Manager"]
	assert found("Low") == ["Manager"]


def test_a_state_that_comes_again_opens_no_second_action(line):
	ticket = line.report()
	line.dispatch(ticket)
	line.defer(ticket)
	doc = frappe.get_doc("Repair Ticket", ticket.name)
	before = written(ticket)
	workflow_actions.write(doc)
	assert written(ticket) == before


# ---- documents whose actions are written here alone ---------------------------------------------------------------


def a_plan(stores, as_user):
	return purchasing.approved(stores, as_user, make_stock.item().name).reload()


def outside(stores, **values):
	line = {"item_code": make_stock.item().name, "warehouse": stores.zone()}
	values = {"material_request_type": "Material Transfer", "plan_type": None, "store": None, **values}
	return frappe.get_doc(purchasing.request_values(stores, line, **values))


def of_workflows(count) -> list[str]:
	tables = ("Workflow Action", "Workflow Transition", "Workflow Document State")
	return [text for text in count.statements if any(f"`tab{table}" in text for table in tables)]


def test_a_request_has_the_actions_that_frappe_would_write(stores, as_user, monkeypatch):
	ours = a_plan(stores, as_user)
	leave_it_to_frappe(monkeypatch)
	monkeypatch.setattr(workflow_actions.WritesItsActions, "run_method", Document.run_method)
	theirs = a_plan(stores, as_user)
	assert written(ours) == written(theirs)
	assert {status for _state, status, *_rest in written(ours)} == {"Completed"}
	assert (
		(ours.approval_state, ours.docstatus) == (theirs.approval_state, theirs.docstatus) == ("Approved", 1)
	)


def test_frappe_is_not_asked_for_the_actions_of_a_request(stores, as_user, count_sql):
	request = purchasing.plan(stores, as_user, make_stock.item().name)
	with as_user("storekeeper"), count_sql() as count:
		request.reload().save()
	(asked,) = of_workflows(count)
	assert "LEFT JOIN" in asked  # what `write` looks for


def test_a_request_outside_the_procedure_asks_and_calls_nobody(stores, count_sql):
	request = outside(stores)
	with count_sql() as count:
		request.insert()
		request.submit()
	assert (request.approval_state, written(request)) == ("Submitted", [])
	assert not of_workflows(count)


def test_other_hooks_of_every_document_are_run(stores, monkeypatch):
	seen = []
	hooks = {"*": {"on_update": [workflow_actions.FRAPPES_HOOK, "one.of.all"]}, "Material Request": {}}
	hooks["Material Request"]["on_update"] = ["one.of.requests"]
	request = outside(stores)
	monkeypatch.setattr(frappe, "get_doc_hooks", lambda: hooks)
	monkeypatch.setattr(frappe, "get_attr", lambda name: lambda doc, method: seen.append((name, method)))
	request.run_method("on_update")
	assert seen == [("one.of.requests", "on_update"), ("one.of.all", "on_update")]
