"""Whom a follow-up belongs to, and who may say how satisfied the customer is (SVC-18)."""

import frappe
import pytest

from property_service.property_service.doctype.follow_up import follow_up
from property_service.property_service.doctype.service_order import service_order
from property_service.rules import follow_up as rules
from tests.site import complaint_line, make
from tests.site.repair_line import Line, refused

pytestmark = pytest.mark.rule("SVC-18")


@pytest.fixture
def line(cast, as_user):
	return Line(cast, as_user)


@pytest.mark.parametrize("doctype", ["User", "Employee", "Company", "Complainant"])
def test_nothing_else_is_followed_up(as_user, doctype):
	name = frappe.get_all(doctype, pluck="name", limit=1, order_by="creation") or ["-"]
	with as_user("clerk"):
		values = {"reference_doctype": doctype, "reference_name": name[0]}
		with pytest.raises((frappe.ValidationError, frappe.DoesNotExistError)):
			make.insert({"doctype": "Follow Up", **values})
		refused(lambda: follow_up.record(**values, reached=True), rules.NO_REFERENCE)


@pytest.mark.rule("SVC-14", "ORG-02")
def test_a_follow_up_does_not_tell_who_complains_about_the_own_department(cast, as_user):
	"""The record of the person lends its name and number to nobody."""
	complaint_line.name_service_department(cast)
	matter = complaint_line.Line(
		cast,
		as_user,
		confidential=1,
		contact_name="欧阳若兰",
		proposed_department=cast.departments["service"],
	)
	matter.classified()
	matter.assign("service", "general_manager", verifier=cast.user("admin_hr"))
	with as_user("clerk"):
		assert not frappe.get_doc("Complainant", matter.name).has_permission("read")
		refused(
			lambda: make.insert(
				{
					"doctype": "Follow Up",
					"reference_doctype": "Complainant",
					"reference_name": matter.name,
				}
			),
			rules.NO_REFERENCE,
		)
	frappe.clear_document_cache("Property Service Settings", "Property Service Settings")


@pytest.mark.rule("ORG-02")
def test_nobody_follows_up_what_they_may_not_read(cast, as_user):
	user = frappe.get_doc("User", cast.user("other_technician"))
	user.append("roles", {"role": "Quality Manager"})
	user.save()
	frappe.get_doc(
		{
			"doctype": "Custom DocPerm",
			"parent": "Follow Up",
			"role": "Quality Manager",
			**dict.fromkeys(("read", "write", "create"), 1),
		}
	).insert()
	frappe.clear_cache(doctype="Follow Up")
	ticket = make.ticket(department=cast.departments["engineering"])
	ticket.db_set("status", "Completed")
	with as_user("other_technician"), pytest.raises(frappe.PermissionError):
		make.insert(
			{"doctype": "Follow Up", "reference_doctype": "Repair Ticket", "reference_name": ticket.name}
		)
	frappe.db.rollback()
	frappe.clear_cache(doctype="Follow Up")


def test_who_did_the_work_does_not_score_it_after_a_colleagues_call(line, cast):
	"""The clerk recorded the finish; a colleague reached the customer, who had no time for a score."""
	ticket = line.report()
	order = line.dispatch(ticket)
	line.arrive(order)
	with line.as_user("clerk"):
		doc = frappe.get_doc("Service Order", order)
		doc.update({"sign_off_method": "Phone Confirmation", "work_done": "换了垫片"}).save()
		service_order.finish(order)
		service_order.confirm_by_phone(order, "何家欢")
		service_order.archive(order)
	line.complete(ticket)
	called = line.follow_up(ticket, by="second_clerk", score=0)
	for person, allowed in (("clerk", False), ("service_manager", True)):
		with line.as_user(person):
			doc = frappe.get_doc("Follow Up", called["name"])
			doc.score = 5
			if allowed:
				assert doc.save().score == 5
			else:
				refused(doc.save, rules.OWN_WORK)
