"""A count is checked, approved, posted and decided; the pending account is zero in the end (WH-28)."""

import frappe
import pytest
from frappe.utils import flt

from property_service import invariants, settings
from property_service.property_service.doctype.stock_count import checking, counting, posting
from property_service.rules import stock_count as rules
from property_service.stock import pending_differences
from property_service.stock import stores as places
from tests import stores as make

pytestmark = pytest.mark.rule("WH-28")

DOCTYPE = "Stock Count"


@pytest.fixture
def shelf(stores, cast, as_user):
	"""A store of its own: 10 lamps in two layers (5 at 2, 5 at 6), 20 reams at 3, 5 valves at 4."""
	store = make.store(stores.company)
	qualified = places.zone_warehouse(store, "Qualified")
	goods = [make.item(item_name=name, valuation_method="FIFO").name for name in ("灯管", "复印纸", "三角阀")]
	for item, qty, rate in zip((goods[0], *goods), (5, 5, 20, 5), (2, 6, 3, 4), strict=True):
		make.put_in(item, qualified, qty, rate)
	company = settings.company_row(stores.company)
	return frappe._dict(
		company=stores.company,
		store=store,
		qualified=qualified,
		goods=goods,
		cast=cast,
		as_user=as_user,
		accounts=company,
		pending=company.pending_gains_losses_account,
		before=pending_differences.on_account(stores.company),
	)


def act(shelf, person, function, doc, *args):
	with shelf.as_user(person):
		return function(doc.name, *args)


def counted(shelf, quantities=(8, 21, 5), **values):
	with shelf.as_user("storekeeper"):
		doc = frappe.get_doc(
			{"doctype": DOCTYPE, "company": shelf.company, "store": shelf.store, "kind": "Monthly", **values}
		).insert()
		counting.record(
			doc.name,
			[{"item_code": item, "qty": qty} for item, qty in zip(shelf.goods, quantities, strict=True)],
		)
		counting.finish(doc.name)
	return doc.reload()


def sample(doc, by=0):
	return [{"line": line.name, "qty": line.counted_qty + by} for line in doc.lines if line.in_sample]


def checked(shelf, *args, **values):
	doc = counted(shelf, *args, **values)
	act(shelf, "stores_accountant", checking.record_check, doc, sample(doc))
	act(shelf, "stores_accountant", checking.check, doc)
	return doc.reload()


def approved(shelf, *args, **values):
	doc = checked(shelf, *args, **values)
	act(shelf, "finance_manager", posting.approve, doc)
	return doc.reload()


def line_of(doc, item):
	return next(line for line in doc.lines if line.item_code == item)


def left(shelf):
	"""What this test left on the pending account, debit positive."""
	return float(pending_differences.on_account(shelf.company) - shelf.before)


def decide(shelf, doc, item, *decisions, person="finance_manager"):
	name = act(shelf, person, posting.decide, doc, line_of(doc, item).name, list(decisions))
	doc.reload()
	return name


def amounts(journal_entry):
	rows = frappe.get_all(
		"GL Entry",
		filters={"voucher_no": journal_entry, "is_cancelled": 0},
		fields=["account", "debit", "credit"],
		order_by="name",
	)
	return {row.account: flt(row.debit - row.credit, 2) for row in rows}


# ---- the sample ------------------------------------------------------------------------------------------------------


def test_the_system_draws_at_least_a_tenth(shelf):
	for _ in range(9):
		make.put_in(make.item().name, shelf.qualified, 1)
	with shelf.as_user("storekeeper"):
		doc = frappe.get_doc(
			{"doctype": DOCTYPE, "company": shelf.company, "store": shelf.store, "kind": "Monthly"}
		).insert()
		counting.record(doc.name, [{"item_code": line.item_code, "qty": line.book_qty} for line in doc.lines])
		counting.finish(doc.name)
	doc.reload()
	assert sum(line.in_sample for line in doc.lines) == rules.sample_size(12, 10) == 2


