"""Tools: lent, issued to keep, exchanged, brought back and asked back (WH-21 to WH-23)."""

import frappe
import pytest
from erpnext.stock.doctype.material_request.material_request import make_stock_entry
from frappe.utils import add_days, nowdate

from property_service import access, hooks, invariants
from property_service.property_service.doctype.tool_custody import tool_custody
from property_service.property_service.doctype.tool_request import steps
from property_service.property_service.report.tool_card import tool_card
from property_service.rules import tools as rules
from property_service.stock import direct_issues, returns
from property_service.tools import chasing
from tests import stores as make
from tests.site import purchasing
from tests.site.processes import run_at_once
from tests.site.repair_line import refused
from tests.site.test_access import bare, check_doors
from tests.site.tool_line import CUSTODY, REQUEST, Tools


@pytest.fixture
def tools(stores, cast, as_user):
	return Tools(stores, cast, as_user)


def own_findings(tools) -> list:
	return [
		finding
		for finding in invariants.check(tools.company)
		if finding.doctype in (CUSTODY, "Tool Loan Balance")
	]


@pytest.mark.rule("WH-21")
class TestLoan:
	def test_a_signed_request_lends_the_tool_and_leaves_it_in_the_books(self, tools, cast):
		item = tools.tool(pieces=2)
		(custody,) = tools.lend(item)
		assert (custody.status, custody.custody_kind) == ("In Use", "Loan")
		assert custody.holder == cast.employee("technician")
		assert custody.department == cast.department_of("technician")
		assert str(custody.due_on) == add_days(nowdate(), 2)
		assert (custody.issued_by, bool(custody.issued_on)) == (cast.user("storekeeper"), True)
		assert (tools.balance(item), tools.lent(item)) == (2, 1)
		assert own_findings(tools) == []

	def test_nothing_is_lent_before_the_head_has_signed(self, tools):
		doc = tools.request("Loan", tools.tool())
		with tools.as_user("technician"):
			steps.send(doc.name)
		with tools.as_user("storekeeper"):
			refused(lambda: steps.hand_out(doc.name), rules.NO_STEP)

	def test_a_state_without_its_signature_opens_nothing(self, tools):
		doc = tools.request("Loan", tools.tool())
		frappe.db.set_value(REQUEST, doc.name, "status", rules.APPROVED)
		with tools.as_user("storekeeper"), pytest.raises(frappe.ValidationError, match="ORG-01"):
			steps.hand_out(doc.name)

	def test_neither_the_holder_nor_whoever_wrote_it_signs(self, tools):
		item = tools.tool()
		for by, holder in (
			("technician", "technician"),
			("department_head", "technician"),
			("storekeeper", "department_head"),
		):
			doc = tools.request("Loan", item, by=by, holder=holder)
			with tools.as_user(by):
				steps.send(doc.name)
			with (
				tools.as_user("department_head" if holder == "department_head" else by),
				pytest.raises(frappe.PermissionError),
			):
				steps.approve(doc.name)

	def test_the_heads_own_request_goes_to_the_next_head(self, tools):
		doc = tools.request("Loan", tools.tool(), by="department_head", holder="department_head")
		with tools.as_user("department_head"):
			steps.send(doc.name)
		with tools.as_user("office_head"):
			steps.approve(doc.name)
		assert tools.hand_out(doc).status == "Handed Out"

	def test_only_the_storekeeper_hands_out(self, tools):
		doc = tools.approved("Loan", tools.tool())
		for person in ("technician", "department_head", "admin_hr"):
			with tools.as_user(person), pytest.raises(frappe.PermissionError):
				steps.hand_out(doc.name)

	@pytest.mark.parametrize(
		("values", "message"),
		[
			({"purpose": " "}, rules.NO_PURPOSE),
			({"due_on": None}, rules.NO_DUE_DATE),
			({"due_on": "2020-01-01"}, rules.NO_DUE_DATE),
		],
	)
	def test_purpose_and_due_date_are_demanded(self, tools, values, message):
		item = tools.tool()
		refused(lambda: tools.request("Loan", item, **values), message)

	def test_what_is_no_tool_is_refused(self, tools):
		item = tools.tool(is_tool=0)
		refused(lambda: tools.request("Loan", item), rules.NOT_A_TOOL)

	def test_the_last_piece_is_lent_once(self, tools):
		item = tools.tool(pieces=1)
		tools.lend(item)
		doc = tools.approved("Loan", item, by="second_technician", holder="second_technician")
		refused(lambda: tools.hand_out(doc), rules.NOTHING_LEFT)

	def test_what_is_lent_out_is_not_issued(self, tools):
		item = tools.tool(pieces=1)
		tools.lend(item)
		refused(lambda: tools.issue(item, "second_technician"), rules.NOTHING_LEFT)

	def test_a_holder_who_moved_asks_anew(self, tools, cast):
		doc = tools.approved("Loan", tools.tool())
		frappe.db.set_value("Employee", doc.holder, "department", cast.departments["environment"])
		refused(lambda: tools.hand_out(doc), rules.HOLDER_MOVED)
		frappe.db.set_value("Employee", doc.holder, {"department": doc.department, "status": "Inactive"})
		refused(lambda: tools.hand_out(doc), rules.HOLDER_AWAY)

	def test_content_is_frozen_once_sent(self, tools):
		doc = tools.approved("Loan", tools.tool())
		with tools.as_user("technician"):
			doc.due_on = add_days(nowdate(), 90)
			refused(doc.save, rules.FIXED)

	def test_rejecting_and_cancelling_need_a_reason(self, tools):
		doc = tools.request("Loan", tools.tool())
		with tools.as_user("technician"):
			steps.send(doc.name)
		with tools.as_user("department_head"):
			refused(lambda: steps.reject(doc.name, " "), rules.NO_REASON)
			assert steps.reject(doc.name, "自己部门有") == "Rejected"
		with tools.as_user("technician"):
			refused(lambda: steps.cancel(doc.name, "不用了"), rules.NO_STEP)

	def test_a_count_does_not_look_for_what_is_lent_out(self, tools):
		item = tools.tool(pieces=3)
		tools.lend(item)
		with tools.as_user("storekeeper"):
			count = frappe.get_doc(
				{"doctype": "Stock Count", "company": tools.company, "store": tools.store, "kind": "Monthly"}
			).insert()
		assert {line.item_code: line.book_qty for line in count.reload().lines}[item] == 2


