"""The movement statement says what the ledgers say, and says so; broken on purpose, it says that too (WH-29)."""

import frappe
import pytest
from frappe.utils import get_last_day, nowdate

from property_service.property_service.report.stock_movement_statement.stock_movement_statement import execute
from property_service.rules import movement_statement as rules
from property_service.rules import stock_movement
from property_service.stock import stock_months
from property_service.stock import stores as places
from tests import stores as make

pytestmark = pytest.mark.rule("WH-29")

TIED = "Ties to the stock ledger and to the general ledger."
REPORT = "Stock Movement Statement"


@pytest.fixture
def place(stores):
	"""A store on a stock account of its own, so that no other test's postings are on it."""
	store = make.store(stores.company)
	like = frappe.get_cached_value("Company", stores.company, "default_inventory_account")
	account = frappe.get_doc(
		{
			"doctype": "Account",
			"account_name": f"库存商品 {frappe.generate_hash(length=6)}",
			"company": stores.company,
			"parent_account": frappe.db.get_value("Account", like, "parent_account"),
			"account_type": "Stock",
		}
	).insert()
	frappe.db.set_value("Warehouse", store, "account", account.name)
	return frappe._dict(
		company=stores.company,
		store=store,
		account=account.name,
		qualified=places.zone_warehouse(store, "Qualified"),
		bad=places.zone_warehouse(store, "Nonconforming"),
	)


def entry(place, item, qty, kind=None, **line):
	"""A stock entry made by the app's own code, which says what it is for."""
	purpose = "Material Issue"
	if line.get("t_warehouse"):
		purpose = "Material Transfer" if line.get("s_warehouse") else "Material Receipt"
	doc = frappe.get_doc(
		{
			"doctype": "Stock Entry",
			"stock_entry_type": purpose,
			"purpose": purpose,
			"company": place.company,
			"move_reason": "受潮" if purpose == "Material Transfer" else None,
			"items": [{"item_code": item, "qty": qty, **line}],
		}
	)
	doc.flags.stores_kind = kind
	doc.flags.issued_for, doc.flags.inward_checked = "the app itself", True
	doc.insert()
	doc.submit()
	return doc


def run(place, **filters):
	month = f"{stock_months.month_of(nowdate()):%Y-%m}"
	filters = {
		"company": place.company,
		"store": place.store,
		"from_month": month,
		"to_month": month,
		**filters,
	}
	columns, data, message, _chart, summary = execute(filters)
	rows = [row for row in data if not (row.get("is_total") or row.get("is_tie"))]
	total = next(row for row in data if row.get("is_total"))
	return frappe._dict(
		columns=columns, rows=rows, total=total, last=data[-1], summary=summary, message=message
	)


def says(found) -> str:
	return found.last["item_code"]


def history(place):
	"""Two items of two months: one consumed, the other found, lost, scrapped, moved between zones."""
	lamp, paper = make.item().name, make.item(item_name="复印纸", specification="A4").name
	make.put_in(lamp, place.qualified, 100, rate=2, posting_date=make.months_ago(1))
	make.take_out(lamp, place.qualified, 30, make.months_ago(1, 12))
	make.put_in(paper, place.qualified, 50, rate=3, posting_date=make.months_ago(1, 11))
	entry(place, lamp, 20, s_warehouse=place.qualified)
	entry(place, lamp, 5, kind="Return", t_warehouse=place.qualified, basic_rate=2)
	entry(place, paper, 10, s_warehouse=place.qualified, t_warehouse=place.bad)
	entry(place, paper, 4, kind="Scrap", s_warehouse=place.bad)
	entry(place, paper, 1, kind="Shortage", s_warehouse=place.qualified)
	entry(place, paper, 2, kind="Surplus", t_warehouse=place.qualified, basic_rate=3)
	return lamp, paper


def shown(row, *names):
	return tuple(row[name] for name in names)


