"""Repair tickets: entry, steps, sign-off, closing, reopening — each refusal at the server, with its message."""

import re

import frappe
import pytest
from frappe.utils import add_to_date, now_datetime

from property_service.rules import repair_ticket as rules
from tests.site import make
from tests.site.repair_line import Line, open_follow_up, refused, state


@pytest.fixture
def line(cast, as_user):
	return Line(cast, as_user)


# ---- entry --------------------------------------------------------------------------------------------------------


@pytest.mark.rule("SVC-02", "SVC-03")
def test_a_call_becomes_a_ticket_with_its_handler_and_its_clock(line, cast):
	category = make.category(cast.departments["engineering"])
	with line.as_user("clerk"):
		ticket = make.ticket(repair_category=category.name)
	assert ticket.name.startswith("BX-")
	assert ticket.department == cast.departments["engineering"]
	assert (ticket.status, ticket.first_handler) == ("Reported", cast.user("clerk"))
	assert ticket.service_level_agreement and ticket.response_by and ticket.sla_resolution_by
	assert ticket.agreement_status == "First Response Due"


def test_a_resident_brings_name_phone_and_place(line):
	unit = make.unit()
	resident = make.resident(property_unit=unit.name, status="Living In")
	ticket = line.report(reported_by=resident.name, contact_name=None, contact_phone=None, location=None)
	assert (ticket.contact_name, ticket.contact_phone) == (resident.resident_name, resident.mobile_no)
	assert ticket.property_unit == unit.name


@pytest.mark.parametrize(
	("values", "message"),
	[
		({"location": None}, rules.NO_PLACE),
		({"contact_name": " ", "contact_phone": None}, rules.NO_CALLER),
	],
)
def test_an_entry_without_place_or_caller_is_refused(line, values, message):
	refused(lambda: line.report(**values), message)


def test_a_ticket_is_not_reported_in_the_future(line):
	later = add_to_date(now_datetime(), hours=1)
	refused(lambda: line.report(reported_on=later), rules.REPORTED_LATER)


def test_what_the_server_owns_is_not_taken_from_an_insert(line, cast):
	ticket = line.report(
		status="Closed",
		first_handler=cast.user("second_clerk"),
		completed_on=now_datetime(),
		total_cost=99,
		follow_up_required=1,
		response_result="Fulfilled",
		first_responded_on=now_datetime(),
		deferrals=[{"deferral_plan": "x"}],
		approval_steps=[{"action": "Complete", "actor": cast.user("service_manager")}],
		duplicate_key="x",
	)
	assert (ticket.status, ticket.first_handler) == ("Reported", cast.user("clerk"))
	assert not any(
		ticket.get(name)
		for name in (
			*("completed_on", "total_cost", "follow_up_required", "response_result", "first_responded_on"),
			*("deferrals", "approval_steps", "duplicate_key"),
		)
	)


def test_a_ticket_is_never_deleted(line):
	ticket = line.report()
	refused(lambda: frappe.delete_doc("Repair Ticket", ticket.name), "A repair ticket is never deleted: ")
	assert state(ticket) == "Reported"


# ---- the orders move the ticket -----------------------------------------------------------------------------------


@pytest.mark.rule("SVC-05", "SVC-11")
def test_the_line_from_call_to_closed(line):
	ticket = line.report(priority="Emergency")
	order = line.dispatch(ticket)
	assert state(ticket) == "Dispatched"
	line.arrive(order)
	assert state(ticket) == "In Progress"
	line.finish(order)
	assert frappe.db.get_value("Service Order", order, "status") == "Archived"
	ticket = line.complete(ticket)
	assert ticket.completed_on and ticket.follow_up_required
	assert line.follow_up(ticket)["status"] == "Reached"
	ticket = line.step(ticket, "Closed")
	assert ticket.closed_on and ticket.follow_up_outcome == "Reached"


