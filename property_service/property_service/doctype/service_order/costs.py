"""What an order costs the company, and the sums on its ticket (SVC-11)."""

import frappe
from frappe import _
from frappe.model.document import Document
from frappe.query_builder.functions import Coalesce, Sum

from property_service import guards
from property_service.rules import money
from property_service.rules import service_order as rules

SUMS = ("material_cost", "labour_cost", "total_cost")


def value(order: Document) -> None:
	"""Computes every amount of the order; refuses figures that are none."""
	refuse_bad_figures(order)
	try:
		cost = rules.cost(
			((row.qty, row.rate) for row in order.materials), order.labour_hours, order.labour_rate
		)
	except ValueError:
		guards.refuse(_(rules.TOO_LARGE))
	for row, amount in zip(order.materials, cost.amounts, strict=True):
		row.amount = float(amount)
	order.material_cost, order.labour_cost = float(cost.material), float(cost.labour)
	order.total_cost = float(cost.total)


def refuse_bad_figures(order: Document) -> None:
	figures = [(order, "labour_hours"), (order, "labour_rate")]
	figures += [(row, fieldname) for row in order.materials for fieldname in ("qty", "rate")]
	figures += [(row, "amount") for row in order.charges]
	for row, fieldname in figures:
		try:
			money.exact(row.get(fieldname))
		except ValueError:
			guards.refuse(
				_(rules.BAD_NUMBER).format(
					_(row.meta.get_label(fieldname)), row.get("idx") or 1, _(order.doctype)
				)
			)


def sum_on_ticket(order: Document) -> None:
	"""Writes the sums of all orders of the ticket on it; what a cancelled order used up was used up.

	The ticket is locked already. The orders are read with a lock as well, because an ordinary read would still see
	them as they were when this transaction began.
	"""
	if not order.repair_ticket or not any(order.has_value_changed(fieldname) for fieldname in SUMS):
		return
	table = frappe.qb.DocType("Service Order")
	sums = (
		frappe.qb.from_(table)
		.select(*(Coalesce(Sum(table[fieldname]), 0).as_(fieldname) for fieldname in SUMS))
		.where(table.repair_ticket == order.repair_ticket)
		.for_update()
		.run(as_dict=True)
	)[0]
	frappe.db.set_value("Repair Ticket", order.repair_ticket, dict(sums), update_modified=False)
