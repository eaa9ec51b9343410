"""The same complainant with the same matter; too many of one type in a month (SVC-17)."""

import frappe
import pytest
from frappe.utils import add_days, get_first_day, now_datetime

from property_service.property_service.doctype.customer_complaint import steps
from property_service.property_service.doctype.quality_suggestion import quality_suggestion
from tests.site import complaint_line, make
from tests.site.complaint_line import Line

pytestmark = pytest.mark.rule("SVC-17")


@pytest.fixture
def line(cast, as_user):
	return lambda **given: Line(cast, as_user, **given)


@pytest.fixture
def phone():
	return make.mobile_number()


@pytest.fixture
def kind():
	return complaint_line.complaint_type()


class TestRepeated:
	def test_the_same_number_and_type_within_thirty_days(self, line, phone, kind):
		first = line(contact_phone=phone, complaint_type=kind, received_on=str(add_days(now_datetime(), -29)))
		second = line(contact_phone=phone, complaint_type=kind)
		assert (first.doc.repeated, second.doc.repeated) == (0, 1)
		assert second.doc.repeated_of == first.name

	def test_not_after_more_than_thirty_days(self, line, phone, kind):
		line(contact_phone=phone, complaint_type=kind, received_on=str(add_days(now_datetime(), -31)))
		assert not line(contact_phone=phone, complaint_type=kind).doc.repeated

	def test_not_of_another_type_nor_another_person(self, line, phone, kind):
		line(contact_phone=phone, complaint_type=kind)
		assert not line(contact_phone=phone).doc.repeated
		assert not line(complaint_type=kind).doc.repeated

	def test_the_same_resident_with_another_number(self, line, kind):
		resident = make.resident().name
		first = line(complainant=resident, complaint_type=kind)
		second = line(complainant=resident, complaint_type=kind)
		assert second.doc.repeated_of == first.name

	def test_found_when_the_type_is_chosen_later(self, line, phone, kind):
		first = line(contact_phone=phone, complaint_type=kind)
		second = line(contact_phone=phone, complaint_type=None)
		assert not second.doc.repeated
		second.move("clerk", "Received", complaint_type=kind)
		assert second.doc.repeated_of == first.name

	def test_two_nameless_callers_are_not_the_same_person(self, line, kind):
		line(contact_phone=None, complaint_type=kind)
		assert not line(contact_phone=None, complaint_type=kind).doc.repeated


class TestSuggestion:
	def four(self, line, kind, **given):
		for _ in range(3):
			line(complaint_type=kind).assigned(**given)
		assert not suggestions(kind)
		line(complaint_type=kind).assigned(**given)

	def test_the_fourth_of_a_month_suggests_once(self, line, kind, cast):
		self.four(line, kind)
		line(complaint_type=kind).assigned()
		(found,) = suggestions(kind)
		assert (found.department, found.complaint_count) == (cast.departments["engineering"], 5)
		assert str(found.month) == str(get_first_day(now_datetime()))
		assert len(complaint_line.notified(cast.user("department_head"), found.name)) == 1
		# the manager assigned, so the screen says it at once
		shown = [message for message in frappe.get_message_log() if found.name in str(message)]
		assert len(shown) == 1

	def test_another_department_counts_for_itself(self, line, kind):
		for department in ("engineering", "engineering", "engineering", "environment"):
			line(complaint_type=kind).assigned(department)
		assert not suggestions(kind)

	@pytest.mark.parametrize("closed", [False, True])
	def test_unfounded_ones_do_not_count(self, line, kind, closed):
		unfounded = line(complaint_type=kind)
		unfounded.assigned()
		unfounded.take("service_manager", steps.declare_unfounded, unfounded_reason="不属实")
		if closed:
			unfounded.take("clerk", steps.record_contact, "Phone", "已说明")
			unfounded.take("clerk", steps.close)
		for _ in range(3):
			line(complaint_type=kind).assigned()
		assert not suggestions(kind)

	def test_a_quality_action_is_made_once(self, line, kind, cast, as_user):
		self.four(line, kind)
		(found,) = suggestions(kind)
		with as_user("service_manager"):
			first = quality_suggestion.make_quality_action(found.name)
			assert quality_suggestion.make_quality_action(found.name) == first
		action = frappe.get_doc("Quality Action", first)
		assert cast.departments["engineering"] in action.resolutions[0].problem
		assert frappe.db.get_value("Quality Suggestion", found.name, "status") == "Taken Up"

	def test_a_non_conformance_is_made_once(self, line, kind, as_user):
		self.four(line, kind)
		(found,) = suggestions(kind)
		procedure = frappe.get_doc(
			{"doctype": "Quality Procedure", "quality_procedure_name": "客户服务管理规程"}
		).insert()
		with as_user("service_manager"):
			first = quality_suggestion.make_non_conformance(found.name, procedure.name)
			assert quality_suggestion.make_non_conformance(found.name, procedure.name) == first
		assert frappe.db.get_value("Non Conformance", first, "status") == "Open"

	def test_no_department_dismisses_its_own(self, line, kind, as_user):
		self.four(line, kind)
		(found,) = suggestions(kind)
		with as_user("department_head"), pytest.raises(frappe.PermissionError, match="SVC-17"):
			quality_suggestion.dismiss(found.name, "没有必要")
		with as_user("other_department_head"), pytest.raises(frappe.PermissionError):
			quality_suggestion.make_quality_action(found.name)
		with as_user("service_manager"):
			with pytest.raises(frappe.ValidationError, match="SVC-17"):
				quality_suggestion.dismiss(found.name, " ")
			quality_suggestion.dismiss(found.name, "已在专项整改中")
			with pytest.raises(frappe.ValidationError, match="SVC-17"):
				quality_suggestion.dismiss(found.name, "再次")
		with pytest.raises(frappe.ValidationError, match="SVC-17"):
			frappe.delete_doc("Quality Suggestion", found.name)

	def test_nobody_edits_a_suggestion(self, line, kind, as_user):
		self.four(line, kind)
		(found,) = suggestions(kind)
		doc = frappe.get_doc("Quality Suggestion", found.name)
		doc.complaint_count = 99
		doc.status = "Dismissed"
		doc.save()
		doc.reload()
		assert (doc.complaint_count, doc.status) == (4, "Open")


def suggestions(kind: str) -> list:
	return frappe.get_all("Quality Suggestion", {"complaint_type": kind}, ["*"])
