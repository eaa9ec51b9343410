"""Reception records and the counter (SVC-01)."""

import frappe
import pytest
from frappe.utils import add_to_date, get_datetime, now_datetime

from property_service import reception
from property_service.property_service.doctype.reception_record.reception_record import make_document
from tests.site import complaint_line, make
from tests.site.rest import refusal

pytestmark = pytest.mark.rule("SVC-01")


def contact_values(**values) -> dict:
	return {
		"doctype": "Reception Record",
		"category": "Home Repair",
		"content": "水龙头漏水",
		"contact_name": "何家欢",
		"contact_phone": make.mobile_number(),
		**values,
	}


def contact(**values):
	return make.insert(contact_values(**values))


class TestEntry:
	def test_three_entries_are_enough_and_the_server_adds_the_rest(self, as_user, cast):
		resident, before = make.resident(), now_datetime()
		with as_user("clerk"):
			record = frappe.get_doc(
				{
					"doctype": "Reception Record",
					"resident": resident.name,
					"category": "Consultation",
					"content": "几点下班?",
				}
			).insert()
		assert record.channel == "Phone"
		assert record.contact_phone == resident.mobile_no
		assert record.received_by == cast.user("clerk")
		assert before <= get_datetime(record.received_on) <= now_datetime()

	def test_the_number_is_kept_in_one_form(self):
		assert contact(contact_phone="+86 138-0013-8000").contact_phone == "13800138000"

	def test_somebody_must_be_known(self):
		with pytest.raises(frappe.ValidationError, match="Nobody can be called back"):
			contact(contact_phone=None)

	def test_the_count_of_the_day_loses_nothing(self):
		record = contact()
		with pytest.raises(frappe.ValidationError, match="never deleted"):
			record.delete()

	def test_what_the_server_owns_is_not_taken_from_a_client(self, as_user, cast):
		forged = {"reference_doctype": "Repair Ticket", "reference_name": make.ticket().name}
		with as_user("clerk"):
			record = contact(received_by=cast.user("second_clerk"), received_on="2020-01-01", **forged)
			assert record.received_by == cast.user("clerk")
			assert not record.reference_name
			record.received_on = "2020-01-01"
			record.save()
		assert get_datetime(record.received_on).year > 2020

	def test_a_technician_sees_no_contacts(self, as_user):
		record = contact()
		with as_user("technician"):
			assert not frappe.has_permission("Reception Record", "read", record.name)
			with pytest.raises(frappe.PermissionError):
				reception.search("138")


class TestTicketMadeOfAContact:
	def test_everything_is_carried_over_and_linked_both_ways(self, as_user):
		resident = make.resident(property_unit=make.unit().name)
		with as_user("clerk"):
			record = contact(resident=resident.name, contact_name=None, contact_phone=None, channel="Walk-in")
			ticket = make_document(record.name)
			ticket.repair_category = make_category()
			ticket.insert()
		assert (ticket.doctype, ticket.repair_kind) == ("Repair Ticket", "Home Repair")
		assert (ticket.reported_by, ticket.property_unit) == (resident.name, resident.property_unit)
		assert (ticket.contact_phone, ticket.channel) == (resident.mobile_no, "Walk-in")
		assert ticket.description == record.content
		record.reload()
		assert (record.reference_doctype, record.reference_name) == ("Repair Ticket", ticket.name)

	def test_a_contact_becomes_one_document(self):
		record = contact()
		make_document(record.name).update({"location": "厨房"}).insert()
		with pytest.raises(frappe.ValidationError, match=r"became .* already"):
			make_document(record.name)
		with pytest.raises(frappe.ValidationError, match=r"became .* already"):
			make.ticket(reception_record=record.name)

	def test_praise_becomes_no_ticket(self):
		with pytest.raises(frappe.ValidationError, match="does not become"):
			make.ticket(reception_record=contact(category="Praise").name)

	def test_what_became_a_ticket_stays_a_repair(self, as_user):
		"""The contacts of the month add up with the repairs they became."""
		with as_user("clerk"):
			contact_of_ticket = frappe.get_doc("Reception Record", make.ticket().reception_record)
			contact_of_ticket.category = "Public Repair"
			contact_of_ticket.save()
			contact_of_ticket.category = "Praise"
			with pytest.raises(frappe.ValidationError, match="does not become"):
				contact_of_ticket.save()

	def test_a_service_wish_becomes_an_order(self):
		unit = make.unit(unit_name="3 幢 302 室")
		record = contact(category="Other Service", content="请帮忙搬运", property_unit=unit.name)
		order = make_document(record.name)
		assert (order.doctype, order.matter, order.customer_name) == ("Service Order", "请帮忙搬运", "何家欢")
		assert (order.property_unit, order.customer_address) == (unit.name, "3 幢 302 室")
		order.insert()
		record.reload()
		assert (record.reference_doctype, record.reference_name) == ("Service Order", order.name)
		assert order.reception_record == record.name


