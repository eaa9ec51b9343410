"""Issues on approved requests, on emergencies, and what comes back from them (WH-17, WH-19)."""

import frappe
import pytest
from erpnext.stock.doctype.material_request.material_request import make_stock_entry
from frappe.utils import add_days, getdate, nowdate

from property_service.rules import issue as rules
from property_service.stock import issues, returns
from property_service.stock import stores as places
from tests import stores as make
from tests.site import purchasing
from tests.site.processes import run_at_once
from tests.site.repair_line import refused

ENTRY = "Stock Entry"


@pytest.fixture
def item(stores, qualified):
	name = make.item().name
	make.put_in(name, qualified, 100, rate=10)
	return name


@pytest.fixture
def store(stores):
	return purchasing.own_store(stores)


@pytest.fixture
def qualified(store):
	return places.zone_warehouse(store, "Qualified")


@pytest.fixture
def ask(stores, as_user, item, store, qualified):
	"""A request for ten pieces, signed by the head unless told otherwise."""

	def ask(**values):
		return purchasing.issue_request(stores, as_user, item, qualified, store=store, **values)

	return ask


@pytest.fixture
def issue(ask, as_user):
	"""Goods handed out on a request by the storekeeper; returns the entry."""

	def issue(request=None, qty=None):
		request = request or ask()
		with as_user("storekeeper"):
			entry = make_stock_entry(request.name)
			for row in entry.items:
				row.qty = qty or row.qty
			entry.insert()
			entry.submit()
		return entry

	return issue


def by_hand(stores, item, warehouse, qty=1, **values):
	return {
		"doctype": ENTRY,
		"stock_entry_type": "Material Issue",
		"purpose": "Material Issue",
		"company": stores.company,
		"items": [{"item_code": item, "qty": qty, "s_warehouse": warehouse}],
		**values,
	}


def ledger(entry) -> dict[str, float]:
	rows = frappe.get_all(
		"GL Entry",
		{"voucher_no": entry.name, "is_cancelled": 0},
		["account", "cost_center", "debit", "credit"],
		order_by="name",
	)
	return {(row.account, row.cost_center): row.debit - row.credit for row in rows}