@pytest.mark.rule("WH-21")
class TestToKeep:
	def test_an_issue_makes_a_custody(self, tools, cast):
		item = tools.tool()
		custody = tools.issue(item)
		assert (custody.custody_kind, custody.status) == ("To Keep", "In Use")
		assert custody.holder == cast.employee("technician")
		assert (tools.balance(item), tools.lent(item)) == (4, 0)

	def test_the_row_names_the_holder_and_nobody_changes_that_at_the_store(self, tools, cast):
		request = tools.asked(tools.tool(), "second_technician")
		with tools.as_user("storekeeper"):
			entry = make_stock_entry(request.name)
			entry.items[0].tool_holder = cast.employee("storekeeper")
			entry.insert()
			entry.submit()
		assert frappe.get_last_doc(CUSTODY, {"stock_entry": entry.name}).holder == cast.employee(
			"second_technician"
		)

	def test_two_pieces_for_one_person_are_refused(self, tools):
		item = tools.tool()
		refused(lambda: tools.asked(item, qty=2), rules.ONE_PIECE)

	def test_somebody_of_another_department_is_refused(self, tools):
		item = tools.tool()
		refused(lambda: tools.asked(item, "other_technician"), rules.OTHER_DEPARTMENT)

	def test_a_cancelled_issue_takes_the_tool_off_the_card(self, tools):
		item = tools.tool()
		custody = tools.issue(item)
		with tools.as_user("storekeeper"):
			frappe.get_doc("Stock Entry", custody.stock_entry).cancel()
		assert custody.reload().status == "Cancelled"
		assert tools.issue(item).status == "In Use"

	def test_not_once_something_else_happened(self, tools):
		custody = tools.issue(tools.tool())
		tools.hand_out(tools.approved("Exchange", {"custody": custody.name}))
		with tools.as_user("storekeeper"):
			refused(frappe.get_doc("Stock Entry", custody.stock_entry).cancel, rules.THINGS_HAPPENED)

	def test_a_return_past_the_card_is_refused(self, tools):
		custody = tools.issue(tools.tool())
		with tools.as_user("storekeeper"):
			refused(returns.make_return(custody.stock_entry).insert().submit, rules.ONLY_BY_REQUEST)

	def test_goods_that_are_no_tools_have_no_holder(self, tools):
		item = tools.tool(is_tool=0)
		request = tools.asked(item, "technician", qty=3)
		assert request.items[0].tool_holder is None
		with tools.as_user("storekeeper"):
			entry = make_stock_entry(request.name).insert()
			entry.submit()
		assert not frappe.db.exists(CUSTODY, {"stock_entry": entry.name})

	def test_the_holder_signs(self, tools, cast):
		custody = tools.issue(tools.tool())
		for person in ("storekeeper", "second_technician", "department_head"):
			with tools.as_user(person), pytest.raises(frappe.PermissionError):
				tool_custody.sign(custody.name)
		with tools.as_user("technician"):
			tool_custody.sign(custody.name)
			refused(lambda: tool_custody.sign(custody.name), rules.SIGNED_ALREADY)
		custody.reload()
		assert (custody.signed_by, custody.signed_on_paper) == (cast.user("technician"), 0)

	def test_who_has_no_login_signs_on_paper(self, tools):
		custody = tools.issue(tools.tool())
		frappe.db.set_value("Employee", custody.holder, "user_id", None)
		with tools.as_user("storekeeper"):
			tool_custody.sign(custody.name)
		assert custody.reload().signed_on_paper == 1


