"""The dispatch slip's way: out to the department, on site, signed, back to the desk (procedure 3.2)."""

import re

import frappe
import pytest

from property_service.property_service.doctype.service_order import service_order
from property_service.rules import service_order as rules
from tests.site import make

DRAWING = "data:image/png;base64,iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR4nGNgYGBgAAAABQABh6FO1AAAAABJRU5ErkJggg=="


@pytest.fixture
def draft(cast, as_user):
	"""A Draft order for the engineering department's technician, without a ticket."""

	def make_draft(**values):
		with as_user("clerk"):
			return make.order(
				**{
					"department": cast.departments["engineering"],
					"assigned_to": cast.employee("technician"),
					**values,
				}
			)

	return make_draft


@pytest.fixture
def order(draft, as_user):
	"""`order("Finished", …)`: an order brought to that state by the people concerned."""

	def make_order(status="In Progress", ticket=None, **values):
		if ticket:
			values["repair_ticket"] = ticket
		doc = draft(**values)
		bring(doc.name, status, as_user)
		return frappe.get_doc("Service Order", doc.name)

	return make_order


def bring(name, status, as_user, sign_off=None):
	if status in ("Dispatched", "In Progress", "Finished", "Archived"):
		with as_user("clerk"):
			service_order.dispatch(name)
	if status in ("In Progress", "Finished", "Archived"):
		with as_user("technician"):
			service_order.arrive(name)
	if status in ("Finished", "Archived"):
		with as_user("technician"):
			doc = frappe.get_doc("Service Order", name)
			doc.update(sign_off or {"sign_off_method": rules.PHONE})
			doc.save()
			service_order.finish(name, work_done="换了水龙头垫片")
	if status == "Archived":
		with as_user("clerk"):
			service_order.confirm_by_phone(name, "何家欢", "Satisfied")
			service_order.archive(name)


def state(doc):
	return frappe.db.get_value("Service Order", doc.name, "status")


def refused(call, expected, exc=frappe.ValidationError):
	"""The call is refused with the message of the rule, and nothing is written."""
	with pytest.raises(exc) as error:
		call()
	text = frappe.utils.strip_html(str(error.value))
	parts = re.split(r"\{\d\}", frappe._(expected))
	assert all(part.strip() in text for part in parts), text


# ---- dispatch (SVC-09) -------------------------------------------------------------------------------------------


@pytest.mark.rule("SVC-09")
def test_dispatch_records_who_and_when_and_tells_the_assigned_person(draft, as_user, cast):
	doc = draft()
	with as_user("clerk"):
		service_order.dispatch(doc.name)
	doc.reload()
	assert (doc.status, doc.dispatched_by) == ("Dispatched", cast.user("clerk"))
	assert doc.dispatched_on and doc.assigned_user == cast.user("technician")
	notice = frappe.get_all(
		"Notification Log",
		filters={"document_type": "Service Order", "document_name": doc.name},
		fields=["for_user", "subject", "email_content"],
		order_by="creation",
	)
	assert [row.for_user for row in notice] == [cast.user("technician")]
	assert "水龙头漏水" in notice[0].subject and doc.name in notice[0].email_content
	mails = frappe.get_all("Email Queue", {"reference_name": doc.name}, pluck="name", order_by="creation")
	to = frappe.get_all(
		"Email Queue Recipient", {"parent": ("in", mails)}, pluck="recipient", order_by="creation"
	)
	assert to == [cast.user("technician")]


@pytest.mark.rule("SVC-09")
@pytest.mark.parametrize(
	("person", "message"),
	[
		(None, rules.NO_ASSIGNEE),
		("other_technician", rules.FOREIGN_ASSIGNEE),
		("other_department_head", rules.FOREIGN_ASSIGNEE),
	],
)
def test_dispatch_needs_a_member_of_the_department(draft, as_user, cast, person, message):
	doc = draft(assigned_to=cast.employee(person) if person else None)
	with as_user("clerk"):
		refused(lambda: service_order.dispatch(doc.name), message)
	assert state(doc) == "Draft"