class TestTicketEnteredDirectly:
	@pytest.mark.parametrize(
		("kind", "category"),
		[
			("Home Repair", "Home Repair"),
			("Public Repair", "Public Repair"),
			("Developer Warranty", "Home Repair"),
		],
	)
	def test_its_contact_is_counted_once(self, kind, category, as_user, cast):
		with as_user("clerk"):
			ticket = make.ticket(repair_kind=kind, channel="WeChat")
			ticket.save()
		rows = frappe.get_all(
			"Reception Record",
			filters={"reference_name": ticket.name},
			fields=["name", "category", "channel", "content", "received_by", "contact_phone"],
			order_by="name",
		)
		assert len(rows) == 1
		assert rows[0].name == ticket.reception_record
		assert (rows[0].category, rows[0].channel) == (category, "WeChat")
		assert rows[0].received_by == cast.user("clerk")
		assert rows[0].contact_phone == ticket.contact_phone

	def test_an_order_of_its_own_is_counted_too_but_not_one_of_a_ticket(self):
		alone = make.order(service_type="Cleaning")
		assert frappe.db.get_value("Reception Record", alone.reception_record, "category") == "Other Service"
		ticket = make.ticket()
		order = make.order(repair_ticket=ticket.name)
		assert not order.reception_record


class TestCounter:
	def test_search_by_number_name_initials_and_room(self, as_user):
		name = f"欧阳{frappe.generate_hash(length=4)}"
		unit = make.unit()
		resident = make.resident(resident_name=name, property_unit=unit.name)
		with as_user("clerk"):
			for text in (resident.mobile_no, name, "oy" + name[2:].lower(), unit.unit_code):
				assert resident.name in [row["name"] for row in reception.search(text)], text

	def test_five_last_contacts_of_the_number_and_what_is_open(self, as_user):
		phone = make.mobile_number()
		with as_user("clerk"):
			for days in range(7):
				record = contact(contact_phone=phone, content=f"第 {days} 次")
				record.db_set("received_on", add_to_date(now_datetime(), days=-days))
			ticket = make.ticket(contact_phone=phone)
			known = reception.caller(phone=f"+86{phone}")
		assert len(known["contacts"]) == 5
		assert "第 0 次" in [row.content for row in known["contacts"]]
		assert "第 6 次" not in [row.content for row in known["contacts"]]
		assert ("Repair Ticket", ticket.name) in [(row["doctype"], row["name"]) for row in known["open"]]
		assert "Repair Ticket" in [row["doctype"] for row in known["entries"]]

	def test_log_tells_which_document_comes_next(self, as_user):
		with as_user("clerk"):
			answer = reception.log(
				"Public Repair", "路灯不亮", contact_name="路人", contact_phone="13800138000"
			)
			assert answer["document"] == "Repair Ticket"
			assert (
				reception.log("Praise", "谢谢", contact_name="路人", contact_phone="13800138000")["document"]
				is None
			)

	def test_saving_stays_within_the_statements_of_a_second(self, as_user, count_sql):
		with as_user("clerk"):
			reception.log("Consultation", "热身", contact_name="路人", contact_phone="13800138000")
			with count_sql() as count:
				reception.log("Consultation", "几点下班?", contact_name="路人", contact_phone="13800138000")
		assert len(count) <= 12


class TestOverRest:
	def test_refusals_reach_the_client_in_words(self, rest):
		answer = rest("clerk").insert(
			"Reception Record", contact_values(contact_phone=None, contact_name=None)
		)
		assert answer.status_code == 417
		assert "SVC-01" in refusal(answer)
		assert rest("technician").insert("Reception Record", contact_values()).status_code == 403
		answer = rest("clerk").call("property_service.reception.log", category="Nonsense", content="x")
		assert answer.status_code == 417

	def test_a_contact_is_not_logged_by_get(self, rest):
		answer = rest("clerk").request(
			"GET", "/api/method/property_service.reception.log", params={"category": "Praise", "content": "x"}
		)
		assert answer.status_code == 403


def make_category() -> str:
	user, _ = frappe.session.user, frappe.set_user("Administrator")
	name = make.category().name
	frappe.set_user(user)
	return name


class TestComplaint:
	def test_a_call_becomes_a_complaint_linked_both_ways(self, as_user):
		with as_user("clerk"):
			record = contact(category="Complaint", content="报修三天无人上门")
			complaint = make_document(record.name)
			assert (complaint.doctype, complaint.description) == ("Customer Complaint", "报修三天无人上门")
			complaint.insert()
			record.reload()
			assert (record.reference_doctype, record.reference_name) == ("Customer Complaint", complaint.name)
			assert complaint.reception_record == record.name
			with pytest.raises(frappe.ValidationError):
				make_document(record.name)

	def test_one_entered_directly_writes_its_contact_once(self, as_user, cast):
		with as_user("clerk"):
			complaint = make.insert(complaint_line.values(channel="Letter"))
			complaint.save()
		(row,) = frappe.get_all(
			"Reception Record",
			filters={"reference_name": complaint.name},
			fields=["name", "category", "channel", "received_by", "contact_phone"],
			order_by="name",
		)
		assert row.name == complaint.reception_record
		assert (row.category, row.channel) == ("Complaint", "Letter")
		assert row.received_by == cast.user("clerk")
		assert row.contact_phone == complaint.contact_phone