def test_the_accountant_counts_the_sample_before_signing(shelf):
	doc = counted(shelf)
	with pytest.raises(frappe.ValidationError, match="spot sample are not checked yet"):
		act(shelf, "stores_accountant", checking.check, doc)
	other = next(line for line in doc.lines if not line.in_sample)
	with pytest.raises(frappe.ValidationError, match="no line of the spot sample"):
		act(shelf, "stores_accountant", checking.record_check, doc, [{"line": other.name, "qty": 1}])
	act(shelf, "stores_accountant", checking.record_check, doc, sample(doc, by=1))
	with pytest.raises(frappe.ValidationError, match="differ from the count"):
		act(shelf, "stores_accountant", checking.check, doc)
	assert act(shelf, "stores_accountant", checking.record_check, doc, sample(doc)) == 0
	act(shelf, "stores_accountant", checking.check, doc)
	doc.reload()
	step = doc.approval_steps[-1]
	assert (doc.status, step.actor_role, step.actor) == (
		"Accountant Checked",
		"Stores Accountant",
		shelf.cast.user("stores_accountant"),
	)


def test_a_recount_draws_a_new_sample(shelf):
	doc = counted(shelf)
	act(shelf, "stores_accountant", checking.record_check, doc, sample(doc))
	act(shelf, "stores_accountant", counting.send_back, doc, "数量可疑")
	act(shelf, "storekeeper", counting.finish, doc)
	doc.reload()
	assert not any(line.is_checked for line in doc.lines)
	assert any(line.in_sample for line in doc.lines)
	# who sent it back as the accountant still signs as the accountant
	act(shelf, "stores_accountant", checking.record_check, doc, sample(doc))
	act(shelf, "stores_accountant", checking.check, doc)


# ---- who may ---------------------------------------------------------------------------------------------------------


def test_storekeepers_neither_check_nor_approve(shelf):
	doc = counted(shelf)
	for function, args in ((checking.record_check, (sample(doc),)), (checking.check, ())):
		with pytest.raises(frappe.PermissionError):
			act(shelf, "storekeeper", function, doc, *args)
	doc = checked(shelf)
	for person in ("storekeeper", "stores_accountant"):
		with pytest.raises(frappe.PermissionError):
			act(shelf, person, posting.approve, doc)
	with pytest.raises(frappe.PermissionError):
		act(shelf, "storekeeper", counting.send_back, doc, "再数一遍")


def test_an_accountant_who_counted_does_not_check(shelf):
	with shelf.as_user("storekeeper"):
		doc = frappe.get_doc(
			{"doctype": DOCTYPE, "company": shelf.company, "store": shelf.store, "kind": "Monthly"}
		).insert()
	rows = [{"item_code": item, "qty": qty} for item, qty in zip(shelf.goods, (8, 21, 5), strict=True)]
	act(shelf, "stores_accountant", counting.record, doc, rows)
	act(shelf, "storekeeper", counting.finish, doc)
	doc.reload()
	with pytest.raises(frappe.PermissionError, match="Whoever counted"):
		act(shelf, "stores_accountant", checking.record_check, doc, sample(doc))


def test_the_quarterly_count_is_signed_by_the_storekeeper(shelf):
	with shelf.as_user("stores_accountant"):
		doc = frappe.get_doc(
			{
				"doctype": DOCTYPE,
				"company": shelf.company,
				"store": shelf.store,
				"kind": rules.QUARTERLY_LOW_VALUE,
			}
		).insert()
		counting.record(doc.name, [{"item_code": line.item_code, "qty": line.book_qty} for line in doc.lines])
		counting.finish(doc.name)
	doc.reload()
	act(shelf, "storekeeper", checking.record_check, doc, sample(doc))
	act(shelf, "storekeeper", checking.check, doc)
	act(shelf, "finance_manager", posting.approve, doc)
	assert doc.reload().approval_steps[1].actor_role == "Storekeeper"