@pytest.mark.rule("SVC-09")
def test_dispatch_needs_a_department(draft, as_user):
	doc = draft(department=None)
	with as_user("clerk"):
		refused(lambda: service_order.dispatch(doc.name), rules.NO_DEPARTMENT)


@pytest.mark.rule("SVC-09")
def test_the_head_of_the_department_may_be_assigned_and_hand_over(draft, as_user, cast):
	doc = draft(assigned_to=cast.employee("department_head"))
	with as_user("clerk"):
		service_order.dispatch(doc.name)
	with as_user("department_head"):
		doc = frappe.get_doc("Service Order", doc.name)
		doc.assigned_to = cast.employee("second_technician")
		doc.save()
	assert doc.assigned_user == cast.user("second_technician")
	assert frappe.db.exists(
		"Notification Log", {"document_name": doc.name, "for_user": cast.user("second_technician")}
	)
	with as_user("department_head"):
		doc.assigned_to = cast.employee("other_technician")
		refused(doc.save, rules.FOREIGN_ASSIGNEE)


@pytest.mark.rule("SVC-09")
def test_steps_are_taken_in_their_order(draft, as_user):
	doc = draft()
	with as_user("technician"):
		refused(lambda: service_order.arrive(doc.name), rules.NOT_A_STEP)
		refused(lambda: service_order.finish(doc.name), rules.NOT_A_STEP)
	with as_user("clerk"):
		refused(lambda: service_order.archive(doc.name), rules.NOT_A_STEP)


@pytest.mark.rule("SVC-09")
def test_a_technician_neither_dispatches_nor_cancels(order, draft, as_user):
	waiting, sent = draft(), order("Dispatched")
	with as_user("technician"):
		with pytest.raises(frappe.ValidationError):
			service_order.dispatch(waiting.name)
		with pytest.raises(frappe.ValidationError):
			service_order.cancel(sent.name, "不想去")
	assert (state(waiting), state(sent)) == ("Draft", "Dispatched")


# ---- who sees it (SVC-09, ORG-02) -----------------------------------------------------------------------------------


@pytest.mark.rule("SVC-09")
@pytest.mark.parametrize("stranger", ["other_technician", "other_department_head"])
def test_another_department_neither_lists_nor_opens_nor_works_the_order(order, as_user, stranger):
	doc = order("Dispatched")
	with as_user(stranger):
		assert not frappe.get_list("Service Order", {"name": doc.name}, order_by="name")
		assert not frappe.has_permission("Service Order", "read", doc.name)
		for step in (service_order.arrive, service_order.finish, service_order.archive):
			with pytest.raises(frappe.PermissionError):
				step(doc.name)
	assert state(doc) == "Dispatched"


@pytest.mark.rule("SVC-09")
@pytest.mark.parametrize(
	"person", ["technician", "second_technician", "department_head", "clerk", "general_manager"]
)
def test_the_own_department_and_the_desk_see_it(order, as_user, person):
	doc = order("Dispatched")
	with as_user(person):
		assert frappe.get_list("Service Order", {"name": doc.name}, order_by="name")
		assert frappe.has_permission("Service Order", "read", doc.name)


# ---- on site and finish (SVC-05) ----------------------------------------------------------------------------------


@pytest.mark.rule("SVC-09")
def test_arrival_is_stamped_by_the_server(order, as_user):
	doc = order("Dispatched")
	with as_user("technician"):
		doc = frappe.get_doc("Service Order", doc.name)
		doc.update(
			{
				"status": "In Progress",
				"arrived_on": "2020-01-01 00:00:00",
				"finished_on": "2020-01-01 00:00:00",
			}
		)
		doc.save()
	assert doc.arrived_on.year > 2020 and not doc.finished_on


