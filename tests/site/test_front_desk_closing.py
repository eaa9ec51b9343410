"""The end of a shift: counted by the clerk, accepted by the cashier, in the ledger to the cent (CASH-03, Q-03)."""

import frappe
import pytest
from frappe.utils import flt, getdate

from property_service import settings
from property_service.ledger import journal
from property_service.property_service.doctype.front_desk_closing import front_desk_closing as closings
from property_service.property_service.doctype.front_desk_receipt import front_desk_receipt as receipts
from property_service.rules import till as rules
from tests.site.rest import refusal
from tests.site.test_till import make_invoice
from tests.site.till_line import Till, ledger, mode, notes

pytestmark = pytest.mark.rule("CASH-03")

CLOSING, RECEIPT, SHIFT = "Front Desk Closing", "Front Desk Receipt", "Front Desk Shift"
METHODS = "property_service.property_service.doctype.front_desk_closing.front_desk_closing."


@pytest.fixture
def desk(cast, as_user):
	return Till(cast, as_user)


@pytest.fixture
def book(cast):
	"""Accounts of the company by what they are for."""

	def account(key):
		if key in ("cashier_account", "till_float_account", "over_short_account"):
			return settings.required(cast.company, key)
		if key.startswith("tax "):
			return settings.purpose_row(cast.company, key[4:]).tax_account
		if key in ("wechat", "alipay", "bank_transfer"):
			return settings.mode_row(cast.company, mode(key)).account
		return settings.purpose_row(cast.company, key).account

	return account


def test_a_day_reaches_the_ledger_to_the_cent(desk, book, cast):
	shift = desk.open()
	desk.take("Gym", 106)
	desk.take("Gym", 53, how="wechat")
	desk.take("Key Deposit", 100)
	cancelled = desk.take("Water", 22.6)
	with desk.as_user("clerk"):
		receipts.cancel_receipt(cancelled.name, "写错")
	desk.take("Water", 22.6, how="alipay")
	closing = desk.close(shift, 701, reason="找零少 5 元", float_kept=500)
	assert (closing.cash_expected, closing.cash_counted, closing.cash_difference) == (706, 701, -5)
	assert (closing.handed_over, closing.difference_total) == (201, -5)
	assert (closing.receipt_count, closing.cancelled_count) == (4, 1)
	assert closing.cancelled_numbers == cancelled.receipt_no
	assert closing.first_receipt_no.endswith("000001") and closing.last_receipt_no.endswith("000005")
	assert closing.journal_entry is None

	closing = desk.accept(closing)
	entry = frappe.get_doc("Journal Entry", closing.journal_entry)
	assert (entry.docstatus, entry.posting_date, entry.cheque_no) == (1, getdate(), closing.name)
	assert ledger(entry.name) == {
		book("cashier_account"): flt(201 - 500, 2),
		book("till_float_account"): 500,
		book("wechat"): 53,
		book("alipay"): 22.6,
		book("over_short_account"): 5,
		book("Gym"): -150,
		book("Water"): -20,
		book("tax Gym"): flt(-9 - 2.6, 2),
		book("Key Deposit"): -100,
	}
	assert closing.accepted_by == cast.user("cashier")
	assert [(row.actor, row.actor_role) for row in closing.approval_steps] == [
		(cast.user("clerk"), None),
		(cast.user("cashier"), "Cashier"),
	]
	booked = frappe.get_all(
		RECEIPT, {"shift": shift.name, "docstatus": 1}, ["closing", "journal_entry"], order_by="name"
	)
	assert {(row.closing, row.journal_entry) for row in booked} == {(closing.name, entry.name)}


def test_the_float_goes_from_shift_to_shift(desk, book):
	first = desk.accept(desk.close(desk.open(), 500))
	assert ledger(first.journal_entry) == {book("cashier_account"): -500, book("till_float_account"): 500}
	shift = desk.open(opening_float=490, opening_reason="少 10 元")
	desk.take("Key Deposit", 100)
	second = desk.accept(desk.close(shift, 590, float_kept=300))
	assert ledger(second.journal_entry) == {
		book("cashier_account"): 290,
		book("till_float_account"): -200,
		book("over_short_account"): 10,
		book("Key Deposit"): -100,
	}
	third = desk.open(opening_float=400, float_from_cashier=100)
	assert third.float_left == 300
	third = desk.accept(desk.close(third, 400, float_kept=0))
	assert ledger(third.journal_entry) == {
		book("cashier_account"): 300,
		book("till_float_account"): -300,
	}


def test_a_shift_that_moved_nothing_posts_nothing(desk):
	closing = desk.accept(desk.close(desk.open(opening_float=0), 0))
	assert (closing.status, closing.journal_entry) == ("Accepted", None)


