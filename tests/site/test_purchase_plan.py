"""Purchase plans: making, types, approval, budget, quantities, late marks (procedure 4.2; WH-04 to WH-06, WH-08)."""

import frappe
import pytest
from frappe.model.workflow import apply_workflow
from frappe.utils import add_days, add_months, get_first_day, get_last_day, getdate, nowdate

from property_service import compat
from property_service.buying import budget, plan, plan_making, plan_steps
from property_service.rules import purchase_plan as rules
from property_service.stock import limits
from property_service.stock import stores as places
from tests import stores as make
from tests.site import purchasing
from tests.site.purchasing import REQUEST, act


@pytest.fixture
def store(stores):
	return purchasing.own_store(stores)


@pytest.fixture
def qualified(store):
	return places.zone_warehouse(store, "Qualified")


@pytest.fixture
def item(qualified):
	"""Ten a month, a limit of twelve, three left."""
	return short_item(qualified)


def short_item(qualified, left=3, **values):
	item = make.item(**values).name
	make.put_in(item, qualified, 20 + left, rate=4, posting_date=make.months_ago(2, 1))
	make.take_out(item, qualified, 10, make.months_ago(2))
	make.take_out(item, qualified, 10, make.months_ago(1))
	return item


def next_month():
	return getdate(get_first_day(add_months(get_first_day(nowdate()), 1)))


def build(store, cast, month=None):
	return plan_making.build_monthly(store, str(month or next_month()), cast.user("storekeeper"))


def change(name, **values):
	"""What a PUT of fields of the plan, or of its first row, does."""
	doc = frappe.get_doc(REQUEST, name)
	for fieldname, value in values.items():
		(doc if doc.meta.has_field(fieldname) else doc.items[0]).set(fieldname, value)
	doc.save()


def state(request):
	return frappe.db.get_value(REQUEST, getattr(request, "name", request), "approval_state")


