"""Stock slips go to the accountant, each once, and none is forgotten (WH-16); drafts are listed in the evening (WH-20)."""

import frappe
import pytest
from erpnext.stock.doctype.material_request.material_request import make_stock_entry
from frappe.utils import add_days, nowdate

from property_service import procedure_calendar, settings
from property_service.property_service.doctype.slip_handover import slip_handover as handovers
from property_service.property_service.report.open_stock_slips import open_stock_slips
from property_service.rules import slip_handover as rules
from property_service.stock import direct_issues, returns, slips
from property_service.stock import stores as places
from tests import stores as make
from tests.site import purchasing
from tests.site.processes import run_at_once
from tests.site.rest import refusal
from tests.site.test_till_ledger import set_the_calendar_up_anew

pytestmark = pytest.mark.rule("WH-16")
REFUSED = (frappe.ValidationError, frappe.PermissionError)
HANDOVER = "Slip Handover"
METHODS = "property_service.property_service.doctype.slip_handover.slip_handover"


@pytest.fixture
def store(stores):
	return purchasing.own_store(stores)


@pytest.fixture
def qualified(store):
	return places.zone_warehouse(store, "Qualified")


@pytest.fixture
def item(qualified):
	name = make.item().name
	make.put_in(name, qualified, 50, rate=10)
	return name


@pytest.fixture
def receipt(stores, as_user, store):
	"""Ten pieces at five yuan."""
	request = purchasing.approved(stores, as_user, make.item().name, store=store)
	return purchasing.received(purchasing.ordered(request, stores, as_user), as_user)


@pytest.fixture
def issue(stores, as_user, item, qualified, store):
	"""Ten pieces at ten yuan."""
	return hand_out(stores, as_user, item, qualified, store)


def hand_out(stores, as_user, item, qualified, store):
	request = purchasing.issue_request(stores, as_user, item, qualified, store=store)
	with as_user("storekeeper"):
		entry = make_stock_entry(request.name)
		entry.insert()
		entry.submit()
	return entry


def collect(as_user, company, kind, **values):
	with as_user("storekeeper"):
		return frappe.get_doc(HANDOVER, handovers.collect(company, kind, **values))


def handed(as_user, company, kind):
	doc = collect(as_user, company, kind)
	with as_user("storekeeper"):
		handovers.hand_over(doc.name)
	return doc.reload()


def row_of(doc, slip):
	return next(row for row in doc.slips if row.slip == slip.name)


def listed(doc) -> set[str]:
	return {row.slip for row in doc.slips}


def refused(match="WH-16"):
	return pytest.raises(REFUSED, match=match)


def break_the_books(entry):
	"""A cent too much on the stock account, as a journal posted by hand would leave it."""
	name = frappe.db.get_value(
		"GL Entry", {"voucher_no": entry.name, "account": ("in", stock_accounts()), "is_cancelled": 0}
	)
	frappe.db.set_value("GL Entry", name, "credit", frappe.db.get_value("GL Entry", name, "credit") + 0.02)


def stock_accounts():
	return frappe.get_all("Account", {"account_type": "Stock"}, pluck="name", order_by="name")


@pytest.fixture
def low_value(stores):
	"""The company uses the procedure of low-value consumables as well."""

	def switch(on):
		doc = frappe.get_doc(settings.DOCTYPE)
		next(row for row in doc.companies if row.company == stores.company).low_value = on
		doc.save()

	switch(1)
	yield
	switch(0)


def due_in_this_month(task, company) -> str:
	due = frappe.utils.getdate().replace(day=task.day)
	occurrence = frappe.get_doc(
		{
			"doctype": "Procedure Occurrence",
			"task_code": task.task_code,
			"company": company,
			"title": task.title,
			"period": f"{due:%Y-%m}",
			"due_on": due,
			"remind_on": due,
			"responsible_role": task.responsible_role,
			"status": "To Do",
		}
	)
	occurrence.flags.server_write = True
	return occurrence.insert().name


