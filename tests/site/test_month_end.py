"""The stores' month ends in an order: count, movement statement, next plan (WH-30)."""

from unittest import mock

import frappe
import pytest
from frappe.utils import add_days, nowdate

from property_service import settings
from property_service.buying import plan_making
from property_service.property_service.doctype.stock_count import counting
from property_service.rules import month_end as rules
from property_service.stock import month_end
from property_service.stock import stores as places
from tests import stores as make
from tests.site import purchasing
from tests.site.rest import refusal

pytestmark = pytest.mark.rule("WH-30")
MONTH_END = "Stores Month End"
METHODS = "property_service.stock.month_end"
FIRST = (rules.COUNT, rules.STATEMENT, rules.PLAN)


@pytest.fixture
def in_order(stores, monkeypatch):
	"""The settings, with the order of the month wanted; not through the cache, which the web server fills as well."""
	doc = frappe.get_doc(settings.DOCTYPE)
	doc.plan_after_count = 1
	monkeypatch.setattr(settings, "get", lambda: doc)
	return doc


@pytest.fixture
def shelf(stores, in_order):
	"""A store of its own with ten tubes at two yuan."""
	store = make.store(stores.company)
	qualified = places.zone_warehouse(store, "Qualified")
	item = make.item(item_name="灯管").name
	make.put_in(item, qualified, 10, 2)
	return frappe._dict(company=stores.company, store=store, qualified=qualified, item=item)


def begin_count(shelf, as_user, **values):
	with as_user("storekeeper"):
		return frappe.get_doc(
			{
				"doctype": "Stock Count",
				"company": shelf.company,
				"store": shelf.store,
				"kind": "Monthly",
				**values,
			}
		).insert()


def counted(shelf, as_user, qty=10):
	doc = begin_count(shelf, as_user)
	with as_user("storekeeper"):
		counting.record(doc.name, [{"item_code": shelf.item, "qty": qty}])
		counting.finish(doc.name)
	return doc


def stated(shelf, as_user):
	with as_user("storekeeper"):
		return month_end.make_statement(shelf.store)


def planned(shelf, stores, as_user, **values):
	with as_user("storekeeper"):
		request = purchasing.request_values(stores, shelf.item, store=shelf.store, **values)
		return frappe.get_doc(request).insert()


def steps(shelf, as_user, person="storekeeper") -> dict[str, dict]:
	with as_user(person):
		rows = month_end.status(shelf.company)
	month = nowdate()[:7]
	row = next(row for row in rows if (row["store"], row["month"]) == (shelf.store, month))
	return {step["step"]: step for step in row["steps"]}


def states(shelf, as_user) -> list[str]:
	found = steps(shelf, as_user)
	return [found[step]["state"] for step in FIRST]


def refused(match="WH-30"):
	return pytest.raises(frappe.ValidationError, match=match)