@pytest.mark.rule("WH-04")
class TestMonthlyPlan:
	def test_a_row_per_item_below_with_its_basis(self, store, item, cast):
		name = build(store, cast)
		request = frappe.get_doc(REQUEST, name)
		assert (request.plan_type, request.store, request.owner) == (
			"Monthly",
			store,
			cast.user("storekeeper"),
		)
		assert getdate(request.plan_month) == next_month()
		row = request.items[0]
		figures = ("stock_limit", "balance_qty", "on_order_qty", "suggested_qty", "qty", "forecast_qty")
		assert [row.get(name) for name in figures] == [12, 3, 0, 9, 9, 10]
		assert (row.warehouse, row.estimated_rate, row.rate_source) == (
			places.zone_warehouse(store, "Qualified"),
			4,
			"Valuation",
		)
		assert (row.estimated_amount, request.plan_amount, row.requested_qty) == (36, 36, 9)

	def test_twice_makes_no_second_plan(self, store, item, cast):
		assert build(store, cast) == build(store, cast)
		assert frappe.db.count(REQUEST, {"store": store}) == 1

	def test_the_database_knows_one_plan_per_store_and_month(self, store, item, cast, monkeypatch):
		first = build(store, cast)
		monkeypatch.setattr(plan_making, "plan_of", lambda *_: None)
		monkeypatch.setattr(plan, "refuse_second_plan", lambda *_: None)
		monkeypatch.setattr(limits, "on_request", lambda *_: {})
		assert build(store, cast) is None
		assert frappe.db.count(REQUEST, {"store": store, "plan_type": "Monthly"}) == 1
		assert frappe.db.exists(REQUEST, first)

	def test_only_one_by_hand_either(self, stores, store, item, cast, as_user):
		first = build(store, cast)
		with pytest.raises(frappe.ValidationError, match=first):
			purchasing.plan(stores, as_user, item, store=store)

	def test_what_is_ordered_or_planned_is_not_suggested_again(self, stores, store, item, cast, as_user):
		urgent = purchasing.approved(
			stores, as_user, {"item_code": item, "qty": 5}, store=store, plan_type="Below Limit"
		)
		purchasing.ordered(urgent, stores, as_user, qty=2)
		row = frappe.get_doc(REQUEST, build(store, cast)).items[0]
		assert (row.on_order_qty, row.on_request_qty, row.suggested_qty) == (2, 3, 4)

	def test_several_stores_plan_for_themselves(self, stores, store, item, cast):
		other = purchasing.own_store(stores)
		make.put_in(item, places.zone_warehouse(other, "Qualified"), 5)
		assert build(store, cast)
		assert build(other, cast) is None

	def test_boxes_and_multiples(self, store, qualified, cast):
		box = frappe.get_doc(
			{"doctype": "UOM", "uom_name": frappe.generate_hash(length=6), "must_be_whole_number": 1}
		).insert()
		short_item(
			qualified,
			purchase_uom=box.name,
			uoms=[{"uom": box.name, "conversion_factor": 4}],
			order_multiple=2,
		)
		row = frappe.get_doc(REQUEST, build(store, cast)).items[0]
		assert (row.suggested_qty, row.qty, row.uom, row.stock_qty) == (16, 4, box.name, 16)

	def test_flammable_goods_go_where_they_may_lie(self, stores, cast):
		store = make.store(stores.company, classes=["Flammable"])
		short_item(places.zone_warehouse(store, "Qualified"), storage_class="Flammable")
		assert build(store, cast)

	def test_nothing_to_buy(self, store, qualified, cast):
		short_item(qualified, left=12)
		assert build(store, cast) is None
		told = frappe.cache.get_value(plan_making._key(store, next_month()))
		assert told["problem"]

	def test_the_basis_stays_as_it_was_when_stock_moves(self, store, item, qualified, cast, as_user):
		name = build(store, cast)
		make.take_out(item, qualified, 3)
		with as_user("storekeeper"):
			request = frappe.get_doc(REQUEST, name)
			request.items[0].qty = 11
			request.items[0].balance_qty = 99
			request.items[0].suggested_qty = 99
			request.save()
		row = frappe.get_doc(REQUEST, name).items[0]
		assert (row.balance_qty, row.suggested_qty, row.qty, row.requested_qty) == (3, 9, 11, 11)

	def test_the_forecast_is_the_storekeepers(self, store, item, cast, as_user):
		name = build(store, cast)
		with as_user("storekeeper"):
			request = frappe.get_doc(REQUEST, name)
			request.items[0].forecast_qty = 25
			request.save()
		assert frappe.get_doc(REQUEST, name).items[0].forecast_qty == 25

	def test_runs_in_the_background_and_says_how_far_it_is(self, stores, store, item, as_user, monkeypatch):
		queued = {}
		monkeypatch.setattr(
			frappe, "enqueue", lambda method, **values: queued.update(method=method, **values)
		)
		with as_user("storekeeper"):
			answer = plan_making.make_monthly(store)
			assert answer == {"month": str(next_month())}
			assert queued["actor"] == frappe.session.user
			assert plan_making.progress(store, answer["month"])["percent"] == 0
			plan_making.build_monthly(queued["store"], queued["month"], queued["actor"])
			done = plan_making.progress(store, answer["month"])
			assert done["percent"] == 100
			assert done["request"] == plan_making.make_monthly(store)["request"]

	@pytest.mark.parametrize("person", ["buyer", "department_head", "finance_manager", "employee"])
	def test_is_the_storekeepers_work(self, store, as_user, person):
		with as_user(person), pytest.raises(frappe.PermissionError):
			plan_making.make_monthly(store)

	@pytest.mark.parametrize("month", ["2001-01-01", "2999-01-01", "nonsense", "''"])
	def test_other_months_are_refused(self, store, as_user, month):
		with as_user("storekeeper"), pytest.raises(frappe.ValidationError, match="WH-04"):
			plan_making.make_monthly(store, month)

	def test_statements_of_the_basis_do_not_grow_with_items(self, stores, store, qualified, cast, count_sql):
		def statements(number):
			for _ in range(number):
				short_item(qualified)
			limits.statuses(store)
			with count_sql() as count:
				wanted = [status for status in limits.statuses(store) if status.suggested > 0]
			assert len(wanted) >= number
			return len(count)

		assert statements(1) == statements(4)