@pytest.mark.parametrize(("target", "by"), [("Dispatched", "clerk"), ("Dispatched", "service_manager")])
def test_a_ticket_is_not_dispatched_by_hand(line, target, by):
	ticket = line.report()
	refused(lambda: line.step(ticket, target, by), rules.NOT_DISPATCHED)
	assert state(ticket) == "Reported"


def test_work_does_not_start_before_somebody_arrives(line):
	ticket = line.report()
	line.dispatch(ticket)
	refused(lambda: line.step(ticket, "In Progress"), rules.NOT_STARTED)


def test_nothing_leads_back_into_the_initial_state(line):
	ticket = line.report()
	line.dispatch(ticket)
	refused(lambda: line.step(ticket, "Reported"), rules.NOT_A_STEP)


def test_a_technician_does_not_push_a_ticket(line):
	ticket = line.report()
	line.dispatch(ticket)
	with pytest.raises(frappe.PermissionError):
		line.step(ticket, "In Progress", by="technician")
	assert state(ticket) == "Dispatched"


def test_the_ticket_follows_an_order_of_another_department(line, cast):
	ticket = line.report()
	order = line.dispatch(ticket, to="other_technician")
	line.arrive(order, by="other_technician")
	assert state(ticket) == "In Progress"


def test_a_deferred_ticket_takes_no_new_order(line):
	ticket = line.report()
	line.dispatch(ticket)
	line.defer(ticket)
	refused(lambda: line.dispatch(ticket), rules.TAKES_NO_ORDER)


def test_dispatch_needs_the_right_to_write_the_ticket(line):
	ticket = line.report()
	with pytest.raises(frappe.PermissionError):
		line.dispatch(ticket, by="technician")


def test_dispatch_refuses_what_is_no_time(line):
	ticket = line.report()
	refused(lambda: line.dispatch(ticket, planned_for="tomorrow-ish"), "{0} is not a date and time.")


# ---- deferral (SVC-04) --------------------------------------------------------------------------------------------


@pytest.mark.rule("SVC-04")
@pytest.mark.parametrize(
	("values", "message"),
	[
		({"deferral_plan": " "}, rules.NO_PLAN),
		({"expected_on": None}, rules.NO_EXPECTED_DATE),
		({"expected_on": "2026-01-01 10:00:00"}, rules.EXPECTED_DATE_PAST),
		({"consented_by": None}, rules.NO_CONSENT),
		({"consent_method": None}, rules.NO_CONSENT),
		({"consented_on": None}, rules.NO_CONSENT),
		({"consented_on": "2100-01-01 10:00:00"}, rules.CONSENT_IN_FUTURE),
	],
)
def test_a_deferral_without_plan_date_or_consent_is_refused(line, values, message):
	ticket = line.report()
	line.dispatch(ticket)
	refused(lambda: line.defer(ticket, **values), message)
	assert state(ticket) == "Dispatched"


@pytest.mark.rule("SVC-04")
def test_each_deferral_is_a_row_and_needs_a_consent_of_its_own(line, cast):
	ticket = line.report()
	line.dispatch(ticket)
	line.defer(ticket)
	ticket = line.step(ticket, "Dispatched")
	row = ticket.deferrals[0]
	assert (row.deferred_by, row.consented_by, row.consent_method) == (cast.user("clerk"), "何家欢", "Phone")
	assert row.deferred_on and row.resumed_on and row.deferral_plan == "等阀芯到货后更换"
	later = add_to_date(now_datetime(), days=5)
	refused(lambda: line.step(ticket, "Deferred", expected_on=later), rules.NO_PLAN)
	ticket = line.defer(ticket, expected_on=later)
	assert len(ticket.deferrals) == 2


@pytest.mark.rule("SVC-04")
def test_what_the_customer_agreed_to_does_not_change(line):
	ticket = line.report()
	line.dispatch(ticket)
	line.defer(ticket)
	later = add_to_date(now_datetime(), days=30)
	refused(lambda: line.step(ticket, "Deferred", expected_on=later), rules.CONTENT_FROZEN)