class TestOrder:
	def test_count_statement_plan(self, shelf, stores, as_user, cast):
		assert states(shelf, as_user) == ["To Do", "Blocked", "Blocked"]
		with refused():
			stated(shelf, as_user)
		with refused():
			planned(shelf, stores, as_user)
		counted(shelf, as_user)
		assert states(shelf, as_user) == ["Done", "To Do", "Blocked"]
		with refused():
			planned(shelf, stores, as_user)
		name = stated(shelf, as_user)
		assert states(shelf, as_user) == ["Done", "Done", "To Do"]
		plan = planned(shelf, stores, as_user)
		found = steps(shelf, as_user)
		assert states(shelf, as_user) == ["Done", "Done", "Done"]
		assert (found[rules.PLAN]["name"], found[rules.STATEMENT]["name"]) == (plan.name, name)
		doc = frappe.get_doc(MONTH_END, name)
		assert (doc.closing_value, doc.ties, doc.statement_by) == (20, 1, cast.user("storekeeper"))

	def test_the_system_draws_up_no_plan_before(self, shelf, as_user, stores):
		override(shelf)
		month = month_end.month_before(frappe.utils.getdate(nowdate()).replace(day=1), -1)
		with refused():
			plan_making.build_monthly(shelf.store, str(month), frappe.session.user)
		counted(shelf, as_user)
		stated(shelf, as_user)
		assert plan_making.build_monthly(shelf.store, str(month), frappe.session.user)

	def test_the_counts_approval_may_follow(self, shelf, stores, as_user):
		count = counted(shelf, as_user)
		stated(shelf, as_user)
		planned(shelf, stores, as_user)
		found = steps(shelf, as_user)
		assert [found[step]["state"] for step in (rules.CHECK, rules.APPROVAL, rules.DECISIONS)] == [
			"To Do",
			"Blocked",
			"Blocked",
		]
		frappe.db.set_value("Stock Count", count.name, "status", "Finance Manager Approved")
		frappe.db.set_value("Stock Count", count.name, "undecided_lines", 1)
		found = steps(shelf, as_user)
		assert [found[step]["state"] for step in (rules.CHECK, rules.APPROVAL, rules.DECISIONS)] == [
			"Done",
			"Done",
			"To Do",
		]

	def test_a_recount_asks_for_the_statement_again(self, shelf, stores, as_user):
		count = counted(shelf, as_user)
		name = stated(shelf, as_user)
		with as_user("stores_accountant"):
			counting.send_back(count.name, "一格漏盘")
		assert states(shelf, as_user) == ["To Do", "Blocked", "Blocked"]
		with refused():
			stated(shelf, as_user)
		with as_user("storekeeper"):
			counting.finish(count.name)
		assert states(shelf, as_user) == ["Done", "To Do", "Blocked"]
		assert stated(shelf, as_user) == name
		assert states(shelf, as_user) == ["Done", "Done", "To Do"]

	def test_a_cancelled_count_is_none(self, shelf, stores, as_user):
		count = counted(shelf, as_user)
		stated(shelf, as_user)
		with as_user("storekeeper"):
			counting.cancel(count.name, "重新开始")
		assert states(shelf, as_user) == ["To Do", "Blocked", "Blocked"]

	@pytest.mark.parametrize("kind", ["Spot Check"])
	def test_other_counts_do_not_end_a_month(self, shelf, as_user, kind):
		doc = begin_count(shelf, as_user, kind=kind)
		with as_user("storekeeper"):
			counting.record(doc.name, [{"item_code": shelf.item, "qty": 10}])
			counting.finish(doc.name)
		assert states(shelf, as_user)[0] == "To Do"

	def test_a_store_without_books_is_planned_at_once(self, shelf, stores, as_user):
		empty = frappe._dict(shelf, store=make.store(stores.company))
		assert planned(empty, stores, as_user).name

	def test_other_plans_are_free(self, shelf, stores, as_user):
		override(shelf)
		assert planned(shelf, stores, as_user, plan_type="Below Limit").name

	def test_a_draft_does_not_become_the_months_plan_before_its_time(self, shelf, stores, as_user):
		override(shelf)
		plan = planned(shelf, stores, as_user, plan_type="Below Limit")
		with as_user("storekeeper"):
			plan.plan_type = "Monthly"
			with refused():
				plan.save()

	def test_where_it_is_not_wanted(self, in_order, shelf, stores, as_user):
		in_order.plan_after_count = 0
		assert planned(shelf, stores, as_user).name