@pytest.mark.rule("WH-05")
class TestTypes:
	def test_the_daily_job_drafts_what_no_plan_covers_once(self, store, item, cast, as_user):
		plan_making.draft_below_limit()
		plan_making.draft_below_limit()
		names = frappe.get_all(REQUEST, {"store": store}, pluck="name", order_by="name")
		assert len(names) == 1
		request = frappe.get_doc(REQUEST, names[0])
		assert (request.plan_type, state(request), request.items[0].qty) == ("Below Limit", "Draft", 9)
		assert frappe.db.exists(
			"Notification Log", {"document_name": request.name, "for_user": cast.user("storekeeper")}
		)
		act(as_user, "storekeeper", request, "Send to Finance")
		assert state(request) == "Pending Finance"

	def test_items_on_an_open_plan_are_left_alone(self, store, item, cast):
		build(store, cast)
		assert plan_making.draft_for(store) is None

	def test_a_rejected_plan_covers_nothing(self, store, item, cast, as_user):
		name = build(store, cast)
		act(as_user, "storekeeper", name, "Send to Finance")
		with as_user("finance_manager"):
			plan_steps.reject(name, "本月暂停采购")
		assert plan_making.draft_for(store)

	def test_below_limit_buys_what_is_below(self, stores, store, qualified, as_user):
		full = short_item(qualified, left=12)
		with pytest.raises(frappe.ValidationError, match="WH-05"):
			purchasing.plan(stores, as_user, full, store=store, plan_type="Below Limit")

	def test_an_urgent_plan_is_the_heads_with_a_reason(self, stores, store, as_user):
		item = make.item(stock_class="Not Stocked").name
		values = purchasing.request_values(stores, item, store=store, plan_type="Urgent")
		with as_user("department_head"):
			with pytest.raises(frappe.ValidationError, match="WH-05"):
				frappe.get_doc(values).insert()
			request = frappe.get_doc({**values, "urgent_reason": "水泵房进水, 急需"}).insert()
		for person in ("storekeeper", "technician", "buyer"):
			with as_user(person), pytest.raises((frappe.ValidationError, frappe.PermissionError)):
				frappe.get_doc({**values, "urgent_reason": "急需"}).insert()
		assert (
			purchasing.act(as_user, "department_head", request, "Send to Finance").approval_state
			== "Pending Finance"
		)

	def test_an_urgent_plan_buys_what_is_not_stocked_or_has_run_out(self, stores, store, qualified, as_user):
		in_stock, gone = short_item(qualified, left=3), short_item(qualified, left=0)
		values = purchasing.request_values(
			stores, in_stock, store=store, plan_type="Urgent", urgent_reason="急需"
		)
		with as_user("department_head"):
			with pytest.raises(frappe.ValidationError, match="WH-05"):
				frappe.get_doc(values).insert()
			frappe.get_doc({**values, "items": [{**values["items"][0], "item_code": gone}]}).insert()

	@pytest.mark.parametrize("plan_type", ["", None, "Weekly", "Urgent"])
	def test_the_storekeeper_plans_monthly_or_below_the_limit(self, stores, store, item, as_user, plan_type):
		with pytest.raises(frappe.ValidationError):
			purchasing.plan(stores, as_user, item, store=store, plan_type=plan_type, urgent_reason="急需")

	def test_rows_go_to_the_qualified_zone_of_the_plans_own_store(self, stores, store, item, as_user):
		for warehouse in (places.zone_warehouse(store, "Nonconforming"), stores.zone(), stores.outside):
			with pytest.raises(frappe.ValidationError, match="WH-04"):
				purchasing.plan(stores, as_user, {"item_code": item, "warehouse": warehouse}, store=store)