def test_resuming_returns_to_where_it_was_deferred_from(line):
	ticket = line.report()
	order = line.dispatch(ticket)
	line.arrive(order)
	line.defer(ticket)
	with pytest.raises(frappe.ValidationError):
		line.step(ticket, "Dispatched")
	assert line.step(ticket, "In Progress").status == "In Progress"


def test_an_arrival_ends_a_deferral(line):
	ticket = line.report()
	order = line.dispatch(ticket)
	line.defer(ticket)
	line.arrive(order)
	assert state(ticket) == "In Progress"


# ---- completion (SVC-05) ------------------------------------------------------------------------------------------


@pytest.mark.rule("SVC-05")
def test_completion_needs_every_order_finished(line):
	ticket = line.report()
	line.work(ticket)
	other = line.dispatch(ticket, to="second_technician")
	text = refused(lambda: line.complete(ticket), rules.NOT_COMPLETE)
	assert other in text
	assert state(ticket) == "In Progress"


@pytest.mark.rule("SVC-05")
def test_completion_needs_a_finished_order(line):
	ticket = line.report()
	order = line.dispatch(ticket)
	line.arrive(order)
	with line.as_user("technician"):
		frappe.get_doc("Service Order", order).return_to_desk("不是我们的工种")
	with line.as_user("clerk"):
		frappe.get_doc("Service Order", order).cancel_order("重派")
	text = refused(lambda: line.complete(ticket), rules.NOT_COMPLETE)
	assert frappe._(rules.NO_FINISHED_ORDER) in text


@pytest.mark.rule("SVC-05")
def test_completion_needs_the_sign_off(line):
	ticket = line.report()
	line.work(ticket, sign_off_method="Phone Confirmation")
	refused(lambda: line.complete(ticket), rules.NOT_COMPLETE)


@pytest.mark.rule("SVC-05")
def test_a_public_repair_is_not_completed_on_a_customers_signature(line):
	ticket = line.report()
	line.work(ticket)
	frappe.db.set_value("Repair Ticket", ticket.name, "repair_kind", "Public Repair")
	refused(lambda: line.complete(ticket), rules.NOT_COMPLETE)


@pytest.mark.rule("SVC-05")
def test_a_public_repair_is_completed_after_inspection(line):
	ticket = line.report(repair_kind="Public Repair")
	order = line.dispatch(ticket)
	line.arrive(order)
	line.finish(
		order, by="clerk", sign_off_method="Inspection", sign_off_role="Steward", sign_off_name="宿舍管家"
	)
	assert line.complete(ticket).status == "Completed"


@pytest.mark.rule("SVC-05")
def test_an_exception_takes_a_reason_and_the_service_manager(line, cast):
	ticket = line.report()
	line.work(ticket, sign_off_method="Phone Confirmation")
	reason = {"completion_exception_reason": "客户出国，电话无人接听"}
	with pytest.raises(frappe.PermissionError):
		line.complete(ticket, **reason)
	refused(lambda: line.complete(ticket, by="service_manager"), rules.NOT_COMPLETE)
	ticket = line.complete(ticket, by="service_manager", **reason)
	step = ticket.approval_steps[-1]
	assert (step.actor, step.actor_role) == (cast.user("service_manager"), "Service Manager")
	assert (step.from_state, step.to_state, step.comment) == (
		"In Progress",
		"Completed",
		reason["completion_exception_reason"],
	)
	assert step.acted_on


@pytest.mark.rule("SVC-05")
def test_a_service_manager_does_not_approve_the_own_ticket(line):
	ticket = line.report(by="service_manager")
	line.work(ticket, sign_off_method="Phone Confirmation")
	with pytest.raises(frappe.PermissionError):
		line.complete(ticket, by="service_manager", completion_exception_reason="客户不在")


def test_a_completed_ticket_keeps_its_record(line):
	ticket = line.completed()
	refused(lambda: line.step(ticket, "Completed", description="别的"), rules.CONTENT_FROZEN)


