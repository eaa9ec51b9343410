"""Articles and tools are handed on, put aside, used again and repaired (LV-08 to LV-10)."""

import frappe
import pytest
from frappe.utils import flt, nowdate

from property_service import invariants, settings
from property_service.hr import handovers
from property_service.property_service.doctype.article_repair import article_repair
from property_service.property_service.doctype.article_transfer import article_transfer
from property_service.rules import article_repair as repair_rules
from property_service.rules import article_transfer as rules
from property_service.rules import handover as handover_rules
from property_service.tools import articles
from tests import low_value as make
from tests.site.repair_line import refused
from tests.site.test_access import bare
from tests.site.tool_line import CUSTODY, Tools

TRANSFER, REPAIR, ARTICLE = "Article Transfer", "Article Repair", "Low Value Article"


@pytest.fixture
def tools(stores, low_value, cast, as_user):
	return Tools(stores, cast, as_user)


@pytest.fixture
def article(tools):
	return make_article(tools)


def make_article(tools, person="technician", **values):
	"""An article as an issue would have left it: a chair of 1,200, half of it amortised."""
	name = bare(ARTICLE, department=tools.cast.department_of(person))
	expense = settings.company_row(tools.company).low_value_expense_account
	facts = {
		"company": tools.company,
		"item": make.item().name,
		"item_name": "办公椅",
		"status": "In Use",
		"user_employee": tools.cast.employee(person),
		"user_name": frappe.db.get_value("Employee", tools.cast.employee(person), "employee_name"),
		"in_use_since": nowdate(),
		"amortisation_method": "One-off",
		"instalments": 1,
		"issue_value": 1200,
		"cost": 1200,
		"amortised_amount": 1200,
		"net_value": 0,
		"expense_account": expense,
		"cost_center": tools.stores.cost_center,
		"issue_row": None,
		**values,
	}
	frappe.db.set_value(ARTICLE, name, facts)
	return frappe.get_doc(ARTICLE, name)


def transfer(tools, *things, by="technician", **values):
	with tools.as_user(by):
		return frappe.get_doc(
			{
				"doctype": TRANSFER,
				"company": tools.company,
				"kind": "Handover",
				"from_employee": tools.cast.employee("technician"),
				"to_employee": tools.cast.employee("other_technician"),
				"items": [{"document_type": thing.doctype, "document": thing.name} for thing in things],
				**values,
			}
		).insert()


def signed(tools, doc, giver="technician", taker="other_technician"):
	with tools.as_user(giver):
		article_transfer.give(doc.name)
	with tools.as_user(taker):
		article_transfer.take_over(doc.name)
	return doc.reload()


