"""What an approved count posts for lost articles, and what becomes of each (procedure 4.8.3; LV-14).

Approval ends the lost articles: amortisation and cost are written off, what was left goes to the pending account. Each line's
decision takes it from there: to expense, or to the person who owes for it.
"""

from decimal import Decimal

import frappe
from frappe import _
from frappe.model.document import Document
from frappe.utils import cstr, getdate, now_datetime, nowdate

from property_service import approvals, commands, settings
from property_service.ledger import journal
from property_service.low_value import endings
from property_service.low_value.articles import ARTICLE
from property_service.property_service.doctype.article_count.article_count import DOCTYPE, locked
from property_service.refusals import stop
from property_service.rules import article_count as rules
from property_service.rules import money, tool_loss
from property_service.rules import tools as tool_rules
from property_service.rules.refusal import Refusal
from property_service.tools import articles as tool_articles
from property_service.tools import custody, losing


def is_finance_manager() -> bool:
	return frappe.session.user in approvals.office_holders(rules.FINANCE_MANAGER)


@frappe.whitelist(methods=["POST"])
@commands.carried_out_again
def approve(count: str) -> str:
	"""Signed by Keeper → Approved; lost articles end, all or none. Returns the new status.

	Raises frappe.PermissionError for everybody but a finance manager who took no part in counting.
	"""
	doc = locked(count)
	stop(rules.refuse_step(doc.status, rules.APPROVED), context=DOCTYPE)
	stop(
		rules.refuse_approval(frappe.session.user, is_finance_manager(), doc.took_part()),
		rules.ANOTHER_PERSONS,
	)
	lost = [row for row in doc.lines if row.result == rules.MISSING and row.document_type == ARTICLE]
	if lost:
		end_articles(doc, lost)
	doc.approved_on = now_datetime()
	doc.take_step(rules.APPROVED, role=rules.FINANCE_MANAGER)
	return doc.status


def end_articles(doc: Document, lost: list[Document]) -> None:
	names = [row.document for row in lost]
	for custody_name in sorted(tool_articles.pairs_of([], names).values()):
		custody.settle(custody_name, tool_rules.LOST, doc)
	ended = endings.life_end(
		doc,
		names,
		tool_rules.LOST,
		getdate(nowdate()),
		charge_to=settings.required(doc.company, tool_loss.PENDING),
	)
	doc.journal_entry = ended.journal_entry
	for row in lost:
		row.lost_value = float(ended.expensed.get(row.document, 0))


@frappe.whitelist(methods=["POST"])
@commands.carried_out_again
def decide(
	count: str,
	line: str,
	decision: str,
	responsible: str | None = None,
	compensation: float | str | None = None,
) -> str | None:
	"""Post what becomes of one lost article or tool. Returns the journal entry, if there is one.

	`compensation` (company currency) is the debt of `responsible` (Employee, party entry); the rest is expense. Raises
	frappe.PermissionError for everybody but the finance manager.
	"""
	doc = locked(count)
	if doc.status != rules.APPROVED:
		stop(Refusal(rules.NOT_APPROVED))
	stop(
		rules.refuse_approval(
			frappe.session.user, is_finance_manager(), doc.took_part() - {frappe.session.user}
		),
		rules.ANOTHER_PERSONS,
	)
	row = next((row for row in doc.lines if row.name == line), None)
	title = (row and row.title) or cstr(line)[:60]
	amount = losing.compensation_of(compensation, rules.BAD_AMOUNT)
	person = responsible if responsible and frappe.db.exists("Employee", responsible) else None
	stop(
		rules.refuse_decision(
			title, row and row.result, bool(row and row.is_decided), decision, amount, person
		)
	)
	if row.document_type == ARTICLE:
		entry = post(doc, row, amount, person)
	else:
		entry = losing.decide_loss(row.document, decision, float(amount))
	row.update(
		{
			"decision": cstr(decision).strip(),
			"responsible": person,
			"compensation": float(amount),
			"is_decided": 1,
			"journal_entry": entry,
		}
	)
	doc.write()
	return entry


def post(doc: Document, row: Document, compensation: Decimal, person: str | None) -> str | None:
	"""Compensation for what was expense long ago makes that expense smaller (LV-04: one-off)."""
	article = endings.facts([row.document])[row.document]
	value = money.cents(row.lost_value or 0)
	accounts = {
		name: settings.required(doc.company, name)
		for name in (tool_loss.PENDING, tool_loss.EXPENSE, tool_loss.RECEIVABLE)
	}
	if not value and article.expense_account:
		accounts[tool_loss.EXPENSE] = article.expense_account
	rows = [
		journal.Row(
			accounts[line.account],
			line.amount,
			cost_center=article.cost_center,
			party_type="Employee" if line.account == tool_loss.RECEIVABLE else None,
			party=person if line.account == tool_loss.RECEIVABLE else None,
			remark=row.title,
		)
		for line in tool_loss.lines(value, compensation)
	]
	if not rows:
		return None
	remark = f"{_(doc.doctype)} {doc.name}: {row.title}"
	return journal.post(f"{DOCTYPE}/{doc.name}/{row.name}", doc, getdate(nowdate()), rows, remark)