def status_of(occurrence: str) -> tuple:
	return frappe.db.get_value(
		"Procedure Occurrence", occurrence, ["status", "fulfilling_document", "done_by"]
	)


class TestWhatIsCollected:
	def test_receipts_and_direct_issues(self, stores, as_user, cast, receipt, issue, store):
		request = purchasing.approved(stores, as_user, make.item().name, store=purchasing.own_store(stores))
		direct = purchasing.direct(purchasing.ordered(request, stores, as_user), as_user, cast)
		with as_user("department_head"):
			direct_issues.sign_direct_issue(direct.name)
		with as_user("storekeeper"):
			direct.reload().submit()
		back = purchasing.returned(receipt, as_user, qty=2)
		doc = collect(as_user, stores.company, rules.RECEIPTS)
		assert {receipt.name, direct.name, back.name} <= listed(doc)
		assert issue.name not in listed(doc) and direct.direct_issue_entry not in listed(doc)
		rows = [row_of(doc, slip) for slip in (receipt, direct, back)]
		assert [(row.purpose, row.value, row.agrees) for row in rows] == [
			("Receipt", 50, 1),
			("Direct Issue", 50, 1),
			("Return to Supplier", -10, 1),
		]

	def test_issues_and_returns(self, stores, as_user, receipt, issue):
		with as_user("storekeeper"):
			back = returns.make_return(issue.name)
			back.items[0].qty = 4
			back.insert()
			back.submit()
		doc = collect(as_user, stores.company, rules.ISSUES)
		assert {issue.name, back.name} <= listed(doc) and receipt.name not in listed(doc)
		assert [(row_of(doc, slip).purpose, row_of(doc, slip).value) for slip in (issue, back)] == [
			("Issue", 100),
			("Return to Store", 40),
		]

	def test_low_value_consumables_are_a_kind_of_their_own(
		self, low_value, stores, as_user, issue, qualified, store
	):
		article = make.item(low_value_class="Office").name
		make.put_in(article, qualified, 20)
		of_article = hand_out(stores, as_user, article, qualified, store)
		doc = collect(as_user, stores.company, rules.LOW_VALUE)
		assert of_article.name in listed(doc) and issue.name not in listed(doc)
		doc = collect(as_user, stores.company, rules.ISSUES)
		assert issue.name in listed(doc) and of_article.name not in listed(doc)

	@pytest.mark.rule("LV-07", "CAL-02")
	def test_their_finance_copies_are_due_on_the_28th(
		self, low_value, stores, as_user, cast, qualified, store
	):
		set_the_calendar_up_anew()
		task = next(task for task in settings.get().procedure_tasks if task.task_code == "ISSUE-SLIPS")
		assert (task.day, task.responsible_role) == (28, "Storekeeper")
		occurrence = due_in_this_month(task, stores.company)
		article = make.item(low_value_class="Office").name
		make.put_in(article, qualified, 20)
		hand_out(stores, as_user, article, qualified, store)
		doc = collect(as_user, stores.company, rules.LOW_VALUE)
		procedure_calendar.close_fulfilled()
		assert status_of(occurrence) == ("To Do", None, None)
		with as_user("storekeeper"):
			handovers.hand_over(doc.name)
		procedure_calendar.close_fulfilled()
		assert status_of(occurrence) == ("Done", doc.name, cast.user("storekeeper"))

	def test_without_that_procedure_they_are_issues(self, stores, as_user, qualified, store):
		article = make.item(low_value_class="Office").name
		make.put_in(article, qualified, 20)
		of_article = hand_out(stores, as_user, article, qualified, store)
		assert of_article.name in listed(collect(as_user, stores.company, rules.ISSUES))
		with refused():
			collect(as_user, stores.company, rules.LOW_VALUE)

	def test_drafts_and_what_the_procedure_never_saw_stay_out(self, stores, as_user, issue, item, qualified):
		old = make.take_out(item, qualified, 1)
		doc = collect(as_user, stores.company, rules.ISSUES)
		assert issue.name in listed(doc) and old.name not in listed(doc)

	def test_up_to_a_day(self, stores, as_user, issue):
		with refused():
			collect(as_user, stores.company, rules.ISSUES, until=add_days(nowdate(), 1))
		yesterday = add_days(nowdate(), -1)
		before = slips.left(stores.company, rules.ISSUES, frappe.utils.getdate(yesterday))
		assert issue.name not in {slip.slip for slip in before}

	def test_nothing_is_in_two(self, stores, as_user, issue):
		assert issue.name in listed(collect(as_user, stores.company, rules.ISSUES))
		with refused():
			collect(as_user, stores.company, rules.ISSUES)

	def test_two_who_collect_at_once(self, committed, stores, as_user, issue, cast):
		committed()
		source = (
			"from property_service.property_service.doctype.slip_handover.slip_handover import collect\n"
			"def act(arguments): return collect(**arguments)"
		)
		arguments = [{"company": stores.company, "kind": rules.ISSUES}] * 6
		answers = run_at_once(source, arguments, cast.user("storekeeper"))
		assert [kind for kind, _text in answers].count("done") == 1
		assert all("WH-16" in text for kind, text in answers if kind != "done"), answers
		assert frappe.db.count("Slip Handover Item", {"slip": issue.name}) == 1

	def test_a_row_left_out_is_collected_next_time(self, stores, as_user, issue):
		doc = collect(as_user, stores.company, rules.ISSUES)
		with as_user("storekeeper"):
			doc.slips = [row for row in doc.slips if row.slip != issue.name]
			doc.save()
		assert issue.name in listed(collect(as_user, stores.company, rules.ISSUES))