@pytest.mark.rule("LV-08")
class TestHandover:
	def test_two_signatures_move_department_user_and_cost_centre(self, tools, article, cast):
		other = frappe.db.get_value(
			"Cost Center", {"company": tools.company, "is_group": 1, "parent_cost_center": ("is", "not set")}
		)
		center = frappe.get_doc(
			{
				"doctype": "Cost Center",
				"cost_center_name": f"环境 {frappe.generate_hash(length=4)}",
				"company": tools.company,
				"parent_cost_center": other,
			}
		).insert()
		frappe.db.set_value("Department", cast.departments["environment"], "cost_center", center.name)
		frappe.clear_document_cache("Department", cast.departments["environment"])
		doc = signed(tools, transfer(tools, article))
		article.reload()
		assert doc.status == "Handed Over"
		assert (doc.given_by, doc.taken_by) == (cast.user("technician"), cast.user("other_technician"))
		assert article.user_employee == cast.employee("other_technician")
		assert article.department == cast.departments["environment"]
		assert article.cost_center == center.name

	def test_tools_and_articles_together_empty_the_name(self, tools, article, cast):
		custody = tools.issue(tools.tool())
		doc = signed(tools, transfer(tools, article, custody))
		assert handovers.of_employees([cast.employee("technician")]) == []
		assert custody.reload().status == "Handed Over"
		new = frappe.get_doc(CUSTODY, next(row.new_custody for row in doc.items if row.new_custody))
		assert (new.holder, new.status) == (cast.employee("other_technician"), "In Use")
		assert (new.stock_entry_row, new.department) == (
			custody.stock_entry_row,
			cast.departments["environment"],
		)
		employee = frappe.get_doc("Employee", cast.employee("technician"))
		employee.update({"status": "Left", "relieving_date": nowdate()})
		employee.save()

	def test_a_draft_lists_all_that_is_open_but_loans(self, tools, article, cast):
		kept, lent = tools.issue(tools.tool()), tools.lend(tools.tool())[0]
		with tools.as_user("admin_hr"):
			name = article_transfer.draft_of(cast.employee("technician"), cast.employee("other_technician"))
			refused(
				lambda: article_transfer.draft_of(cast.employee("clerk"), cast.employee("technician")),
				rules.NOTHING_OPEN,
			)
		listed = {row.document for row in frappe.get_doc(TRANSFER, name).items}
		assert {article.name, kept.name} <= listed
		assert lent.name not in listed

	@pytest.mark.rule("WH-24")
	def test_an_article_keeps_its_user_from_leaving(self, article, cast):
		employee = frappe.get_doc("Employee", cast.employee("technician"))
		employee.update({"status": "Left", "relieving_date": nowdate()})
		assert article.name in refused(employee.save, handover_rules.NOT_GONE)

	def test_a_tool_that_is_an_article_is_one_thing(self, tools, cast):
		custody = tools.issue(tools.tool())
		article = make_article(
			tools, issue_row=custody.stock_entry_row, piece=1, user_employee=cast.employee("clerk")
		)
		assert custody.name in {finding.name for finding in invariants.check(tools.company)}
		articles.link(frappe.get_doc("Stock Entry", custody.stock_entry))
		assert custody.reload().low_value_article == article.name
		assert article.reload().user_employee == custody.holder
		assert len(handovers.of_employees([cast.employee("technician")])) == 1
		signed(tools, transfer(tools, custody))
		assert article.reload().user_employee == cast.employee("other_technician")

	def test_nobody_else_signs_and_nobody_twice(self, tools, article):
		doc = transfer(tools, article)
		with tools.as_user("department_head"), pytest.raises(frappe.PermissionError):
			article_transfer.give(doc.name)
		with tools.as_user("technician"):
			article_transfer.give(doc.name)
			with pytest.raises(frappe.PermissionError):
				article_transfer.take_over(doc.name)
		assert article.reload().user_employee == doc.from_employee

	def test_heads_sign_for_departments(self, tools, article, cast):
		doc = transfer(
			tools,
			article,
			by="department_head",
			from_employee=None,
			from_department=cast.departments["engineering"],
			to_employee=None,
			to_department=cast.departments["environment"],
		)
		signed(tools, doc, "department_head", "other_department_head")
		assert (article.reload().department, article.user_employee) == (cast.departments["environment"], None)

	def test_what_is_not_there_or_on_loan_is_refused(self, tools, article, cast):
		loan = tools.lend(tools.tool())[0]
		refused(lambda: transfer(tools, loan), rules.LOAN)
		other = cast.employee("second_technician")
		refused(lambda: transfer(tools, article, from_employee=other), rules.NOT_THERE)

	def test_what_went_meanwhile_stops_all_of_it(self, tools, article):
		custody = tools.issue(tools.tool())
		doc = transfer(tools, article, custody)
		with tools.as_user("technician"):
			article_transfer.give(doc.name)
		tools.take_back((custody, "Good", 0))
		with tools.as_user("other_technician"):
			refused(lambda: article_transfer.take_over(doc.name), rules.NOT_THERE)
		assert article.reload().user_employee == doc.from_employee

	def test_content_is_fixed_once_signed_and_cancelling_needs_a_reason(self, tools, article, cast):
		doc = transfer(tools, article)
		with tools.as_user("technician"):
			article_transfer.give(doc.name)
			doc.reload()
			doc.to_employee = cast.employee("second_technician")
			refused(doc.save, rules.FIXED)
			refused(lambda: article_transfer.cancel(doc.name, " "), rules.NO_REASON)
			assert article_transfer.cancel(doc.name, "写错人") == "Cancelled"

	def test_nobody_writes_signatures(self, rest, tools, article, cast):
		frappe.db.commit()
		answer = rest("technician").insert(
			TRANSFER,
			company=tools.company,
			kind="Handover",
			from_employee=cast.employee("technician"),
			to_employee=cast.employee("other_technician"),
			items=[{"document_type": ARTICLE, "document": article.name}],
			status="Handed Over",
			taken_by=cast.user("other_technician"),
		)
		assert answer.status_code == 200
		data = answer.json()["data"]
		assert (data["status"], data.get("taken_by")) == ("Draft", None)
		frappe.db.rollback()
		assert article.reload().user_employee == cast.employee("technician")


