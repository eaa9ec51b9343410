"""What an approved count posts, and what becomes of its differences (WH-28).

Approval takes surplus and shortage in and out of stock against the pending account; each line's decision moves its value
from there to where it belongs. When all lines are decided, the count has left nothing on the pending account.
"""

from decimal import Decimal

import frappe
from frappe import _
from frappe.utils import cstr, escape_html, flt, getdate, now_datetime, nowdate
from pypika.functions import Function

from property_service import commands, settings
from property_service.guards import refuse
from property_service.ledger import journal
from property_service.ledger import stock as stock_ledger
from property_service.property_service.doctype.stock_count import freezing
from property_service.property_service.doctype.stock_count.checking import FINANCE_MANAGER, require_outsider
from property_service.property_service.doctype.stock_count.counting import list_of_rows
from property_service.property_service.doctype.stock_count.stock_count import StockCount, locked
from property_service.refusals import stop
from property_service.rules import stock_count as rules
from property_service.rules import stock_movement
from property_service.rules.refusal import Refusal
from property_service.stock import stores


@frappe.whitelist(methods=["POST"])
@commands.carried_out_again
def approve(name: str) -> None:
	"""Accountant Checked → Finance Manager Approved; posts the differences, all or none."""
	doc = locked(name)
	stop(rules.refuse_step(doc.status, rules.APPROVED), context=doc.doctype)
	require_outsider(doc, FINANCE_MANAGER)
	post_differences(doc)
	doc.take_step(rules.APPROVED, role=FINANCE_MANAGER)


def post_differences(doc: StockCount) -> None:
	"""One stock entry for what is missing, one for what was found; a row per line and batch."""
	surplus = [line for line in doc.lines if line.difference_qty > 0]
	shortage = [line for line in doc.lines if line.difference_qty < 0]
	if not (surplus or shortage):
		return
	account = settings.required(doc.company, rules.PENDING_ACCOUNT)
	entries = []
	if shortage:
		rows = [
			{
				"item_code": line.item_code,
				"qty": -line.difference_qty,
				"s_warehouse": line.warehouse,
				**batch_of(line),
			}
			for line in shortage
		]
		entries.append(
			(shortage, stock_ledger.post(doc, "Material Issue", stock_movement.SHORTAGE, rows, account))
		)
	if surplus:
		rows = [
			{
				"item_code": line.item_code,
				"qty": line.difference_qty,
				"t_warehouse": line.warehouse,
				"allow_zero_valuation_rate": int(not line.book_rate),
				**stock_ledger.valued(line.difference_qty, line.book_rate),
				**batch_of(line),
			}
			for line in surplus
		]
		entries.append(
			(surplus, stock_ledger.post(doc, "Material Receipt", stock_movement.SURPLUS, rows, account))
		)
	note_postings(doc, entries)


def batch_of(line) -> dict:
	return {"batch_no": line.batch_no, "use_serial_batch_fields": 1} if line.batch_no else {}


def note_postings(doc: StockCount, entries: list[tuple]) -> None:
	"""Each line keeps its entry and at what it was posted: a shortage leaves at the ledger's value. Two statements."""
	values = stock_ledger.posted_values([entry.name for _lines, entry in entries])
	table = frappe.qb.DocType(freezing.LINE)
	query = frappe.qb.into(table).columns("name", "stock_entry", "posted_value")
	for lines, entry in entries:
		for line, row in zip(lines, entry.items, strict=True):
			line.update({"stock_entry": entry.name, "posted_value": flt(values.get(row.name), 2)})
			query = query.insert(line.name, entry.name, line.posted_value)
	for fieldname in ("stock_entry", "posted_value"):
		query = query.on_duplicate_key_update(table[fieldname], Function("values", table[fieldname]))
	query.run()
	doc.open_value = open_value(doc)
	doc.undecided_lines = undecided_lines(doc)


def open_value(doc: StockCount) -> float:
	"""What is still on the pending account for this count, debit positive."""
	return flt(-sum(freezing.exact(line.posted_value) for line in doc.lines if not line.is_decided), 2)


def undecided_lines(doc: StockCount) -> int:
	return sum(bool(line.posted_value and not line.is_decided) for line in doc.lines)


# ---- decisions ---------------------------------------------------------------------------------------------------