class TestCheck:
	@pytest.fixture
	def doc(self, stores, as_user, issue):
		return handed(as_user, stores.company, rules.ISSUES)

	def test_the_accountant_accepts_what_agrees(self, doc, as_user, cast, issue):
		with as_user("stores_accountant"):
			assert handovers.accept(doc.name) == "Checked"
		doc.reload()
		row = row_of(doc, issue)
		assert (row.result, row.checked_by, bool(row.checked_on)) == (
			"Accepted",
			cast.user("stores_accountant"),
			True,
		)
		assert (doc.handed_over_by, doc.checked_by) == (
			cast.user("storekeeper"),
			cast.user("stores_accountant"),
		)

	def test_what_differs_is_not_accepted_but_sent_back(self, doc, stores, as_user, cast, issue):
		break_the_books(issue)
		with as_user("stores_accountant"):
			shown = frappe.get_doc(HANDOVER, doc.name)
			shown.run_method("onload")
			assert not row_of(shown, issue).agrees
			with refused():
				handovers.accept(doc.name, frappe.as_json([row_of(doc, issue).name]))
			assert handovers.accept(doc.name) == "Handed Over"
			with refused():
				handovers.send_back(doc.name, row_of(doc, issue).name, "  ")
			assert handovers.send_back(doc.name, row_of(doc, issue).name, "总账差两分") == "Checked"
		row = row_of(doc.reload(), issue)
		assert (row.result, row.remark) == ("Returned", "总账差两分")
		told = frappe.get_all(
			"Notification Log", {"document_name": doc.name}, pluck="for_user", order_by="name"
		)
		assert cast.user("storekeeper") in told and cast.user("stores_accountant") in told
		assert issue.name in listed(collect(as_user, stores.company, rules.ISSUES))

	def test_a_cancelled_slip_is_not_accepted(self, doc, stores, as_user, issue):
		with as_user("storekeeper"):
			issue.reload().cancel()
		with as_user("stores_accountant"):
			with refused():
				handovers.accept(doc.name, [row_of(doc, issue).name])
			handovers.send_back(doc.name, row_of(doc, issue).name, "已取消")
		left = slips.left(stores.company, rules.ISSUES, frappe.utils.getdate(nowdate()))
		assert issue.name not in {slip.slip for slip in left}

	def test_nothing_is_decided_twice(self, doc, as_user, issue):
		with as_user("stores_accountant"):
			handovers.accept(doc.name)
			with refused():
				handovers.send_back(doc.name, row_of(doc, issue).name, "迟了")

	@pytest.mark.parametrize("rows", ['["nobody"]', '"x"', "[1]", "[[]]", "{}"])
	def test_rows_that_are_not_there(self, doc, as_user, rows):
		with as_user("stores_accountant"), refused():
			handovers.accept(doc.name, rows)

	@pytest.mark.parametrize("person", ["storekeeper", "finance_manager", "buyer"])
	def test_who_does_not_check(self, doc, as_user, issue, person):
		with as_user(person):
			with pytest.raises(frappe.PermissionError):
				handovers.accept(doc.name)
			with pytest.raises(frappe.PermissionError):
				handovers.send_back(doc.name, row_of(doc, issue).name, "不对")

	def test_one_person_of_both_offices_does_not_check_the_own(self, doc, as_user, cast):
		frappe.get_doc("User", cast.user("storekeeper")).add_roles("Stores Accountant")
		with as_user("storekeeper"), refused():
			handovers.accept(doc.name)

	def test_a_cancelled_handover_gives_its_slips_back(self, doc, stores, as_user, issue):
		with as_user("storekeeper"):
			with refused():
				handovers.cancel_handover(doc.name, " ")
			assert handovers.cancel_handover(doc.name, "漏了一份") == "Cancelled"
		assert issue.name in listed(collect(as_user, stores.company, rules.ISSUES))

	def test_it_is_not_given_up_once_something_is_checked(self, doc, as_user, issue):
		break_the_books(issue)
		frappe.db.set_value("Slip Handover Item", doc.slips[0].name, "result", "Accepted")
		with as_user("storekeeper"), refused():
			handovers.cancel_handover(doc.name, "漏了一份")