class TestStatement:
	def test_what_does_not_tie_is_kept_with_it(self, shelf, as_user):
		counted(shelf, as_user)
		voucher = frappe.db.get_value("Stock Ledger Entry", {"item_code": shelf.item}, "voucher_no")
		name = frappe.db.get_value("GL Entry", {"voucher_no": voucher, "debit": 20, "is_cancelled": 0})
		frappe.db.set_value("GL Entry", name, {"debit": 21, "debit_in_account_currency": 21})
		doc = frappe.get_doc(MONTH_END, stated(shelf, as_user))
		assert not doc.ties and doc.tie_note

	@pytest.mark.parametrize("person", ["stores_accountant", "finance_manager", "buyer"])
	def test_who_does_not_draw_it_up(self, shelf, as_user, person):
		counted(shelf, as_user)
		with as_user(person), pytest.raises(frappe.PermissionError):
			month_end.make_statement(shelf.store)

	@pytest.mark.parametrize("month", ["2020-01-01", "2099-01-01"])
	def test_other_months(self, shelf, as_user, month):
		with as_user("storekeeper"), refused():
			month_end.make_statement(shelf.store, month)

	def test_one_per_store_and_month(self, shelf, as_user):
		counted(shelf, as_user)
		name = stated(shelf, as_user)
		assert stated(shelf, as_user) == name
		assert frappe.db.count(MONTH_END, {"store": shelf.store}) == 1

	def test_over_rest(self, committed, shelf, as_user, rest):
		committed()
		client = rest("storekeeper")
		assert client.call(f"{METHODS}.make_statement", store=shelf.store).status_code == 417
		counted(shelf, as_user)
		frappe.db.commit()
		answer = client.call(f"{METHODS}.make_statement", store=shelf.store)
		assert answer.status_code == 200
		name = answer.json()["message"]
		assert client.update(MONTH_END, name, closing_value=1).status_code == 403
		made = client.insert(MONTH_END, company=shelf.company, store=shelf.store, month="2020-01-01")
		assert made.status_code == 403
		assert client.request("DELETE", f"/api/resource/{MONTH_END}/{name}").status_code == 403
		url = f"/api/method/{METHODS}.make_statement"
		assert client.request("GET", url, params={"store": shelf.store}).status_code == 403
		assert rest("department_head").get(MONTH_END, name).status_code == 403
		assert rest("clerk").call(f"{METHODS}.status", company=shelf.company).status_code == 403
		bad = client.call(f"{METHODS}.make_statement", store=shelf.qualified)
		assert bad.status_code == 417 and "WH-04" in refusal(bad)


class TestStatus:
	def test_statements_do_not_grow_with_stores(self, shelf, stores, as_user, count_sql):
		def look():
			with as_user("storekeeper"):
				month_end.status(shelf.company)

		look()
		with count_sql() as few:
			look()
		for _again in range(3):
			other = make.store(stores.company)
			make.put_in(shelf.item, places.zone_warehouse(other, "Qualified"), 1)
		look()
		with count_sql() as many:
			look()
		assert len(many) == len(few)

	def test_overdue_by_the_calendar(self, shelf, as_user):
		month = frappe.utils.getdate(nowdate()).replace(day=1)
		due = month_end.due_days(month)
		assert due[rules.COUNT].day == 25 and due[rules.PLAN_APPROVAL].day in (28, 29, 30)
		with mock.patch.object(month_end, "nowdate", return_value=str(add_days(due[rules.COUNT], 1))):
			found = steps(shelf, as_user)
		assert found[rules.COUNT]["overdue"] and not found[rules.PLAN_APPROVAL]["overdue"]

	def test_the_month_before_is_shown_while_it_is_not_finished(self, in_order, shelf, as_user):
		def months():
			with as_user("storekeeper"):
				return {
					row["month"] for row in month_end.status(shelf.company) if row["store"] == shelf.store
				}

		assert months() == {nowdate()[:7]}  # nothing was there to be counted
		before = month_end.month_before(frappe.utils.getdate(nowdate()).replace(day=1), 1)
		frappe.db.set_value("Bin", {"warehouse": shelf.qualified}, "creation", before)
		row = next(row for row in in_order.companies if row.company == shelf.company)
		for began, expected in ((before, 2), (add_days(before, 40), 1)):
			row.calendar_from = began
			assert len(months()) == expected


def override(shelf):
	"""A limit of fifty, so that the plan has something to buy."""
	frappe.get_doc(
		{
			"doctype": "Stock Limit Override",
			"item_code": shelf.item,
			"store": shelf.store,
			"stock_limit": 50,
			"valid_from": nowdate(),
			"reason": "测试",
			"valid_until": add_days(nowdate(), 30),
		}
	).insert()