@frappe.whitelist(methods=["POST"])
@commands.carried_out_again
def decide(name: str, line: str, decisions: list | str) -> str | None:
	"""Post what becomes of one line's difference; the decisions add up to it. Returns the journal entry, if there is one.

	`decisions`: rows of {"decision", "amount", "tax_amount", "party_type", "party", "remark"}, and for salvage
	{"item_code", "qty", "warehouse"}. Raises frappe.PermissionError for everybody but the finance manager.
	"""
	doc = locked(name)
	if doc.status != rules.APPROVED:
		stop(Refusal(rules.NOT_APPROVED, (doc.status,)), context=doc.doctype)
	require_outsider(doc, FINANCE_MANAGER)
	row = next((row for row in doc.lines if row.name == line), None)
	title = (row and (row.item_name or row.item_code)) or cstr(line)[:60]
	if not row or not row.posted_value:
		stop(Refusal(rules.NOTHING_POSTED, (title,)))
	if row.is_decided:
		stop(Refusal(rules.DECIDED, (title,)))
	sent = read_decisions(decisions)
	stop(
		rules.refuse_decisions(freezing.exact(row.posted_value), [decision for decision, _values in sent]),
		context="Stock Count Decision",
	)
	entry = post_transfers(doc, row, [decision for decision, _values in sent], title)
	for decision, values in sent:
		receipt = receive_salvage(doc, decision, values) if decision.kind == rules.TO_SALVAGE else None
		doc.append(
			"decisions",
			{
				"line": row.name,
				"item_code": row.item_code,
				"decision": decision.kind,
				"amount": float(decision.amount),
				"tax_amount": float(decision.tax),
				"party_type": decision.party_type,
				"party": decision.party,
				"remark": cstr(values.get("remark"))[:500],
				"journal_entry": entry,
				"stock_entry": receipt,
				"decided_by": frappe.session.user,
				"decided_on": now_datetime(),
			},
		)
	row.is_decided = 1
	doc.open_value = open_value(doc)
	doc.undecided_lines = undecided_lines(doc)
	doc.flags.server_write = True
	doc.save()
	return entry


def read_decisions(decisions: list | str) -> list[tuple[rules.Decision, dict]]:
	found = []
	for row in list_of_rows(decisions):
		amounts = [rules.amount(row.get(fieldname)) for fieldname in ("amount", "tax_amount")]
		if None in amounts:
			wrong = row.get("amount") if amounts[0] is None else row.get("tax_amount")
			stop(Refusal(rules.BAD_AMOUNT, (cstr(wrong)[:20],)))
		kind = cstr(row.get("decision"))
		with_party = kind in rules.WITH_PARTY
		decision = rules.Decision(
			kind,
			*amounts,
			cstr(row.get("party_type")) if with_party else None,
			cstr(row.get("party")) if with_party else None,
			has_salvage=bool(
				row.get("item_code") and row.get("warehouse") and rules.quantity(row.get("qty"))
			),
		)
		found.append((decision, row))
	return found


def post_transfers(doc: StockCount, line, decisions: list[rules.Decision], title: str) -> str | None:
	transfers = rules.transfers(decisions)
	if not transfers:
		return None
	cost_center = settings.company_row(doc.company).cost_center or frappe.get_cached_value(
		"Company", doc.company, "cost_center"
	)
	rows = [
		journal.Row(
			settings.required(doc.company, transfer.account),
			transfer.amount,
			cost_center=cost_center,
			party_type=transfer.party_type,
			party=transfer.party,
			remark=title,
		)
		for transfer in transfers
	]
	key = f"{doc.doctype}/{doc.name}/{line.name}"
	return journal.post(key, doc, getdate(nowdate()), rows, f"{_(doc.doctype)} {doc.name}: {title}")


def receive_salvage(doc: StockCount, decision: rules.Decision, values: dict) -> str:
	"""What is left of lost goods, at the estimate: a receipt against the pending account."""
	item, warehouse = cstr(values["item_code"]), cstr(values["warehouse"])
	if warehouse not in stores.warehouses(doc.store):
		refuse(_("{0} is no zone of this store (WH-28).").format(frappe.bold(escape_html(warehouse[:60]))))
	if not frappe.db.get_value("Item", item, "is_stock_item"):
		refuse(_("{0} is no item that is kept in stock (WH-27).").format(frappe.bold(escape_html(item[:60]))))
	quantity = rules.quantity(values["qty"]) or Decimal(0)
	account = settings.required(doc.company, rules.PENDING_ACCOUNT)
	line = stock_ledger.Estimate(item, quantity, warehouse, decision.amount)
	return stock_ledger.receive_at_estimate(doc, [line], account)
