"""客户保密: the department complained about sees the matter, not the person, whatever door it tries (SVC-14)."""

import json

import frappe
import pytest
from frappe.utils import set_request

from property_service.property_service.doctype.customer_complaint import identity, steps
from property_service.property_service.doctype.reception_record import reception_record
from tests.site import complaint_line, make
from tests.site.complaint_line import Line

pytestmark = pytest.mark.rule("SVC-14", "ORG-02")

NAME, PHONE, ADDRESS = "欧阳若兰", "13955554321", "一期 3 幢 302 室"
SECRETS = (NAME, PHONE, ADDRESS)


@pytest.fixture(autouse=True)
def front_desk(test_transaction, cast):
	complaint_line.name_service_department(cast)
	yield
	frappe.clear_document_cache("Property Service Settings", "Property Service Settings")


@pytest.fixture
def homes():
	building = make.unit(unit_type="Building", unit_name="3 幢", is_group=1)
	return building, make.unit(unit_type="Room", unit_name="302 室", parent_property_unit=building.name)


@pytest.fixture
def matter(cast, as_user, homes):
	resident = make.resident(resident_name=NAME, mobile_no=PHONE, property_unit=homes[1].name)
	matter = Line(
		cast,
		as_user,
		confidential=1,
		complainant=resident.name,
		contact_name=None,
		contact_phone=None,
		contact_address=ADDRESS,
		property_unit=None,
	)
	matter.resident, matter.building, matter.room = resident, *homes
	return matter


def secrets_of(matter) -> list[str]:
	return [*SECRETS, matter.resident.name, matter.room.name]


def shows(matter, text: str) -> list[str]:
	return [secret for secret in secrets_of(matter) if secret in text]


def test_the_complaints_own_row_holds_nothing_of_the_person(matter):
	row = frappe.db.sql("select * from `tabCustomer Complaint` where name = %s", matter.name, as_dict=True)
	assert shows(matter, str(row)) == []
	assert row[0].property_unit == matter.building.name


@pytest.mark.rule("SVC-01")
def test_the_contact_it_came_by_names_nobody_either(matter):
	row = frappe.db.sql(
		"select * from `tabReception Record` where reference_name = %s", matter.name, as_dict=True
	)
	assert len(row) == 1
	assert shows(matter, str(row)) == []
	assert row[0].property_unit == matter.building.name


@pytest.mark.rule("SVC-01")
@pytest.mark.parametrize("afterwards", [False, True])
def test_a_call_that_was_noted_with_its_name_forgets_it(cast, as_user, homes, afterwards):
	"""Whether the caller asks for confidentiality at once or when the complaint is there already."""
	with as_user("clerk"):
		record = make.insert(
			{
				"doctype": "Reception Record",
				"category": "Complaint",
				"content": "管理处态度恶劣",
				"contact_name": NAME,
				"contact_phone": PHONE,
				"property_unit": homes[1].name,
			}
		)
		complaint = reception_record.make_document(record.name)
		complaint.confidential = int(not afterwards)
		complaint.insert()
		if afterwards:
			complaint.confidential = 1
			complaint.save()
	row = frappe.db.sql("select * from `tabReception Record` where name = %s", record.name, as_dict=True)
	assert not [secret for secret in (NAME, PHONE, homes[1].name) if secret in str(row)]
	assert identity.of(complaint.name).contact_phone == PHONE


def test_the_desk_sees_the_person_in_the_form(matter, as_user):
	for person in ("clerk", "service_manager", "general_manager"):
		with as_user(person):
			doc = matter.doc
			doc.run_method("onload")
			known = doc.get_onload().person
			assert (known.contact_name, known.contact_phone, known.contact_address) == SECRETS
			assert (known.complainant, known.property_unit) == (matter.resident.name, matter.room.name)


def test_form_load(matter, as_user):
	from frappe.desk.form.load import getdoc

	matter.assigned()
	# somebody changes the person meanwhile: the version must not tell
	matter.move("clerk", "Assigned", contact_phone="13912340000")
	matter.move("clerk", "Assigned", contact_phone=PHONE)
	for person in ("department_head", "technician"):
		with as_user(person):
			frappe.response.docs = []
			getdoc("Customer Complaint", matter.name)
			answer = frappe.as_json(frappe.response)
		assert matter.name in answer
		assert shows(matter, answer) == []
		assert "13912340000" not in answer


def test_versions_never_hold_the_person(matter, cast, as_user):
	"""Not even while the complaint was open: it may become confidential later."""
	open_matter = Line(cast, as_user, contact_name="白小姐", contact_phone="13966660000")
	open_matter.move("clerk", "Received", contact_name=NAME, contact_phone=PHONE)
	open_matter.assigned()
	open_matter.move("clerk", "Assigned", confidential=1)
	versions = frappe.get_all("Version", {"docname": open_matter.name}, pluck="data")
	assert versions
	for text in (NAME, PHONE, "白小姐", "13966660000"):
		assert text not in str([json.loads(data) for data in versions])
	row = frappe.db.sql(
		"select * from `tabCustomer Complaint` where name = %s", open_matter.name, as_dict=True
	)
	assert NAME not in str(row)
	assert identity.of(open_matter.name).contact_phone == PHONE


