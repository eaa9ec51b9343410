"""Residents and the owner file (ORG-05)."""

import frappe
import pytest
from frappe.desk.notifications import get_open_count
from frappe.utils import add_days, getdate, nowdate

from property_service.property_service.doctype.resident.resident import find
from tests.site import complaint_line, make
from tests.site.test_property_unit import other_company

pytestmark = pytest.mark.rule("ORG-05")


def test_least_that_a_clerk_enters(as_user):
	with as_user("clerk"):
		resident = frappe.get_doc(
			{"doctype": "Resident", "resident_name": "何家欢", "mobile_no": make.mobile_number()}
		).insert()
	assert (resident.status, resident.tier) == ("Registered", "Ordinary")
	assert resident.name.startswith("ZH-")


@pytest.mark.rule("ORG-03")
@pytest.mark.parametrize(
	("entered", "kept"), [("138 0013 8000", "13800138000"), ("+86-13800138000", "13800138000")]
)
def test_mobile_number_is_kept_in_one_form(entered, kept):
	assert make.resident(mobile_no=entered).mobile_no == kept


@pytest.mark.rule("ORG-03")
@pytest.mark.parametrize("entered", ["12345", "021-58883333", "<script>alert(1)</script>", "1e308", "张三"])
def test_mobile_number_that_is_none(entered):
	with pytest.raises(frappe.ValidationError, match="is no mobile number") as refusal:
		make.resident(mobile_no=entered)
	assert "<script>" not in str(refusal.value)


@pytest.mark.rule("ORG-03")
class TestCompany:
	"""Who works for one company alone sees and changes no telephone number of another one's residents."""

	@pytest.fixture
	def other(self):
		return other_company()

	@pytest.fixture
	def only_for(self, cast):
		def restrict(company):
			frappe.permissions.add_user_permission("Company", company, cast.user("clerk"))

		yield restrict
		frappe.cache.hdel("user_permissions", cast.user("clerk"))

	def test_it_is_that_of_the_room(self, cast, other):
		room = make.unit(company=other).name
		assert make.resident(property_unit=room).company == other
		assert make.resident(property_unit=make.unit().name).company == cast.company

	def test_without_a_room_that_of_the_employer_or_of_the_clerk(self, cast, other, as_user):
		employee = cast.employee("technician")
		frappe.db.set_value("Employee", employee, "company", other)
		assert make.resident(employee=employee).company == other
		with as_user("clerk"):
			assert make.resident().company == cast.company

	def test_nobody_writes_it_and_it_moves_with_the_resident(self, cast, other, as_user):
		ours, theirs = make.unit().name, make.unit(company=other).name
		with as_user("clerk"):
			resident = make.resident(property_unit=ours, company=other)
			assert resident.company == cast.company
			resident.update({"company": other, "property_unit": None}).save()
			assert resident.reload().company == cast.company
			resident.update({"property_unit": theirs}).save()
			assert resident.reload().company == other

	def test_a_room_that_changes_hands_takes_its_residents_along(self, cast, other):
		room = make.unit()
		resident = make.resident(property_unit=room.name)
		room.update({"company": other}).save()
		assert resident.reload().company == other

	def test_another_companys_people_do_not_see_them(self, other, only_for, as_user):
		resident = make.resident(property_unit=make.unit(company=other).name)
		with as_user("clerk"):
			assert [row.name for row in find(resident.mobile_no)] == [resident.name]
		only_for(make.company())
		with as_user("clerk"):
			assert find(resident.mobile_no) == []
			assert not frappe.has_permission("Resident", "read", resident.name)

	def test_nor_put_anybody_into_a_room_of_theirs(self, other, only_for, as_user):
		room = make.unit(company=other).name
		only_for(make.company())
		with as_user("clerk"), pytest.raises(frappe.PermissionError):
			make.resident(property_unit=room)

	def test_nor_read_a_number_by_naming_somebody_in_a_document_of_their_own(self, other, only_for, as_user):
		theirs = make.resident(property_unit=make.unit(company=other).name).name
		ours = make.resident(property_unit=make.unit().name).name
		call = {
			"doctype": "Reception Record",
			"channel": "Phone",
			"category": "Consultation",
			"content": "问路",
		}
		only_for(make.company())
		with as_user("clerk"):
			record = make.insert({**call, "resident": ours})
			with pytest.raises(frappe.PermissionError, match="You work for other companies"):
				make.insert({**call, "resident": theirs})
			record.resident = theirs
			with pytest.raises(frappe.PermissionError, match="You work for other companies"):
				record.save()


