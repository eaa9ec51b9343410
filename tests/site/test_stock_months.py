"""Monthly figures of the stock ledger: kinds, back-dating, cancelling, reposting, concurrency of marks (WH-02, WH-29)."""

from types import SimpleNamespace

import frappe
import pytest
from frappe.utils import CallbackManager, add_days, getdate, nowdate

from property_service.invariants import check
from property_service.rules import stock_movement as rules
from property_service.stock import stock_months
from property_service.stock import stores as places
from tests import stores as make

pytestmark = [pytest.mark.rule("WH-02"), pytest.mark.rule("WH-29")]


@pytest.fixture
def item(stores):
	return make.item().name


@pytest.fixture
def qualified(stores):
	return stores.zone()


def figures(item, warehouses, months_back=12, **how):
	rows = stock_months.totals(
		warehouses, make.months_ago(months_back), nowdate(), how.get("by", ("item_code",)), [item]
	)
	return rows[0] if rows else frappe._dict(dict.fromkeys(stock_months.MEASURES, 0))


def moved(row) -> dict:
	"""The columns of a row that are not zero: column -> (quantity, value)."""
	return {
		column: (row[f"{column}_qty"], row[f"{column}_value"])
		for column in rules.COLUMNS
		if row[f"{column}_qty"] or row[f"{column}_value"]
	}


def entry(stores, item, qty, kind=None, **line):
	"""A stock entry made by the app's own code, which says what it is for."""
	inward = line.get("t_warehouse") and not line.get("s_warehouse")
	both = line.get("t_warehouse") and line.get("s_warehouse")
	purpose = "Material Transfer" if both else "Material Receipt" if inward else "Material Issue"
	doc = frappe.get_doc(
		{
			"doctype": "Stock Entry",
			"stock_entry_type": purpose,
			"purpose": purpose,
			"company": stores.company,
			"set_posting_time": 1,
			"posting_date": line.pop("posting_date", nowdate()),
			"posting_time": line.pop("posting_time", "00:00:05"),
			"move_reason": "受潮" if both else None,
			"items": [{"item_code": item, "qty": qty, **line}],
		}
	)
	doc.flags.stores_kind = kind
	doc.flags.issued_for, doc.flags.inward_checked = "the app itself", True
	doc.insert()
	doc.submit()
	return doc


def is_consistent(company):
	stock_months.write_marks()
	return [finding for finding in check(company) if finding.rule == "WH-29"] == []


def test_each_kind_goes_to_its_column(stores, item, qualified):
	direct = stores.zone("Direct Issue")
	make.put_in(item, qualified, 95, rate=2)
	make.put_in(item, direct, 5, rate=2)
	entry(stores, item, 10, s_warehouse=qualified)
	entry(stores, item, 5, kind="Direct Issue", s_warehouse=direct)
	entry(stores, item, 2, kind="Scrap", s_warehouse=qualified)
	entry(stores, item, 1, kind="Shortage", s_warehouse=qualified)
	entry(stores, item, 4, kind="Return", t_warehouse=qualified, basic_rate=2)
	entry(stores, item, 3, kind="Surplus", t_warehouse=qualified, basic_rate=2)
	assert moved(figures(item, [qualified, direct])) == {
		"other_in": (100, 200),
		"issue": (10, 20),
		"direct_issue": (5, 10),
		"scrap": (2, 4),
		"shortage": (1, 2),
		"returned": (4, 8),
		"surplus": (3, 6),
	}
	month = stock_months.month_of(nowdate())
	assert stock_months.consumption([qualified, direct], month, month, [item]) == {item: {month: 10 + 5 - 4}}


def test_moves_between_zones_are_kept_apart_from_moves_between_stores(stores, item, qualified):
	make.put_in(item, qualified, 20, rate=3)
	bad, elsewhere = stores.zone("Nonconforming"), make.store(stores.company)
	entry(stores, item, 6, s_warehouse=qualified, t_warehouse=bad)
	entry(stores, item, 5, s_warehouse=qualified, t_warehouse=places.zone_warehouse(elsewhere, "Qualified"))
	here = moved(figures(item, places.warehouses(stores.store)))
	assert here == {
		"other_in": (20, 60),
		"other_out": (5, 15),
		"zone_in": (6, 18),
		"zone_out": (6, 18),
	}
	assert moved(figures(item, places.warehouses(elsewhere))) == {"other_in": (5, 15)}