@pytest.mark.rule("WH-06")
class TestApproval:
	@pytest.fixture
	def request_(self, stores, store, item, as_user):
		return purchasing.plan(stores, as_user, item, store=store)

	def test_from_draft_to_approved_with_names_and_dates(self, request_, as_user, cast):
		done = purchasing.approve(as_user, request_)
		assert (done.docstatus, done.approval_state) == (1, "Approved")
		steps = [(step.to_state, step.actor, step.actor_role) for step in done.approval_steps]
		assert steps == [
			("Pending Finance", cast.user("storekeeper"), None),
			("Pending GM", cast.user("finance_manager"), "Finance Manager"),
			("Approved", cast.user("general_manager"), "General Manager"),
		]
		assert all(step.acted_on for step in done.approval_steps)
		assert done.sent_to_finance_on and done.passed_to_gm_on and done.approved_on

	def test_finance_cuts_a_quantity_and_it_stays_on_record(self, request_, as_user, cast):
		act(as_user, "storekeeper", request_, "Send to Finance")
		row = request_.items[0].name
		with as_user("finance_manager"):
			answer = plan_steps.change_quantity(request_.name, row, 6, "库存尚可维持半月")
		assert answer["plan_amount"] == 24
		request = frappe.get_doc(REQUEST, request_.name)
		assert (request.items[0].qty, request.items[0].requested_qty, request.items[0].stock_qty) == (
			6,
			10,
			6,
		)
		change = request.quantity_changes[0]
		assert (change.old_qty, change.new_qty, change.reason, change.changed_by) == (
			10,
			6,
			"库存尚可维持半月",
			cast.user("finance_manager"),
		)
		assert change.changed_on

	def test_finance_strikes_a_row_but_not_the_last(self, stores, store, qualified, as_user):
		items = short_item(qualified), short_item(qualified)
		request = purchasing.plan(stores, as_user, *items, store=store)
		act(as_user, "storekeeper", request, "Send to Finance")
		with as_user("finance_manager"):
			plan_steps.change_quantity(request.name, request.items[0].name, 0, "暂不需要")
			with pytest.raises(frappe.ValidationError, match="WH-06"):
				plan_steps.change_quantity(request.name, request.items[1].name, 0, "暂不需要")
		request.reload()
		assert [row.item_code for row in request.items] == [items[1]]
		assert (request.quantity_changes[0].item_code, request.quantity_changes[0].new_qty) == (items[0], 0)

	@pytest.mark.parametrize(
		("quantity", "reason"),
		[(6, ""), (6, "  "), (-1, "少买"), ("NaN", "少买"), ("1e999", "少买"), ("", "少买"), (10, "少买")],
	)
	def test_a_change_needs_a_quantity_and_a_reason(self, request_, as_user, quantity, reason):
		act(as_user, "storekeeper", request_, "Send to Finance")
		with as_user("finance_manager"), pytest.raises(frappe.ValidationError):
			plan_steps.change_quantity(request_.name, request_.items[0].name, quantity, reason)

	@pytest.mark.parametrize("person", ["storekeeper", "general_manager", "buyer", "department_head"])
	def test_nobody_else_changes_a_quantity(self, request_, as_user, person):
		act(as_user, "storekeeper", request_, "Send to Finance")
		with as_user(person), pytest.raises(frappe.PermissionError):
			plan_steps.change_quantity(request_.name, request_.items[0].name, 6, "少买")

	def test_only_while_it_waits_for_finance(self, request_, as_user):
		with as_user("finance_manager"), pytest.raises(frappe.ValidationError, match="WH-06"):
			plan_steps.change_quantity(request_.name, request_.items[0].name, 6, "少买")
		purchasing.approve(as_user, request_)
		with as_user("finance_manager"), pytest.raises(frappe.ValidationError, match="WH-06"):
			plan_steps.change_quantity(request_.name, request_.items[0].name, 6, "少买")

	def test_what_waits_for_a_signature_does_not_change(self, stores, request_, as_user):
		act(as_user, "storekeeper", request_, "Send to Finance")
		for person, field, value in (
			("storekeeper", "qty", 100),
			("finance_manager", "qty", 1),
			("storekeeper", "warehouse", stores.outside),
		):
			with as_user(person), pytest.raises((frappe.ValidationError, frappe.PermissionError)):
				change(request_.name, **{field: value})

	@pytest.mark.parametrize(("person", "steps"), [("finance_manager", 1), ("general_manager", 2)])
	def test_returned_with_a_reason_changed_and_sent_again(self, request_, as_user, person, steps):
		act(as_user, "storekeeper", request_, "Send to Finance")
		if steps == 2:
			act(as_user, "finance_manager", request_, "Pass to General Manager")
		with as_user(person):
			with pytest.raises(frappe.ValidationError, match="WH-06"):
				plan_steps.send_back(request_.name, " ")
			assert plan_steps.send_back(request_.name, "数量偏大") == "Returned"
		with as_user("storekeeper"):
			doc = frappe.get_doc(REQUEST, request_.name)
			doc.items[0].qty = 7
			doc.save()
		done = purchasing.approve(as_user, request_)
		assert (done.items[0].qty, done.items[0].requested_qty) == (7, 7)
		assert [step.comment for step in done.approval_steps if step.to_state == "Returned"] == ["数量偏大"]

	def test_rejected_frees_the_month_and_is_over(self, request_, stores, store, item, as_user):
		act(as_user, "storekeeper", request_, "Send to Finance")
		with as_user("finance_manager"):
			assert plan_steps.reject(request_.name, "本月资金不足") == "Rejected"
		assert frappe.db.get_value(REQUEST, request_.name, "plan_key") is None
		with as_user("storekeeper"), pytest.raises(frappe.ValidationError, match="WH-06"):
			change(request_.name, qty=1)
		for person in ("storekeeper", "finance_manager"):
			with as_user(person), pytest.raises((frappe.ValidationError, frappe.PermissionError)):
				change(request_.name, approval_state="Pending Finance")
		purchasing.plan(stores, as_user, item, store=store)

	def test_cancelling_frees_the_month(self, request_, stores, store, item, as_user):
		done = purchasing.approve(as_user, request_)
		with as_user("general_manager"):
			done.cancel()
		assert (state(done), frappe.db.get_value(REQUEST, done.name, "plan_key")) == ("Cancelled", None)
		purchasing.plan(stores, as_user, item, store=store)

	@pytest.mark.rule("ORG-01")
	def test_whoever_raised_it_never_signs(self, stores, store, item, cast, as_user):
		for person, role in (("storekeeper", "Finance Manager"), ("storekeeper", "General Manager")):
			frappe.get_doc("User", cast.user(person)).add_roles(role)
		request = purchasing.plan(stores, as_user, item, store=store)
		act(as_user, "storekeeper", request, "Send to Finance")
		with as_user("storekeeper"), pytest.raises(frappe.PermissionError):
			apply_workflow(frappe.get_doc(REQUEST, request.name), "Pass to General Manager")
		act(as_user, "finance_manager", request, "Pass to General Manager")
		with as_user("storekeeper"), pytest.raises(frappe.PermissionError):
			apply_workflow(frappe.get_doc(REQUEST, request.name), "Approve")

	@pytest.mark.rule("ORG-01")
	def test_a_deputy_signs_within_the_dates(self, request_, cast, as_user):
		act(as_user, "storekeeper", request_, "Send to Finance")
		user = cast.user("stores_accountant")
		frappe.get_doc("User", user).add_roles("Finance Manager")
		settings = frappe.get_doc("Property Service Settings")
		deputy = settings.append(
			"deputies",
			{
				"user": user,
				"role": "Finance Manager",
				"from_date": add_days(nowdate(), -9),
				"until": add_days(nowdate(), -1),
			},
		)
		settings.save()
		with as_user("stores_accountant"), pytest.raises(frappe.PermissionError):
			apply_workflow(frappe.get_doc(REQUEST, request_.name), "Pass to General Manager")
		deputy.until = nowdate()
		settings.save()
		with as_user("stores_accountant"):
			assert apply_workflow(frappe.get_doc(REQUEST, request_.name), "Pass to General Manager")

	def test_steps_that_are_sent_along_are_forgotten(self, stores, store, item, as_user, cast):
		step = {
			"from_state": "Pending GM",
			"to_state": "Approved",
			"actor": cast.user("general_manager"),
			"actor_role": "General Manager",
			"acted_on": nowdate(),
		}
		request = purchasing.plan(
			stores,
			as_user,
			item,
			store=store,
			approval_steps=[step],
			approval_state="Approved",
			quantity_changes=[{"old_qty": 1, "new_qty": 2}],
			is_late=0,
			plan_key="x",
			requested_by=cast.user("clerk"),
			approved_on=nowdate(),
		)
		assert (request.approval_state, request.approval_steps, request.quantity_changes) == ("Draft", [], [])
		assert (request.requested_by, request.approved_on) == (cast.user("storekeeper"), None)

	def test_other_types_and_other_companies_take_the_direct_way(self, stores, cast, as_user):
		item = make.item().name
		frappe.get_doc("User", cast.user("employee")).add_roles("Stock User")
		with as_user("employee"):
			request = frappe.get_doc(
				purchasing.request_values(
					stores,
					{"item_code": item, "warehouse": stores.zone()},
					material_request_type="Material Transfer",
					plan_type=None,
					store=None,
				)
			).insert()
			assert not request.approval_route
			assert apply_workflow(request, "Submit Request").docstatus == 1
			second = frappe.copy_doc(request).insert()
			second.submit()
			assert second.approval_state == "Submitted"

	def test_draft_plans_may_go_sent_ones_stay(self, request_, as_user):
		act(as_user, "storekeeper", request_, "Send to Finance")
		with pytest.raises(frappe.ValidationError, match="WH-06"):
			frappe.delete_doc(REQUEST, request_.name)


