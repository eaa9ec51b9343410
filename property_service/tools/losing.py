"""A tool is lost: the finance manager decides, what it is worth is posted, and the custody ends (WH-24)."""

from decimal import Decimal

import frappe
from frappe import _
from frappe.model.document import Document
from frappe.utils import cstr, getdate, nowdate

from property_service import approvals, commands, settings
from property_service.ledger import journal
from property_service.ledger import stock as stock_ledger
from property_service.low_value import endings
from property_service.refusals import stop
from property_service.rules import money, stock_movement
from property_service.rules import tool_loss as rules
from property_service.rules import tools as tool_rules
from property_service.rules.refusal import Refusal
from property_service.tools import articles, custody

PENDING, EXPENSE, RECEIVABLE = rules.PENDING, rules.EXPENSE, rules.RECEIVABLE


@frappe.whitelist(methods=["POST"])
@commands.carried_out_again
def decide_loss(name: str, reason: str, compensation: float | str | None = None) -> str | None:
	"""The tool of a custody is lost; the holder owes `compensation` (company currency, 0 for none).

	A tool on loan leaves the stock, at its value; one to keep has left it when it was issued. Compensation is the holder's
	debt (party entry). Returns the journal entry, None where nothing is posted. Raises frappe.PermissionError for everybody
	but the finance manager, and for the holder; frappe.ValidationError when the custody has ended.
	"""
	doc = custody.locked(name)
	doc.check_permission("write")
	amount = compensation_of(compensation)
	holder = custody.person(doc.holder)
	stop(
		rules.refuse_decision(
			frappe.session.user in approvals.office_holders(rules.FINANCE_MANAGER),
			bool(holder and holder.user == frappe.session.user),
			reason,
			amount,
		),
		rules.ANOTHER_PERSONS,
	)
	ended = custody.settle(doc.name, tool_rules.LOST, None, lost_reason=cstr(reason).strip())
	value = take_out(ended) if ended.custody_kind == tool_rules.ON_LOAN else Decimal("0.00")
	entry = post(ended, value, amount)
	ended.update({"compensation": float(amount), "journal_entry": entry})
	ended.flags.server_write = True
	ended.save(ignore_permissions=True)  # the finance manager decides about the card of any department
	return entry


def compensation_of(amount: float | str | None, refusal: str = rules.BAD_AMOUNT) -> Decimal:
	"""What was sent as compensation, in cents. Raises frappe.ValidationError with the message `refusal`."""
	try:
		return money.cents(amount or 0)
	except ValueError:
		stop(Refusal(refusal, (cstr(amount)[:20],)))
		raise


def take_out(doc: Document) -> Decimal:
	"""What was lent and is lost leaves the store against the pending account; returns its value."""
	account = settings.required(doc.company, PENDING)
	row = {"item_code": doc.item_code, "qty": 1, "s_warehouse": doc.warehouse}
	entry = stock_ledger.post(doc, "Material Issue", stock_movement.SHORTAGE, [row], account)
	doc.loss_entry = entry.name
	return money.cents(-sum(stock_ledger.posted_values([entry.name]).values()))


def post(doc: Document, value: Decimal, compensation: Decimal) -> str | None:
	"""Returns the journal entry. A tool that is a low-value article ends as one, with what is left of its value."""
	accounts = {name: settings.required(doc.company, name) for name in (PENDING, EXPENSE, RECEIVABLE)}
	issued = charged_to(doc) if doc.stock_entry else frappe._dict()
	row = settings.company_row(doc.company)
	center = (
		issued.cost_center
		or (doc.department and frappe.get_cached_value("Department", doc.department, "cost_center"))
		or (row and row.cost_center)
		or frappe.get_cached_value("Company", doc.company, "cost_center")
	)
	if issued.expense_account:
		accounts[EXPENSE] = issued.expense_account  # compensation makes cheaper what the department paid for
	rows = [
		journal.Row(
			accounts[line.account],
			line.amount,
			cost_center=center,
			party_type="Employee" if line.account == RECEIVABLE else None,
			party=doc.holder if line.account == RECEIVABLE else None,
			remark=doc.item_name,
		)
		for line in rules.lines(value, compensation)
	]
	if article := articles.article_of(doc):
		return endings.life_end(
			doc, [article], tool_rules.LOST, getdate(nowdate()), further_rows=rows
		).journal_entry
	if not rows:
		return None
	remark = f"{_(doc.doctype)} {doc.name}: {doc.item_name}"
	return journal.post(f"{doc.doctype}/{doc.name}/Lost", doc, getdate(nowdate()), rows, remark)


def charged_to(doc: Document) -> frappe._dict:
	"""Where the issue of the tool was booked."""
	return (
		frappe.db.get_value(
			"Stock Entry Detail", doc.stock_entry_row, ["expense_account", "cost_center"], as_dict=True
		)
		or frappe._dict()
	)