def test_no_step_is_left_out(shelf):
	doc = counted(shelf)
	with pytest.raises(frappe.ValidationError, match="cannot become"):
		act(shelf, "finance_manager", posting.approve, doc)
	with pytest.raises(frappe.ValidationError, match="Differences are decided when"):
		act(shelf, "finance_manager", posting.decide, doc, doc.lines[0].name, [{"decision": "Surplus"}])
	with shelf.as_user("finance_manager"):
		doc.update({"status": "Finance Manager Approved", "decisions": [{"decision": "Surplus"}]})
		doc.save()
	doc.reload()
	assert (doc.status, doc.decisions) == ("Counted", [])


# ---- posting ---------------------------------------------------------------------------------------------------------


def test_approval_posts_entries_against_the_pending_account(shelf):
	doc = approved(shelf)
	lamp, paper, valve = (line_of(doc, item) for item in shelf.goods)
	shortage, surplus = (frappe.get_doc("Stock Entry", line.stock_entry) for line in (lamp, paper))
	assert (shortage.purpose, shortage.stores_kind, surplus.purpose, surplus.stores_kind) == (
		*("Material Issue", "Shortage"),
		*("Material Receipt", "Surplus"),
	)
	assert {row.expense_account for row in (*shortage.items, *surplus.items)} == {shelf.pending}
	# two lamps of the oldest layer; a ream at the frozen valuation
	assert (lamp.posted_value, paper.posted_value, valve.stock_entry) == (-4, 3, None)
	assert (doc.open_value, doc.undecided_lines, left(shelf)) == (1, 2, 1)
	balance = frappe.db.get_value(
		"Bin", {"item_code": lamp.item_code, "warehouse": shelf.qualified}, "actual_qty"
	)
	assert balance == 8
	queue = frappe.get_all(
		"Stock Ledger Entry",
		filters={"item_code": lamp.item_code, "is_cancelled": 0},
		pluck="stock_queue",
		order_by="creation desc",
		limit=1,
	)[0]
	assert frappe.parse_json(queue) == [[3, 2], [5, 6]]


def test_a_count_without_differences_posts_nothing(shelf):
	doc = approved(shelf, (10, 20, 5))
	assert (doc.status, doc.undecided_lines, left(shelf)) == ("Finance Manager Approved", 0, 0)
	assert not any(line.stock_entry for line in doc.lines)


def test_batches_are_posted_each_by_its_own(shelf):
	item = make.item(
		item_name="油漆", has_batch_no=1, create_new_batch=1, batch_number_series="B-.#####"
	).name
	make.put_in(item, shelf.qualified, 6, 10)
	make.put_in(item, shelf.qualified, 4, 10)
	with shelf.as_user("storekeeper"):
		doc = frappe.get_doc(
			{"doctype": DOCTYPE, "company": shelf.company, "store": shelf.store, "kind": "Monthly"}
		).insert()
		rows = [
			{
				"item_code": line.item_code,
				"batch_no": line.batch_no,
				"qty": {6: 5, 4: 6}.get(line.book_qty, line.book_qty) if line.batch_no else line.book_qty,
			}
			for line in doc.lines
		]
		counting.record(doc.name, rows)
		counting.finish(doc.name)
	doc.reload()
	act(shelf, "stores_accountant", checking.record_check, doc, sample(doc))
	act(shelf, "stores_accountant", checking.check, doc)
	act(shelf, "finance_manager", posting.approve, doc)
	doc.reload()
	values = {line.book_qty: line.posted_value for line in doc.lines if line.item_code == item}
	assert values == {6: -10, 4: 20}
	with shelf.as_user("storekeeper"):
		again = frappe.get_doc(
			{"doctype": DOCTYPE, "company": shelf.company, "store": shelf.store, "kind": "Spot Check"}
		).insert()
	assert sorted(line.book_qty for line in again.lines if line.item_code == item) == [5, 6]


def test_what_is_not_there_any_more_is_not_posted(shelf):
	doc = checked(shelf, (0, 20, 5))
	make.take_out(shelf.goods[0], shelf.qualified, 9)
	with pytest.raises(frappe.ValidationError, match="less in stock than is missing"):
		act(shelf, "finance_manager", posting.approve, doc)