def issued(stores, item, warehouse, qty):
	"""An issue to the expense account that plans are budgeted on."""
	row = frappe.get_doc("Property Service Company", {"company": stores.company})
	with make.before_the_procedure():
		entry = frappe.get_doc(
			{
				"doctype": "Stock Entry",
				"stock_entry_type": "Material Issue",
				"purpose": "Material Issue",
				"company": stores.company,
				"items": [
					{
						"item_code": item,
						"qty": qty,
						"s_warehouse": warehouse,
						"expense_account": row.stores_expense_account,
						"cost_center": stores.cost_center,
					}
				],
			}
		).insert()
		entry.submit()


@pytest.mark.rule("WH-06")
class TestBudget:
	def figures(self, request):
		request.reload()
		names = ("budget_source", "month_budget", "month_used", "month_left", "year_budget", "year_left")
		return [request.get(name) for name in names]

	def give(self, store, amount):
		settings = frappe.get_doc("Property Service Settings")
		settings.append("stores", {"store": store, "monthly_budget": amount})
		settings.save()

	def test_without_one_it_says_so(self, stores, store, item, as_user):
		request = purchasing.plan(stores, as_user, item, store=store)
		assert self.figures(request)[:4] == ["None", 0, 0, -40]

	def test_a_monthly_figure_of_the_store(self, stores, store, item, as_user):
		self.give(store, 1000)
		request = purchasing.plan(stores, as_user, item, store=store)
		assert self.figures(request) == ["Store Settings", 1000, 0, 960, 12000, 11960]

	def test_approved_ordered_and_received_all_count_once(self, stores, store, item, as_user):
		self.give(store, 1000)
		first = purchasing.approved(stores, as_user, item, store=store, plan_type="Below Limit")

		def used():
			"""What a plan of the same month that is drawn up now would see."""
			return budget.figures(
				frappe.get_doc(purchasing.request_values(stores, item, store=store, plan_type="Below Limit"))
			)["month_used"]

		assert used() == 40
		order = purchasing.ordered(first, stores, as_user, qty=6)
		assert used() == 4 * 4 + 6 * 5
		purchasing.received(order, as_user, qty=2)
		assert used() == 4 * 4 + 4 * 5 + 2 * 5

	def test_erpnexts_budget_where_there_is_one(self, stores, store, item, as_user):
		self.give(store, 1000)
		account = frappe.db.get_value(
			"Property Service Company", {"company": stores.company}, "stores_expense_account"
		)
		month = getdate(get_first_day(nowdate()))
		year = frappe.db.get_value(
			"Fiscal Year", {"year_start_date": ("<=", month), "year_end_date": (">=", month)}
		)
		if compat.BUDGET_SHARES_ITSELF_OUT:
			amounts = {
				"from_fiscal_year": year,
				"to_fiscal_year": year,
				"account": account,
				"budget_amount": 24000,
			}
		else:
			amounts = {"fiscal_year": year, "accounts": [{"account": account, "budget_amount": 24000}]}
		frappe.get_doc(
			{
				"doctype": "Budget",
				"budget_against": "Cost Center",
				"company": stores.company,
				"cost_center": stores.cost_center,
				**amounts,
			}
		).insert().submit()
		request = purchasing.plan(stores, as_user, item, store=store, plan_type="Below Limit")
		source, month_budget, used, left, year_budget, _year_left = self.figures(request)
		assert (source, month_budget, year_budget) == ("Budget", 2000, 24000)
		assert left == pytest.approx(2000 - used - 40)
		issued(stores, item, places.zone_warehouse(store, "Qualified"), 1)
		with as_user("storekeeper"):
			request.save()
		assert self.figures(request)[2] == pytest.approx(used + 4)

	def test_the_form_shows_it_as_it_is_now(self, stores, store, item, as_user):
		request = purchasing.plan(stores, as_user, item, store=store)
		self.give(store, 500)
		loaded = frappe.get_doc(REQUEST, request.name)
		loaded.run_method("onload")
		assert loaded.get_onload("budget_now")["month_left"] == 460

	def test_a_row_without_a_rate_is_flagged(self, stores, store, as_user):
		item = make.item().name
		request = purchasing.plan(stores, as_user, item, store=store)
		assert (request.items[0].rate_source, request.rows_without_rate, request.plan_amount) == (
			"Missing",
			1,
			0,
		)

	def test_cost_centre_and_account_are_filled(self, stores, store, item, as_user):
		row = purchasing.plan(stores, as_user, item, store=store).items[0]
		assert row.cost_center == stores.cost_center
		assert frappe.db.get_value("Account", row.expense_account, "root_type") == "Expense"

	def test_statements_do_not_grow_with_rows(self, stores, qualified, store, as_user, count_sql):
		def statements(number):
			request = purchasing.plan(
				stores,
				as_user,
				*(short_item(qualified) for _ in range(number)),
				store=purchasing.own_store(stores),
			)
			request.run_method("onload")
			with count_sql() as count:
				request.run_method("onload")
			return len(count)

		assert statements(1) == statements(4) <= 12