@pytest.mark.rule("WH-22")
class TestDouble:
	@pytest.mark.parametrize("first", ["issue", "lend"])
	@pytest.mark.parametrize("second", ["issue", "lend"])
	def test_the_same_tool_twice_is_refused(self, tools, first, second):
		item = tools.tool()
		getattr(tools, first)(item)
		refused(lambda: getattr(tools, second)(item), rules.HAS_IT_ALREADY)

	def test_after_the_first_was_settled_it_goes_out_again(self, tools):
		item = tools.tool()
		custody = tools.issue(item)
		tools.take_back((custody, "Good", 0))
		assert tools.issue(item).status == "In Use"

	def test_the_store_refuses_what_two_requests_were_signed_for(self, tools):
		item = tools.tool()
		requests = [tools.asked(item), tools.asked(item)]
		entries = []
		for request in requests:
			with tools.as_user("storekeeper"):
				entries.append(make_stock_entry(request.name).insert())
		with tools.as_user("storekeeper"):
			entries[0].submit()
			refused(entries[1].submit, rules.HAS_IT_ALREADY)

	def test_two_rows_of_one_entry_are_refused(self, tools):
		item = tools.tool()
		requests = [tools.asked(item), tools.asked(item)]
		with tools.as_user("storekeeper"):
			entry = make_stock_entry(requests[0].name)
			entry.append(
				"items", {**make_stock_entry(requests[1].name).items[0].as_dict(), "name": None, "idx": None}
			)
			refused(entry.insert().submit, rules.HAS_IT_ALREADY)

	@pytest.mark.rule("Q-02")
	def test_sixteen_lend_one_tool_to_one_holder_once(self, committed, tools, cast):
		item = tools.tool(pieces=20)
		requests = [tools.approved("Loan", item) for _ in range(16)]
		committed()
		source = """
from property_service.property_service.doctype.tool_request import steps
def act(arguments):
	return steps.hand_out(arguments["request"])
"""
		answers = run_at_once(source, [{"request": doc.name} for doc in requests], cast.user("storekeeper"))
		frappe.db.rollback()
		assert sorted(kind for kind, _text in answers) == ["ValidationError"] * 15 + ["done"]
		assert frappe.db.count(CUSTODY, {"item_code": item}) == tools.lent(item) == 1

	@pytest.mark.rule("Q-02")
	def test_the_last_pieces_go_to_those_who_came_first(self, committed, tools, cast):
		item = tools.tool(pieces=1)
		people = ("technician", "second_technician")
		requests = [tools.approved("Loan", item, by=name, holder=name) for name in people]
		committed()
		source = """
from property_service.property_service.doctype.tool_request import steps
def act(arguments):
	return steps.hand_out(arguments["request"])
"""
		answers = run_at_once(source, [{"request": doc.name} for doc in requests], cast.user("storekeeper"))
		frappe.db.rollback()
		assert sorted(kind for kind, _text in answers) == ["ValidationError", "done"]
		assert tools.lent(item) == 1

	@pytest.mark.rule("Q-02")
	def test_different_tools_and_people_do_not_stand_in_each_others_way(self, committed, tools, cast):
		items = [tools.tool() for _ in range(4)]
		people = ("technician", "second_technician")
		requests = [tools.approved("Loan", item, by=name, holder=name) for item in items for name in people]
		committed()
		source = """
from property_service.property_service.doctype.tool_request import steps
def act(arguments):
	return steps.hand_out(arguments["request"])
"""
		answers = run_at_once(source, [{"request": doc.name} for doc in requests], cast.user("storekeeper"))
		frappe.db.rollback()
		assert [kind for kind, _text in answers] == ["done"] * 8, answers
		assert [tools.lent(item) for item in items] == [2] * 4
		assert own_findings(tools) == []


