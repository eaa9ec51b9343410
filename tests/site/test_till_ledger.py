"""The month at the front desk: revenue, the statement for finance, and that all of it ties to the ledger (CASH-04, CASH-05)."""

from decimal import Decimal

import frappe
import pytest
from frappe.utils import add_months, get_first_day, get_last_day, getdate

from property_service import invariants, procedure_calendar, settings, till_ledger, till_revenue
from property_service.ledger import balance
from property_service.property_service.doctype.front_desk_receipt import front_desk_receipt as receipts
from property_service.property_service.doctype.monthly_revenue_statement import (
	monthly_revenue_statement as statements,
)
from property_service.property_service.report.front_desk_ledger_check import front_desk_ledger_check
from property_service.property_service.report.front_desk_revenue import front_desk_revenue
from property_service.setup import memory, procedure_tasks
from tests.site.rest import refusal
from tests.site.till_line import Till, mode, switch_registers_on

STATEMENT = "Monthly Revenue Statement"


@pytest.fixture
def desk(cast, as_user):
	return Till(cast, as_user)


@pytest.fixture
def month(desk):
	"""Two closed days with everything in them, the second one not accepted; (first, last) of the month."""
	shift = desk.open()
	desk.take("Gym", 106)
	desk.take("Gym", 53, how="wechat")
	deposit = desk.take("Key Deposit", 100)
	cancelled = desk.take("Water", 11.3)
	with desk.as_user("clerk"):
		receipts.cancel_receipt(cancelled.name, "写错")
	desk.take("Key Deposit Refund", 40, direction="Out", original_receipt=deposit.name)
	desk.accept(desk.close(shift, 660, reason="找错 6 元", float_kept=500))
	later = desk.open(opening_float=498, opening_reason="少 2 元")
	desk.take("Water", 22.6, how="alipay")
	desk.accept(desk.close(later, 498))
	waiting = desk.open(opening_float=498)
	desk.take("Other", 20)
	desk.close(waiting, 518)
	return getdate(get_first_day(getdate())), getdate(get_last_day(getdate()))


def findings(desk, *names):
	mine = set(
		frappe.get_all("Front Desk Closing", {"counter": desk.counter.name}, pluck="name", order_by="name")
	)
	mine |= set(
		frappe.get_all("Front Desk Receipt", {"counter": desk.counter.name}, pluck="name", order_by="name")
	)
	mine |= set(
		frappe.get_all("Front Desk Shift", {"counter": desk.counter.name}, pluck="name", order_by="name")
	)
	mine.add(desk.counter.name)
	return [
		f
		for f in invariants.check(desk.cast.company)
		if f.name in mine and (not names or f.invariant in names)
	]


def own_lines(desk, month):
	return till_revenue.lines(desk.cast.company, *month, counter=desk.counter.name)


# ---- CASH-05 -------------------------------------------------------------------------------------------------------


@pytest.mark.rule("CASH-05", "CASH-03", "CASH-01")
def test_what_was_closed_is_in_the_ledger(desk, month):
	assert findings(desk) == []
	for expected, held in till_ledger.by_closing(desk.cast.company, *month).values():
		assert expected == held
		assert sum(expected.values(), Decimal(0)) == 0


@pytest.mark.rule("CASH-05")
@pytest.mark.breaks_invariants
def test_a_cent_that_is_missing_in_the_ledger_is_found(desk, month):
	closing = frappe.get_all(
		"Front Desk Closing",
		{"counter": desk.counter.name, "docstatus": 1},
		["name", "journal_entry"],
		order_by="name",
	)[0]
	account = settings.purpose_row(desk.cast.company, "Gym").account
	entry = frappe.get_all(
		"GL Entry",
		{"voucher_no": closing.journal_entry, "account": account},
		["name", "credit"],
		order_by="name",
	)[0]
	frappe.db.set_value("GL Entry", entry.name, "credit", entry.credit - 0.01)
	(found,) = findings(desk)
	assert (found.invariant, found.name) == ("closings_and_ledger_agree", closing.name)
	_columns, rows, message = front_desk_ledger_check.execute(
		{"company": desk.cast.company, "from_date": month[0], "to_date": month[1]}
	)
	assert next(row["difference"] for row in rows if row["account"] == account) == 0.01
	assert message == frappe._("Something does not tie: see the rows with a difference.")