@pytest.mark.rule("SVC-05")
@pytest.mark.parametrize(
	("values", "message"),
	[
		({}, rules.NO_WORK_DONE),
		({"work_done": "换了垫片"}, rules.NO_SIGN_OFF),
		({"work_done": "换了垫片", "sign_off_method": rules.DRAWN}, rules.NO_SIGNATURE),
		({"work_done": "换了垫片", "sign_off_method": rules.SLIP}, rules.NO_SLIP_PHOTO),
		({"work_done": "换了垫片", "sign_off_method": rules.INSPECTION}, rules.NO_INSPECTOR),
	],
)
def test_finishing_without_work_or_sign_off_is_refused(order, as_user, values, message):
	doc = order("In Progress")
	with as_user("technician"):
		doc = frappe.get_doc("Service Order", doc.name)
		doc.update(values)
		refused(doc.finish, message)
	assert state(doc) == "In Progress"


@pytest.mark.rule("SVC-05")
def test_who_signs_depends_on_the_kind_of_repair(order, as_user):
	home = order("In Progress", make.ticket(repair_kind="Home Repair").name)
	public = order("In Progress", make.ticket(repair_kind="Public Repair").name)
	inspected = {
		"sign_off_method": rules.INSPECTION,
		"sign_off_name": "舍长",
		"sign_off_role": "Dormitory Head",
	}
	with as_user("technician"):
		for doc, values, message in (
			(home, inspected, rules.HOME_NEEDS_CUSTOMER),
			(public, {"sign_off_method": rules.PHONE}, rules.PUBLIC_NEEDS_INSPECTION),
		):
			doc = frappe.get_doc("Service Order", doc.name)
			doc.update({"work_done": "换了灯管", **values})
			refused(doc.finish, message)
		doc = frappe.get_doc("Service Order", public.name)
		doc.update({"work_done": "换了灯管", **inspected})
		refused(doc.finish, rules.NO_INSPECTOR_SIGNATURE)
		doc.reload()
		doc.update({"work_done": "换了灯管", "customer_signature": DRAWING, **inspected})
		doc.finish()
	assert doc.status == "Archived" and doc.signed_off


@pytest.mark.rule("SVC-05")
def test_a_technicians_phone_confirmation_waits_for_the_clerk(order, as_user, cast):
	doc = order("Finished", make.ticket().name)
	assert not doc.signed_off
	with as_user("technician"):
		doc = frappe.get_doc("Service Order", doc.name)
		doc.sign_off_name = "何家欢"
		doc.save()
		assert not doc.signed_off
		refused(
			lambda: service_order.confirm_by_phone(doc.name, "何家欢"),
			rules.CONFIRMED_BY_DESK,
			frappe.PermissionError,
		)
	with as_user("clerk"):
		service_order.confirm_by_phone(doc.name, "何家欢", "Satisfied")
	doc.reload()
	assert doc.signed_off and doc.signed_on and doc.sign_off_user == cast.user("clerk")


@pytest.mark.rule("SVC-05")
def test_only_a_finished_order_is_confirmed_by_phone(order, as_user):
	doc = order("In Progress")
	with as_user("clerk"):
		refused(lambda: service_order.confirm_by_phone(doc.name, "何家欢"), rules.NOTHING_TO_CONFIRM)


@pytest.mark.rule("SVC-05")
@pytest.mark.parametrize(
	"drawing",
	["x", "data:image/svg+xml;base64,PHN2Zz4=", "https://example.com/a.png", DRAWING + "A" * 500_000],
)
def test_a_signature_is_a_drawing(order, as_user, drawing):
	doc = order("In Progress")
	with as_user("technician"):
		doc = frappe.get_doc("Service Order", doc.name)
		doc.update({"sign_off_method": rules.DRAWN, "customer_signature": drawing})
		refused(doc.save, "The signature is not a drawing; let the customer sign on the screen (SVC-05).")


