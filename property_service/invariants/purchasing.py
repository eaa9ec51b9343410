"""Purchasing: what was accepted and ordered is what was approved, and by whom (WH-06, WH-07)."""

from collections.abc import Iterator
from decimal import Decimal

import frappe
from frappe.query_builder.functions import Coalesce, Sum
from pypika.terms import ExistsCriterion

from property_service.buying.recount import accepted_in_receipts
from property_service.guards import procedure_is_on
from property_service.invariants import invariant
from property_service.rules import open_quantity
from property_service.rules import purchase_plan as rules
from property_service.rules.stock_limit import exact

REQUEST, ROW = "Material Request", "Material Request Item"
ROUNDING = Decimal("0.001")


@invariant("WH-07", REQUEST)
def accepted_is_what_receipts_accepted(company: str) -> Iterator[tuple[str, str]]:
	"""Counters against the rows of receipts: accepted goods, purchase returns of them taken off, rejected ones left out."""
	if not procedure_is_on("stores", company):
		return
	row, request = frappe.qb.DocType(ROW), frappe.qb.DocType(REQUEST)
	received = accepted_in_receipts(company)
	rows = (
		frappe.qb.from_(row)
		.join(request)
		.on(request.name == row.parent)
		.left_join(received)
		.on(received.request_row == row.name)
		.select(request.name, row.idx, row.stock_qty, row.accepted_qty, Coalesce(Sum(received.qty), 0))
		.where((request.company == company) & (request.approval_route == rules.PURCHASE_PLAN))
		.where(request.docstatus == 1)
		.groupby(row.name)
		.orderby(request.name, row.idx)
		.run()
	)
	for name, idx, approved, accepted, qty in rows:
		if abs(exact(accepted) - exact(qty)) > ROUNDING:
			yield name, f"row {idx} counts {accepted} accepted, receipts say {qty}"
		elif exact(qty) - exact(approved) > ROUNDING:
			yield name, f"row {idx} was approved for {approved}, {qty} were accepted"


@invariant("WH-07", REQUEST)
def orders_hold_what_they_ask_for(company: str) -> Iterator[tuple[str, str]]:
	"""What a request row says orders hold is what the order rows hold, and what direct receipts brought in."""
	if not procedure_is_on("stores", company):
		return
	row, request = frappe.qb.DocType(ROW), frappe.qb.DocType(REQUEST)
	ordered, order = frappe.qb.DocType("Purchase Order Item"), frappe.qb.DocType("Purchase Order")
	lines = (
		frappe.qb.from_(row)
		.join(request)
		.on(request.name == row.parent)
		.left_join(ordered)
		.on(ordered.material_request_item == row.name)
		.left_join(order)
		.on(order.name == ordered.parent)
		.select(
			request.name.as_("request"),
			row.idx,
			row.name,
			row.accepted_qty,
			row.committed_qty,
			ordered.name.as_("order_row"),
			ordered.stock_qty,
			ordered.accepted_qty.as_("brought_in"),
			ordered.committed_qty.as_("held"),
			order.docstatus,
			order.status,
		)
		.where((request.company == company) & (request.approval_route == rules.PURCHASE_PLAN))
		.where(request.docstatus == 1)
		.orderby(request.name, row.idx)
		.run(as_dict=True)
	)
	by_row: dict[str, list[frappe._dict]] = {}
	for line in lines:
		by_row.setdefault(line.name, []).append(line)
	for group in by_row.values():
		first = group[0]
		orders = [line for line in group if line.order_row]
		for line in orders:
			wanted = open_quantity.held(
				exact(line.stock_qty), exact(line.brought_in), line.docstatus == 1, line.status == "Closed"
			)
			if abs(wanted - exact(line.held)) > ROUNDING:
				yield first.request, f"row {first.idx}: an order holds {line.held} instead of {wanted}"
		by_orders = sum((exact(line.held) for line in orders), Decimal(0))
		direct = exact(first.accepted_qty) - sum((exact(line.brought_in) for line in orders), Decimal(0))
		if abs(by_orders + direct - exact(first.committed_qty)) > ROUNDING:
			yield first.request, f"row {first.idx} counts {first.committed_qty} held, orders hold {by_orders}"


@invariant("WH-06", REQUEST)
def approved_requests_record_their_steps(company: str) -> Iterator[tuple[str, str]]:
	"""Every step of the chain with actor, role and time, none of them who asked."""
	if not procedure_is_on("stores", company):
		return
	request, step = frappe.qb.DocType(REQUEST), frappe.qb.DocType("Approval Step")
	for route, chain in rules.CHAINS.items():
		for wanted in chain:
			taken = (
				frappe.qb.from_(step)
				.select(step.name)
				.where((step.parenttype == REQUEST) & (step.parent == request.name))
				.where((step.from_state == wanted.from_state) & (step.to_state == wanted.to_state))
				.where((step.actor_role == wanted.role) & step.acted_on.isnotnull())
				.where((step.actor != request.owner) & (step.actor != Coalesce(request.requested_by, "")))
			)
			rows = (
				frappe.qb.from_(request)
				.select(request.name)
				.where((request.company == company) & (request.docstatus == 1))
				.where((request.approval_route == route) & ExistsCriterion(taken).negate())
				.orderby(request.name)
				.run()
			)
			for (name,) in rows:
				yield name, f"submitted without the step to {wanted.to_state} by somebody else"