def test_the_columns_of_the_paper_form(place):
	lamp, paper = history(place)
	found = run(place)
	by_item = {row["item_code"]: row for row in found.rows}
	assert set(by_item) == {lamp, paper}
	figures = ("opening_qty", "opening_value", "in_qty", "in_value", "out_qty", "out_value", "closing_qty")
	assert shown(by_item[lamp], *figures) == (70, 140, 5, 10, 20, 40, 55)
	assert shown(by_item[lamp], "issue_qty", "returned_qty", "closing_value") == (20, 5, 110)
	assert shown(by_item[paper], *figures) == (50, 150, 2, 6, 5, 15, 47)
	assert shown(by_item[paper], "scrap_qty", "shortage_qty", "surplus_qty", "other_in_qty") == (4, 1, 2, 0)
	assert shown(by_item[paper], "item_name", "specification", "closing_rate") == ("复印纸", "A4", 3)
	assert shown(found.total, "opening_value", "closing_value") == (290, 251)
	assert [card["value"] for card in found.summary] == [290, 16, 55, 251]


def test_it_ties_and_says_so_on_its_last_line(place):
	history(place)
	found = run(place)
	assert says(found) == TIED
	assert found.message is None


def test_a_past_month_and_several_months(place):
	lamp, _paper = history(place)
	last = f"{stock_months.month_of(make.months_ago(1)):%Y-%m}"
	past = run(place, from_month=last, to_month=last)
	row = next(row for row in past.rows if row["item_code"] == lamp)
	assert shown(row, "opening_qty", "other_in_qty", "issue_qty", "closing_qty") == (0, 100, 30, 70)
	assert says(past) == TIED
	both = run(place, from_month=last)
	row = next(row for row in both.rows if row["item_code"] == lamp)
	assert shown(row, "opening_qty", "in_qty", "out_qty", "closing_qty") == (0, 105, 50, 55)
	assert says(both) == TIED


@pytest.mark.parametrize("group_by", ["Item Group", "Warehouse", "Month"])
def test_every_grouping_adds_up_to_the_same(place, group_by):
	history(place)
	last = f"{stock_months.month_of(make.months_ago(1)):%Y-%m}"
	by_item = run(place, from_month=last)
	found = run(place, from_month=last, group_by=group_by)
	columns = [f"{column}_value" for column in ("purchase", "issue", "scrap", "shortage", "surplus")]
	assert shown(found.total, *columns) == shown(by_item.total, *columns)
	if group_by == "Month":
		assert found.rows[0]["heading"] == last
		assert shown(found.rows[-1], "closing_value") == shown(by_item.total, "closing_value")
		assert found.rows[1]["opening_value"] == found.rows[0]["closing_value"]
	ends = ("opening_value", "in_value", "out_value", "closing_value")
	if group_by == "Warehouse":  # what moved between zones came into one and went out of the other
		ends = ("opening_value", "closing_value")
	assert shown(found.total, *ends) == shown(by_item.total, *ends)
	if group_by == "Warehouse":
		bad = next(row for row in found.rows if row["heading"] == place.bad)
		assert shown(bad, "other_in_qty", "scrap_qty", "closing_qty") == (10, 4, 6)
	assert says(found) == TIED


def test_one_zone_sees_what_came_from_another(place):
	_lamp, paper = history(place)
	found = run(place, warehouse=place.bad)
	assert [shown(row, "item_code", "other_in_qty", "closing_qty") for row in found.rows] == [(paper, 10, 6)]
	assert says(found) == TIED


def test_units_are_not_mixed_values_are(place):
	history(place)
	litre = (
		frappe.get_doc({"doctype": "UOM", "uom_name": f"升 {frappe.generate_hash(length=6)}"}).insert().name
	)
	oil = make.item(stock_uom=litre).name
	make.put_in(oil, place.qualified, 8, rate=5)
	total = run(place, group_by="Item Group").total
	assert total["closing_qty"] is None
	assert total["closing_value"] == 251 + 40


def test_the_limit_stands_in_the_last_column(place):
	lamp, _paper = history(place)
	found = run(place)
	assert found.columns[-1]["fieldname"] == "stock_limit"
	# 30 in the one month there is, × 1.2
	assert next(row for row in found.rows if row["item_code"] == lamp)["stock_limit"] == 36