def test_list_report_and_search(matter, as_user):
	from frappe.desk.reportview import execute
	from frappe.desk.search import search_widget

	matter.assigned()
	fields = ["*"]
	with as_user("department_head"):
		rows = frappe.get_list("Customer Complaint", filters={"name": matter.name}, fields=fields)
		assert rows
		assert shows(matter, str(rows)) == []
		# an oracle: filters on what the row does not hold find nothing
		for field, value in (
			("contact_name", NAME),
			("contact_phone", PHONE),
			("complainant", matter.resident.name),
			("property_unit", matter.room.name),
		):
			assert not frappe.get_list("Customer Complaint", filters={field: value})
		by_number = execute(
			"Customer Complaint", or_filters={"contact_phone": ("like", "139%")}, fields=["name"]
		)
		assert matter.name not in [row.name for row in by_number]
		for text in SECRETS:
			assert not search_widget("Customer Complaint", text, searchfield="contact_name")


def test_global_search(matter, as_user):
	from frappe.utils.global_search import search, sync_global_search, update_global_search

	matter.assigned()
	update_global_search(matter.doc)
	sync_global_search()
	assert not frappe.db.sql("select name from `__global_search` where name = %s", matter.name)
	with as_user("department_head"):
		assert not [hit for text in SECRETS for hit in search(text) if hit.name == matter.name]


def test_print(matter, as_user):
	matter.assigned()
	for print_format in ("Complaint Record", "Standard"):
		with as_user("department_head"):
			assert shows(matter, frappe.get_print("Customer Complaint", matter.name, print_format)) == []
		with as_user("clerk"):
			assert NAME in frappe.get_print("Customer Complaint", matter.name, print_format)


def test_the_record_of_the_person_is_closed_to_the_department(matter, as_user):
	matter.assigned()
	for person in ("department_head", "technician", "admin_hr"):
		with as_user(person):
			with pytest.raises(frappe.PermissionError):
				frappe.get_list("Complainant")
			assert not frappe.get_doc("Complainant", matter.name).has_permission("read")
	with as_user("clerk"):
		assert frappe.get_list("Complainant", {"name": matter.name})


def test_neither_follow_up_nor_notice_nor_escalation_tells(matter, as_user):
	matter.acted()
	copies = [
		*frappe.get_all("Follow Up", {"reference_name": matter.name}, ["*"]),
		*frappe.get_all("Notification Log", {"document_name": matter.name}, ["*"]),
		*frappe.get_all("Email Queue", {"reference_name": matter.name}, ["message"]),
		*frappe.get_all("ToDo", {"reference_name": matter.name}, ["*"]),
		*frappe.get_all("Comment", {"reference_name": matter.name}, ["*"]),
	]
	assert copies
	assert shows(matter, str(copies)) == []


def test_asked_for_later_what_was_copied_before_is_forgotten(cast, as_user, homes):
	"""The follow-up, the day's summary and a handover were written while the name stood in the complaint."""
	matter = Line(cast, as_user, contact_name=NAME, contact_phone=PHONE, property_unit=homes[1].name)
	matter.acted()
	line = {
		"reference_doctype": "Customer Complaint",
		"reference_name": matter.name,
		"matter": "报修三天无人上门",
	}
	for parent, table in (
		("Daily Issue Summary", "Daily Issue Summary Line"),
		("Shift Handover", "Shift Handover Line"),
	):
		row = frappe.new_doc(table, parenttype=parent, parent="-", property_unit=homes[1].name, **line)
		row.set_new_name()
		row.db_insert()
	matter.move("clerk", "Acted", confidential=1)
	copies = [
		*frappe.get_all("Follow Up", {"reference_name": matter.name}, ["*"]),
		*frappe.get_all("Daily Issue Summary Line", {"reference_name": matter.name}, ["*"]),
		*frappe.get_all("Shift Handover Line", {"reference_name": matter.name}, ["*"]),
	]
	assert [row.property_unit for row in copies] == [homes[0].name] * 3
	assert not [secret for secret in (NAME, PHONE, homes[1].name) if secret in str(copies)]


def test_a_change_by_the_desk_keeps_the_rest_and_stays_hidden(matter):
	matter.assigned()
	matter.move("clerk", "Assigned", contact_phone="13977770000")
	known = identity.of(matter.name)
	assert (known.contact_name, known.contact_phone, known.complainant) == (
		NAME,
		"13977770000",
		matter.resident.name,
	)
	assert matter.doc.contact_phone is None


def test_the_department_can_neither_lift_confidentiality_nor_write_the_person(matter):
	matter.assigned()
	for given in ({"confidential": 0}, {"contact_name": "某某"}, {"property_unit": matter.room.name}):
		with pytest.raises(frappe.PermissionError, match="not yours to change"):
			matter.move("department_head", "Assigned", **given)
	assert matter.doc.confidential
	assert identity.of(matter.name).contact_name == NAME