def test_what_is_fresh_and_what_is_stale_add_up_alike(stores, item, qualified):
	make.put_in(item, qualified, 100, rate=2, posting_date=make.months_ago(2))
	make.take_out(item, qualified, 7, make.months_ago(1))
	stale = figures(item, [qualified])
	while stock_months.refresh_some():
		pass
	entry(stores, item, 3, s_warehouse=qualified)
	assert moved(stale) == {"other_in": (100, 200), "issue": (7, 14)}
	assert moved(figures(item, [qualified])) == {"other_in": (100, 200), "issue": (10, 20)}
	assert is_consistent(stores.company)


def test_cancelling_takes_the_movement_back(stores, item, qualified):
	make.put_in(item, qualified, 100)
	issue = entry(stores, item, 10, s_warehouse=qualified)
	stock_months.refresh_some()
	issue.cancel()
	assert "issue" not in moved(figures(item, [qualified]))
	stock_months.refresh_some()
	assert "issue" not in moved(figures(item, [qualified]))
	assert is_consistent(stores.company)


def test_a_back_dated_receipt_changes_the_value_of_a_later_issue(stores, item, qualified):
	make.put_in(item, qualified, 10, rate=4, posting_date=make.months_ago(1, 10))
	entry(stores, item, 10, s_warehouse=qualified, posting_date=make.months_ago(1, 20))
	while stock_months.refresh_some():
		pass
	assert moved(figures(item, [qualified]))["issue"] == (10, 40)
	make.put_in(item, qualified, 10, rate=7.6, posting_date=make.months_ago(1, 5))
	assert moved(figures(item, [qualified]))["issue"] == (10, 76)
	while stock_months.refresh_some():
		pass
	assert moved(figures(item, [qualified]))["issue"] == (10, 76)
	assert is_consistent(stores.company)


def test_a_reconciliation_counts_by_the_step_it_makes_also_after_back_dating(stores, item, qualified):
	make.put_in(item, qualified, 10, rate=4, posting_date=make.months_ago(2))
	with make.before_the_procedure():
		frappe.get_doc(
			{
				"doctype": "Stock Reconciliation",
				"purpose": "Stock Reconciliation",
				"company": stores.company,
				"set_posting_time": 1,
				"posting_date": make.months_ago(1, 15),
				"posting_time": "12:00:00",
				"items": [{"item_code": item, "warehouse": qualified, "qty": 25, "valuation_rate": 4}],
			}
		).insert().submit()
	stock_months.mark_everything(stores.company, [item])
	while stock_months.refresh_some():
		pass
	assert moved(figures(item, [qualified])) == {"other_in": (25, 100)}
	entry(stores, item, 6, s_warehouse=qualified, posting_date=make.months_ago(1, 12))
	assert moved(figures(item, [qualified])) == {"other_in": (31, 124), "issue": (6, 24)}
	while stock_months.refresh_some():
		pass
	assert moved(figures(item, [qualified])) == {"other_in": (31, 124), "issue": (6, 24)}
	assert is_consistent(stores.company)


def test_balance_of_a_past_month_is_todays_less_what_moved_since(stores, item, qualified):
	make.put_in(item, qualified, 10, rate=4, posting_date=make.months_ago(3))
	make.take_out(item, qualified, 4, make.months_ago(2))
	make.put_in(item, qualified, 6, rate=4, posting_date=make.months_ago(1))

	def at(months):
		day = make.months_ago(months, 1)
		return stock_months.balances([qualified], day, [item]).get((item, qualified), (0, 0))

	assert [at(months) for months in (3, 2, 1, 0)] == [(0, 0), (10, 40), (6, 24), (12, 48)]
	assert stock_months.balances([qualified], None, [item]) == {(item, qualified): (12, 48)}