@pytest.mark.rule("WH-23")
class TestExchange:
	def test_old_for_new_in_one_document(self, tools):
		item = tools.tool(pieces=3, rate=80)
		custody = tools.issue(item)
		doc = tools.hand_out(tools.approved("Exchange", {"custody": custody.name}))
		new = frappe.get_doc(CUSTODY, doc.tools[0].new_custody)
		assert (custody.reload().status, custody.settled_by) == ("Exchanged", doc.name)
		assert (new.status, new.item_code, new.tool_request) == ("In Use", item, doc.name)
		assert (tools.balance(item), tools.balance(item, "Nonconforming")) == (1, 1)
		value = {"item_code": item, "warehouse": tools.zone("Nonconforming")}
		assert frappe.db.get_value("Bin", value, "stock_value") == 0

	def test_for_another_model(self, tools):
		custody, better = tools.issue(tools.tool()), tools.tool()
		doc = tools.hand_out(tools.approved("Exchange", {"custody": custody.name, "new_item": better}))
		assert frappe.db.get_value(CUSTODY, doc.tools[0].new_custody, "item_code") == better

	def test_without_a_new_one_the_old_one_stays(self, tools):
		custody = tools.issue(tools.tool(pieces=1))
		doc = tools.approved("Exchange", {"custody": custody.name})
		frappe.db.savepoint("exchange")
		with pytest.raises(frappe.ValidationError):
			tools.hand_out(doc)
		frappe.db.rollback(save_point="exchange")
		assert custody.reload().status == "In Use"

	def test_somebody_elses_or_a_borrowed_tool_is_refused(self, tools):
		item = tools.tool()
		other, borrowed = tools.issue(item, "second_technician"), tools.lend(item)[0]
		refused(lambda: tools.request("Exchange", {"custody": other.name}), rules.NOT_HIS)
		refused(lambda: tools.request("Exchange", {"custody": borrowed.name}), rules.LOAN_NOT_EXCHANGED)

	def test_its_postings_are_not_cancelled_by_hand(self, tools):
		custody = tools.issue(tools.tool())
		doc = tools.hand_out(tools.approved("Exchange", {"custody": custody.name}))
		for name in (doc.tools[0].issue_entry, doc.tools[0].receipt_entry):
			with tools.as_user("storekeeper"), pytest.raises(frappe.ValidationError, match="WH-23"):
				frappe.get_doc("Stock Entry", name).cancel()