class TestWhoAndHow:
	@pytest.mark.parametrize("person", ["stores_accountant", "finance_manager", "buyer"])
	def test_who_does_not_hand_over(self, stores, as_user, issue, person):
		doc = collect(as_user, stores.company, rules.ISSUES)
		with as_user(person):
			for call in (
				lambda: handovers.collect(stores.company, rules.ISSUES),
				lambda: handovers.hand_over(doc.name),
				lambda: handovers.cancel_handover(doc.name, "不要"),
			):
				with pytest.raises(frappe.PermissionError):
					call()

	def test_it_is_kept_and_not_written_by_hand(self, stores, as_user, issue, item):
		doc = handed(as_user, stores.company, rules.ISSUES)
		with refused():
			frappe.delete_doc(HANDOVER, doc.name)
		with as_user("storekeeper"):
			doc.append("slips", {"slip_type": "Stock Entry", "slip": issue.name, "slip_key": "x"})
			with refused():
				doc.save()
			doc.reload().slips = []
			with refused():
				doc.save()

	def test_over_rest(self, committed, rest, stores, as_user, issue):
		committed()
		doc = handed(as_user, stores.company, rules.ISSUES)
		frappe.db.commit()
		client = rest("storekeeper")
		for values in (
			{"status": "Checked"},
			{"checked_by": "Administrator", "checked_on": "2026-01-01"},
			{"slips": []},
			{"slips": [{"name": doc.slips[0].name, "result": "Accepted", "value": 1}]},
			{"kind": rules.RECEIPTS},
		):
			client.update(HANDOVER, doc.name, **values)
		data = client.get(HANDOVER, doc.name).json()["data"]
		assert (data["status"], data.get("checked_by"), data["kind"]) == ("Handed Over", None, rules.ISSUES)
		row = next(row for row in data["slips"] if row["slip"] == issue.name)
		assert (row["result"], row["value"]) == ("Open", 100)
		assert client.update("Slip Handover Item", row["name"], result="Accepted").status_code == 403
		made = client.insert(
			HANDOVER,
			company=stores.company,
			kind=rules.ISSUES,
			slips_until=nowdate(),
			slips=[{"slip_type": "Stock Entry", "slip": issue.name}],
		)
		assert made.status_code == 417 and "WH-16" in refusal(made)
		assert client.call(f"{METHODS}.accept", handover=doc.name).status_code == 403
		url = f"/api/method/{METHODS}.accept"
		accountant = rest("stores_accountant")
		assert accountant.request("GET", url, params={"handover": doc.name}).status_code == 403
		assert accountant.call(f"{METHODS}.accept", handover=doc.name).status_code == 200
		assert rest("department_head").get(HANDOVER, doc.name).status_code == 403


