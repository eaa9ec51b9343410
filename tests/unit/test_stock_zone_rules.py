"""Which way goods go between zones, by example and by property (procedure 4.5.3; WH-12, WH-14)."""

from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from property_service.rules import stock_movement as movement
from property_service.rules import stock_zones as rules
from property_service.rules.stores import ZONES

pytestmark = pytest.mark.rule("WH-14")
OUTSIDE = rules.Spot("外库")
PERMITTED = {
	("Pending Inspection", "Qualified"),
	("Pending Inspection", "Nonconforming"),
	("Nonconforming", "Qualified"),
	("Nonconforming", "Disposal"),
	("Qualified", "Nonconforming"),
}
spots = st.one_of(
	st.just(rules.NOWHERE),
	st.just(OUTSIDE),
	st.builds(
		lambda zone, store: rules.Spot(f"{store} {zone}", zone, store),
		st.sampled_from(ZONES),
		st.sampled_from(["A", "B"]),
	),
)
quantities = st.decimals(min_value=0, max_value=1000, places=2)


def spot(zone, store="A"):
	return rules.Spot(f"{store} {zone}", zone, store)


def move(source, target, **values):
	return rules.Move(1, "灯管", source, target, **values)


def message(refusal):
	return refusal.message if refusal else None


# ---- transfers ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("source", "target"), product(ZONES, ZONES))
def test_a_draft_goes_a_permitted_way_or_none(source, target):
	refusal = rules.refuse_move(move(spot(source), spot(target)), None, final=False)
	stays = source == target and source in ("Qualified", "Nonconforming", "Disposal")
	assert (refusal is None) == (stays or (source, target) in PERMITTED)


@pytest.mark.parametrize(
	("source", "target", "values", "expected"),
	[
		("Pending Inspection", "Qualified", {"verdict": "Accepted"}, None),
		("Pending Inspection", "Qualified", {"verdict": "Rejected"}, rules.NO_INSPECTION),
		("Pending Inspection", "Qualified", {"reason": "急用"}, rules.NO_INSPECTION),
		("Pending Inspection", "Nonconforming", {"verdict": "Rejected"}, None),
		("Pending Inspection", "Nonconforming", {"verdict": "Accepted"}, rules.NO_INSPECTION),
		("Nonconforming", "Qualified", {"verdict": "Accepted"}, None),
		("Nonconforming", "Qualified", {}, rules.NO_INSPECTION),
		("Nonconforming", "Disposal", {}, None),
		("Qualified", "Nonconforming", {"reason": "受潮"}, None),
		("Qualified", "Nonconforming", {"reason": "  "}, rules.NO_REASON),
		("Qualified", "Nonconforming", {"verdict": "Rejected"}, rules.NO_REASON),
	],
)
def test_what_a_submission_needs(source, target, values, expected):
	assert (
		message(rules.refuse_move(move(spot(source), spot(target), **values), None, final=True)) == expected
	)


def test_no_way_leads_into_another_store():
	across = move(spot("Pending Inspection", "A"), spot("Qualified", "B"), verdict="Accepted")
	assert message(rules.refuse_move(across, None, final=True)) == rules.TWO_STORES


@given(spots, spots, st.sampled_from([None, "Accepted", "Rejected"]), st.sampled_from(["", "受潮"]))
def test_who_passes_finally_passed_as_a_draft(source, target, verdict, reason):
	row = move(source, target, verdict=verdict, reason=reason)
	if rules.refuse_move(row, None, final=True) is None:
		assert rules.refuse_move(row, None, final=False) is None


@given(spots, spots)
def test_nothing_leaves_a_store_by_a_transfer_or_changes_zone_and_store_at_once(source, target):
	refusal = rules.refuse_move(move(source, target), None, final=False)
	if source.zone and not target.zone:
		assert refusal
	if source.zone and target.zone and source.store != target.store and source.zone != target.zone:
		assert refusal


def test_material_goes_to_a_subcontractor_only_where_the_settings_except_it():
	row = move(spot("Qualified"), OUTSIDE)
	assert message(rules.refuse_move(row, None, True)) == rules.LEAVES_STORE
	assert rules.refuse_move(row, None, True, to_subcontractor=True) is None
	assert message(rules.refuse_move(move(spot("Qualified"), rules.NOWHERE), None, True)) == rules.USED_UP


# ---- issues, returns, what the app makes -------------------------------------------------------------------------


@pytest.mark.parametrize("zone", ZONES)
def test_each_kind_has_its_zones(zone):
	def passes(kind, source=rules.NOWHERE, target=rules.NOWHERE):
		return rules.refuse_move(move(source, target), kind, final=True) is None

	assert passes(movement.ISSUE, spot(zone)) == (zone == "Qualified")
	assert passes(movement.DIRECT_ISSUE, spot(zone)) == (zone == "Direct Issue")
	assert passes(movement.RETURN, target=spot(zone)) == (zone in ("Qualified", "Nonconforming"))
	assert passes(movement.SURPLUS, target=spot(zone)) == (zone != "Direct Issue")
	assert passes(movement.SCRAP, spot(zone))
	assert passes(movement.SHORTAGE, spot(zone))


def test_outside_the_stores_is_no_matter_of_the_procedure():
	for kind in (None, movement.ISSUE):
		assert rules.refuse_move(move(OUTSIDE, rules.NOWHERE), kind, final=True) is None
	assert rules.refuse_move(move(OUTSIDE, OUTSIDE), None, final=True) is None


# ---- receipts ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("zone", [*ZONES, None])
def test_received_goods(zone):
	place = spot(zone) if zone else OUTSIDE
	accepted = rules.refuse_received(1, place, None)
	rejected = rules.refuse_received(1, None, place)
	assert (accepted is None) == (zone in ("Qualified", "Pending Inspection"))
	assert (rejected is None) == (zone == "Nonconforming")
	assert rules.refuse_received(1, None, None) is None


@pytest.mark.rule("WH-12")
@given(quantities, quantities, quantities)
def test_the_suppliers_goods_stay(wanted, lies, suppliers):
	row = move(spot("Nonconforming"), spot("Disposal"), quantity=wanted)
	if rules.refuse_suppliers_goods(row, wanted, lies, suppliers) is None and suppliers > rules.NOTHING:
		assert lies - wanted >= min(suppliers, lies) - rules.NOTHING


@pytest.mark.rule("WH-12")
@pytest.mark.parametrize(
	("kind", "zone", "expected"),
	[
		(None, "Nonconforming", True),
		(movement.SCRAP, "Nonconforming", True),
		(movement.SHORTAGE, "Nonconforming", False),
		(None, "Qualified", False),
	],
)
def test_which_moves_could_take_them(kind, zone, expected):
	assert rules.takes_from_suppliers(move(spot(zone), spot("Disposal")), kind) is expected


# ---- warehouses --------------------------------------------------------------------------------------------------


@given(spots.filter(lambda place: place.warehouse), spots.filter(lambda place: place.warehouse))
def test_a_warehouse_with_goods_stays_what_it_is(was, becomes):
	same = (was.zone, was.store) == (becomes.zone, becomes.store)
	assert rules.refuse_other_place(was, becomes, []) is None
	assert (rules.refuse_other_place(was, becomes, ["灯管"]) is None) == same
	assert (rules.refuse_merging(was, becomes) is None) == same
