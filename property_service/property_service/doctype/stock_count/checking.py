"""The accountant's spot sample and the signatures of a count (WH-28).

Nobody who counted checks or approves: neither who began the count, nor who finished it, nor any counter.
"""

import frappe
from frappe.utils import cstr
from pypika.functions import Function

from property_service import approvals
from property_service.property_service.doctype.stock_count import freezing
from property_service.property_service.doctype.stock_count.counting import list_of_rows
from property_service.property_service.doctype.stock_count.stock_count import StockCount, locked
from property_service.refusals import stop
from property_service.rules import stock_count as rules
from property_service.rules.refusal import Refusal

FINANCE_MANAGER = "Finance Manager"


def require_outsider(doc: StockCount, role: str) -> None:
	"""Refuse whoever may not take the step of `role`, or took part in counting. Raises frappe.PermissionError."""
	approvals.require_signatory(doc, role)
	counters = frappe.get_all(
		"Stock Count Entry",
		filters={"stock_count": doc.name},
		pluck="counted_by",
		distinct=True,
		order_by="counted_by",
	)
	stop(rules.refuse_own(frappe.session.user, counters), exc=frappe.PermissionError)


@frappe.whitelist(methods=["POST"])
def record_check(name: str, rows: list | str) -> int:
	"""Take what the accountant found in the spot sample: rows of {"line", "qty"}. Returns how many lines are left."""
	doc = locked(name)
	stop(rules.refuse_step(doc.status, rules.CHECKED), context=doc.doctype)
	require_outsider(doc, rules.checker(doc.kind))
	rows = list_of_rows(rows)
	sample = {line.name: line for line in doc.lines if line.in_sample}
	table = frappe.qb.DocType(freezing.LINE)
	query = frappe.qb.into(table).columns("name", "checked_qty", "is_checked")
	for number, row in enumerate(rows, start=1):
		stop(rules.refuse_quantity(number, row.get("qty")))
		line = sample.get(cstr(row.get("line")))
		if not line:
			stop(Refusal(rules.NOT_IN_SAMPLE, (number,)))
		query = query.insert(line.name, float(rules.quantity(row["qty"])), 1)
		line.is_checked = 1
	for fieldname in ("checked_qty", "is_checked"):
		query = query.on_duplicate_key_update(table[fieldname], Function("values", table[fieldname]))
	query.run()
	doc.notify_update()
	return sum(not line.is_checked for line in sample.values())


@frappe.whitelist(methods=["POST"])
def check(name: str) -> None:
	"""Counted → Accountant Checked, when the spot sample agrees with the count."""
	doc = locked(name)
	stop(rules.refuse_step(doc.status, rules.CHECKED), context=doc.doctype)
	role = rules.checker(doc.kind)
	require_outsider(doc, role)
	stop(
		rules.refuse_check(
			[
				rules.SampleLine(
					line.item_name or line.item_code,
					freezing.exact(line.counted_qty),
					freezing.exact(line.checked_qty) if line.is_checked else None,
				)
				for line in doc.lines
				if line.in_sample
			]
		)
	)
	doc.take_step(rules.CHECKED, role=role)
