"""Articles in use are counted by department, lost ones end, are decided about and posted (LV-08, LV-14)."""

import frappe
import pytest
from frappe.utils import add_days, flt, now_datetime

from property_service import settings
from property_service.property_service.doctype.article_count import article_count, deciding
from property_service.rules import article_count as rules
from property_service.rules import handover as handover_rules
from property_service.stock import pending_differences
from tests.site.repair_line import refused
from tests.site.test_article_handling import ARTICLE, make_article
from tests.site.tool_line import Tools

pytestmark = pytest.mark.rule("LV-14")

COUNT = "Article Count"


@pytest.fixture
def tools(stores, low_value, cast, as_user):
	# The head signs where the department has named no keeper of its own
	frappe.db.set_value("Department", cast.departments["engineering"], "low_value_keeper", None)
	return Tools(stores, cast, as_user)


@pytest.fixture
def chairs(tools):
	return [make_article(tools) for _ in range(3)]


def carried(tools, **values):
	"""A chair of 1,200 by fifty-fifty, half of it expense, as the books have it."""
	row = settings.company_row(tools.company)
	doc = make_article(
		tools,
		amortisation_method="Fifty-fifty",
		amortised_amount=600,
		net_value=600,
		first_share=600,
		**values,
	)
	frappe.get_doc(
		{
			"doctype": "Journal Entry",
			"company": tools.company,
			"posting_date": frappe.utils.nowdate(),
			"accounts": [
				{"account": row.low_value_in_use_account, "debit_in_account_currency": 1200},
				{"account": row.low_value_amortisation_account, "credit_in_account_currency": 600},
				{
					"account": row.low_value_expense_account,
					"credit_in_account_currency": 600,
					"cost_center": tools.stores.cost_center,
				},
			],
		}
	).submit()
	return doc


def started(tools, kind="Quarterly", by="stores_accountant", **values):
	with tools.as_user(by):
		return frappe.get_doc(
			{
				"doctype": COUNT,
				"company": tools.company,
				"kind": kind,
				"department": tools.cast.departments["engineering"],
				**values,
			}
		).insert()


def line_of(doc, thing):
	return next(row for row in doc.lines if row.document == thing.name)


def counted(tools, missing=(), kind="Quarterly", cause="搬家后不见"):
	doc = started(tools, kind)
	gone = {thing.name for thing in missing}
	with tools.as_user("technician"):
		for row in doc.lines:
			if row.document in gone:
				article_count.mark_missing(doc.name, row.name, cause)
			else:
				article_count.scan(doc.name, row.document)
	with tools.as_user("stores_accountant"):
		article_count.finish(doc.name)
	return doc.reload()


def approved(tools, *args, **values):
	doc = counted(tools, *args, **values)
	with tools.as_user("department_head"):
		article_count.sign(doc.name)
	with tools.as_user("finance_manager"):
		deciding.approve(doc.name)
	return doc.reload()


def amounts(journal_entry) -> dict:
	rows = frappe.get_all(
		"GL Entry",
		filters={"voucher_no": journal_entry, "is_cancelled": 0},
		fields=["account", "party", "debit", "credit"],
		order_by="name",
	)
	found = {}
	for row in rows:
		key = row.account, row.party
		found[key] = flt(found.get(key, 0) + row.debit - row.credit, 2)
	return found


def test_saving_freezes_what_the_department_has(tools, chairs):
	other = make_article(tools, "other_technician")
	doc = started(tools)
	listed = {row.document for row in doc.lines}
	assert {chair.name for chair in chairs} <= listed
	assert other.name not in listed
	assert doc.status == "Counting"


def test_the_stores_accountant_leads(tools, chairs):
	for person in ("storekeeper", "department_head", "finance_manager"):
		with pytest.raises(frappe.PermissionError):
			started(tools, by=person)


def test_an_empty_department_has_nothing_to_count(tools, cast):
	refused(lambda: started(tools, department=cast.departments["administration"]), rules.NOTHING_THERE)


def test_labels_are_scanned_and_strangers_noted(tools, chairs):
	other = make_article(tools, "other_technician")
	doc = started(tools)
	with tools.as_user("technician"):
		answer = article_count.scan(doc.name, f"https://desk/app/low-value-article/{chairs[0].name}")
		assert (answer["result"], answer["found"]) == ("Found", 1)
		assert article_count.scan(doc.name, chairs[0].name)["found"] == 1
		assert article_count.scan(doc.name, other.name)["result"] == "Found Elsewhere"
		refused(lambda: article_count.scan(doc.name, "DZ-NO-SUCH"), rules.UNKNOWN)
	doc.reload()
	assert line_of(doc, chairs[0]).counted_by == tools.cast.user("technician")


def test_nothing_is_left_out_and_losses_are_explained(tools, chairs):
	doc = started(tools)
	with tools.as_user("stores_accountant"):
		refused(lambda: article_count.finish(doc.name), rules.NOT_LOOKED_FOR)
	done = counted(tools, chairs[:1], cause="")
	with tools.as_user("department_head"):
		refused(lambda: article_count.sign(done.name), rules.NO_CAUSE)
		done.reload()
		line_of(done, chairs[0]).cause = "可能随报废桌子清走"
		done.save()
		assert article_count.sign(done.name) == "Signed by Keeper"