# ---- broken on purpose -------------------------------------------------------------------------------------------

MOVED = "What moved is not what the stock ledger says: 1 items differ"
BALANCE = "Opening or closing is not what the stock ledger says: 1 items differ"
SHOWN = "1 lines of this sheet do not add up to the stock ledger"


def refresh():
	while stock_months.refresh_some():
		pass


def break_value(doctype, filters, fieldname, by=1.0, order_by="creation"):
	"""Somebody writes past every document, in SQL."""
	name, value = frappe.get_all(
		doctype, filters=filters, fields=["name", fieldname], order_by=order_by, limit=1, as_list=True
	)[0]
	frappe.db.set_value(doctype, name, fieldname, value + by, update_modified=False)
	return name


def month_row(item, warehouse, day=None):
	month = stock_months.month_of(day or nowdate())
	return {"item_code": item, "warehouse": warehouse, "month": month}


def last_month():
	return f"{stock_months.month_of(make.months_ago(1)):%Y-%m}"


@pytest.mark.parametrize("fieldname", ["issue_qty", "issue_value", "other_in_qty", "scrap_value"])
def test_a_wrong_monthly_figure_is_told(place, fieldname):
	lamp, _paper = history(place)
	refresh()
	assert says(run(place)) == TIED
	break_value("Stock Month", month_row(lamp, place.qualified), fieldname)
	said = says(run(place))
	assert MOVED in said and f"{lamp} · {place.qualified} · {nowdate()[:7]}" in said


def test_a_monthly_figure_in_the_wrong_column_is_told(place):
	"""The balance is right, the columns are not."""
	lamp, _paper = history(place)
	refresh()
	for fieldname, by in (("issue_qty", -3), ("issue_value", -6), ("scrap_qty", 3), ("scrap_value", 6)):
		break_value("Stock Month", month_row(lamp, place.qualified), fieldname, by)
	said = says(run(place))
	assert MOVED in said and "-3.000 / -6.00" in said and "+3.000 / +6.00" in said
	assert BALANCE not in said


def test_a_monthly_row_that_is_gone_is_told(place):
	lamp, _paper = history(place)
	refresh()
	frappe.db.delete("Stock Month", month_row(lamp, place.qualified))
	assert MOVED in says(run(place))


def test_a_wrong_figure_after_the_period_is_told(place):
	"""The closing of a past month is what is there now less what moved since."""
	lamp, _paper = history(place)
	refresh()
	assert says(run(place, from_month=last_month(), to_month=last_month())) == TIED
	break_value("Stock Month", month_row(lamp, place.qualified), "issue_qty")
	said = says(run(place, from_month=last_month(), to_month=last_month()))
	assert BALANCE in said and SHOWN in said


def test_errors_of_two_zones_do_not_hide_each_other(place):
	_lamp, paper = history(place)
	refresh()
	break_value("Stock Month", month_row(paper, place.qualified), "issue_qty")
	break_value("Stock Month", month_row(paper, place.bad), "issue_qty", -1)
	assert MOVED in says(run(place))


def test_errors_of_two_months_do_not_hide_each_other(place):
	lamp, _paper = history(place)
	refresh()
	break_value("Stock Month", month_row(lamp, place.qualified, make.months_ago(1)), "issue_qty")
	break_value("Stock Month", month_row(lamp, place.qualified), "issue_qty", -1)
	assert MOVED in says(run(place, from_month=last_month()))


@pytest.mark.parametrize("fieldname", ["actual_qty", "stock_value"])
def test_a_wrong_balance_is_told(place, fieldname):
	lamp, _paper = history(place)
	break_value("Bin", {"item_code": lamp, "warehouse": place.qualified}, fieldname)
	assert BALANCE in says(run(place))


def test_a_balance_that_is_gone_is_told(place):
	lamp, _paper = history(place)
	frappe.db.delete("Bin", {"item_code": lamp, "warehouse": place.qualified})
	assert BALANCE in says(run(place))


