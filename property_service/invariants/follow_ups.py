"""Follow-ups: who was asked, by whom, how often, and what came of it (SVC-06, SVC-18)."""

from collections.abc import Iterator

import frappe
from frappe.query_builder import Case
from frappe.query_builder.functions import Coalesce, Count, Sum
from frappe.utils import cint
from pypika.functions import Date
from pypika.terms import ExistsCriterion

from property_service import settings
from property_service.invariants import invariant
from property_service.rules import follow_up as follow_up_rules
from property_service.rules import repair_ticket as ticket_rules

TICKET, ORDER, FOLLOW_UP = "Repair Ticket", "Service Order", "Follow Up"


@invariant("SVC-06", TICKET)
def closed_tickets_are_followed_up(company: str) -> Iterator[tuple[str, str]]:
	ticket = frappe.qb.DocType(TICKET)
	rows = (
		frappe.qb.from_(ticket)
		.select(ticket.name)
		.where(
			(ticket.company == company)
			& (ticket.status == ticket_rules.CLOSED)
			& (ticket.follow_up_required == 1)
		)
		.where(
			Coalesce(ticket.follow_up_outcome, "").notin(
				(follow_up_rules.REACHED, follow_up_rules.NOT_REACHED)
			)
		)
		.orderby(ticket.name)
		.run()
	)
	for (name,) in rows:
		yield name, "closed before it was followed up"


@invariant("SVC-06", TICKET)
def outcomes_have_a_follow_up(company: str) -> Iterator[tuple[str, str]]:
	"""A result on the ticket, or a call that is still to be made, has its follow-up."""
	ticket, follow_up = frappe.qb.DocType(TICKET), frappe.qb.DocType(FOLLOW_UP)
	same = (follow_up.reference_doctype == TICKET) & (follow_up.reference_name == ticket.name)
	outcome = Coalesce(ticket.follow_up_outcome, "")
	wanted = Case().when(outcome == "", follow_up_rules.OPEN).else_(outcome)
	there = frappe.qb.from_(follow_up).select(follow_up.name).where(same & (follow_up.status == wanted))
	waits = (ticket.status == ticket_rules.COMPLETED) & (ticket.follow_up_required == 1)
	rows = (
		frappe.qb.from_(ticket)
		.select(ticket.name)
		.where((ticket.company == company) & (waits | (outcome != "")))
		.where(ExistsCriterion(there).negate())
		.orderby(ticket.name)
		.run()
	)
	for (name,) in rows:
		yield name, "waits for, or claims, a follow-up that is not there"


@invariant("SVC-06", FOLLOW_UP)
def follow_ups_have_the_attempts_they_count(company: str) -> Iterator[tuple[str, str]]:
	policy = settings.get()
	follow_up, attempt = frappe.qb.DocType(FOLLOW_UP), frappe.qb.DocType("Follow Up Attempt")
	rows = (
		frappe.qb.from_(follow_up)
		.left_join(attempt)
		.on((attempt.parent == follow_up.name) & (attempt.parenttype == FOLLOW_UP))
		.select(
			follow_up.name,
			follow_up.status,
			follow_up.done_by,
			follow_up.done_on,
			Count(attempt.name),
			Count(Date(attempt.attempted_on)).distinct(),
			Coalesce(Sum(attempt.reached), 0),
		)
		.where(follow_up.company == company)
		.where(follow_up.status.isin((follow_up_rules.REACHED, follow_up_rules.NOT_REACHED)))
		.groupby(follow_up.name)
		.orderby(follow_up.name)
		.run()
	)
	for name, status, done_by, done_on, attempts, days, reached in rows:
		enough = attempts >= cint(policy.follow_up_attempts) and days >= cint(policy.follow_up_attempt_days)
		if not (done_by and done_on):
			yield name, f"{status}, but not by whom or when"
		elif status == follow_up_rules.REACHED and not reached:
			yield name, "Reached without an attempt that reached anybody"
		elif status == follow_up_rules.NOT_REACHED and (reached or not enough):
			yield name, f"Not Reached after {attempts} attempts on {days} days"


@invariant("SVC-18", FOLLOW_UP)
def nobody_follows_up_the_own_work(company: str) -> Iterator[tuple[str, str]]:
	follow_up, order = frappe.qb.DocType(FOLLOW_UP), frappe.qb.DocType(ORDER)
	attempt = frappe.qb.DocType("Follow Up Attempt")
	rows = (
		frappe.qb.from_(follow_up)
		.join(order)
		.on((follow_up.reference_doctype == TICKET) & (order.repair_ticket == follow_up.reference_name))
		.join(attempt)
		.on((attempt.parent == follow_up.name) & (attempt.parenttype == FOLLOW_UP))
		.select(follow_up.name, attempt.attempted_by)
		.distinct()
		.where((follow_up.company == company) & order.finished_on.isnotnull())
		# What was done after the call, on a reopened ticket, is another matter.
		.where(order.finished_on <= attempt.attempted_on)
		.where(attempt.attempted_by.isin([order.assigned_user, order.finished_by]))
		.orderby(follow_up.name)
		.run()
	)
	for name, user in rows:
		yield name, f"asked by {user}, who did the work"


@invariant("SVC-06", FOLLOW_UP)
def a_bad_score_reopens_a_ticket_once(company: str) -> Iterator[tuple[str, str]]:
	follow_up, ticket = frappe.qb.DocType(FOLLOW_UP), frappe.qb.DocType(TICKET)
	rows = (
		frappe.qb.from_(follow_up)
		.join(ticket)
		.on((follow_up.reference_doctype == TICKET) & (ticket.name == follow_up.reference_name))
		.select(follow_up.name, follow_up.reference_name, follow_up.score, ticket.reopened_count)
		.where((follow_up.company == company) & (follow_up.reopened_reference == 1))
		.orderby(follow_up.done_on)
		.run()
	)
	reopened = set()
	for name, reference, score, count in rows:
		if not follow_up_rules.is_bad(score, cint(settings.get().reopen_at_score)):
			yield name, f"reopened {reference} with a score of {score}"
		elif reference in reopened:
			yield name, f"reopened {reference} a second time"
		elif not count:
			yield name, f"reopened {reference}, which counts no reopening"
		reopened.add(reference)
