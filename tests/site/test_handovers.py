"""Nobody leaves, moves or hands a department on with tools open; exceptions and losses (WH-24, LV-08)."""

import frappe
import pytest
from frappe.utils import flt, nowdate

from property_service import settings
from property_service.hr import handovers
from property_service.property_service.doctype.handover_override import handover_override
from property_service.property_service.report.unsettled_handovers import unsettled_handovers
from property_service.rules import handover as rules
from property_service.rules import tool_loss
from property_service.rules import tools as tool_rules
from property_service.tools import losing
from tests.site import make
from tests.site.processes import run_at_once
from tests.site.repair_line import refused
from tests.site.tool_line import CUSTODY, Tools

pytestmark = pytest.mark.rule("WH-24")

OVERRIDE = "Handover Override"


@pytest.fixture
def tools(stores, cast, as_user):
	return Tools(stores, cast, as_user)


def leave(cast, person="technician"):
	doc = frappe.get_doc("Employee", cast.employee(person))
	doc.update({"status": "Left", "relieving_date": nowdate()})
	doc.save()
	return doc


def move(cast, person="technician", to="environment"):
	doc = frappe.get_doc("Employee", cast.employee(person))
	doc.department = cast.departments[to]
	doc.save()
	return doc


def override(tools, event=rules.LEAVING, by="finance_manager", **values):
	subject = {"employee": tools.cast.employee("technician")} if event != rules.NEW_HEAD else {}
	values = {
		"doctype": OVERRIDE,
		"company": tools.company,
		"event": event,
		"reason": "失联",
		**subject,
		**values,
	}
	with tools.as_user(by):
		return frappe.get_doc(values).insert()


def test_whoever_has_tools_stays_and_is_told_which(tools, cast):
	custodies = [tools.issue(tools.tool()), tools.lend(tools.tool())[0]]
	for go, message in ((leave, rules.NOT_GONE), (move, rules.NOT_MOVED)):
		text = refused(lambda go=go: go(cast), message)
		for custody in custodies:
			assert custody.name in text
			assert custody.item_name in text


def test_without_tools_everybody_goes(tools, cast):
	custody = tools.issue(tools.tool())
	tools.take_back((custody, "Good", 0))
	assert move(cast).department == cast.departments["environment"]
	assert leave(cast).status == "Left"


def test_other_changes_of_the_record_are_free(tools, cast):
	tools.issue(tools.tool())
	doc = frappe.get_doc("Employee", cast.employee("technician"))
	doc.cell_number = "13800000000"
	doc.save()


def test_over_rest(rest, tools, cast):
	tools.issue(tools.tool())
	frappe.db.commit()
	user = cast.user("admin_hr")
	frappe.get_doc("User", user).add_roles("HR Manager")
	frappe.db.commit()
	try:
		answer = rest("admin_hr").update(
			"Employee", cast.employee("technician"), status="Left", relieving_date=nowdate()
		)
		assert answer.status_code == 417
	finally:
		frappe.get_doc("User", user).remove_roles("HR Manager")
		frappe.db.commit()


def test_an_exception_serves_once_and_the_debt_stays_listed(tools, cast):
	custody = tools.issue(tools.tool())
	doc = override(tools, rules.MOVING)
	assert (doc.status, doc.approved_by) == ("Open", cast.user("finance_manager"))
	assert [row.document for row in doc.matters] == [custody.name]
	refused(lambda: leave(cast), rules.NOT_GONE)
	move(cast)
	assert doc.reload().status == "Used"
	refused(lambda: move(cast, to="service"), rules.NOT_MOVED)
	with tools.as_user("finance_manager"):
		_columns, rows = unsettled_handovers.execute({"company": tools.company})
	assert custody.name in {row.document for row in rows}
	assert custody.reload().status == "In Use"


def test_what_is_settled_later_is_not_listed_any_more(tools, cast):
	custody = tools.issue(tools.tool())
	override(tools, rules.MOVING)
	move(cast)
	with tools.as_user("finance_manager"):
		losing.decide_loss(custody.name, "找不到")
		_columns, rows = unsettled_handovers.execute({"company": tools.company})
	assert custody.name not in {row.document for row in rows}


def test_only_the_finance_manager_makes_one(tools):
	tools.issue(tools.tool())
	for person in ("storekeeper", "department_head", "admin_hr"):
		with pytest.raises(frappe.PermissionError):
			override(tools, by=person)


def test_it_takes_a_reason_and_something_that_is_open(tools, cast):
	refused(lambda: override(tools), rules.NOTHING_OPEN)
	tools.issue(tools.tool())
	refused(lambda: override(tools, reason=" "), rules.NO_REASON)


def test_it_does_not_change_and_is_withdrawn(tools, cast):
	tools.issue(tools.tool())
	doc = override(tools)
	with tools.as_user("finance_manager"):
		doc.event = rules.MOVING
		refused(doc.save, rules.FIXED)
		handover_override.withdraw(doc.name)
	refused(lambda: leave(cast), rules.NOT_GONE)