@pytest.mark.rule("WH-17")
class TestIssue:
	def test_an_approved_request_is_issued_at_the_departments_cost(self, issue, ask, cast):
		request = ask()
		cost_center = frappe.db.get_value("Department", request.department, "cost_center")
		entry = issue(request)
		assert request.department == cast.department_of("technician")
		assert (entry.stores_kind, entry.department) == ("Issue", request.department)
		assert {row.cost_center for row in entry.items} == {cost_center}
		assert sorted(ledger(entry).values()) == [-100, 100]

	def test_in_two_goes_but_not_more(self, issue, ask, as_user, stores, item, qualified):
		request = ask()
		issue(request, 4)
		issue(request, 6)
		values = by_hand(stores, item, qualified)
		values["items"][0].update(material_request=request.name, material_request_item=request.items[0].name)
		with as_user("storekeeper"):
			refused(lambda: frappe.get_doc(values).insert().submit(), rules.TOO_MUCH)

	def test_two_rows_of_one_entry_count_together(self, ask, as_user):
		request = ask()
		with as_user("storekeeper"):
			entry = make_stock_entry(request.name)
			entry.items[0].qty = 6
			entry.append("items", {**entry.items[0].as_dict(), "name": None, "idx": None})
			refused(lambda: entry.insert().submit(), rules.TOO_MUCH)

	def test_what_a_cancelled_issue_took_is_open_again(self, issue, ask, as_user):
		request = ask()
		entry = issue(request)
		with as_user("storekeeper"):
			entry.reload().cancel()
		assert issue(request).docstatus == 1

	def test_nothing_leaves_before_the_head_has_signed(self, ask, as_user, stores, item, qualified):
		request = ask(signed=False)
		line = {"material_request": request.name, "material_request_item": request.items[0].name}
		for extra in ({}, line):
			values = by_hand(stores, item, qualified)
			values["items"][0].update(extra)
			for person in ("storekeeper", "stores_accountant", "Administrator"):
				with as_user(person):
					refused(lambda values=values: frappe.get_doc(values).insert().submit(), rules.NO_REQUEST)

	def test_another_item_is_refused(self, ask, as_user, qualified):
		other = make.item().name
		make.put_in(other, qualified, 5)
		request = ask()
		with as_user("storekeeper"):
			entry = make_stock_entry(request.name)
			entry.items[0].item_code = other
			with pytest.raises(frappe.ValidationError):
				entry.insert().submit()

	def test_submitted_over_rest(self, committed, stores, item, qualified, rest):
		committed()
		values = {**by_hand(stores, item, qualified), "docstatus": 1}
		values.pop("doctype")
		answer = rest("storekeeper").insert(ENTRY, **values)
		assert answer.status_code == 417
		assert not frappe.db.exists(
			"Stock Ledger Entry", {"item_code": item, "voucher_type": ENTRY, "actual_qty": -1}
		)

	def test_flags_and_kinds_are_the_servers(self, stores, item, qualified, as_user):
		with as_user("storekeeper"):
			values = by_hand(stores, item, qualified, stores_kind="Scrap", issued_for="me")
			refused(lambda: frappe.get_doc(values).insert().submit(), rules.NO_REQUEST)

	def test_outside_the_stores_erpnext_issues_as_ever(self, stores, as_user):
		outside = make.warehouse(stores.company, f"门店 {frappe.generate_hash(length=5)}")
		item = make.item().name
		make.put_in(item, outside, 3)
		entry = frappe.get_doc(by_hand(stores, item, outside)).insert()
		entry.submit()
		assert entry.docstatus == 1

	@pytest.mark.rule("Q-02")
	def test_four_storekeepers_issue_a_request_once(self, committed, ask, cast):
		request = ask()
		committed()
		source = """
from erpnext.stock.doctype.material_request.material_request import make_stock_entry
def act(arguments):
	entry = make_stock_entry(arguments["request"])
	entry.insert()
	entry.submit()
	return entry.name
"""
		answers = run_at_once(source, [{"request": request.name}] * 4, cast.user("storekeeper"))
		frappe.db.rollback()
		assert sorted(kind == "done" for kind, _text in answers) == [False, False, False, True]
		assert issues.issued_on([request.items[0].name]) == {request.items[0].name: 10}


@pytest.mark.rule("WH-17")
class TestEmergency:
	@pytest.fixture
	def ticket(self, as_user, cast):
		from tests.site.make import ticket

		with as_user("clerk"):
			made = ticket(priority="Emergency")
		frappe.db.set_value("Repair Ticket", made.name, "department", cast.department_of("technician"))
		return made.name

	@pytest.fixture
	def entry(self, stores, item, qualified, ticket, as_user):
		with as_user("storekeeper"):
			doc = frappe.get_doc(by_hand(stores, item, qualified, emergency_ticket=ticket)).insert()
			doc.submit()
		return doc.reload()

	def test_goods_leave_at_once_and_the_head_signs(self, entry, as_user, cast):
		assert getdate(entry.head_due_on) > getdate(nowdate())
		assert not entry.head_signed_on
		with as_user("storekeeper"), pytest.raises(frappe.PermissionError):
			issues.sign_emergency(entry.name)
		with as_user("department_head"):
			issues.sign_emergency(entry.name)
			refused(lambda: issues.sign_emergency(entry.name), rules.SIGNED_ALREADY)
		entry.reload()
		assert (entry.head_signed_by, bool(entry.head_signed_on)) == (cast.user("department_head"), True)

	def test_until_then_the_head_is_asked_and_later_the_general_manager(self, entry, cast, monkeypatch):
		told = []
		monkeypatch.setattr(issues.notifications, "tell", lambda people, *args, **kwargs: told.append(people))
		assert entry.name in issues.chase_unsigned()
		assert cast.user("department_head") in told[-1]
		assert cast.user("general_manager") not in told[-1]
		frappe.db.set_value(ENTRY, entry.name, "head_due_on", add_days(nowdate(), -1))
		told.clear()
		issues.chase_unsigned()
		assert {cast.user("department_head"), cast.user("general_manager")} <= set().union(*told)
		frappe.db.set_value(ENTRY, entry.name, "head_signed_on", nowdate())
		assert entry.name not in issues.chase_unsigned()

	@pytest.mark.parametrize("values", [{"priority": "Normal"}, {"status": "Closed"}])
	def test_only_an_open_emergency_opens_the_store(self, stores, item, qualified, ticket, as_user, values):
		frappe.db.set_value("Repair Ticket", ticket, values)
		with as_user("storekeeper"):
			doc = frappe.get_doc(by_hand(stores, item, qualified, emergency_ticket=ticket)).insert()
			refused(doc.submit, rules.NOT_AN_EMERGENCY)

	def test_nobody_writes_the_signature(self, stores, item, qualified, ticket, as_user, cast):
		forged = {
			"head_signed_by": cast.user("department_head"),
			"head_signed_on": nowdate(),
			"head_due_on": "2099-01-01",
		}
		with as_user("storekeeper"):
			doc = frappe.get_doc(by_hand(stores, item, qualified, emergency_ticket=ticket, **forged)).insert()
			doc.submit()
			assert (doc.head_signed_by, doc.head_signed_on) == (None, None)
			assert getdate(doc.head_due_on) != getdate("2099-01-01")
			doc.reload()
			forged.pop("head_due_on")
			doc.update(forged)
			doc.save()
		doc.reload()
		assert (doc.head_signed_by, doc.head_signed_on) == (None, None)