def test_a_posting_between_reading_and_writing_a_refresh_leaves_the_row_stale(
	stores, item, qualified, monkeypatch
):
	make.put_in(item, qualified, 10)
	store_rows = stock_months._store

	def meanwhile(rows):
		stock_months.mark({(qualified, item, stock_months.month_of(nowdate())): stores.company})
		store_rows(rows)

	monkeypatch.setattr(stock_months, "_store", meanwhile)
	stock_months.refresh_some()
	rows = frappe.get_all(
		stock_months.DOCTYPE, {"item_code": item}, ["stale", "other_in_qty"], order_by="name"
	)
	assert [(row.stale > 0, row.other_in_qty) for row in rows] == [(True, 0)]


@pytest.mark.rule("Q-04")
def test_a_request_that_lost_its_database_hides_no_mark_of_the_next(stores, item, qualified, monkeypatch):
	"""It never comes to its end, so its process keeps what it noted; the next request writes its own marks all the same."""
	where = (stores.company, qualified, item, nowdate())
	stock_months.touch(*where)
	with monkeypatch.context() as next_request:
		connection = SimpleNamespace(before_commit=CallbackManager(), after_rollback=CallbackManager())
		next_request.setattr(frappe.local, "db", connection)
		stock_months.touch(*where)
		assert list(connection.before_commit._functions) == [stock_months.write_marks]
	stock_months._touched().clear()


def test_rebuilding_gives_the_same_figures(stores, item, qualified):
	make.put_in(item, qualified, 100, rate=2, posting_date=make.months_ago(2))
	make.take_out(item, qualified, 7, make.months_ago(1))
	before = figures(item, [qualified])
	frappe.db.delete(stock_months.DOCTYPE)
	stock_months._touched().clear()
	stock_months.mark_everything(stores.company)
	while stock_months.refresh_some():
		pass
	assert figures(item, [qualified]) == before
	assert is_consistent(stores.company)


def test_a_wrong_figure_and_a_missing_month_are_found(stores, item, qualified):
	make.put_in(item, qualified, 100)
	while stock_months.refresh_some():
		pass
	name = frappe.db.exists(stock_months.DOCTYPE, {"item_code": item})
	frappe.db.set_value(stock_months.DOCTYPE, name, "other_in_qty", 99)
	findings = [finding for finding in check(stores.company) if finding.doctype == stock_months.DOCTYPE]
	assert {finding.name for finding in findings} == {name}
	frappe.db.delete(stock_months.DOCTYPE, {"name": name})
	findings = [finding for finding in check(stores.company) if finding.doctype == stock_months.DOCTYPE]
	assert len(findings) == 1


def test_items_and_warehouses_that_are_merged_take_their_months_along(stores, qualified):
	item, other = make.item().name, make.item().name
	make.put_in(item, qualified, 10)
	make.put_in(other, qualified, 5)
	while stock_months.refresh_some():
		pass
	frappe.rename_doc("Item", item, other, merge=True, force=True)
	assert moved(figures(other, [qualified]))["other_in"][0] == 15


def test_statements_do_not_grow_with_items(stores, qualified, count_sql):
	def statements(items):
		for name in items:
			make.put_in(name, qualified, 3, posting_date=make.months_ago(1))
		stock_months.write_marks()
		with count_sql() as count:
			stock_months.consumption([qualified], make.months_ago(6), nowdate())
			stock_months.balances([qualified], make.months_ago(1, 1))
		return len(count)

	assert statements([make.item().name]) == statements([make.item().name for _ in range(5)]) <= 4


def test_nobody_writes_the_figures(stores, as_user):
	doc = {
		"doctype": "Stock Month",
		"company": stores.company,
		"warehouse": stores.zone(),
		"item_code": make.item().name,
		"month": add_days(getdate(nowdate()), 0),
	}
	with as_user("stores_accountant"), pytest.raises(frappe.PermissionError):
		frappe.get_doc(doc).insert()
	with pytest.raises(frappe.PermissionError):
		frappe.get_doc(doc).insert()