def test_what_was_posted_is_not_cancelled_by_itself(shelf):
	doc = approved(shelf)
	for item in shelf.goods[:2]:
		with pytest.raises(frappe.ValidationError, match="not cancelled by itself"):
			frappe.get_doc("Stock Entry", line_of(doc, item).stock_entry).cancel()
	entry = decide(shelf, doc, shelf.goods[1], {"decision": "Surplus", "amount": 3})
	with pytest.raises(frappe.ValidationError, match="not cancelled by itself"):
		frappe.get_doc("Journal Entry", entry).cancel()
	with pytest.raises(frappe.ValidationError, match="cannot become"):
		act(shelf, "finance_manager", counting.cancel, doc, "作废")


def test_nothing_is_posted_twice(shelf):
	doc = approved(shelf)
	with pytest.raises(frappe.ValidationError, match="cannot become"):
		act(shelf, "finance_manager", posting.approve, doc)
	decide(shelf, doc, shelf.goods[1], {"decision": "Surplus", "amount": 3})
	with pytest.raises(frappe.ValidationError, match="decided already"):
		decide(shelf, doc, shelf.goods[1], {"decision": "Surplus", "amount": 3})
	with pytest.raises(frappe.ValidationError, match="no difference to decide"):
		decide(shelf, doc, shelf.goods[2], {"decision": "Surplus", "amount": 3})


# ---- decisions -------------------------------------------------------------------------------------------------------


def test_a_surplus_goes_to_its_account(shelf):
	doc = approved(shelf, (10, 21, 5))
	entry = decide(shelf, doc, shelf.goods[1], {"decision": "Surplus", "amount": 3})
	assert amounts(entry) == {shelf.pending: 3, shelf.accounts.surplus_account: -3}
	assert (left(shelf), doc.open_value, doc.undecided_lines) == (0, 0, 0)
	frappe.local.lang = "zh"
	html = frappe.get_print(DOCTYPE, doc.name, "Stock Count Sheet")
	frappe.local.lang = "en"
	assert "处理意见" in html and html.count("盘盈") == 1
	row = doc.decisions[0]
	assert (row.decision, row.amount, row.journal_entry, row.decided_by) == (
		*("Surplus", 3, entry),
		shelf.cast.user("finance_manager"),
	)


def test_a_shortage_is_borne_by_several(shelf):
	"""Ten lamps, worth 40: a person, the insurer, the company, and what is left of them."""
	doc = approved(shelf, (0, 20, 5))
	scrap = make.item(item_name="废灯座").name
	employee, customer = shelf.cast.employees["technician"], insurer()
	entry = decide(
		shelf,
		doc,
		shelf.goods[0],
		{"decision": "Responsible Person", "amount": 10, "party_type": "Employee", "party": employee},
		{"decision": "Insurer", "amount": 15, "party_type": "Customer", "party": customer},
		{"decision": "Management Expense", "amount": 7.5},
		{"decision": "Abnormal Loss", "amount": 5.5},
		{
			"decision": "Salvage into Stock",
			"amount": 2,
			"item_code": scrap,
			"qty": 4,
			"warehouse": shelf.qualified,
		},
	)
	assert (left(shelf), doc.open_value) == (0, 0)
	claims = frappe.get_all(
		"GL Entry",
		filters={"voucher_no": entry, "account": shelf.accounts.other_receivable_account},
		fields=["party_type", "party", "debit"],
		order_by="debit",
	)
	assert [(row.party_type, row.party, row.debit) for row in claims] == [
		("Employee", employee, 10),
		("Customer", customer, 15),
	]
	found = amounts(entry)
	assert found[shelf.pending] == -38
	assert found[shelf.accounts.abnormal_loss_account] == 5.5
	assert frappe.db.get_value("Bin", {"item_code": scrap}, ["actual_qty", "stock_value"]) == (4, 2)
	receipt = frappe.get_doc("Stock Entry", doc.decisions[-1].stock_entry)
	assert (receipt.stores_kind or "", receipt.total_incoming_value) == ("", 2)
	with pytest.raises(frappe.ValidationError, match="not cancelled by itself"):
		receipt.cancel()


