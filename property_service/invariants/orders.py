"""Service orders: who, when and how much, and the steps recorded on orders and tickets (ORG-01, SVC-10, SVC-11)."""

from collections.abc import Iterator

import frappe
from frappe.query_builder.functions import Coalesce, Sum
from pypika.terms import ExistsCriterion

from property_service.invariants import invariant
from property_service.rules import repair_ticket as ticket_rules
from property_service.rules import service_order as order_rules

ORDER, TICKET = "Service Order", "Repair Ticket"
COSTS = ("material_cost", "labour_cost", "total_cost")
# Half a cent: amounts are stored with more digits than they have.
ROUNDING = 0.005


@invariant("SVC-11", ORDER)
def orders_cost_what_their_lines_cost(company: str) -> Iterator[tuple[str, str]]:
	order, line = frappe.qb.DocType(ORDER), frappe.qb.DocType("Service Order Material")
	rows = (
		frappe.qb.from_(order)
		.left_join(line)
		.on((line.parent == order.name) & (line.parenttype == ORDER))
		.select(order.name, *(order[cost] for cost in COSTS), Coalesce(Sum(line.amount), 0))
		.where(order.company == company)
		.groupby(order.name)
		.orderby(order.name)
		.run()
	)
	for name, material, labour, total, lines in rows:
		if abs(material - lines) > ROUNDING or abs(total - material - labour) > ROUNDING:
			yield name, f"total {total:.2f}, materials {lines:.2f}, labour {labour:.2f}"


@invariant("SVC-10", ORDER)
def orders_say_who_and_when(company: str) -> Iterator[tuple[str, str]]:
	order = frappe.qb.DocType(ORDER)
	done = order.status.isin(ticket_rules.ORDER_DONE)
	out = done | (order.status == order_rules.DISPATCHED) | (order.status == order_rules.IN_PROGRESS)
	rows = (
		frappe.qb.from_(order)
		.select(order.name, order.status)
		.where(order.company == company)
		.where(
			(out & (order.dispatched_on.isnull() | order.dispatched_by.isnull() | order.assigned_to.isnull()))
			| (done & (order.arrived_on.isnull() | order.finished_on.isnull() | order.finished_by.isnull()))
			| (
				(order.status == order_rules.ARCHIVED)
				& (order.returned_on.isnull() | order.returned_to.isnull())
			)
			| ((order.signed_off == 1) & (order.signed_on.isnull() | order.sign_off_user.isnull()))
		)
		.orderby(order.name)
		.run()
	)
	for name, status in rows:
		yield name, f"{status} without the person or time of a step"


@invariant("ORG-01", ORDER)
def orders_record_the_step_to_their_state(company: str) -> Iterator[tuple[str, str]]:
	order, step = frappe.qb.DocType(ORDER), frappe.qb.DocType("Approval Step")
	recorded = (
		frappe.qb.from_(step)
		.select(step.name)
		.where((step.parenttype == ORDER) & (step.parent == order.name) & (step.to_state == order.status))
	)
	rows = (
		frappe.qb.from_(order)
		.select(order.name, order.status)
		.where((order.company == company) & (order.status != order_rules.DRAFT))
		.where(ExistsCriterion(recorded).negate())
		.orderby(order.name)
		.run()
	)
	for name, status in rows:
		yield name, f"{status}, but no step leads there"


def incomplete_steps(company: str, doctype: str, as_what: bool = True) -> Iterator[tuple[str, str]]:
	"""`as_what`: whether each step is taken in a role; who sends the own request or takes over a thing acts for himself."""
	document, step = frappe.qb.DocType(doctype), frappe.qb.DocType("Approval Step")
	missing = (Coalesce(step.actor, "") == "") | (Coalesce(step.to_state, "") == "") | step.acted_on.isnull()
	if as_what:
		missing |= Coalesce(step.actor_role, "") == ""
	rows = (
		frappe.qb.from_(step)
		.join(document)
		.on((step.parent == document.name) & (step.parenttype == doctype))
		.select(document.name, step.idx)
		.where((document.company == company) & missing)
		.orderby(document.name)
		.run()
	)
	for name, idx in rows:
		yield name, f"step {idx} lacks its actor, state or time{', or the role' if as_what else ''}"


@invariant("ORG-01", ORDER)
def steps_of_orders_are_complete(company: str) -> Iterator[tuple[str, str]]:
	return incomplete_steps(company, ORDER)


@invariant("ORG-01", TICKET)
def steps_of_tickets_are_complete(company: str) -> Iterator[tuple[str, str]]:
	return incomplete_steps(company, TICKET)


@invariant("ORG-01", TICKET)
def nobody_signs_the_own_ticket(company: str) -> Iterator[tuple[str, str]]:
	"""Every step recorded on a ticket is a signature; steps of an order are its work, which the desk begins and ends."""
	ticket, step = frappe.qb.DocType(TICKET), frappe.qb.DocType("Approval Step")
	rows = (
		frappe.qb.from_(step)
		.join(ticket)
		.on((step.parent == ticket.name) & (step.parenttype == TICKET))
		.select(ticket.name, step.actor)
		.where((ticket.company == company) & (step.actor == ticket.owner))
		.orderby(ticket.name)
		.run()
	)
	for name, actor in rows:
		yield name, f"signed by {actor}, who raised it"