@pytest.mark.rule("WH-08")
class TestLate:
	@pytest.mark.parametrize(("day", "late"), [(25, 0), (26, 1), (28, 3)])
	def test_compiled_after_the_25th(self, day, late):
		due = plan.due_on(rules.COMPILED, "2026-08-01")
		assert str(due) == "2026-07-25"
		assert rules.days_late(due, due.replace(day=day)) == late

	def test_days_are_those_of_the_calendar(self):
		assert str(plan.due_on(rules.SENT, "2026-03-01")) == "2026-02-28"
		assert str(plan.due_on(rules.PASSED, "2026-03-01")) == "2026-02-28"
		settings = frappe.get_doc("Property Service Settings")
		for task in settings.procedure_tasks:
			if task.task_code == "PURCHASE-PLAN":
				task.day = 20
			if task.task_code == "PLAN-HAND-IN":
				task.disabled = 1
		settings.save()
		assert str(plan.due_on(rules.COMPILED, "2026-08-01")) == "2026-07-20"
		assert plan.due_on(rules.SENT, "2026-08-01") is None

	def test_a_plan_for_the_running_month_is_late_and_stays_marked(self, store, item, cast, as_user):
		name = build(store, cast, getdate(get_first_day(nowdate())))
		request = frappe.get_doc(REQUEST, name)
		assert (request.is_late, len(request.late_note.splitlines())) == (1, 1)
		act(as_user, "storekeeper", request, "Send to Finance")
		done = act(as_user, "finance_manager", request, "Pass to General Manager")
		assert (done.is_late, len(done.late_note.splitlines())) == (1, 3)
		with as_user("general_manager"):
			done = apply_workflow(done, "Approve")
		assert done.is_late

	def test_a_plan_in_time_is_not(self, store, item, cast, monkeypatch):
		monkeypatch.setattr(plan, "due_on", lambda *_: getdate(get_last_day(nowdate())))
		assert not frappe.get_doc(REQUEST, build(store, cast)).is_late