BREAKAGES = (
	("delete", "receipt_numbers_have_no_gap"),
	("amount", "valid_receipts_are_complete"),
	("back", "nothing_is_paid_back_twice"),
	("signed", "accepted_closings_are_signed_by_two_and_posted_once"),
	("posting", "accepted_closings_are_signed_by_two_and_posted_once"),
	("key", "open_tills_hold_their_keys"),
)
# Those with a test of their own in this file.
BROKEN_ELSEWHERE = {
	"closings_and_ledger_agree",
	"registers_and_ledger_agree",
	"paid_entries_have_their_receipts",
}


@pytest.mark.rule("Q-03")
def test_every_invariant_of_the_till_is_broken_once():
	assert {name for _change, name in BREAKAGES} | BROKEN_ELSEWHERE == {
		entry.check.__name__
		for entry in invariants.invariants()
		if entry.check.__module__ == "property_service.invariants.till"
	}


@pytest.mark.rule("CASH-01", "CASH-05")
@pytest.mark.parametrize(("change", "invariant"), BREAKAGES)
@pytest.mark.breaks_invariants
def test_a_broken_record_is_found(desk, month, change, invariant):
	receipt = frappe.get_all(
		"Front Desk Receipt",
		{"counter": desk.counter.name},
		["name", "closing", "shift"],
		order_by="receipt_no",
	)
	if change == "delete":
		frappe.db.delete("Front Desk Receipt", {"name": receipt[1].name})
	elif change == "amount":
		frappe.db.set_value("Front Desk Receipt", receipt[0].name, "tax_amount", 7)
	elif change == "back":
		frappe.db.set_value(
			"Front Desk Receipt", {"original_receipt": receipt[2].name}, "amount", 101, update_modified=False
		)
	elif change == "signed":
		closing = frappe.get_doc("Front Desk Closing", receipt[0].closing)
		closing.db_set("accepted_by", closing.clerk)
	elif change == "posting":
		frappe.db.delete("Ledger Posting", {"source_name": receipt[0].closing})
	elif change == "key":
		frappe.db.set_value("Front Desk Shift", receipt[0].shift, "open_clerk_key", "somebody")
	assert invariant in {finding.invariant for finding in findings(desk)}


@pytest.mark.rule("CASH-05")
@pytest.mark.breaks_invariants
def test_registers_say_what_their_accounts_must_hold(desk, month, monkeypatch):
	account = settings.purpose_row(desk.cast.company, "Key Deposit").account
	held = balance.of_account(desk.cast.company, account)
	hooks, attribute = frappe.get_hooks, frappe.get_attr
	rows = [{"account": account, "what": "押金", "balance": held}]
	monkeypatch.setattr(
		frappe, "get_hooks", lambda h=None, *a, **k: ["x"] if h == till_ledger.HOOK else hooks(h, *a, **k)
	)
	monkeypatch.setattr(frappe, "get_attr", lambda p: (lambda company: rows) if p == "x" else attribute(p))
	assert "registers_and_ledger_agree" not in broken(desk)
	rows[0]["balance"] = held + Decimal("0.01")
	assert "registers_and_ledger_agree" in broken(desk)


def broken(desk) -> set[str]:
	return {finding.invariant for finding in invariants.check(desk.cast.company)}


@pytest.mark.rule("CASH-01", "CASH-05")
@pytest.mark.breaks_invariants
def test_a_paid_entry_without_its_receipt_is_found(desk, month, monkeypatch):
	hooks, attribute = frappe.get_hooks, frappe.get_attr
	monkeypatch.setattr(
		frappe, "get_hooks", lambda h=None, *a, **k: ["x"] if h == "till_paid_entries" else hooks(h, *a, **k)
	)
	monkeypatch.setattr(
		frappe,
		"get_attr",
		lambda p: (lambda company: [("Repair Ticket", desk.counter.name, 20)]) if p == "x" else attribute(p),
	)
	assert "paid_entries_have_their_receipts" in {f.invariant for f in findings(desk)}