def test_a_difference_is_explained_for_every_mode(desk, book):
	shift = desk.open()
	desk.take("Key Deposit", 100, how="wechat")
	with pytest.raises(frappe.ValidationError, match="CASH-03"):
		desk.close(shift, 500, wechat=90)
	closing = desk.accept(desk.close(shift, 500, wechat=90, reason="微信少到 10 元"))
	assert ledger(closing.journal_entry)[book("wechat")] == 90
	assert ledger(closing.journal_entry)[book("over_short_account")] == 10


def test_more_paid_back_by_an_app_than_it_took_is_no_difference(desk, book):
	"""The app's account shows less than nothing for the day: that is what the clerk counts, and what is posted."""
	shift = desk.open()
	original = desk.take("Key Deposit", 100, how="wechat")
	desk.accept(desk.close(shift, 500))
	shift = desk.open()
	desk.take("Key Deposit Refund", 100, how="wechat", direction="Out", original_receipt=original.name)
	closing = desk.accept(desk.close(shift, 500))
	(row,) = [row for row in closing.modes if row.paid_out]
	assert (row.expected, row.counted, row.difference) == (-100, -100, 0)
	assert ledger(closing.journal_entry)[book("wechat")] == -100
	assert book("over_short_account") not in ledger(closing.journal_entry)


def test_invoices_are_settled_with_party_and_reference(desk, cast):
	invoice, other = make_invoice(cast.company), make_invoice(cast.company, 80)
	shift = desk.open()
	for doc, amount in ((invoice, 60), (invoice, 40), (other, 80)):
		desk.take("Invoice Payment", amount, reference_doctype="Sales Invoice", reference_name=doc.name)
	# accounting has taken 50 of the second one meanwhile
	frappe.db.set_value("Sales Invoice", other.name, "outstanding_amount", 30)
	closing = desk.accept(desk.close(shift, 680))
	rows = frappe.get_all(
		"Journal Entry Account",
		filters={"parent": closing.journal_entry, "party_type": "Customer"},
		fields=["party", "reference_name", "credit"],
		order_by="credit",
	)
	assert [(row.party, row.reference_name, row.credit) for row in rows] == [
		(other.customer, other.name, 30),
		(other.customer, None, 50),
		(invoice.customer, invoice.name, 100),
	]
	assert frappe.db.get_value("Sales Invoice", invoice.name, ["outstanding_amount", "status"]) == (0, "Paid")


def test_more_than_a_hundred_invoices_are_posted_at_once(desk, cast):
	invoice = make_invoice(cast.company)
	shift = desk.open()
	receipt = desk.take("Invoice Payment", 1, reference_doctype="Sales Invoice", reference_name=invoice.name)
	targets = [
		rules.Taken(rules.IN, rules.Target(receipt.account, party=invoice.customer, reference=None), 1)
	]
	rows = rules.postings(targets, drawer(), {}, {})
	assert len(rows) == 2
	closing = desk.close(shift, 501)
	many = [
		journal.Row(settings.required(cast.company, "cashier_account"), amount, remark=str(n))
		for n in range(60)
		for amount in (rules.Decimal("1.00"), rules.Decimal("-1.00"))
	]
	name = journal.post(f"{CLOSING}/{closing.name}", closing, getdate(), many, "多行")
	assert frappe.db.get_value("Journal Entry", name, "docstatus") == 1


def drawer():
	zero = rules.Decimal(0)
	return rules.Drawer("a", "b", "c", None, zero, zero, zero, zero, rules.Decimal(1), zero)


# ---- two people ----------------------------------------------------------------------------------------------------


def test_the_clerk_does_not_accept_the_own_closing(desk, cast):
	frappe.get_doc("User", cast.user("clerk")).add_roles("Cashier")
	closing = desk.close(desk.open(), 500)
	with desk.as_user("clerk"), pytest.raises(frappe.PermissionError, match="ORG-01"):
		closings.accept(closing.name)
	for person in ("service_manager", "second_clerk", "finance_manager"):
		with desk.as_user(person), pytest.raises(frappe.PermissionError):
			closings.accept(closing.name)


def test_nothing_is_accepted_that_was_not_signed(desk):
	closing = desk.count(desk.open(), 500)
	with desk.as_user("cashier"), pytest.raises(frappe.ValidationError, match="CASH-03"):
		closings.accept(closing.name)
	with desk.as_user("cashier"), pytest.raises(frappe.ValidationError, match="ORG-01"):
		frappe.get_doc(CLOSING, closing.name).submit()


def test_signed_but_submitted_past_the_cashiers_step_is_refused(desk):
	closing = desk.close(desk.open(), 500)
	with desk.as_user("cashier"), pytest.raises(frappe.ValidationError, match="ORG-01"):
		frappe.get_doc(CLOSING, closing.name).submit()
	assert not frappe.db.exists("Ledger Posting", {"source_name": closing.name})