@pytest.mark.rule("SVC-05")
def test_the_photo_of_a_slip_is_an_uploaded_file(order, as_user):
	doc = order("In Progress")
	with as_user("technician"):
		doc = frappe.get_doc("Service Order", doc.name)
		doc.update(
			{"sign_off_method": rules.SLIP, "signed_slip": "/files/nowhere.png", "work_done": "换了垫片"}
		)
		refused(doc.finish, "The photo of the signed slip was not uploaded; attach it again (SVC-05).")


# ---- the slip's way back (SVC-10) -----------------------------------------------------------------------------------


@pytest.mark.rule("SVC-10")
def test_a_drawn_signature_archives_itself(order, as_user, cast):
	doc = order("In Progress", make.ticket().name)
	with as_user("technician"):
		doc = frappe.get_doc("Service Order", doc.name)
		doc.update({"work_done": "换了垫片", "sign_off_method": rules.DRAWN, "customer_signature": DRAWING})
		doc.finish()
	assert (doc.status, doc.returned_to) == ("Archived", cast.user("technician"))
	assert doc.finished_on and doc.signed_on and doc.returned_on
	assert [step.to_state for step in doc.approval_steps] == [
		"Dispatched",
		"In Progress",
		"Finished",
		"Archived",
	]


@pytest.mark.rule("SVC-10")
def test_archiving_records_who_received_the_slip_and_when(order, as_user, cast):
	doc = order("Archived")
	assert (doc.status, doc.returned_to) == ("Archived", cast.user("clerk"))
	assert doc.returned_on


@pytest.mark.rule("SVC-10")
def test_an_unsigned_slip_is_filed_by_the_manager_with_a_note_only(order, as_user):
	doc = order("Finished")
	with as_user("clerk"):
		refused(lambda: service_order.archive(doc.name, note="客户已搬走"), rules.NOT_SIGNED_OFF)
	with as_user("service_manager"):
		refused(lambda: service_order.archive(doc.name), rules.NOT_SIGNED_OFF)
		service_order.archive(doc.name, note="客户已搬走")
	assert state(doc) == "Archived"


@pytest.mark.rule("SVC-10", "ORG-01")
def test_a_deputy_of_the_manager_files_an_unsigned_slip_within_the_dates_only(order, as_user, cast):
	user = frappe.get_doc("User", cast.user("second_clerk"))
	user.append("roles", {"role": "Service Manager"})
	user.save()
	settings = frappe.get_doc("Property Service Settings")
	dates = {"from_date": "2020-01-01", "until": "2020-01-31"}
	settings.append("deputies", {"role": "Service Manager", "user": user.name, **dates})
	settings.save()
	doc = order("Finished")
	with as_user("second_clerk"):
		refused(lambda: service_order.archive(doc.name, note="客户已搬走"), rules.NOT_SIGNED_OFF)
		settings.deputies[-1].until = "2999-12-31"
		with as_user("Administrator"):
			settings.save()
		service_order.archive(doc.name, note="客户已搬走")
	assert state(doc) == "Archived"


@pytest.mark.rule("SVC-10")
def test_a_technician_does_not_file_a_paper_slip(order, as_user):
	doc = order("Finished")
	with as_user("clerk"):
		service_order.confirm_by_phone(doc.name, "何家欢")
	with as_user("technician"), pytest.raises(frappe.ValidationError):
		service_order.archive(doc.name)
	assert state(doc) == "Finished"


# ---- back to the desk and cancelling --------------------------------------------------------------------------------


@pytest.mark.rule("SVC-09")
def test_returning_to_the_desk_needs_a_reason_and_keeps_it(order, as_user, cast):
	doc = order("Dispatched")
	with as_user("technician"):
		refused(lambda: service_order.return_to_desk(doc.name, "  "), rules.NO_RETURN_REASON)
		service_order.return_to_desk(doc.name, "属于弱电，不是我们的工种")
	doc.reload()
	assert (doc.status, doc.return_reason) == ("Returned to Desk", "属于弱电，不是我们的工种")
	step = doc.approval_steps[-1]
	assert (step.actor, step.comment) == (cast.user("technician"), doc.return_reason)
	with as_user("clerk"):
		service_order.dispatch(
			doc.name,
			department=cast.departments["environment"],
			assigned_to=cast.employee("other_technician"),
		)
	doc.reload()
	assert (doc.status, doc.assigned_user) == ("Dispatched", cast.user("other_technician"))