@pytest.mark.rule("LV-09")
class TestIdle:
	def idle(self, tools, article):
		doc = transfer(tools, article, kind="Idle", to_employee=None)
		return signed(tools, doc, taker="admin_hr")

	def test_idle_articles_go_to_admin_hr_and_come_back_after_maintenance(self, tools, article, cast):
		doc = self.idle(tools, article)
		article.reload()
		assert (article.status, article.user_employee) == ("Idle", None)
		assert article.department == doc.to_department == cast.departments["administration"]
		values = {"kind": "Back in Use", "from_employee": None, "by": "admin_hr"}
		refused(lambda: transfer(tools, article, **values), rules.NO_MAINTENANCE)
		back = transfer(tools, article, maintenance_note="换轮子，试坐正常", **values)
		signed(tools, back, "admin_hr", "other_technician")
		article.reload()
		assert (article.status, article.user_employee) == ("In Use", cast.employee("other_technician"))

	def test_only_admin_hr_takes_them(self, tools, article):
		doc = transfer(tools, article, kind="Idle", to_employee=None)
		with tools.as_user("technician"):
			article_transfer.give(doc.name)
		with tools.as_user("department_head"), pytest.raises(frappe.PermissionError):
			article_transfer.take_over(doc.name)


@pytest.mark.rule("LV-10")
class TestRepair:
	def repair(self, tools, article, by="technician"):
		with tools.as_user(by):
			return frappe.get_doc(
				{
					"doctype": REPAIR,
					"company": tools.company,
					"article": article.name,
					"problem": "气压杆漏气",
				}
			).insert()

	def decided(self, tools, article, cause="Natural", responsible=None):
		doc = self.repair(tools, article)
		with tools.as_user("technician"):
			article_repair.send(doc.name)
		with tools.as_user("admin_hr"):
			article_repair.decide_cause(doc.name, cause, "现场查看", responsible)
		return doc.reload()

	def finish(self, tools, doc, by="stores_accountant", **values):
		with tools.as_user(by):
			article_repair.finish(doc.name, **values)
		return doc.reload()

	@pytest.fixture
	def cash(self, tools):
		return frappe.db.get_value(
			"Account", {"company": tools.company, "account_type": "Cash", "is_group": 0}
		)

	def amounts(self, doc) -> dict:
		rows = frappe.get_all(
			"GL Entry",
			filters={"voucher_no": doc.journal_entry, "is_cancelled": 0},
			fields=["account", "party", "debit", "credit"],
			order_by="name",
		)
		return {(row.account, row.party): flt(row.debit - row.credit, 2) for row in rows}

	def test_natural_wear_is_the_departments_expense(self, tools, article, cash):
		doc = self.decided(tools, article)
		assert article.reload().status == "Under Repair"
		doc = self.finish(tools, doc, cost=85.5, paid_from=cash)
		assert self.amounts(doc) == {(article.expense_account, None): 85.5, (cash, None): -85.5}
		assert (article.reload().status, doc.status) == ("In Use", "Repaired")

	def test_human_damage_is_the_persons_debt(self, tools, article, cash, cast):
		person = cast.employee("technician")
		doc = self.decided(tools, article, "Human", person)
		doc = self.finish(tools, doc, cost=60, paid_from=cash)
		receivable = settings.company_row(tools.company).other_receivable_account
		assert self.amounts(doc) == {(receivable, person): 60, (cash, None): -60}

	def test_on_credit_it_names_the_supplier(self, tools, article):
		payable = frappe.get_cached_value("Company", tools.company, "default_payable_account")
		doc = self.decided(tools, article)
		refused(lambda: self.finish(tools, doc, cost=60, paid_from=payable), repair_rules.NO_SUPPLIER)
		doc = self.finish(tools, doc, cost=60, paid_from=payable, supplier=tools.stores.supplier)
		assert self.amounts(doc)[payable, tools.stores.supplier] == -60

	def test_an_invoice_is_taken_out_of_expense_for_the_person_and_serves_once(self, tools, article, cast):
		invoice = self.invoice(tools, 120)
		person = cast.employee("technician")
		doc = self.decided(tools, article, "Human", person)
		doc = self.finish(tools, doc, purchase_invoice=invoice.name)
		receivable = settings.company_row(tools.company).other_receivable_account
		assert self.amounts(doc) == {
			(receivable, person): 120,
			(invoice.items[0].expense_account, None): -120,
		}
		other = self.decided(tools, make_article(tools))
		with pytest.raises(frappe.ValidationError, match="LV-10"):
			self.finish(tools, other, purchase_invoice=invoice.name)

	def test_an_invoice_for_natural_wear_posts_nothing_more(self, tools, article):
		doc = self.finish(tools, self.decided(tools, article), purchase_invoice=self.invoice(tools, 120).name)
		assert (doc.cost, doc.journal_entry) == (120, None)

	def invoice(self, tools, amount):
		service = make.make.item(is_stock_item=0, low_value_class=None).name
		doc = frappe.get_doc(
			{
				"doctype": "Purchase Invoice",
				"company": tools.company,
				"supplier": tools.stores.supplier,
				"items": [{"item_code": service, "qty": 1, "rate": amount}],
			}
		)
		doc.insert()
		doc.submit()
		return doc

	def test_who_does_what(self, tools, article, cash):
		doc = self.repair(tools, article)
		with tools.as_user("technician"):
			article_repair.send(doc.name)
			with pytest.raises(frappe.PermissionError):
				article_repair.decide_cause(doc.name, "Natural", "看过")
		with tools.as_user("admin_hr"):
			refused(lambda: article_repair.decide_cause(doc.name, "Human", "摔坏"), repair_rules.NO_PERSON)
			article_repair.decide_cause(doc.name, "Natural", "看过")
			with pytest.raises(frappe.PermissionError):
				article_repair.finish(doc.name, cost=10, paid_from=cash)

	def test_a_repair_given_up_leaves_the_article_as_it_was(self, tools, article):
		doc = self.decided(tools, article)
		with tools.as_user("technician"):
			refused(lambda: article_repair.cancel(doc.name, " "), repair_rules.NO_REASON)
			article_repair.cancel(doc.name, "修不好，报废")
		assert article.reload().status == "In Use"

	def test_nobody_writes_the_cause(self, rest, tools, article, cast):
		doc = self.repair(tools, article)
		frappe.db.commit()
		rest("technician").update(
			REPAIR, doc.name, status="Repaired", cause="Natural", cost=1, decided_by=cast.user("admin_hr")
		)
		frappe.db.rollback()
		doc.reload()
		assert (doc.status, doc.cause, doc.cost, doc.decided_by) == ("Draft", None, 0, None)