def test_the_cashier_sends_back_and_the_clerk_counts_again(desk, book):
	shift = desk.open()
	desk.take("Key Deposit", 100)
	closing = desk.close(shift, 600)
	with desk.as_user("cashier"):
		with pytest.raises(frappe.ValidationError, match="CASH-03"):
			closings.send_back(closing.name, " ")
		assert closings.send_back(closing.name, "少一张 10 元") == "Returned to Clerk"
	assert frappe.db.get_value(SHIFT, shift.name, "status") == "Closed"
	with desk.as_user("clerk"):
		doc = frappe.get_doc(CLOSING, closing.name)
		doc.set("denominations", notes(590))
		doc.difference_reason = "找错 10 元"
		doc.save()
		closings.sign(doc.name)
	accepted = desk.accept(closing)
	assert ledger(accepted.journal_entry)[book("over_short_account")] == 10
	assert [row.to_state for row in accepted.approval_steps] == [
		"Awaiting Cashier",
		"Returned to Clerk",
		"Awaiting Cashier",
		"Accepted",
	]


def test_a_float_that_the_next_shift_began_with_stays(desk):
	closing = desk.close(desk.open(), 500, float_kept=400)
	desk.open(opening_float=400)
	with desk.as_user("cashier"):
		closings.send_back(closing.name, "重新清点")
	with desk.as_user("clerk"):
		doc = frappe.get_doc(CLOSING, closing.name)
		doc.float_kept = 300
		doc.save()
		with pytest.raises(frappe.ValidationError, match="CASH-03"):
			closings.sign(doc.name)


def test_it_is_the_very_next_shift_that_counts(desk):
	first = desk.close(desk.open(), 500)
	desk.close(desk.open(opening_float=500), 500, float_kept=300)
	desk.open(opening_float=300)
	with desk.as_user("cashier"):
		closings.send_back(first.name, "重新清点")
	with desk.as_user("clerk"):
		doc = frappe.get_doc(CLOSING, first.name)
		doc.float_kept = 300
		doc.save()
		with pytest.raises(frappe.ValidationError, match=r"500\.00"):
			closings.sign(doc.name)


def test_the_manager_closes_for_an_absent_clerk(desk, cast):
	shift = desk.open()
	with desk.as_user("second_clerk"), pytest.raises(frappe.PermissionError, match="CASH-03"):
		closings.begin(shift.name)
	closing = desk.count(shift, 500, person="service_manager")
	with desk.as_user("service_manager"):
		with pytest.raises(frappe.ValidationError, match="CASH-03"):
			closings.sign(closing.name)
		closings.sign(closing.name, absence_reason="王晓燕突然生病")
	doc = frappe.get_doc(CLOSING, closing.name)
	assert (doc.clerk, doc.signed_by) == (cast.user("clerk"), cast.user("service_manager"))
	desk.accept(doc)


def test_the_next_shift_opens_while_the_cashier_is_away(desk):
	closing = desk.close(desk.open(), 500)
	later = desk.open()
	assert later.status == "Open"
	desk.accept(closing)


# ---- once, and for good --------------------------------------------------------------------------------------------


def test_a_closing_is_posted_once(desk):
	closing = desk.accept(desk.close(desk.open(), 500))
	with desk.as_user("cashier"), pytest.raises(frappe.ValidationError, match="CASH-03"):
		closings.accept(closing.name)
	with pytest.raises(frappe.ValidationError, match="Q-03"):
		journal.post(f"{CLOSING}/{closing.name}", closing, getdate(), [], "再来")


def test_what_was_accepted_is_not_undone(desk):
	shift = desk.open()
	receipt = desk.take("Key Deposit", 100)
	closing = desk.accept(desk.close(shift, 600))
	with pytest.raises(frappe.ValidationError, match="CASH-03"):
		frappe.get_doc(CLOSING, closing.name).cancel()
	with pytest.raises(frappe.ValidationError, match="CASH-03"):
		frappe.get_doc("Journal Entry", closing.journal_entry).cancel()
	with desk.as_user("clerk"), pytest.raises(frappe.ValidationError, match="CASH-03"):
		receipts.cancel_receipt(receipt.name, "写错")
	for doctype, name in ((CLOSING, closing.name), (SHIFT, shift.name)):
		with pytest.raises(frappe.ValidationError):
			frappe.delete_doc(doctype, name, force=True)
	with pytest.raises(frappe.ValidationError, match="CASH-03"):
		frappe.get_doc({"doctype": CLOSING, "shift": shift.name, "amended_from": closing.name}).insert()


def test_one_closing_per_shift(desk):
	shift = desk.open()
	first = desk.count(shift, 500)
	with desk.as_user("clerk"):
		assert closings.begin(shift.name) == first.name
		with pytest.raises(frappe.UniqueValidationError, match="CASH-03"):
			frappe.get_doc({"doctype": CLOSING, "shift": shift.name}).insert()