def test_the_keeper_signs_and_the_finance_manager_approves(tools, chairs):
	doc = counted(tools)
	for person in ("technician", "storekeeper", "finance_manager"):
		with tools.as_user(person), pytest.raises(frappe.PermissionError):
			article_count.sign(doc.name)
	with tools.as_user("department_head"):
		article_count.sign(doc.name)
	for person in ("department_head", "stores_accountant"):
		with tools.as_user(person), pytest.raises(frappe.PermissionError):
			deciding.approve(doc.name)
	with tools.as_user("finance_manager"):
		assert deciding.approve(doc.name) == "Approved"


def test_a_lost_article_ends_and_its_value_waits_for_the_decision(tools, cast):
	chair = carried(tools)
	row = settings.company_row(tools.company)
	before = pending_differences.undecided(tools.company).value
	doc = approved(tools, [chair])
	assert amounts(doc.journal_entry) == {
		(row.pending_gains_losses_account, None): 600,
		(row.low_value_amortisation_account, None): 600,
		(row.low_value_in_use_account, None): -1200,
	}
	assert chair.reload().status == "Lost"
	assert (doc.undecided_lines, doc.open_value) == (1, 600)
	assert pending_differences.undecided(tools.company).value - before == 600
	with tools.as_user("finance_manager"):
		entry = deciding.decide(
			doc.name, line_of(doc, chair).name, "责任人赔偿一半", cast.employee("technician"), 400
		)
	assert amounts(entry) == {
		(row.pending_gains_losses_account, None): -600,
		(row.other_receivable_account, cast.employee("technician")): 400,
		(row.shortage_account, None): 200,
	}
	doc.reload()
	assert (doc.undecided_lines, doc.open_value) == (0, 0)
	assert pending_differences.undecided(tools.company).value == before


def test_what_was_expense_at_once_costs_the_person_only(tools, chairs, cast):
	doc = approved(tools, chairs[:1])
	assert doc.journal_entry is None
	with tools.as_user("finance_manager"):
		entry = deciding.decide(
			doc.name, line_of(doc, chairs[0]).name, "照价赔偿", cast.employee("technician"), 300
		)
		receivable = settings.company_row(tools.company).other_receivable_account
		assert amounts(entry) == {
			(receivable, cast.employee("technician")): 300,
			(chairs[0].expense_account, None): -300,
		}
		refused(lambda: deciding.decide(doc.name, line_of(doc, chairs[0]).name, "再赔"), rules.DECIDED)
		refused(lambda: deciding.decide(doc.name, line_of(doc, chairs[1]).name, "x"), rules.NOT_LOST)


def test_only_the_finance_manager_decides(tools, chairs):
	doc = approved(tools, chairs[:1])
	for person in ("stores_accountant", "department_head", "technician"):
		with tools.as_user(person), pytest.raises(frappe.PermissionError):
			deciding.decide(doc.name, line_of(doc, chairs[0]).name, "不赔")


def test_the_sheet_lists_all_with_the_decision(tools, chairs, cast):
	doc = approved(tools, chairs[:1])
	with tools.as_user("finance_manager"):
		deciding.decide(doc.name, line_of(doc, chairs[0]).name, "照价赔偿", cast.employee("technician"), 300)
		html = frappe.get_print(COUNT, doc.name, print_format="Article Count Sheet")
	for text in (chairs[0].name, chairs[1].name, "照价赔偿", "搬家后不见", "冯雪", "周伟"):
		assert text in html


def test_nobody_writes_what_was_found(rest, tools, chairs, cast):
	doc = started(tools)
	frappe.db.commit()
	lines = [{**row.as_dict(), "result": "Found", "compensation": 5} for row in doc.lines]
	rest("stores_accountant").update(
		COUNT, doc.name, status="Approved", lines=frappe.parse_json(frappe.as_json(lines))
	)
	frappe.db.rollback()
	doc.reload()
	assert doc.status == "Counting"
	assert {row.result or None for row in doc.lines} == {None}


@pytest.mark.rule("LV-08")
class TestNewHead:
	def change(self, tools, to="office_head"):
		doc = frappe.get_doc("Department", tools.cast.departments["engineering"])
		doc.department_head = tools.cast.user(to)
		doc.save()

	def test_a_handover_count_lets_the_department_have_another_head_once(self, tools, chairs):
		custody = tools.issue(tools.tool())
		refused(lambda: self.change(tools), handover_rules.NOT_COUNTED)
		doc = approved(tools, kind="Handover")
		assert custody.name in {row.document for row in doc.lines}
		self.change(tools)
		assert doc.reload().used_on
		refused(lambda: self.change(tools, "general_manager"), handover_rules.NOT_COUNTED)

	def test_an_old_one_or_a_quarterly_one_does_not(self, tools, chairs):
		approved(tools)
		old = approved(tools, kind="Handover")
		frappe.db.set_value(COUNT, old.name, "approved_on", add_days(now_datetime(), -31))
		refused(lambda: self.change(tools), handover_rules.NOT_COUNTED)

	def test_a_lost_tool_is_decided_about_in_the_count(self, tools, chairs, cast):
		custody = tools.issue(tools.tool())
		doc = approved(tools, [custody], kind="Handover")
		with tools.as_user("finance_manager"):
			deciding.decide(
				doc.name, line_of(doc, custody).name, "丢失，赔偿", cast.employee("technician"), 80
			)
		assert (custody.reload().status, custody.compensation) == ("Lost", 80)
		assert frappe.db.get_value(ARTICLE, chairs[0].name, "status") == "In Use"