def test_lifted_by_the_desk_the_person_is_shown(matter):
	matter.move("clerk", "Received", confidential=0)
	doc = matter.doc
	assert (doc.contact_name, doc.contact_phone, doc.property_unit) == (NAME, PHONE, matter.room.name)


def test_about_customer_service_the_desk_itself_is_the_department(cast, as_user, homes):
	matter = Line(
		cast, as_user, confidential=1, contact_name=NAME, contact_phone=PHONE, contact_address=ADDRESS
	)
	matter.resident, matter.building, matter.room = frappe._dict(name="-none-"), *homes
	matter.move("clerk", "Received", proposed_department=cast.departments["service"])
	matter.classified()
	matter.assign("service", "general_manager", verifier=cast.user("admin_hr"))
	for person in ("clerk", "second_clerk", "service_manager"):
		with as_user(person):
			doc = matter.doc
			doc.run_method("onload")
			assert not doc.get_onload()
			assert not frappe.get_list("Complainant", {"name": matter.name})
			assert not frappe.get_doc("Complainant", matter.name).has_permission("read")
			assert (
				shows(matter, frappe.get_print("Customer Complaint", matter.name, "Complaint Record")) == []
			)
			with pytest.raises(frappe.PermissionError):
				matter.move(person, "Assigned", confidential=0)
	for person in ("admin_hr", "general_manager"):
		with as_user(person):
			doc = matter.doc
			doc.run_method("onload")
			assert doc.get_onload().person.contact_name == NAME


def test_repetition_does_not_tell_who_it_is(matter, cast, as_user):
	"""A link to an open complaint of the same person would name the confidential one's complainant, and back."""
	given = {
		"complaint_type": matter.doc.complaint_type,
		"complainant": matter.resident.name,
		"contact_name": NAME,
	}
	open_one = Line(cast, as_user, **given)
	assert open_one.doc.repeated
	assert not open_one.doc.repeated_of
	again = Line(cast, as_user, confidential=1, **given)
	assert again.doc.repeated
	assert not again.doc.repeated_of
	assert frappe.db.get_value("Complainant", again.name, "repeated_of") == open_one.name


def test_a_resident_who_submitted_it_is_not_its_visible_owner(cast, as_user):
	with as_user("resident"):
		doc = frappe.get_doc(complaint_line.values(confidential=1, contact_name=NAME))
		doc.insert(ignore_permissions=True)
	row = frappe.db.sql("select * from `tabCustomer Complaint` where name = %s", doc.name, as_dict=True)
	assert cast.user("resident") not in str(row)
	assert frappe.db.get_value("Complainant", doc.name, "submitted_by") == cast.user("resident")


def test_a_place_where_nobody_lives_is_shown_as_it_is(cast, as_user, homes):
	garden = make.unit(unit_type="Public Area", unit_name="中心花园")
	doc = Line(cast, as_user, confidential=1, property_unit=garden.name).doc
	assert doc.property_unit == garden.name


def test_rest(rest, cast, as_user, homes, committed):
	resident = make.resident(resident_name=NAME, mobile_no=PHONE, property_unit=homes[1].name)
	matter = Line(
		cast,
		as_user,
		confidential=1,
		complainant=resident.name,
		contact_name=None,
		contact_phone=None,
		contact_address=ADDRESS,
	)
	matter.resident, matter.building, matter.room = resident, *homes
	matter.assigned()
	matter.take("clerk", steps.record_contact, "Phone", "已受理")
	committed()
	head = rest("department_head")
	answers = [
		head.get("Customer Complaint", matter.name),
		head.list("Customer Complaint", fields=["*"], filters={"name": matter.name}),
		head.call("frappe.client.get", doctype="Customer Complaint", name=matter.name),
		head.call("frappe.desk.form.load.getdoc", doctype="Customer Complaint", name=matter.name),
		head.call(
			"frappe.client.get_value",
			doctype="Customer Complaint",
			filters=matter.name,
			fieldname=json.dumps(["contact_name", "contact_phone", "complainant"]),
		),
		head.request("GET", "/printview", params={"doctype": "Customer Complaint", "name": matter.name}),
		head.call(
			"frappe.desk.reportview.export_query",
			doctype="Customer Complaint",
			file_format_type="CSV",
			fields=json.dumps(["`tabCustomer Complaint`.`name`", "`tabCustomer Complaint`.`contact_name`"]),
			filters="[]",
		),
	]
	assert [answer.status_code for answer in answers[:6]] == [200] * 6
	for answer in answers:
		decoded = answer.text.encode().decode("unicode_escape", "ignore") + answer.text
		assert shows(matter, decoded) == [], answer.url
	assert head.get("Complainant", matter.name).status_code == 403
	assert head.list("Complainant").status_code == 403
	answer = head.update("Customer Complaint", matter.name, confidential=0)
	assert answer.status_code == 403
	clerk = rest("clerk")
	assert clerk.get("Complainant", matter.name).json()["data"]["contact_phone"] == PHONE
	assert clerk.update("Complainant", matter.name, contact_phone="1").status_code == 403


@pytest.fixture(autouse=True)
def no_request():
	set_request(method="GET", path="/")
	yield
	del frappe.local.request  # Frappe asks whether there is one, not whether it is None
