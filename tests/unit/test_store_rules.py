"""Zones, storage classes and kinds of movement as plain rules (procedure 4.1, 4.5; WH-01, WH-11, WH-14, WH-15)."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from property_service.rules import stock_movement, stores

classes = st.lists(st.sampled_from(stores.STORAGE_CLASSES), max_size=6)


@pytest.mark.rule("WH-15")
@given(classes)
def test_flammable_goods_are_permitted_alone_or_not_at_all(permitted):
	accepted = stores.refuse_classes(permitted) is None
	alone = stores.FLAMMABLE not in permitted or permitted == [stores.FLAMMABLE]
	assert accepted == (alone and len(permitted) == len(set(permitted)))


@pytest.mark.rule("WH-15")
@pytest.mark.parametrize(
	("permitted", "message"),
	[
		(["Flammable", "Food"], stores.FLAMMABLE_ALONE),
		(["General", "Flammable"], stores.FLAMMABLE_ALONE),
		(["Food", "Food"], stores.REPEATED_CLASS),
	],
)
def test_refusals_name_the_class(permitted, message):
	refusal = stores.refuse_classes(permitted)
	assert refusal.message == message
	assert refusal.values[0] in permitted
	assert refusal.values[0] != "Flammable"


@pytest.mark.rule("WH-15")
def test_goods_without_a_class_are_general():
	assert stores.may_lie(None, ["General"])
	assert not stores.may_lie(None, ["Food"])
	assert not stores.may_lie("Food", [])


@pytest.mark.rule("WH-11")
@pytest.mark.parametrize(
	("exempt", "reason", "ok"), [(True, " ", False), (True, "散装", True), (False, "", True)]
)
def test_an_exemption_has_a_reason(exempt, reason, ok):
	assert (stores.refuse_exemption(exempt, reason) is None) is ok


@pytest.mark.rule("WH-02")
def test_returns_reduce_consumption_below_nothing():
	assert stock_movement.consumed(Decimal(2), Decimal(1), Decimal(5)) == -2


@pytest.mark.parametrize(
	("made_as", "stored", "is_return", "purpose", "kind"),
	[
		("Scrap", None, False, "Material Issue", "Scrap"),
		(None, "Shortage", False, "Material Issue", "Shortage"),
		(None, "Issue", True, "Material Receipt", "Return"),
		(None, None, False, "Material Issue", "Issue"),
		(None, "Issue", False, "Material Transfer", None),
		(None, None, False, "Material Receipt", None),
	],
)
@pytest.mark.rule("WH-02")
def test_kind_of_an_entry(made_as, stored, is_return, purpose, kind):
	assert stock_movement.entry_kind(made_as, stored, is_return, purpose) == kind