@pytest.mark.rule("WH-23")
class TestReturn:
	def test_item_by_item_and_what_is_missing_stays_open(self, tools):
		good, missing = tools.issue(tools.tool(rate=80)), tools.issue(tools.tool())
		doc = tools.take_back((good, "Good", 0), missing, confirm=True)
		assert (good.reload().status, missing.reload().status) == ("Returned", "In Use")
		assert doc.status == "Confirmed"
		assert tools.balance(good.item_code) == 5
		entry = frappe.get_doc("Stock Entry", doc.tools[0].receipt_entry)
		assert (entry.stores_kind, entry.return_of, entry.total_incoming_value) == (
			"Return",
			good.stock_entry,
			80,
		)

	def test_a_damaged_one_goes_to_nonconforming(self, tools):
		custody = tools.issue(tools.tool())
		tools.take_back((custody, "Damaged", 0))
		assert tools.balance(custody.item_code, "Nonconforming") == 1

	def test_a_borrowed_one_is_cleaned_first(self, tools):
		(custody,) = tools.lend(tools.tool())
		refused(lambda: tools.take_back((custody, "Good", 0)), rules.NOT_CLEAN)
		tools.take_back((custody, "Good", 1))
		assert (custody.reload().status, custody.is_clean) == ("Returned", 1)
		assert (tools.balance(custody.item_code), tools.lent(custody.item_code)) == (5, 0)

	def test_a_borrowed_one_that_is_damaged_leaves_the_shelf(self, tools):
		(custody,) = tools.lend(tools.tool())
		tools.take_back((custody, "Damaged", 1))
		assert (tools.balance(custody.item_code), tools.balance(custody.item_code, "Nonconforming")) == (4, 1)
		assert own_findings(tools) == []

	def test_each_needs_its_condition(self, tools):
		custody = tools.issue(tools.tool())
		refused(lambda: tools.take_back((custody, None, 1)), rules.NO_CONDITION)
		refused(lambda: tools.take_back(custody), rules.NOTHING_BACK)

	def test_the_head_confirms_and_nobody_else(self, tools):
		doc = tools.take_back((tools.issue(tools.tool()), "Good", 0))
		for person in ("storekeeper", "technician"):
			with tools.as_user(person), pytest.raises(frappe.PermissionError):
				steps.confirm(doc.name)
		with tools.as_user("department_head"):
			assert steps.confirm(doc.name) == "Confirmed"

	def test_twice_is_refused(self, tools):
		custody = tools.issue(tools.tool())
		first = tools.request(
			"Return", {"custody": custody.name, "is_back": 1, "condition": "Good"}, by="storekeeper"
		)
		tools.take_back((custody, "Good", 0))
		with tools.as_user("storekeeper"):
			refused(lambda: steps.take_back(first.name), rules.NOT_HIS)

	def test_a_draft_of_everything_on_the_card(self, tools, cast):
		custodies = {tools.issue(tools.tool()).name, tools.lend(tools.tool())[0].name}
		with tools.as_user("storekeeper"):
			name = steps.return_of(cast.employee("technician"), tools.store)
			assert custodies <= {row.custody for row in frappe.get_doc(REQUEST, name).tools}


@pytest.mark.rule("WH-23")
class TestChasing:
	def test_holder_and_head_are_told_every_day_from_the_due_date(self, tools, cast, monkeypatch):
		(custody,) = tools.lend(tools.tool())
		told = []
		monkeypatch.setattr(
			chasing.notifications, "tell", lambda people, *args, **kwargs: told.append(set(people))
		)
		assert custody.name not in chasing.chase_due()
		frappe.db.set_value(CUSTODY, custody.name, "due_on", add_days(nowdate(), -2))
		assert custody.name in chasing.chase_due()
		assert {cast.user("technician"), cast.user("department_head")} <= told[-1]
		assert len(custody.reload().chases) == 3
		assert custody.name not in chasing.chase_due()

	def test_not_after_it_came_back(self, tools):
		(custody,) = tools.lend(tools.tool())
		frappe.db.set_value(CUSTODY, custody.name, "due_on", nowdate())
		tools.take_back((custody, "Good", 1))
		assert custody.name not in chasing.chase_due()

	def test_the_keys_of_two_days_are_unique_in_the_database(self, tools):
		(custody,) = tools.lend(tools.tool())
		frappe.db.set_value(CUSTODY, custody.name, "due_on", nowdate())
		chasing.chase_due()
		row = custody.reload().chases[0].as_dict()
		doc = frappe.get_doc(CUSTODY, custody.name)
		doc.append("chases", {**row, "name": None})
		doc.flags.server_write = True
		with pytest.raises(frappe.UniqueValidationError):
			doc.save(ignore_permissions=True)


@pytest.mark.rule("WH-21")
class TestRest:
	def test_nobody_writes_a_card_or_a_signature(self, rest, tools, cast):
		item = tools.tool()
		custody = tools.lend(item)[0]
		frappe.db.commit()
		values = {"company": tools.company, "item_code": item, "holder": cast.employee("storekeeper")}
		assert rest("storekeeper").insert(CUSTODY, **values).status_code == 403
		rest("storekeeper").update(
			CUSTODY,
			custody.name,
			status="Returned",
			open_key="",
			signed_by=cast.user("technician"),
			holder=cast.employee("storekeeper"),
		)
		frappe.db.rollback()
		custody.reload()
		assert (custody.status, custody.signed_by, custody.holder) == (
			"In Use",
			None,
			cast.employee("technician"),
		)
		assert custody.open_key

	def test_a_request_begins_as_a_draft_and_takes_no_step_by_a_put(self, rest, tools, cast):
		item = tools.tool()
		frappe.db.commit()
		forged = {
			"status": "Approved",
			"approval_steps": [{"to_state": "Approved", "actor_role": "Department Head"}],
		}
		values = {
			"company": tools.company,
			"kind": "Loan",
			"store": tools.store,
			"holder": cast.employee("technician"),
			"purpose": "x",
			"due_on": nowdate(),
			"tools": [{"item_code": item}],
			**forged,
		}
		answer = rest("technician").insert(REQUEST, **values)
		assert answer.status_code == 200
		name = answer.json()["data"]["name"]
		rest("technician").update(REQUEST, name, status="Approved")
		frappe.db.rollback()
		doc = frappe.get_doc(REQUEST, name)
		assert (doc.status, doc.docstatus, doc.approval_steps) == ("Draft", 0, [])