@pytest.mark.rule("CASH-05")
@pytest.mark.breaks_invariants
def test_receipts_of_open_tills_are_known_to_registers(desk, cast):
	account = settings.purpose_row(cast.company, "Card Top-up").account
	before = till_ledger.not_yet_closed(cast.company, account)
	desk.open()
	desk.take("Card Top-up", 100)
	assert till_ledger.not_yet_closed(cast.company, account) == before - 100


# ---- CASH-04 -------------------------------------------------------------------------------------------------------


@pytest.mark.rule("CASH-04")
def test_revenue_by_purpose_counter_and_mode(desk, month):
	rows = {(row.purpose, row.mode_of_payment): row for row in own_lines(desk, month)}
	gym = rows[("Gym", mode("cash"))]
	assert (gym.receipts, gym.received, gym.net_amount, gym.tax_amount) == (1, 106, 100, 6)
	refund = rows[("Key Deposit Refund", mode("cash"))]
	assert (refund.received, refund.paid_out, refund.net_amount) == (0, 40, -40)
	assert ("Other", mode("cash")) not in rows  # its closing waits for the cashier
	assert sum(row.received for row in rows.values()) == pytest.approx(106 + 53 + 100 + 22.6)
	with desk.as_user("cashier"):
		_columns, shown = front_desk_revenue.execute(
			{
				"company": desk.cast.company,
				"from_date": month[0],
				"to_date": month[1],
				"counter": desk.counter.name,
			}
		)
	assert len(shown) == len(rows)


@pytest.mark.rule("CASH-04")
def test_revenue_and_ledger_check_are_asked_by_a_fixed_number_of_statements(desk, month, count_sql):
	company, counts = desk.cast.company, []
	for _ in range(2):
		with count_sql() as count:
			till_revenue.lines(company, *month)
			till_ledger.by_closing(company, *month)
		counts.append(len(count))
		shift = desk.open(opening_float=498)
		desk.accept(desk.close(shift, 498))
	assert counts[0] == counts[1] <= 8


@pytest.mark.rule("CASH-04")
def test_the_cashier_compiles_the_month_and_sends_it(desk, month, cast):
	frappe.db.delete(STATEMENT)
	back_to_last_month(desk)
	last_month = add_months(month[0], -1)
	with desk.as_user("cashier"):
		doc = frappe.get_doc({"doctype": STATEMENT, "company": cast.company, "month": last_month}).insert()
		mine = [line for line in doc.lines if line.counter == desk.counter.name]
		assert sum(line.received for line in mine) == pytest.approx(281.6)
		assert doc.ledger_difference == 0
		assert desk.counter.name in doc.open_closings
		with pytest.raises(frappe.ValidationError, match="CASH-04"):
			statements.send(doc.name)
		doc = frappe.get_doc(STATEMENT, doc.name)
		doc.update({"remarks": "末班待出纳接收", "received_total": 1, "status": "Sent"})
		doc.append("lines", {"purpose": "Other", "received": 7})
		doc.save()
		doc.reload()
		assert doc.status == "Draft" and doc.received_total != 1
		statements.send(doc.name)
		with pytest.raises(frappe.ValidationError, match="CASH-04"):
			statements.compile_again(doc.name)
	doc.reload()
	assert (doc.status, doc.sent_by) == ("Sent", cast.user("cashier"))
	with pytest.raises(frappe.UniqueValidationError, match="CASH-04"):
		frappe.get_doc({"doctype": STATEMENT, "company": cast.company, "month": last_month}).insert()
	with pytest.raises(frappe.ValidationError, match="CASH-04"):
		frappe.delete_doc(STATEMENT, doc.name)