def insurer():
	return (
		frappe.get_doc({"doctype": "Customer", "customer_name": f"保险公司 {frappe.generate_hash(length=6)}"})
		.insert()
		.name
	)


def test_input_tax_is_turned_back(shelf):
	doc = approved(shelf, (10, 20, 4))
	decision = {"decision": "Management Expense", "amount": 4, "tax_amount": 0.52}
	with pytest.raises(frappe.ValidationError, match="Input Tax"):
		decide(shelf, doc, shelf.goods[2], decision)
	tax = tax_account(shelf)
	set_account(shelf, "input_tax_account", tax)
	entry = decide(shelf, doc, shelf.goods[2], decision)
	assert amounts(entry) == {shelf.pending: -4, shelf.accounts.shortage_account: 4.52, tax: -0.52}
	assert left(shelf) == 0


def tax_account(shelf):
	parent = frappe.db.get_value("Account", shelf.pending, "parent_account")
	values = {"account_name": f"进项税额转出 {frappe.generate_hash(length=6)}", "company": shelf.company}
	return frappe.get_doc({"doctype": "Account", "parent_account": parent, **values}).insert().name


def set_account(shelf, fieldname, account):
	doc = frappe.get_doc(settings.DOCTYPE)
	next(row for row in doc.companies if row.company == shelf.company).set(fieldname, account)
	doc.save()


@pytest.mark.parametrize(
	"decisions",
	[
		[],
		[{"decision": "Management Expense", "amount": 3}],
		[{"decision": "Management Expense", "amount": 4.001}],
		[{"decision": "Management Expense", "amount": "much"}],
		[{"decision": "Surplus", "amount": 4}],
		[{"decision": "Responsible Person", "amount": 4}],
		[{"decision": "Responsible Person", "amount": 4, "party_type": "Employee", "party": "nobody"}],
		[{"decision": "Salvage into Stock", "amount": 4}],
		[
			{
				"decision": "Salvage into Stock",
				"amount": 4,
				"item_code": "nothing",
				"qty": 1,
				"warehouse": "nowhere",
			}
		],
		[{"decision": None, "amount": 4}],
	],
)
def test_what_is_no_decision_posts_nothing(shelf, decisions):
	doc = approved(shelf, (10, 20, 4))
	with pytest.raises(frappe.ValidationError):
		decide(shelf, doc, shelf.goods[2], *decisions)
	assert left(shelf) == 4


def test_only_the_finance_manager_decides(shelf):
	doc = approved(shelf, (10, 20, 4))
	for person in ("storekeeper", "stores_accountant"):
		with pytest.raises(frappe.PermissionError):
			decide(shelf, doc, shelf.goods[2], {"decision": "Management Expense", "amount": 4}, person=person)


# ---- month end -------------------------------------------------------------------------------------------------------


def findings(shelf):
	name = "pending_account_holds_what_is_undecided"
	return [finding for finding in invariants.check(shelf.company) if finding.invariant == name]


@pytest.mark.rule("Q-03")
def test_what_does_not_come_from_a_count_is_found_on_the_pending_account(shelf):
	assert findings(shelf) == []
	doc = approved(shelf)
	assert findings(shelf) == []
	entry = line_of(doc, shelf.goods[0]).stock_entry
	name = frappe.db.get_value("GL Entry", {"voucher_no": entry, "account": shelf.pending})
	frappe.db.set_value("GL Entry", name, "debit", 4.01)
	assert len(findings(shelf)) == 1


def test_month_end_says_what_is_not_decided(shelf):
	already = pending_differences.undecided(shelf.company).lines
	doc = approved(shelf, (10, 20, 4))
	assert pending_differences.undecided(shelf.company).lines == already + 1
	assert "is still on the pending account" in pending_differences.note(shelf.company)
	decide(shelf, doc, shelf.goods[2], {"decision": "Management Expense", "amount": 4})
	assert pending_differences.undecided(shelf.company).lines == already