@pytest.mark.parametrize("is_fresh", [True, False])
@pytest.mark.parametrize("fieldname", ["actual_qty", "stock_value_difference"])
def test_a_wrong_stock_ledger_entry_is_told(place, fieldname, is_fresh):
	"""Whether the monthly figures were taken before somebody wrote to the ledger, or after."""
	lamp, _paper = history(place)
	refresh()
	of_today = {"item_code": lamp, "warehouse": place.qualified, "posting_date": nowdate()}
	break_value("Stock Ledger Entry", of_today, fieldname)
	if is_fresh:
		stock_months.mark_everything(place.company, [lamp])
		refresh()
	assert (BALANCE if is_fresh else MOVED) in says(run(place))


@pytest.mark.parametrize("fieldname", ["qty_after_transaction", "stock_value"])
@pytest.mark.parametrize("months_back", [0, 1])
def test_a_wrong_balance_in_the_stock_ledger_is_told(place, fieldname, months_back):
	"""At the end of the period, and before it."""
	lamp, _paper = history(place)
	month = stock_months.month_of(make.months_ago(months_back))
	in_month = {
		"item_code": lamp,
		"warehouse": place.qualified,
		"posting_date": ("between", [month, get_last_day(month)]),
	}
	break_value("Stock Ledger Entry", in_month, fieldname, order_by="posting_datetime desc, creation desc")
	said = says(run(place))
	assert BALANCE in said and SHOWN in said


@pytest.mark.parametrize("field_and_amount", [("debit", 0.01), ("debit", 10), ("is_cancelled", 1)])
def test_a_wrong_entry_of_the_general_ledger_is_told(place, field_and_amount):
	history(place)
	fieldname, by = field_and_amount
	of_today = {"account": place.account, "debit": (">", 0), "posting_date": nowdate()}
	name = break_value("GL Entry", of_today, fieldname, by)
	voucher, debit = frappe.db.get_value("GL Entry", name, ["voucher_no", "debit"])
	held = 251 - debit if fieldname == "is_cancelled" else 251 + by
	said = says(run(place))
	month = nowdate()[:7]
	assert (
		f"at the end of {month} the account {place.account} holds {held:.2f}, its stock is worth 251.00"
		in said
	)
	assert f"{voucher} · {place.account}" in said
	assert "stock ledger says" not in said


def test_an_entry_of_the_general_ledger_in_the_wrong_month_is_told(place):
	history(place)
	entry_ = {"account": place.account, "posting_date": nowdate(), "debit": (">", 0)}
	name = frappe.get_all("GL Entry", filters=entry_, pluck="name", order_by="creation", limit=1)[0]
	frappe.db.set_value("GL Entry", name, "posting_date", make.months_ago(1), update_modified=False)
	assert f"at the end of {last_month()} the account {place.account} holds" in says(run(place))


def test_two_wrong_entries_of_the_general_ledger_do_not_hide_each_other(place):
	history(place)
	of_today = {"account": place.account, "debit": (">", 0), "posting_date": nowdate()}
	break_value("GL Entry", of_today, "debit", 1)
	break_value("GL Entry", {**of_today, "debit": 0, "credit": (">", 0)}, "credit", 1)
	said = says(run(place))
	assert "2 vouchers are in the general ledger otherwise than in the stock ledger" in said
	assert "the account" not in said


def test_other_stores_on_the_same_account_are_counted_with_it(place):
	"""The account holds more than this store; that is no difference."""
	history(place)
	other = make.store(place.company)
	frappe.db.set_value("Warehouse", other, "account", place.account)
	make.put_in(make.item().name, places.zone_warehouse(other, "Qualified"), 7, rate=3)
	make.put_in(make.item().name, places.zone_warehouse(other, "Qualified"), 5, 2, make.months_ago(1))
	assert says(run(place)) == TIED
	assert says(run(place, from_month=last_month(), to_month=last_month())) == TIED
	break_value("GL Entry", {"account": place.account, "debit": 21}, "debit")
	assert "holds 283.00, its stock is worth 282.00" in says(run(place))


