"""Places: the tree, occupancy, capacity and gender rule (ORG-04)."""

from concurrent.futures import ThreadPoolExecutor

import frappe
import pytest

from property_service.property_service.doctype.property_unit import property_unit
from tests.site import make
from tests.site.rest import refusal

pytestmark = pytest.mark.rule("ORG-04")

FULL = "is full"
GENDER = "takes only residents of the gender"


@pytest.fixture
def building():
	return make.unit(unit_name="3 幢", unit_type="Building")


@pytest.fixture
def room(building):
	return make.unit(parent_property_unit=building.name, capacity=2, is_group=1)


def living_in(unit, **values):
	return make.resident(status="Living In", property_unit=unit.name, **{"gender": "Female", **values})


def stored(unit, *fields):
	return frappe.db.get_value("Property Unit", unit.name, fields or ("occupants", "occupancy"))


def refused(text: str):
	return pytest.raises(frappe.ValidationError, match=text)


def other_company() -> str:
	return make.insert(
		{
			"doctype": "Company",
			"company_name": "另一家物业",
			"abbr": "LJ",
			"default_currency": "CNY",
			"country": "China",
		}
	).name


class TestTree:
	def test_code_is_made_of_the_units_above_and_the_name(self, building):
		room = make.unit(unit_code=None, unit_name="302/A", parent_property_unit=building.name)
		assert room.name == room.unit_code == f"{building.name}-302-A"

	def test_a_building_is_always_a_group(self):
		assert make.unit(unit_type="Building", is_group=0).is_group == 1

	def test_a_room_without_units_below_takes_none(self):
		room = make.unit(unit_type="Room")
		with refused("has no units below it"):
			make.unit(unit_type="Bed", parent_property_unit=room.name)

	def test_units_are_not_merged(self, building):
		"""Both rooms are full; merged, two people would live in one bed, and nobody would have counted them."""
		rooms = [make.unit(parent_property_unit=building.name, capacity=1) for _ in range(2)]
		for room in rooms:
			living_in(room)
		with refused("not merged"):
			frappe.rename_doc("Property Unit", rooms[0].name, rooms[1].name, merge=True)
		renamed = frappe.rename_doc("Property Unit", rooms[0].name, f"{rooms[0].name}-A")
		assert stored(frappe._dict(name=renamed)) == (1, "Occupied")

	def test_units_of_two_companies_do_not_mix(self, building):
		with refused("Choose the same company"):
			make.unit(parent_property_unit=building.name, company=other_company())

	def test_a_building_does_not_leave_its_rooms_to_another_company(self, building):
		make.unit(parent_property_unit=building.name)
		building.reload()
		building.company = other_company()
		with refused("cannot belong to"):
			building.save()

	def test_tree_view_shows_units_and_adds_one(self, building, room, cast, as_user):
		with as_user("clerk"):
			below = property_unit.get_children("Property Unit", building.name)
		assert [(row.value, row.occupancy, row.expandable) for row in below] == [(room.name, "Vacant", 1)]
		roots = property_unit.get_children("Property Unit", "All Property Units", is_root=True)
		assert building.name in {row.value for row in roots}
		with as_user("service_manager"):
			bed = property_unit.add_node("1 号床", "Bed", cast.company, parent=room.name)
		assert frappe.db.get_value("Property Unit", bed, "parent_property_unit") == room.name

	def test_clerk_adds_no_unit(self, cast, as_user):
		with as_user("clerk"), pytest.raises(frappe.PermissionError):
			property_unit.add_node("1", "Room", cast.company, is_root=True)

	def test_renaming_renames_the_code(self, room):
		new = frappe.rename_doc("Property Unit", room.name, f"{room.name}-B", force=True)
		assert frappe.db.get_value("Property Unit", new, "unit_code") == new

	def test_owner_category_stands_in_the_settings(self, room):
		room.owner_category = "Unheard Of"
		with refused("is no owner category"):
			room.save()
		room.reload()
		room.owner_category = property_unit.owner_categories()[0]["value"]
		room.save()


class TestServerFields:
	@pytest.mark.parametrize(
		("field", "value"), [("occupancy", "Occupied"), ("occupants", 7), ("lft", 1), ("rgt", 9999)]
	)
	def test_sent_values_are_ignored(self, room, field, value):
		before = stored(room, field)
		fresh = frappe.get_doc("Property Unit", room.name)
		fresh.update({field: value, "area_sqm": 20})
		fresh.save()
		assert stored(room, field) == before
		new = make.unit(occupancy="Occupied", occupants=5)
		assert stored(new) == (0, "Vacant")


