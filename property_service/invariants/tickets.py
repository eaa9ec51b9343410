"""Repair tickets: what a state promises is there (SVC-03 to SVC-06, SVC-11)."""

from collections.abc import Iterator

import frappe
from frappe.query_builder import Case
from frappe.query_builder.functions import Coalesce, Sum
from pypika.terms import ExistsCriterion

from property_service.invariants import invariant
from property_service.invariants.orders import COSTS, ORDER, ROUNDING
from property_service.rules import repair_ticket as ticket_rules
from property_service.rules import service_order as order_rules

TICKET = "Repair Ticket"


def approved_exception(ticket) -> ExistsCriterion:
	"""The service manager approved that something was missing at completion (SVC-05)."""
	step = frappe.qb.DocType("Approval Step")
	return ExistsCriterion(
		frappe.qb.from_(step)
		.select(step.name)
		.where(
			(step.parenttype == TICKET)
			& (step.parent == ticket.name)
			& (step.to_state == ticket_rules.COMPLETED)
		)
	)


@invariant("SVC-06", TICKET)
def closed_tickets_have_their_slips_filed(company: str) -> Iterator[tuple[str, str]]:
	ticket, order = frappe.qb.DocType(TICKET), frappe.qb.DocType(ORDER)
	rows = (
		frappe.qb.from_(ticket)
		.join(order)
		.on(order.repair_ticket == ticket.name)
		.select(ticket.name, order.name, order.status)
		.where((ticket.company == company) & (ticket.status == ticket_rules.CLOSED))
		.where(order.status.notin(order_rules.ENDED))
		.orderby(ticket.name)
		.run()
	)
	for name, order_name, status in rows:
		yield name, f"closed, but order {order_name} is {status}"


@invariant("SVC-05", TICKET)
def completed_tickets_have_finished_and_signed_orders(company: str) -> Iterator[tuple[str, str]]:
	ticket, order = frappe.qb.DocType(TICKET), frappe.qb.DocType(ORDER)
	done = order.status.isin(ticket_rules.ORDER_DONE)
	rows = (
		frappe.qb.from_(ticket)
		.left_join(order)
		.on(order.repair_ticket == ticket.name)
		.select(
			ticket.name,
			Sum(Case().when(done, 1).else_(0)),
			Sum(Case().when(done & (order.signed_off == 0), 1).else_(0)),
			Sum(
				Case().when(order.status.isin([*ticket_rules.ORDER_DONE, order_rules.CANCELLED]), 0).else_(1)
			),
		)
		.where(ticket.company == company)
		.where(ticket.status.isin((ticket_rules.COMPLETED, ticket_rules.CLOSED)))
		.where(approved_exception(ticket).negate())
		.groupby(ticket.name)
		.orderby(ticket.name)
		.run()
	)
	for name, finished, unsigned, unfinished in rows:
		if not finished:
			yield name, "completed without a finished order"
		elif unsigned or unfinished:
			yield name, f"completed with {unsigned} orders not signed off and {unfinished} not finished"


@invariant("SVC-03", TICKET)
def completed_tickets_keep_their_results(company: str) -> Iterator[tuple[str, str]]:
	ticket = frappe.qb.DocType(TICKET)
	measured = ticket.service_level_agreement.isnotnull() & (
		ticket.resolution_due_on.isnull()
		| (Coalesce(ticket.resolution_result, "") == "")
		| (
			ticket.first_responded_on.isnotnull()
			& (ticket.response_due_on.isnull() | (Coalesce(ticket.response_result, "") == ""))
		)
	)
	rows = (
		frappe.qb.from_(ticket)
		.select(ticket.name)
		.where(ticket.company == company)
		.where(ticket.status.isin((ticket_rules.COMPLETED, ticket_rules.CLOSED)))
		.where(ticket.completed_on.isnull() | measured)
		.orderby(ticket.name)
		.run()
	)
	for (name,) in rows:
		yield name, "completed without its due times and results"


@invariant("SVC-05", TICKET)
def ended_tickets_say_when_and_why(company: str) -> Iterator[tuple[str, str]]:
	ticket = frappe.qb.DocType(TICKET)
	rows = (
		frappe.qb.from_(ticket)
		.select(ticket.name, ticket.status)
		.where(ticket.company == company)
		.where(
			((ticket.status == ticket_rules.CLOSED) & ticket.closed_on.isnull())
			| ((ticket.status == ticket_rules.CANCELLED) & (Coalesce(ticket.cancel_reason, "") == ""))
		)
		.orderby(ticket.name)
		.run()
	)
	for name, status in rows:
		yield name, f"{status} without its time or reason"


@invariant("SVC-04", TICKET)
def deferred_tickets_have_a_plan_and_consent(company: str) -> Iterator[tuple[str, str]]:
	ticket, row = frappe.qb.DocType(TICKET), frappe.qb.DocType("Repair Ticket Deferral")
	agreed = (
		frappe.qb.from_(row)
		.select(row.name)
		.where((row.parenttype == TICKET) & (row.parent == ticket.name) & row.resumed_on.isnull())
		.where(row.deferral_plan.isnotnull() & row.expected_on.isnotnull())
		.where(
			row.consented_by.isnotnull()
			& row.consented_on.isnotnull()
			& (Coalesce(row.consent_method, "") != "")
		)
	)
	rows = (
		frappe.qb.from_(ticket)
		.select(ticket.name)
		.where((ticket.company == company) & (ticket.status == ticket_rules.DEFERRED))
		.where(ExistsCriterion(agreed).negate())
		.orderby(ticket.name)
		.run()
	)
	for (name,) in rows:
		yield name, "deferred without plan, date or the customer's consent"


@invariant("SVC-11", TICKET)
def tickets_cost_what_their_orders_cost(company: str) -> Iterator[tuple[str, str]]:
	ticket, order = frappe.qb.DocType(TICKET), frappe.qb.DocType(ORDER)
	counts = order.status != order_rules.CANCELLED
	sums = [Coalesce(Sum(Case().when(counts, order[cost]).else_(0)), 0) for cost in COSTS]
	rows = (
		frappe.qb.from_(ticket)
		.left_join(order)
		.on(order.repair_ticket == ticket.name)
		.select(ticket.name, *(ticket[cost] for cost in COSTS), *sums)
		.where(ticket.company == company)
		.groupby(ticket.name)
		.orderby(ticket.name)
		.run()
	)
	for name, *figures in rows:
		kept, summed = figures[: len(COSTS)], figures[len(COSTS) :]
		if any(abs(a - b) > ROUNDING for a, b in zip(kept, summed, strict=True)):
			yield name, f"costs {kept[-1]:.2f}, its orders {summed[-1]:.2f}"