@pytest.mark.rule("CAL-02", "WH-08")
def test_the_plan_closes_its_tasks_of_the_calendar(stores, store, item, as_user, cast):
	"""Compiled, sent and approved, each by whoever did it."""
	from property_service import procedure_calendar
	from property_service.setup import procedure_tasks

	settings = frappe.get_doc("Property Service Settings")
	settings.set("procedure_tasks", [])
	settings.save()
	frappe.db.delete("Procedure Occurrence")
	procedure_tasks.add_defaults()
	settings.reload()
	for task in settings.procedure_tasks:
		task.starts_on = make.months_ago(1, 1)
		task.remind_days_before = 27
	next(row for row in settings.companies if row.company == stores.company).calendar_from = make.months_ago(
		1, 1
	)
	settings.save()
	procedure_calendar.open_due_tasks()
	purchasing.approved(stores, as_user, item, store=store)
	procedure_calendar.close_fulfilled()
	done = {
		row.task_code: row.done_by
		for row in frappe.get_all(
			"Procedure Occurrence",
			filters={"company": stores.company, "status": "Done"},
			fields=["task_code", "done_by"],
			order_by="due_on",
		)
	}
	assert done == {
		"PURCHASE-PLAN": cast.user("storekeeper"),
		"PLAN-HAND-IN": cast.user("storekeeper"),
		"PLAN-APPROVAL": cast.user("general_manager"),
	}