def test_nobody_writes_who_approved(tools, cast):
	tools.issue(tools.tool())
	doc = override(tools, approved_by=cast.user("general_manager"), status="Used", matters=[])
	assert (doc.approved_by, doc.status, len(doc.matters)) == (cast.user("finance_manager"), "Open", 1)


@pytest.mark.rule("Q-02")
def test_nothing_is_handed_to_somebody_who_leaves_at_that_moment(committed, tools, cast):
	doc = tools.approved("Loan", tools.tool())
	committed()
	source = """
from frappe.utils import nowdate
from property_service.property_service.doctype.tool_request import steps
def act(arguments):
	if arguments["request"]:
		frappe.set_user(arguments["user"])
		return steps.hand_out(arguments["request"])
	doc = frappe.get_doc("Employee", arguments["employee"])
	doc.update({"status": "Left", "relieving_date": nowdate()})
	doc.save()
"""
	both = {"user": cast.user("storekeeper"), "employee": doc.holder}
	try:
		answers = run_at_once(
			source, [{**both, "request": doc.name}, {**both, "request": None}], "Administrator"
		)
		frappe.db.rollback()
		has_left = frappe.db.get_value("Employee", doc.holder, "status") == "Left"
		assert sorted(kind == "done" for kind, _text in answers) == [False, True]
		assert has_left != bool(frappe.db.exists(CUSTODY, {"holder": doc.holder, "status": "In Use"}))
	finally:
		frappe.db.set_value("Employee", doc.holder, {"status": "Active", "relieving_date": None})
		frappe.db.commit()


# ---- losses ----------------------------------------------------------------------------------------------------------


def amounts(journal_entry) -> dict:
	rows = frappe.get_all(
		"GL Entry",
		filters={"voucher_no": journal_entry, "is_cancelled": 0},
		fields=["account", "party_type", "party", "debit", "credit"],
		order_by="name",
	)
	return {(row.account, row.party): flt(row.debit - row.credit, 2) for row in rows}


def test_a_lost_loan_leaves_the_stock_and_the_holder_owes_for_it(tools, cast):
	item = tools.tool(rate=80)
	(custody,) = tools.lend(item)
	with tools.as_user("finance_manager"):
		entry = losing.decide_loss(custody.name, "掉进电梯井", 50)
	company = settings.company_row(tools.company)
	assert amounts(entry) == {
		(company.pending_gains_losses_account, None): -80,
		(company.other_receivable_account, cast.employee("technician")): 50,
		(company.shortage_account, None): 30,
	}
	assert (custody.reload().status, custody.compensation) == ("Lost", 50)
	assert (tools.balance(item), tools.lent(item)) == (4, 0)
	assert leave(cast).status == "Left"


def test_compensation_for_a_tool_to_keep_makes_the_department_cheaper(tools, cast):
	custody = tools.issue(tools.tool(rate=80))
	with tools.as_user("finance_manager"):
		entry = losing.decide_loss(custody.name, "找不到", 60)
		refused(lambda: losing.decide_loss(custody.name, "找不到"), tool_rules.NOT_OPEN)
	expense = frappe.db.get_value("Stock Entry Detail", custody.stock_entry_row, "expense_account")
	receivable = settings.company_row(tools.company).other_receivable_account
	assert amounts(entry) == {(receivable, cast.employee("technician")): 60, (expense, None): -60}


def test_without_compensation_nothing_is_posted(tools):
	custody = tools.issue(tools.tool())
	with tools.as_user("finance_manager"):
		assert losing.decide_loss(custody.name, "被盗，已报警") is None
	assert custody.reload().status == "Lost"


def test_only_the_finance_manager_decides_with_a_reason(tools):
	custody = tools.issue(tools.tool())
	for person in ("storekeeper", "technician", "department_head"):
		with tools.as_user(person), pytest.raises(frappe.PermissionError):
			losing.decide_loss(custody.name, "找不到")
	with tools.as_user("finance_manager"):
		refused(lambda: losing.decide_loss(custody.name, " "), tool_loss.NO_REASON)
		refused(lambda: losing.decide_loss(custody.name, "找不到", "abc"), tool_loss.BAD_AMOUNT)
		refused(lambda: losing.decide_loss(custody.name, "找不到", -1), tool_loss.BAD_AMOUNT)


# ---- heads of departments, and moving out ----------------------------------------------------------------------------


@pytest.mark.rule("LV-08")
def test_a_department_with_tools_gets_another_head_by_an_exception(tools, cast):
	custody = tools.issue(tools.tool())

	def change():
		doc = frappe.get_doc("Department", cast.departments["engineering"])
		doc.department_head = cast.user("office_head")
		doc.save()

	assert custody.name in refused(change, rules.NOT_COUNTED)
	doc = override(tools, rules.NEW_HEAD, department=cast.departments["engineering"])
	change()
	assert doc.reload().status == "Used"


@pytest.mark.rule("DESK-10")
def test_tools_stand_on_the_list_of_who_moves_out(tools, cast):
	custody = tools.issue(tools.tool())
	resident = make.resident(employee=cast.employee("technician"))
	lines = handovers.of_residents([resident.name])[resident.name]
	assert [(line.doctype, line.name) for line in lines] == [(CUSTODY, custody.name)]
