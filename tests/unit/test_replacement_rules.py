"""First scrap, then buy; and an invoice goes with its receipt (LV-12, LV-13)."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from property_service.rules import replacement as rules
from property_service.rules.replacement import Received, Row


def row(reason, quantity=2, item="椅") -> Row:
	return Row(1, item, reason, Decimal(quantity))


@pytest.mark.rule("LV-12")
@pytest.mark.parametrize(
	("rows", "named", "message"),
	[
		([row(None)], {}, rules.NO_REASON),
		([row("Other")], {}, rules.NO_REASON),
		([row("Additional")], {}, None),
		([row("Replacement")], {}, rules.NOT_NAMED),
		([row("Replacement")], {"椅": 1}, rules.NOT_NAMED),
		([row("Replacement")], {"椅": 2}, None),
		([row("Replacement")], {"椅": 3}, rules.NOT_NAMED),
		([row("Replacement", 1), row("Replacement", 2), row("Additional", 9)], {"椅": 3}, None),
		([row("Replacement", 1), row("Replacement", 1, "桌")], {"椅": 2}, rules.NOT_NAMED),
	],
)
def test_a_replacement_names_a_scrapped_article_for_each_piece(rows, named, message):
	refusal = rules.refuse_reasons(rows, named)
	assert (refusal.message if refusal else None) == message


@pytest.mark.rule("LV-12")
@given(st.lists(st.tuples(st.sampled_from(rules.REASONS), st.integers(1, 9))), st.integers(0, 60))
def test_never_more_is_replaced_than_was_scrapped(bought, named):
	rows = [row(reason, quantity) for reason, quantity in bought]
	wanted = sum(quantity for reason, quantity in bought if reason == rules.REPLACEMENT)
	if rules.refuse_reasons(rows, {"椅": named}) is None:
		assert wanted in (0, named)


@pytest.mark.rule("LV-12")
@pytest.mark.parametrize(
	("status", "for_item", "used_by", "message"),
	[
		("Scrapped", "椅", None, None),
		("In Use", "椅", None, rules.NOT_SCRAPPED),
		("Lost", "椅", None, rules.NOT_SCRAPPED),
		("Scrapped", "桌", None, rules.FOR_NOTHING),
		("Scrapped", "椅", "MR-1", rules.USED),
	],
)
def test_an_article_is_replaced_once_and_after_its_scrapping(status, for_item, used_by, message):
	refusal = rules.refuse_article("DZ-1", status, for_item, {"椅"}, "Scrapped", used_by)
	assert (refusal.message if refusal else None) == message


@pytest.mark.rule("LV-13")
@pytest.mark.parametrize(
	("quantity", "names_row", "received", "message"),
	[
		(1, False, None, rules.NO_RECEIPT),
		(1, True, None, rules.NOT_RECEIVED),
		(1, True, Received("PR", "桌", Decimal(5), Decimal(0), True), rules.NOT_RECEIVED),
		(1, True, Received("PR", "椅", Decimal(5), Decimal(0), False), rules.NOT_ACCEPTED),
		(1, True, Received("PR", "椅", Decimal(0), Decimal(0), True), rules.NOT_ACCEPTED),
		(3, True, Received("PR", "椅", Decimal(5), Decimal(3), True), rules.TOO_MUCH),
		(2, True, Received("PR", "椅", Decimal(5), Decimal(3), True), None),
	],
)
def test_what_is_claimed_was_received_and_accepted(quantity, names_row, received, message):
	refusal = rules.refuse_claim(1, "椅", Decimal(quantity), names_row, received)
	assert (refusal.message if refusal else None) == message