@pytest.mark.rule("SVC-09")
def test_cancelling_needs_a_reason_and_ends_the_order(order, as_user):
	doc = order("Dispatched")
	with as_user("clerk"):
		refused(lambda: service_order.cancel(doc.name), rules.NO_CANCEL_REASON)
		service_order.cancel(doc.name, "客户自行解决")
		doc.reload()
		doc.matter = "别的事"
		refused(doc.save, rules.ENDED_IS_FROZEN)


@pytest.mark.rule("SVC-09")
def test_an_order_in_progress_is_not_cancelled(order, as_user):
	doc = order("In Progress")
	with as_user("clerk"):
		refused(lambda: service_order.cancel(doc.name, "x"), rules.NOT_A_STEP)


def test_a_dispatched_order_is_never_deleted(order):
	doc = order("Dispatched")
	refused(
		lambda: frappe.delete_doc("Service Order", doc.name),
		"Order {0} was dispatched; it is cancelled with a reason, not deleted (procedure 3.2).",
	)


# ---- who writes what ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
	("values", "message"),
	[
		({"customer_phone": "13900000000"}, rules.DESK_FIELDS),
		({"labour_rate": 500}, rules.DESK_FIELDS),
		({"charges": [{"charge_type": "Labour", "amount": 50}]}, rules.DESK_FIELDS),
		({"matter": "没事"}, rules.DESK_FIELDS),
	],
)
def test_a_technician_writes_the_work_only(order, as_user, values, message):
	doc = order("In Progress")
	with as_user("technician"):
		doc = frappe.get_doc("Service Order", doc.name)
		doc.update(values)
		refused(doc.save, message)


def test_the_department_of_a_dispatched_order_is_fixed(order, as_user, cast):
	doc = order("Dispatched")
	with as_user("clerk"):
		doc = frappe.get_doc("Service Order", doc.name)
		doc.department = cast.departments["environment"]
		refused(doc.save, rules.DISPATCHED_IS_FROZEN)


def test_work_is_recorded_on_site(draft, order, as_user):
	doc = order("Dispatched")
	with as_user("technician"):
		doc = frappe.get_doc("Service Order", doc.name)
		doc.work_done = "换了垫片"
		refused(doc.save, rules.NOT_STARTED)
	refused(lambda: draft(work_done="换了垫片"), rules.NOT_STARTED)


def test_what_the_server_owns_is_not_taken_from_a_client(draft, cast):
	doc = draft(
		status="Archived",
		dispatched_by=cast.user("general_manager"),
		total_cost=9999,
		signed_off=1,
		returned_on="2020-01-01 00:00:00",
		approval_steps=[{"action": "Archive", "actor": cast.user("clerk"), "to_state": "Archived"}],
	)
	assert (doc.status, doc.dispatched_by, doc.total_cost, doc.signed_off) == ("Draft", None, 0, 0)
	assert not doc.returned_on and not doc.approval_steps


# ---- cost (SVC-11) ------------------------------------------------------------------------------------------------


@pytest.mark.rule("SVC-11")
def test_costs_are_summed_on_order_and_ticket(order, as_user):
	ticket = make.ticket().name
	first, second = order("In Progress", ticket), order("In Progress", ticket)
	for doc, qty, rate, hours in ((first, 3, 2.335, 1.5), (second, 0.5, 12.25, 0)):
		with as_user("clerk"):
			doc = frappe.get_doc("Service Order", doc.name)
			doc.append("materials", {"item_name": "垫片", "qty": qty, "rate": rate})
			doc.update({"labour_hours": hours, "labour_rate": 38})
			doc.save()
	first.reload()
	assert (first.materials[0].amount, first.labour_cost, first.total_cost) == (7.01, 57, 64.01)
	costs = frappe.db.get_value("Repair Ticket", ticket, ["material_cost", "labour_cost", "total_cost"])
	assert tuple(float(cost) for cost in costs) == (13.14, 57, 70.14)


