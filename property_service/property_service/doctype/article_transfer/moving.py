"""What a transfer is about, and what both signatures change (LV-08, LV-09).

A tool that is a low-value article, too, is one thing with one holder: whichever of the two is listed, both go.
"""

import frappe
from frappe.model.document import Document

from property_service.hr import handovers
from property_service.low_value import articles
from property_service.refusals import stop
from property_service.rules import amortisation
from property_service.rules import article_transfer as rules
from property_service.rules import tools as tool_rules
from property_service.rules.refusal import Refusal
from property_service.tools import articles as tool_articles
from property_service.tools import custody

CUSTODY_FIELDS = (
	"name",
	"item_name",
	"tool_no",
	"holder",
	"holder_name",
	"department",
	"custody_kind",
	"status",
	"company",
)
ARTICLE_FIELDS = (
	*("name", "item_name", "user_employee", "user_name", "keeper", "keeper_name", "department", "status"),
	*("net_value", "company"),
)


def facts(doc: Document) -> dict[tuple[str, str], frappe._dict]:
	"""(DocType, name) -> the thing as it stands; two statements."""
	found = {}
	for doctype, fields in ((rules.TOOL, CUSTODY_FIELDS), (rules.ARTICLE, ARTICLE_FIELDS)):
		names = sorted({row.document for row in doc.items if row.document_type == doctype and row.document})
		for row in (
			frappe.get_all(
				doctype,
				filters={"name": ("in", names), "company": doc.company},
				fields=list(fields),
				order_by="name",
			)
			if names
			else ()
		):
			found[doctype, row.name] = row
	return found


def open_rows(employee: str) -> list[dict]:
	"""Rows for everything that somebody uses, keeps or holds, but for what is on loan from the store."""
	on_loan = {row.name for row in custody.open_of(employee) if row.custody_kind == tool_rules.ON_LOAN}
	return [
		{"document_type": matter.doctype, "document": matter.name}
		for matter in handovers.of_employees([employee])
		if matter.name not in on_loan
	]


def fill_rows(doc: Document) -> None:
	known = facts(doc)
	for row in doc.items:
		thing = known.get((row.document_type, row.document)) or frappe._dict()
		row.title = " ".join(filter(None, (thing.item_name, thing.tool_no)))
		row.holder_name = thing.holder_name or thing.user_name or thing.keeper_name
		row.net_value = thing.net_value
		row.new_custody = None


def things(doc: Document) -> list[rules.Thing]:
	known = facts(doc)
	found = []
	for row in doc.items:
		thing = known.get((row.document_type, row.document)) or frappe._dict()
		is_tool = row.document_type == rules.TOOL
		found.append(
			rules.Thing(
				idx=row.idx,
				kind=row.document_type,
				name=row.document,
				title=row.title or row.document or "?",
				is_open=thing.status == tool_rules.IN_USE if is_tool else thing.status in amortisation.LIVE,
				holders=(thing.holder,) if is_tool else (thing.user_employee, thing.keeper),
				department=thing.department,
				status=thing.status,
				on_loan=thing.custody_kind == tool_rules.ON_LOAN,
			)
		)
	return found


def carry_out(doc: Document) -> None:
	"""Both have signed; the caller has locked the transfer. Checked again on what is locked now."""
	holders = custody.lock_holders(filter(None, (doc.from_employee, doc.to_employee)))
	receiver = holders.get(doc.to_employee)
	if receiver and not receiver.is_active:
		stop(Refusal(rules.RECEIVER_AWAY, (receiver.name,)))
	doc.check_content()
	named = {row.document for row in doc.items if row.document_type == rules.ARTICLE}
	tools = {row.document: row for row in doc.items if row.document_type == rules.TOOL}
	pairs = tool_articles.pairs_of(list(tools), list(named))
	for name in sorted({*tools, *pairs.values()}):
		hand_tool_on(doc, name, receiver, tools.get(name))
	move_articles(doc, sorted(named | set(pairs)))


def hand_tool_on(doc: Document, name: str, receiver: tool_rules.Holder | None, row: Document | None) -> None:
	"""The giver's line of the tool card ends, and the receiver's begins: the same piece, issued by the same entry."""
	if receiver is None:
		stop(Refusal(rules.TOOL_NEEDS_PERSON, (row.idx if row else "–", name)))
	ended = custody.settle(name, tool_rules.HANDED_OVER, doc, condition=row.condition if row else None)
	begun = custody.begin(
		receiver,
		ended.item_code,
		company=ended.company,
		custody_kind=ended.custody_kind,
		warehouse=ended.warehouse,
		tool_no=ended.tool_no,
		stock_entry=ended.stock_entry,
		stock_entry_row=ended.stock_entry_row,
		tool_request=ended.tool_request,
		low_value_article=ended.low_value_article,
		signed_by=frappe.session.user,
		signed_on=frappe.utils.now_datetime(),
	)
	if row:
		row.new_custody = begun


def move_articles(doc: Document, names: list[str]) -> None:
	"""What is still to be amortised goes to the cost centre of the department that takes over (LV-08)."""
	if not names:
		return
	if doc.kind == rules.REUSE:
		articles.settle(names, doc.company, rules.IN_USE_NOW)
	articles.move(
		names,
		doc.company,
		department=doc.to_department,
		user_employee=doc.to_employee,
		location=doc.location,
	)
	if doc.kind == rules.IDLE:
		articles.settle(names, doc.company, rules.IDLE_NOW)