# ---- cancelling ---------------------------------------------------------------------------------------------------


def test_cancelling_needs_a_reason(line):
	ticket = line.report()
	refused(lambda: line.step(ticket, "Cancelled"), rules.NO_CANCEL_REASON)
	assert line.step(ticket, "Cancelled", cancel_reason="住户自己修好了").agreement_status == "Fulfilled"


def test_cancelling_takes_the_open_orders_along(line):
	ticket = line.report()
	order = line.dispatch(ticket)
	line.step(ticket, "Cancelled", cancel_reason="住户自己修好了")
	known = frappe.db.get_value("Service Order", order, ["status", "cancel_reason"])
	assert known == ("Cancelled", "住户自己修好了")


def test_nothing_is_cancelled_once_an_order_is_finished(line):
	ticket = line.report()
	order = line.dispatch(ticket)
	other = line.dispatch(ticket, to="second_technician")
	line.arrive(order)
	line.finish(order)
	line.defer(ticket)
	refused(lambda: line.step(ticket, "Cancelled", cancel_reason="不修了"), rules.CANCEL_FINISHED)
	assert frappe.db.get_value("Service Order", other, "status") == "Dispatched"


def test_nothing_is_cancelled_while_somebody_works_on_it(line):
	ticket = line.report()
	line.arrive(line.dispatch(ticket))
	line.defer(ticket)
	refused(lambda: line.step(ticket, "Cancelled", cancel_reason="不修了"), rules.CANCEL_AT_WORK)


def test_a_ticket_in_progress_is_not_cancelled(line):
	ticket = line.report()
	line.arrive(line.dispatch(ticket))
	refused(lambda: line.step(ticket, "Cancelled", cancel_reason="不修了"), rules.NOT_A_STEP)


# ---- closing and reopening (SVC-06) -------------------------------------------------------------------------------


@pytest.mark.rule("SVC-06")
def test_closing_waits_for_the_follow_up(line):
	ticket = line.completed(priority="Emergency")
	waiting = open_follow_up(ticket)
	assert waiting.assigned_to == ticket.first_handler
	assert waiting.due_on == frappe.utils.add_days(ticket.completed_on.date(), 1)
	refused(lambda: line.step(ticket, "Closed"), rules.NOT_FOLLOWED_UP)
	line.follow_up(ticket)
	assert line.step(ticket, "Closed").status == "Closed"


@pytest.mark.rule("SVC-06")
@pytest.mark.breaks_invariants  # the draw is turned round in the database
def test_the_draw_is_kept_when_the_ticket_is_saved_again(line):
	ticket = line.completed()
	drawn = ticket.follow_up_required
	frappe.db.set_value("Repair Ticket", ticket.name, "follow_up_required", 1 - drawn)
	assert line.step(ticket, "Completed", follow_up_required=drawn).follow_up_required == 1 - drawn


@pytest.mark.rule("SVC-06")
def test_closing_needs_every_order_filed(line):
	ticket = line.report()
	order = line.work(ticket, sign_off_method="Phone Confirmation")
	with line.as_user("clerk"):
		from property_service.property_service.doctype.service_order import service_order

		service_order.confirm_by_phone(order, "何家欢", "Satisfied")
	ticket = line.complete(ticket)
	frappe.db.set_value("Repair Ticket", ticket.name, "follow_up_required", 0)
	text = refused(lambda: line.step(ticket, "Closed"), rules.ORDER_NOT_FILED)
	assert order in text
	with line.as_user("clerk"):
		service_order.archive(order)
	assert line.step(ticket, "Closed").status == "Closed"