@pytest.mark.rule("WH-06")
def test_whose_step_it_is_hears_of_it(stores, store, item, as_user, cast):
	def told(request):
		return set(
			frappe.get_all(
				"Notification Log", {"document_name": request.name}, pluck="for_user", order_by="name"
			)
		)

	request = purchasing.plan(stores, as_user, item, store=store)
	assert told(request) == set()
	act(as_user, "storekeeper", request, "Send to Finance")
	assert cast.user("finance_manager") in told(request)
	assert cast.user("general_manager") not in told(request)
	act(as_user, "finance_manager", request, "Pass to General Manager")
	assert cast.user("general_manager") in told(request)
	act(as_user, "general_manager", request, "Approve")
	assert {cast.user("storekeeper"), cast.user("buyer")} <= told(request)


@pytest.mark.rule("ORG-02")
class TestDepartmentRequests:
	def run(self, **filters):
		from property_service.property_service.report.department_requests import department_requests

		period = {"from_date": make.months_ago(0, 1), "to_date": nowdate()}
		return department_requests.execute({**period, **filters})[1]

	@pytest.fixture
	def urgent(self, stores, store, as_user):
		item = make.item(stock_class="Not Stocked", item_name="潜水泵").name
		values = purchasing.request_values(
			stores, item, store=store, plan_type="Urgent", urgent_reason="水泵房进水"
		)
		with as_user("department_head"):
			return frappe.get_doc(values).insert()

	def test_a_department_sees_its_own_the_stores_all(self, urgent, as_user):
		for person, sees in (
			("department_head", True),
			("technician", True),
			("office_head", True),
			("storekeeper", True),
			("general_manager", True),
			("other_department_head", False),
			("other_technician", False),
		):
			with as_user(person):
				names = {row.request for row in self.run()}
			assert (urgent.name in names) is sees, person
		for person in ("cashier", "employee", "resident"):
			with as_user(person), pytest.raises(frappe.PermissionError):
				self.run()

	def test_how_far_it_is(self, urgent, stores, as_user):
		purchasing_steps = (
			("department_head", "Send to Finance"),
			("finance_manager", "Pass to General Manager"),
			("general_manager", "Approve"),
		)
		for person, action in purchasing_steps:
			act(as_user, person, urgent, action)
		order = purchasing.ordered(frappe.get_doc(REQUEST, urgent.name), stores, as_user, qty=6)
		receipt = purchasing.received(order, as_user, qty=4)
		row = next(row for row in self.run() if row.request == urgent.name)
		assert (row.item_name, row.requested_qty, row.ordered_qty, row.got_qty) == ("潜水泵", 10, 6, 4)
		assert receipt.department == urgent.department

	@pytest.mark.parametrize(
		"filters",
		[{"from_date": None}, {"from_date": "2999-01-01"}, {"from_date": "2001-01-01"}],
	)
	def test_a_period_is_asked_for(self, stores, filters):
		with pytest.raises(frappe.ValidationError):
			self.run(**filters)

	def test_departments_run_none_of_erpnexts_reports_on_these_documents(self, stores):
		"""Script reports do not heed permission conditions."""
		from property_service import access

		doctypes = (
			*access.STORES_DOCUMENTS,
			"Item",
			"Bin",
			"Stock Ledger Entry",
			"Purchase Order",
			"Warehouse",
		)
		for report in frappe.get_all(
			"Report",
			filters={
				"ref_doctype": ("in", doctypes),
				"is_standard": "Yes",
				"module": ("!=", "Property Service"),
			},
			pluck="name",
			order_by="name",
		):
			doc = frappe.get_doc("Report", report)
			roles = {row.role for row in doc.roles}
			readers = {row.role for row in frappe.get_meta(doc.ref_doctype).permissions if row.report}
			assert not (roles or readers) & access.DEPARTMENT_ROLES, report