class TestOccupancy:
	def test_is_derived_for_the_unit_and_those_above(self, building, room):
		resident = living_in(room)
		assert stored(room) == stored(building) == (1, "Occupied")
		resident.status = "Moved Out"
		resident.save()
		assert stored(room) == stored(building) == (0, "Vacant")

	def test_whoever_is_only_registered_takes_no_bed(self, room):
		make.resident(property_unit=room.name)
		assert stored(room) == (0, "Vacant")

	def test_moving_inside_a_building(self, building, room):
		other = make.unit(parent_property_unit=building.name)
		resident = living_in(room)
		resident.property_unit = other.name
		resident.save()
		assert (stored(room), stored(other), stored(building)) == (
			(0, "Vacant"),
			(1, "Occupied"),
			(1, "Occupied"),
		)

	def test_deleting_a_resident_frees_the_bed(self, room):
		living_in(room).delete()
		assert stored(room) == (0, "Vacant")

	def test_moving_a_room_moves_its_occupants(self, building, room):
		other = make.unit(unit_type="Building")
		living_in(room)
		room.reload()
		room.parent_property_unit = other.name
		room.save()
		assert (stored(building), stored(other)) == ((0, "Vacant"), (1, "Occupied"))

	def test_differences_are_found_and_recounted(self, room):
		living_in(room)
		frappe.db.set_value("Property Unit", room.name, "occupants", 5)
		assert (room.name, 5, 1) in property_unit.occupancy_differences(room.company)
		property_unit.recount({room.name})
		assert not [row for row in property_unit.occupancy_differences() if row[0] == room.name]


class TestLimits:
	def test_occupants_never_exceed_capacity(self, room):
		living_in(room)
		living_in(room)
		with refused(FULL):
			living_in(room)
		assert stored(room)[0] == 2

	def test_beds_count_for_their_room(self, room):
		beds = [make.unit(unit_type="Bed", capacity=1, parent_property_unit=room.name) for _bed in range(3)]
		living_in(beds[0])
		with refused(FULL):
			living_in(beds[0])
		living_in(beds[1])
		with refused(FULL):
			living_in(beds[2])

	def test_registered_resident_is_checked_on_moving_in(self, room):
		waiting = make.resident(property_unit=room.name, gender="Female")
		living_in(room)
		living_in(room)
		waiting.status = "Living In"
		with refused(FULL):
			waiting.save()

	def test_saving_an_occupant_of_a_full_room_is_no_moving_in(self, room):
		living_in(room)
		resident = living_in(room)
		resident.remarks = "fetches post"
		resident.save()
		assert stored(room)[0] == 2

	def test_gender_rule(self, room):
		frappe.db.set_value("Property Unit", room.name, "gender_rule", "Female")
		with refused(GENDER):
			living_in(room, gender="Male")
		resident = living_in(room, gender="Female")
		resident.gender = "Male"
		with refused(GENDER):
			resident.save()

	def test_gender_rule_of_the_building(self, building, room):
		frappe.db.set_value("Property Unit", building.name, "gender_rule", "Male")
		with refused("3 幢"):
			living_in(room, gender="Female")

	def test_disabled_unit(self, room):
		frappe.db.set_value("Property Unit", room.name, "disabled", 1)
		with refused("is disabled"):
			living_in(room)

	def test_limits_that_the_occupants_break(self, room):
		living_in(room)
		living_in(room)
		room.reload()
		room.capacity = 1
		with refused("more than a capacity of 1"):
			room.save()
		room.reload()
		room.gender_rule = "Male"
		with refused("another gender"):
			room.save()

	def test_moving_a_room_into_a_full_building(self, room):
		small = make.unit(unit_type="Building", capacity=1)
		living_in(room)
		living_in(room)
		room.reload()
		room.parent_property_unit = small.name
		with refused("more than its capacity of 1"):
			room.save()


@pytest.mark.rule("Q-02")
def test_sixteen_clerks_give_the_last_bed_to_one(rest, committed):
	"""Real requests to real processes."""
	room = make.unit(capacity=1)
	waiting = [make.resident(property_unit=room.name).name for _resident in range(16)]
	committed()
	client = rest("clerk")
	with ThreadPoolExecutor(16) as pool:
		answers = list(pool.map(lambda name: client.update("Resident", name, status="Living In"), waiting))
	committed()
	assert sorted({answer.status_code for answer in answers}) == [200, 417]
	assert [answer.status_code for answer in answers].count(200) == 1
	assert stored(room) == (1, "Occupied")
	assert frappe.db.count("Resident", {"property_unit": room.name, "status": "Living In"}) == 1


def test_refusal_by_rest(rest, committed):
	room = make.unit(capacity=1)
	living_in(room)
	committed()
	values = make.resident_values(status="Living In", property_unit=room.name)
	answer = rest("clerk").insert("Resident", values)
	assert answer.status_code == 417
	assert "ORG-04" in refusal(answer)