def back_to_last_month(desk):
	"""The days of the test as if they had been last month's."""
	day = add_months(getdate(), -1)
	for doctype in ("Front Desk Shift", "Front Desk Closing"):
		frappe.db.set_value(
			doctype, {"counter": desk.counter.name}, "business_date", day, update_modified=False
		)


@pytest.mark.rule("CASH-04")
def test_a_month_that_runs_is_not_sent(desk, month, cast):
	frappe.db.delete(STATEMENT)
	with desk.as_user("cashier"):
		doc = frappe.get_doc(
			{"doctype": STATEMENT, "company": cast.company, "month": getdate(), "remarks": "x"}
		).insert()
		assert doc.month == month[0]
		with pytest.raises(frappe.ValidationError, match="CASH-04"):
			statements.send(doc.name)
	for person in ("clerk", "service_manager"):
		with desk.as_user(person), pytest.raises(frappe.PermissionError):
			statements.compile_again(doc.name)


def set_the_calendar_up_anew():
	"""As at install, whatever another test has made of the list."""
	frappe.db.delete("Procedure Occurrence")
	frappe.db.delete("DefaultValue", {"parent": memory.MADE, "defkey": "task/REVENUE-STATEMENT"})
	doc = frappe.get_doc(settings.DOCTYPE)
	doc.set("procedure_tasks", [])
	doc.save()
	procedure_tasks.add_defaults()


@pytest.mark.rule("CASH-04", "CAL-02")
def test_the_statement_that_was_sent_fulfils_the_task_of_the_third(desk, month, cast):
	set_the_calendar_up_anew()
	task = next(t for t in settings.get().procedure_tasks if t.task_code == "REVENUE-STATEMENT")
	assert (task.fulfilling_doctype, task.day, task.responsible_role) == (STATEMENT, 3, "Cashier")
	frappe.db.delete(STATEMENT)
	due = getdate().replace(day=3)
	occurrence = frappe.get_doc(
		{
			"doctype": "Procedure Occurrence",
			"task_code": task.task_code,
			"company": cast.company,
			"title": task.title,
			"period": f"{due:%Y-%m}",
			"due_on": due,
			"remind_on": due,
			"responsible_role": "Cashier",
			"status": "To Do",
		}
	)
	occurrence.flags.server_write = True
	occurrence.insert()
	back_to_last_month(desk)
	with desk.as_user("cashier"):
		doc = frappe.get_doc(
			{
				"doctype": STATEMENT,
				"company": cast.company,
				"month": add_months(month[0], -1),
				"remarks": "齐",
			}
		).insert()
	procedure_calendar.close_fulfilled()
	assert frappe.db.get_value("Procedure Occurrence", occurrence.name, "status") == "To Do"
	with desk.as_user("cashier"):
		statements.send(doc.name)
	procedure_calendar.close_fulfilled()
	assert frappe.db.get_value(
		"Procedure Occurrence", occurrence.name, ["status", "fulfilling_document", "done_by"]
	) == ("Done", doc.name, cast.user("cashier"))


@pytest.mark.rule("CASH-04")
def test_the_same_over_rest(rest, committed, cast):
	switch_registers_on(cast.company, 0)
	committed()
	cashier, day = rest("cashier"), str(add_months(getdate(), -30))
	answer = cashier.insert(STATEMENT, company=cast.company, month=day)
	assert answer.status_code == 417 and "ORG-06" in refusal(answer)
	switch_registers_on(cast.company)
	committed()
	answer = cashier.insert(STATEMENT, company=cast.company, month=day, status="Sent", received_total=7)
	data = answer.json()["data"]
	assert (data["status"], data["received_total"], data["month"][-2:]) == ("Draft", 0, "01")
	assert rest("clerk").insert(STATEMENT, company=cast.company, month=day).status_code == 403
	for bad in ({"a": 1}, "gestern", None):
		assert cashier.insert(STATEMENT, company=cast.company, month=bad).status_code == 417, bad