def test_closed_books_are_refused_clearly(desk, cast):
	closing = desk.close(desk.open(), 500)
	period = frappe.get_doc(
		{
			"doctype": "Accounting Period",
			"period_name": f"封账 {frappe.generate_hash(length=5)}",
			"company": cast.company,
			"start_date": getdate(),
			"end_date": getdate(),
			"closed_documents": [{"document_type": "Journal Entry", "closed": 1}],
		}
	)
	period.insert()
	with desk.as_user("cashier"), pytest.raises(frappe.ValidationError, match="CASH-03"):
		closings.accept(closing.name)


def test_a_missing_account_is_named(desk, cast):
	closing = desk.close(desk.open(), 500)
	doc = frappe.get_doc("Property Service Settings")
	next(row for row in doc.companies if row.company == cast.company).till_float_account = None
	doc.save()
	with desk.as_user("cashier"), pytest.raises(frappe.ValidationError, match="ORG-06"):
		closings.accept(closing.name)


def test_what_was_signed_stays_as_counted(desk):
	shift = desk.open()
	closing = desk.close(shift, 500)
	for person in ("clerk", "service_manager"):
		with desk.as_user(person):
			doc = frappe.get_doc(CLOSING, closing.name)
			doc.set("denominations", notes(400))
			doc.float_kept = 1
			with pytest.raises(frappe.ValidationError, match="CASH-03"):
				doc.save()
	with desk.as_user("cashier"):
		doc = frappe.get_doc(CLOSING, closing.name)
		doc.difference_reason = "改"
		with pytest.raises(frappe.PermissionError, match="CASH-03"):
			doc.save()
	assert frappe.db.get_value(CLOSING, closing.name, ["cash_counted", "float_kept"]) == (500, 500)


def test_a_note_that_does_not_exist_is_refused(desk):
	shift = desk.open()
	with desk.as_user("clerk"):
		doc = frappe.get_doc(CLOSING, closings.begin(shift.name))
		doc.append("denominations", {"face_value": 3, "pieces": 2})
		with pytest.raises(frappe.ValidationError, match="CASH-03"):
			doc.save()


def test_the_same_over_rest(rest, committed, cast, as_user):
	desk = Till(cast, as_user)
	shift = desk.open()
	desk.take("Key Deposit", 100)
	committed()
	clerk, cashier = rest("clerk"), rest("cashier")
	assert rest("second_clerk").insert(CLOSING, shift=shift.name).status_code == 403
	answer = clerk.insert(
		CLOSING,
		shift=shift.name,
		status="Accepted",
		cash_expected=1,
		accepted_by=cast.user("cashier"),
		denominations=notes(595),
		lines=[{"purpose": "Other", "received": 7}],
		approval_steps=[{"action": "Accept", "to_state": "Accepted", "actor": cast.user("cashier")}],
	)
	assert answer.status_code == 200, answer.text
	data = answer.json()["data"]
	name = data["name"]
	assert (data["status"], data["cash_expected"], data["cash_counted"]) == ("Counting", 600, 595)
	assert data["approval_steps"] == [] and data.get("accepted_by") is None
	assert [row["purpose"] for row in data["lines"]] == ["Key Deposit"]
	assert clerk.update(CLOSING, name, docstatus=1).status_code in (403, 417)
	answer = cashier.update(CLOSING, name, docstatus=1)
	assert (answer.status_code, "ORG-01" in refusal(answer)) == (417, True)
	answer = clerk.call(METHODS + "sign", closing=name)
	assert (answer.status_code, "CASH-03" in refusal(answer)) == (417, True)
	for bad in ([{"face_value": {"a": 1}, "pieces": 1}], [{"face_value": 100, "pieces": 2**40}], "x", [1]):
		answer = clerk.update(CLOSING, name, denominations=bad)
		assert answer.status_code == 417, (bad, answer.text[:300])
	assert clerk.update(CLOSING, name, float_kept="1e308").status_code == 417
	assert clerk.update(CLOSING, name, difference_reason="找错零").status_code == 200
	assert clerk.call(METHODS + "sign", closing=name).status_code == 200
	assert clerk.call(METHODS + "accept", closing=name).status_code == 403
	assert rest("technician").call(METHODS + "accept", closing=name).status_code == 403
	answer = cashier.call(METHODS + "accept", closing=name)
	assert answer.status_code == 200, answer.text
	entry = answer.json()["message"]["journal_entry"]
	assert cashier.call(METHODS + "accept", closing=name).status_code == 417
	row = frappe.get_doc(CLOSING, name).denominations[0].name
	assert clerk.delete("Front Desk Closing Denomination", row).status_code == 403
	committed()
	assert frappe.db.get_value("Journal Entry", entry, "docstatus") == 1