class TestNothingIsForgotten:
	def concern(self, stores, slip, **filters):
		_columns, rows = open_stock_slips.execute({"company": stores.company, **filters})
		return next((row["concern"] for row in rows if row["slip"] == slip.name), None)

	def test_from_draft_to_done(self, stores, as_user, item, qualified, store):
		request = purchasing.issue_request(stores, as_user, item, qualified, store=store)
		with as_user("storekeeper"):
			entry = make_stock_entry(request.name)
			entry.insert()
		assert self.concern(stores, entry) == rules.NOT_SUBMITTED
		with as_user("storekeeper"):
			entry.submit()
		assert self.concern(stores, entry) == rules.NOT_HANDED_OVER
		doc = collect(as_user, stores.company, rules.ISSUES)
		assert self.concern(stores, entry) == rules.WITH_STOREKEEPER
		with as_user("storekeeper"):
			handovers.hand_over(doc.name)
		assert self.concern(stores, entry) == rules.WITH_ACCOUNTANT
		with as_user("stores_accountant"):
			handovers.accept(doc.name)
		assert self.concern(stores, entry) is None

	def test_sent_back(self, stores, as_user, issue):
		doc = handed(as_user, stores.company, rules.ISSUES)
		with as_user("stores_accountant"):
			handovers.send_back(doc.name, row_of(doc, issue).name, "少一联")
		assert self.concern(stores, issue) == rules.SENT_BACK
		assert self.concern(stores, issue, concern=rules.NOT_HANDED_OVER) is None

	def test_changed_or_cancelled_since(self, stores, as_user, issue):
		doc = handed(as_user, stores.company, rules.ISSUES)
		with as_user("stores_accountant"):
			handovers.accept(doc.name)
		ledger = frappe.db.get_value("Stock Ledger Entry", {"voucher_no": issue.name})
		frappe.db.set_value("Stock Ledger Entry", ledger, "stock_value_difference", -120)
		assert self.concern(stores, issue) == rules.CHANGED_LATER
		frappe.db.set_value("Stock Ledger Entry", ledger, "stock_value_difference", -100)
		with as_user("storekeeper"):
			issue.reload().cancel()
		assert self.concern(stores, issue) == rules.CANCELLED_LATER

	def test_statements_do_not_grow_with_slips(self, stores, as_user, item, qualified, store, count_sql):
		arguments = {"company": stores.company}
		hand_out(stores, as_user, item, qualified, store)
		open_stock_slips.execute(arguments)
		with count_sql() as few:
			open_stock_slips.execute(arguments)
		for _again in range(3):
			hand_out(stores, as_user, item, qualified, store)
		with count_sql() as many:
			open_stock_slips.execute(arguments)
		assert len(many) == len(few)

	@pytest.mark.rule("WH-20")
	def test_in_the_evening_drafts_are_listed(self, stores, as_user, cast, item, qualified, store):
		request = purchasing.issue_request(stores, as_user, item, qualified, store=store)
		with as_user("storekeeper"):
			entry = make_stock_entry(request.name)
			entry.insert()
		found = slips.list_unsubmitted()
		assert entry.name in found[stores.company]
		for person in ("storekeeper", "stores_accountant"):
			assert frappe.db.exists(
				"Notification Log",
				{"for_user": cast.user(person), "subject": ("like", "%尚未提交%")},
			)
		with as_user("storekeeper"):
			entry.submit()
		assert entry.name not in slips.list_unsubmitted().get(stores.company, [])