def test_a_filtered_statement_still_looks_at_everything(place):
	lamp, paper = history(place)
	found = run(place, item_code=paper)
	assert [row["item_code"] for row in found.rows] == [paper]
	assert says(found) == TIED
	break_value("Bin", {"item_code": lamp, "warehouse": place.qualified}, "stock_value")
	found = run(place, item_code=paper)
	assert BALANCE in says(found)
	assert BALANCE in found.message


def test_a_reconciliation_and_a_cancelled_entry_tie(place):
	"""A reconciliation writes no quantity into the ledger; a cancelled entry leaves its rows there."""
	lamp, paper = history(place)
	entry(place, paper, 3, s_warehouse=place.qualified).cancel()
	with make.before_the_procedure():
		count = frappe.get_doc(
			{
				"doctype": "Stock Reconciliation",
				"purpose": "Stock Reconciliation",
				"company": place.company,
				"items": [
					{"item_code": lamp, "warehouse": place.qualified, "qty": 50, "valuation_rate": 2.5}
				],
			}
		)
		count.insert()
		count.submit()
	found = run(place)
	lamp_row = next(row for row in found.rows if row["item_code"] == lamp)
	assert shown(lamp_row, "closing_qty", "closing_value") == (50, 125)
	assert says(found) == TIED


# ---- access, speed -----------------------------------------------------------------------------------------------


# Two for the monthly figures of the period, two for those since, one for the balances, one for the items; two for the
# stock ledger, three for the general ledger and its vouchers; the warehouses and their accounts.
MOST_STATEMENTS = 20


@pytest.mark.parametrize("group_by", ["Item", "Month"])
def test_statements_do_not_grow_with_items_or_months(place, count_sql, group_by):
	def statements(items, months):
		for number in range(items):
			make.put_in(make.item().name, place.qualified, 3, posting_date=make.months_ago(number % 3))
		stock_months.write_marks()
		filters = {
			"group_by": group_by,
			"from_month": f"{stock_months.month_of(make.months_ago(months)):%Y-%m}",
		}
		run(place, store=None, warehouse=place.qualified, **filters)
		with count_sql() as count:
			assert says(run(place, store=None, warehouse=place.qualified, **filters)) == TIED
		return len(count)

	assert statements(1, 1) == statements(5, 3) <= MOST_STATEMENTS


def test_statements_with_the_limits_do_not_grow_either(place, count_sql):
	def statements(items):
		for _ in range(items):
			make.put_in(make.item().name, place.qualified, 3)
		stock_months.write_marks()
		run(place)
		with count_sql() as count:
			run(place)
		return len(count)

	assert statements(1) == statements(5) <= 2 * MOST_STATEMENTS


@pytest.mark.parametrize(
	"filters",
	[
		{"company": "Nobody Ltd"},
		{"company": ["x"]},
		{"store": "All Warehouses"},
		{"warehouse": "nowhere"},
		{"from_month": "soon"},
		{"from_month": "2026-13"},
		{"to_month": "1999-01"},
		{"from_month": "1000-01"},
		{"group_by": "Supplier"},
	],
)
def test_bad_filters_are_refused(place, filters):
	with pytest.raises(frappe.ValidationError):
		run(place, **filters)


def test_who_sees_it(stores, rest):
	filters = {"company": stores.company, "store": stores.store}
	for person, status in (
		("storekeeper", 200),
		("stores_accountant", 200),
		("finance_manager", 200),
		("general_manager", 200),
		("clerk", 403),
		("technician", 403),
		("department_head", 403),
	):
		answer = rest(person).call("frappe.desk.query_report.run", report_name=REPORT, filters=filters)
		assert answer.status_code == status, (person, answer.text[:300])


def test_columns_are_those_of_the_monthly_figures(place):
	names = {column["fieldname"] for column in run(place).columns}
	shown_columns = (
		*stock_movement.IN_COLUMNS,
		*stock_movement.OUT_COLUMNS,
		"opening",
		"in",
		"out",
		"closing",
	)
	assert {f"{column}_{measure}" for column in shown_columns for measure in rules.MEASURES} <= names