def test_a_renamed_tool_or_person_keeps_its_key(tools):
	item = tools.tool()
	custody = tools.lend(item)[0]
	new = frappe.rename_doc("Item", item, f"{item}-NEW", force=True, show_alert=False)
	assert frappe.db.get_value(CUSTODY, custody.name, "open_key") == f"{custody.holder}/{new}"
	refused(lambda: tools.lend(new), rules.HAS_IT_ALREADY)
	assert tools.lent(new) == 1


@pytest.mark.rule("WH-21")
class TestCard:
	def test_the_list_of_a_holder_and_its_sheet(self, tools, cast):
		custodies = [tools.issue(tools.tool(item_name="<b>活动扳手</b>")), tools.lend(tools.tool())[0]]
		tools.take_back((custodies[0], "Good", 0))
		filters = {"company": tools.company, "holder": cast.employee("technician")}
		with tools.as_user("technician"):
			_columns, rows = tool_card.execute(filters)
			html = frappe.get_print(CUSTODY, custodies[1].name, print_format="Tool Card Sheet")
		mine = [row for row in rows if row.custody in {custody.name for custody in custodies}]
		assert [row.custody for row in mine] == [custodies[1].name, custodies[0].name]
		assert mine[1].state_back == frappe._("Good", context=CUSTODY)
		assert "<b>活动扳手" not in html
		assert "&lt;b&gt;活动扳手" in html

	def test_the_request_on_paper_says_who_signed(self, tools):
		doc = tools.hand_out(tools.approved("Loan", tools.tool()))
		with tools.as_user("storekeeper"):
			html = frappe.get_print(REQUEST, doc.name, print_format="Tool Request Sheet")
		for text in ("周伟", "蒋平", "张建国", doc.purpose, doc.name):
			assert text in html

	@pytest.mark.rule("ORG-02")
	@pytest.mark.parametrize("doctype", access.TOOL_DOCUMENTS)
	def test_departments_see_their_own(self, tools, cast, doctype):
		ours, theirs = (
			bare(doctype, department=cast.departments[key]) for key in ("engineering", "environment")
		)
		for person in ("storekeeper", "finance_manager", "general_manager"):
			with tools.as_user(person):
				check_doors(doctype, [ours, theirs], {ours, theirs})
		with tools.as_user("department_head"):
			check_doors(doctype, [ours, theirs], {ours})
		with tools.as_user("employee"):
			check_doors(doctype, [ours, theirs], set())


def test_every_table_is_hooked():
	tables = {
		field.options
		for doctype in access.TOOL_DOCUMENTS
		for field in frappe.get_meta(doctype).get_table_fields()
	}
	assert {*tables, *access.TOOL_DOCUMENTS} <= set(hooks.permission_query_conditions)
	assert set(access.TOOL_DOCUMENTS) <= set(hooks.has_permission)


@pytest.mark.rule("WH-21")
def test_a_tool_taken_over_directly_is_in_its_users_custody(stores, cast, as_user):
	item = make.item(is_tool=1).name
	request = purchasing.approved(stores, as_user, {"item_code": item, "qty": 1})
	receipt = purchasing.direct(purchasing.ordered(request, stores, as_user), as_user, cast)
	with as_user("department_head"):
		direct_issues.sign_direct_issue(receipt.name)
	with as_user("storekeeper"):
		receipt.reload().submit()
	custody = frappe.get_doc(CUSTODY, {"item_code": item})
	assert (custody.holder, custody.status) == (cast.employee("technician"), "In Use")
	assert custody.stock_entry == receipt.direct_issue_entry
	with as_user("storekeeper"):
		receipt.reload().cancel()
	assert custody.reload().status == "Cancelled"