@pytest.mark.rule("SVC-06")
@pytest.mark.parametrize("score", [1, 2])
@pytest.mark.parametrize("before", ["Completed", "Closed"])
def test_a_bad_score_reopens_once(line, score, before):
	ticket = line.completed(priority="Emergency")
	if before == "Closed":
		frappe.db.set_value("Repair Ticket", ticket.name, "status", "Closed")
	assert line.follow_up(ticket, score=score)["reopened"]
	ticket.reload()
	assert (ticket.status, ticket.reopened_count, ticket.follow_up_outcome) == ("Reopened", 1, "")
	assert ticket.reopened_on and not ticket.completed_on
	line.work(ticket)
	ticket = line.complete(ticket)
	assert not line.follow_up(ticket, score=score)["reopened"]
	assert line.step(ticket, "Closed").reopened_count == 1


@pytest.mark.rule("SVC-06")
def test_a_good_score_does_not_reopen(line):
	ticket = line.completed(priority="Emergency")
	assert not line.follow_up(ticket, score=3)["reopened"]
	assert state(ticket) == "Completed"


@pytest.mark.rule("SVC-06")
def test_nobody_reopens_without_a_bad_follow_up(line):
	ticket = line.completed(priority="Emergency")
	refused(lambda: line.step(ticket, "Reopened"), rules.NO_BAD_FOLLOW_UP)


@pytest.mark.rule("SVC-05", "SVC-06")
def test_after_reopening_the_work_is_done_again(line):
	ticket = line.completed(priority="Emergency")
	line.follow_up(ticket, score=1)
	frappe.db.set_value("Service Order", {"repair_ticket": ticket.name}, "finished_on", "2026-01-01 10:00:00")
	frappe.db.set_value("Repair Ticket", ticket.name, "status", "In Progress")
	text = refused(lambda: line.complete(ticket), rules.NOT_COMPLETE)
	assert frappe._(rules.NO_FINISHED_SINCE_REOPENING) in text


# ---- the same refusals from REST ----------------------------------------------------------------------------------


@pytest.mark.rule("SVC-04", "SVC-05", "SVC-06")
def test_rest_meets_the_same_refusals(rest, line, committed, cast):
	from tests.site.rest import refusal

	clerk = rest("clerk")
	made = clerk.insert(
		"Repair Ticket", make.ticket_values(status="Closed", priority="Emergency", total_cost=7)
	)
	assert made.status_code == 200, made.text
	ticket = frappe._dict(made.json()["data"])
	assert (ticket.status, ticket.total_cost) == ("Reported", 0)

	def put(expected, person="clerk", **values):
		answer = rest(person).update("Repair Ticket", ticket.name, values)
		text = frappe.utils.strip_html(refusal(answer))
		parts = re.split(r"\{\d\}", frappe._(expected, lang="zh"))
		assert answer.status_code == 417, answer.text
		assert all(part.strip() in text for part in parts), text

	put(rules.NOT_DISPATCHED, status="Dispatched")
	put(rules.NOT_A_STEP, status="Completed")
	put(rules.NO_CANCEL_REASON, status="Cancelled")
	committed()
	order = line.dispatch(ticket)
	committed()
	put(rules.NO_PLAN, status="Deferred")
	put(rules.NOT_STARTED, status="In Progress")
	answer = clerk.set_value("Repair Ticket", ticket.name, "first_responded_on", "2026-01-01 10:00:00")
	assert answer.status_code == 200 and not answer.json()["message"].get("first_responded_on")
	line.arrive(order)
	committed()
	put(rules.NOT_COMPLETE, status="Completed")
	line.finish(order)
	committed()
	answer = clerk.apply_workflow({"doctype": "Repair Ticket", "name": ticket.name}, "Complete")
	assert answer.status_code == 200, answer.text
	put(rules.NOT_FOLLOWED_UP, status="Closed")
	put(rules.NO_BAD_FOLLOW_UP, status="Reopened")
	put(rules.CONTENT_FROZEN, description="别的")
	assert rest("technician").update("Repair Ticket", ticket.name, description="x").status_code == 403
	assert clerk.delete("Repair Ticket", ticket.name).status_code in (403, 417)
	committed()
	assert state(ticket) == "Completed"