@pytest.mark.rule("WH-19")
class TestReturn:
	def back(self, entry, qty=None, warehouse=None, **values):
		doc = returns.make_return(entry.name)
		for row in doc.items:
			row.qty = qty or row.qty
			row.t_warehouse = warehouse or row.t_warehouse
		doc.update(values)
		doc.insert()
		doc.submit()
		return doc

	def test_at_the_issues_value_to_the_departments_account(self, issue, as_user, qualified, item):
		entry = issue()
		make.put_in(item, qualified, 50, rate=99)  # dearer goods have come since
		with as_user("storekeeper"):
			doc = self.back(entry, 4, basic_rate=1)
		assert (doc.stores_kind, doc.department) == ("Return", entry.department)
		assert doc.total_incoming_value == 40
		assert "退回物品入库" in doc.remarks
		out = ledger(entry)
		assert {key: -amount for key, amount in ledger(doc).items()} == {
			key: amount * 0.4 for key, amount in out.items()
		}

	def test_never_more_than_is_out(self, issue, as_user):
		entry = issue()
		with as_user("storekeeper"):
			self.back(entry, 7)
			refused(lambda: self.back(entry, 4), rules.TOO_MUCH_BACK)
			assert self.back(entry).items[0].qty == 3
			assert returns.make_return(entry.name).items == []

	def test_what_is_not_good_goes_to_nonconforming(self, issue, as_user, store):
		entry = issue()
		with as_user("storekeeper"):
			doc = self.back(entry, 2, places.zone_warehouse(store, "Nonconforming"))
			assert doc.docstatus == 1
			with pytest.raises(frappe.ValidationError, match="WH-19"):
				self.back(entry, 2, places.zone_warehouse(store, "Disposal"))

	def test_a_return_without_its_issue_is_refused(self, stores, issue, item, qualified, as_user):
		entry = issue()
		with as_user("storekeeper"):
			doc = returns.make_return(entry.name)
			doc.return_of = None
			refused(lambda: doc.insert().submit(), rules.NO_ISSUE)
			other = returns.make_return(entry.name)
			other.items[0].issue_row = None
			refused(lambda: other.insert().submit(), rules.NOT_OF_ISSUE)

	def test_the_issue_is_cancelled_after_its_returns(self, issue, as_user):
		entry = issue()
		with as_user("storekeeper"):
			doc = self.back(entry, 1)
			refused(entry.reload().cancel, rules.HAS_RETURN)
			doc.reload().cancel()
			entry.reload().cancel()
		assert entry.docstatus == 2

	def test_consumption_goes_down(self, issue, as_user, item, qualified):
		from property_service.stock import stock_months

		entry = issue()
		with as_user("storekeeper"):
			self.back(entry, 4)
		while stock_months.refresh_some():
			pass
		month = frappe.get_last_doc(stock_months.DOCTYPE, {"item_code": item, "warehouse": qualified})
		assert (month.issue_qty, month.returned_qty) == (10, 4)
