"""Plays tools and low-value articles through the controllers, each act as its person at its moment."""

from datetime import date

import frappe
from frappe.model.workflow import apply_workflow

from property_service import settings
from property_service.property_service.doctype.article_transfer import article_transfer
from property_service.property_service.doctype.scrap_request import steps as scrap_steps
from property_service.property_service.doctype.tool_request import steps as tool_steps
from property_service.setup.demo import articles_plan, record, stage, stores_masters
from property_service.setup.demo.cash_desk import Act
from property_service.setup.demo.masters import Masters
from property_service.setup.demo.stage import insert
from property_service.setup.demo.stores_play import StoresPlay

ARTICLE, SCRAP, TRANSFER, TOOL_REQUEST = (
	*("Low Value Article", "Scrap Request"),
	*("Article Transfer", "Tool Request"),
)
# What an act may leave behind, referring documents before those they refer to.
WRITTEN = (
	*(SCRAP, TRANSFER, "Tool Custody", TOOL_REQUEST, "Tool Loan Balance"),
	*("Amortisation Run", "Low Value Ledger Entry", ARTICLE),
)
# What the head of a department does; a department that the company had already has its own.
OF_HEADS = ("sign request", "sign loan", "confirm return", "approve scrap")


class ArticlesPlay:
	"""Goes with the stores: requests, issues and slips are theirs."""

	def __init__(self, plan: articles_plan.ArticlesPlan, masters: Masters, stores: StoresPlay):
		self.masters, self.stores, self.company = masters, stores, masters.company
		self.acts = plan.acts if stores.acts else []
		self.there = stores.there

	def perform(self, act: Act) -> None:
		stage.become(self.stores.stands_for(act.actor) if act.kind in OF_HEADS else act.actor)
		getattr(self, act.kind.replace(" ", "_"))(**act.facts)

	def switch_on(self) -> None:
		"""What the company has said itself stays."""
		document = frappe.get_doc(settings.DOCTYPE)
		row = next(row for row in document.companies if row.company == self.company)
		if not row.low_value:
			row.low_value = 1
			document.save(ignore_permissions=True)  # set-up script
			record.note(stores_masters.SWITCH, [switch_of(self.company)])

	# ---- issues, as at the stores ---------------------------------------------------------------------------------------

	def ask_for(self, request: str, code: str, purpose: str) -> None:
		self.stores.ask(request, self.store_of(code), {code: 1}, purpose)

	def sign_request(self, request: str) -> None:
		self.stores.sign_request(request)

	def issue(self, request: str) -> None:
		self.stores.issue(request)

	def hand_slips_over(self, handover: str, slips: str) -> None:
		self.stores.hand_slips_over(handover, slips)

	def accept_slips(self, handover: str) -> None:
		self.stores.accept_slips(handover)

	def store_of(self, code: str) -> str:
		return self.stores.goods[code].store

	def article_of(self, code: str) -> str:
		return frappe.db.get_value(ARTICLE, {"item": code, "company": self.company}, order_by="name asc")

	# ---- tools -----------------------------------------------------------------------------------------------------------

	def borrow(self, loan: str, code: str, purpose: str, due: date) -> None:
		document = insert(
			TOOL_REQUEST,
			company=self.company,
			kind="Loan",
			store=self.stores.stores[self.store_of(code)],
			holder=self.masters.employees[frappe.session.user],
			purpose=purpose,
			due_on=due,
			tools=[{"item_code": code}],
		)
		self.there[loan] = document.name
		tool_steps.send(document.name)

	def sign_loan(self, loan: str) -> None:
		tool_steps.approve(self.there[loan])

	def lend(self, loan: str) -> None:
		tool_steps.hand_out(self.there[loan])

	def take_back(self, loan: str, user: str) -> None:
		lent = frappe.get_doc(TOOL_REQUEST, self.there[loan])
		back = insert(
			TOOL_REQUEST,
			company=self.company,
			kind="Return",
			store=lent.store,
			holder=self.masters.employees[user],
			tools=[
				{"custody": row.new_custody, "is_back": 1, "condition": "Good", "is_clean": 1}
				for row in lent.tools
			],
		)
		self.there[f"return of {loan}"] = back.name
		tool_steps.take_back(back.name)

	def confirm_return(self, loan: str) -> None:
		tool_steps.confirm(self.there[f"return of {loan}"])

	# ---- articles --------------------------------------------------------------------------------------------------------

	def hand_on(self, code: str, to: str, reason: str) -> None:
		transfer = insert(
			TRANSFER,
			company=self.company,
			kind="Handover",
			reason=reason,
			from_employee=self.masters.employees[frappe.session.user],
			to_employee=self.masters.employees[to],
			items=[{"document_type": ARTICLE, "document": self.article_of(code), "condition": "Good"}],
		)
		self.there[f"transfer of {code}"] = transfer.name
		article_transfer.give(transfer.name)

	def take_over(self, code: str) -> None:
		article_transfer.take_over(self.there[f"transfer of {code}"])

	def write_scrap(self, scrap: str, code: str, detail: str) -> None:
		document = insert(
			SCRAP,
			company=self.company,
			source=ARTICLE,
			items=[
				{"low_value_article": self.article_of(code), "reason": "Unusable", "reason_detail": detail}
			],
		)
		self.there[scrap] = document.name
		self.sign_scrap(scrap, "Send for Signature")

	def approve_scrap(self, scrap: str) -> None:
		self.sign_scrap(scrap, "Approve")

	def sign_scrap(self, scrap: str, action: str) -> None:
		apply_workflow(frappe.get_doc(SCRAP, self.there[scrap]), action)

	def investigate(self, scrap: str, finding: str) -> None:
		document = frappe.get_doc(SCRAP, self.there[scrap])
		rows = [{"row": row.name, "cause": "Natural"} for row in document.items]
		scrap_steps.investigate(document.name, rows, finding)

	def verify(self, scrap: str, finding: str) -> None:
		document = frappe.get_doc(SCRAP, self.there[scrap])
		document.finding = finding
		document.set("verifiers", [{"employee": self.masters.employees[frappe.session.user]}])
		for row in document.items:
			row.cause = "Natural"
		document.save()

	def amortise(self, month: date) -> None:
		run = insert("Amortisation Run", company=self.company, month=month)
		run.submit()


def switch_of(company: str) -> str:
	"""What is noted when the demo has switched the procedure on, so that a reset switches it off again."""
	return f"low_value of {company}"