@pytest.mark.rule("SVC-11")
def test_labour_is_priced_by_the_setting(order, as_user):
	frappe.db.set_single_value("Property Service Settings", "labour_rate", 45)
	frappe.clear_document_cache("Property Service Settings", "Property Service Settings")
	doc = order("In Progress")
	with as_user("technician"):
		doc = frappe.get_doc("Service Order", doc.name)
		doc.labour_hours = 0.5
		doc.save()
	assert (doc.labour_rate, doc.labour_cost) == (45, 22.5)
	frappe.clear_document_cache("Property Service Settings", "Property Service Settings")


@pytest.mark.rule("SVC-11")
@pytest.mark.parametrize(
	("fieldname", "value"), [("qty", -1), ("qty", float("nan")), ("rate", 1e308), ("qty", 1e12)]
)
def test_a_figure_that_is_no_amount_is_refused(order, as_user, fieldname, value):
	doc = order("In Progress")
	with as_user("technician"):
		doc = frappe.get_doc("Service Order", doc.name)
		doc.append("materials", {"item_name": "垫片", "qty": 1, "rate": 1, fieldname: value})
		with pytest.raises(frappe.ValidationError) as error:
			doc.save()
	label = frappe.get_meta("Service Order Material").get_label(fieldname)
	assert frappe._(label) in frappe.utils.strip_html(str(error.value))


# ---- order and ticket ----------------------------------------------------------------------------------------------


@pytest.mark.rule("SVC-09")
def test_an_order_for_a_ticket_carries_everything_over(as_user, cast):
	ticket = make.ticket(priority="Urgent", location="三楼走廊")
	with as_user("clerk"):
		doc = service_order.make_for_ticket(
			ticket.name, cast.departments["engineering"], cast.employee("technician")
		)
	assert (doc.status, doc.customer_name, doc.customer_phone) == ("Draft", "何家欢", ticket.contact_phone)
	assert (doc.matter, doc.priority, doc.repair_kind) == ("水龙头漏水", "Urgent", "Home Repair")
	assert "三楼走廊" in doc.customer_address


@pytest.mark.rule("SVC-03")
def test_the_order_moves_its_ticket(draft, as_user):
	ticket = make.ticket().name

	def ticket_state():
		return frappe.db.get_value("Repair Ticket", ticket, "status")

	doc = draft(repair_ticket=ticket)
	assert ticket_state() == "Reported"
	with as_user("clerk"):
		service_order.dispatch(doc.name)
	assert ticket_state() == "Dispatched"
	with as_user("technician"):
		service_order.arrive(doc.name)
	assert ticket_state() == "In Progress"


def test_the_ticket_is_locked_before_the_order(order, count_sql, as_user):
	"""Every door locks in the same order, also a PUT, which loads the order for update before any controller runs."""
	doc = order("Dispatched", make.ticket().name)
	with count_sql() as count:
		frappe.get_doc("Service Order", doc.name, for_update=True)
	locks = [s for s in count.statements if "FOR UPDATE" in s.upper()]
	assert "tabRepair Ticket" in locks[0] and any("tabService Order" in s for s in locks[1:])


@pytest.mark.rule("SVC-06")
@pytest.mark.parametrize("status", ["Completed", "Closed", "Cancelled", "Deferred"])
def test_a_ticket_that_has_ended_or_waits_takes_no_new_order(status, as_user):
	ticket = make.ticket()
	ticket.db_set("status", status)
	with as_user("clerk"), pytest.raises(frappe.ValidationError, match="takes no"):
		make.order(repair_ticket=ticket.name)