class TestStay:
	def test_dates_are_filled(self):
		unit = make.unit()
		resident = make.resident(status="Living In", property_unit=unit.name)
		assert getdate(resident.moved_in_on) == getdate(nowdate())
		resident.status = "Moved Out"
		resident.save()
		assert getdate(resident.moved_out_on) == getdate(nowdate())
		resident.status = "Living In"
		resident.save()
		assert resident.moved_out_on is None

	def test_living_in_needs_a_unit(self):
		with pytest.raises(frappe.ValidationError, match="needs a property unit"):
			make.resident(status="Living In")

	def test_nobody_moves_out_before_moving_in(self):
		with pytest.raises(frappe.ValidationError, match="before moving in"):
			make.resident(status="Moved Out", moved_in_on=nowdate(), moved_out_on=add_days(nowdate(), -1))

	def test_nobody_has_moved_out_in_the_future(self):
		"""The identity number would be kept from that day on (ORG-03)."""
		with pytest.raises(frappe.ValidationError, match="by today"):
			make.resident(status="Moved Out", moved_out_on=add_days(nowdate(), 1))


class TestFind:
	@pytest.fixture
	def resident(self):
		unit = make.unit(unit_name="湖景 1808 室")
		return make.resident(resident_name="欧阳春雪", property_unit=unit.name, status="Living In")

	def test_by_telephone_name_and_unit(self, resident, as_user):
		number = resident.mobile_no
		with as_user("clerk"):
			spaced = f"+86 {number[:3]} {number[3:7]} {number[7:]}"
			for text in (number, spaced, "阳春", "湖景 1808", resident.property_unit):
				assert resident.name in [row.name for row in find(text)], text
			found = next(row for row in find(number) if row.name == resident.name)
		assert (found.resident_name, found.unit_name) == ("欧阳春雪", "湖景 1808 室")

	@pytest.mark.parametrize(
		"text", ["%", "_", "'", '" or 1=1 --', "\\", "没有这个人", " ", "\x00", "🏠", "a" * 10_000]
	)
	def test_wildcards_and_noise_find_nobody(self, resident, as_user, text):
		with as_user("clerk"):
			assert resident.name not in [row.name for row in find(text)]

	def test_at_most_ten(self, as_user):
		for _resident in range(12):
			make.resident(resident_name="司徒十一")
		with as_user("clerk"):
			assert len(find("司徒")) == 10

	def test_needs_permission(self, as_user):
		with as_user("technician"), pytest.raises(frappe.PermissionError):
			find("138")

	def test_few_statements(self, resident, as_user, count_sql):
		with as_user("clerk"):
			find("欧阳")
			with count_sql() as count:
				find("欧阳")
		assert len(count) <= 3, count.statements

	def test_by_rest(self, rest, resident, committed):
		committed()
		method = "property_service.property_service.doctype.resident.resident.find"
		answer = rest("clerk").call(method, text=resident.mobile_no)
		assert [row["name"] for row in answer.json()["message"]] == [resident.name]
		assert rest("clerk").call(method, text={"a": 1}).status_code < 500
		assert rest("Guest").call(method, text="1").status_code == 403


class TestOwnerFile:
	@pytest.mark.parametrize(
		("doctype", "elsewhere"),
		[
			# who hides behind a complaint; what stands on the member's and the card's own pages; what was asked in confidence
			("Resident", {"Complainant", "Gym Member", "Card Transaction", "Satisfaction Response"}),
			# doors of cards and plans of calls are set up for places, and are nothing that happened there
			("Property Unit", {"Access Area", "Complainant", "Follow Up Plan"}),
		],
	)
	def test_dashboard_shows_every_register_that_names_the_resident_or_the_unit(self, doctype, elsewhere):
		links = frappe.get_all(
			"DocField",
			filters={"fieldtype": "Link", "options": doctype},
			fields=["parent"],
			order_by="parent",
			distinct=True,
			pluck="parent",
		)
		ours = frappe.get_all(
			"DocType",
			filters={"name": ("in", links), "module": "Property Service", "istable": 0},
			pluck="name",
			order_by="name",
		)
		data = frappe.get_meta(doctype).get_dashboard_data()
		shown = {item for group in data.transactions for item in group["items"]}
		assert set(ours) - shown == elsewhere

	def test_counts(self):
		unit = make.unit()
		resident = make.resident(property_unit=unit.name)
		make.ticket(reported_by=resident.name, property_unit=unit.name)
		make.insert(complaint_line.values(complainant=resident.name, property_unit=unit.name))
		make.loan(make.key(units=[unit.name]).name, borrower_kind="Resident", resident=resident.name)
		for doctype, name in (("Resident", resident.name), ("Property Unit", unit.name)):
			found = get_open_count(doctype, name)["count"]["external_links_found"]
			counts = {row["doctype"]: row["count"] for row in found}
			assert (counts["Repair Ticket"], counts["Customer Complaint"], counts["Reception Record"]) == (
				1,
				1,
				2,
			)
			assert counts["Key Loan"] == 1
