"""Reception at the desk: what a contact becomes, how a caller is found (SVC-01)."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from property_service.rules import reception as rules

pytestmark = pytest.mark.rule("SVC-01")


@pytest.mark.parametrize(
	("name", "typed"),
	[("王晓燕", "wxy"), ("欧阳 娜", "oyn"), ("Li Lei 3", "lilei3"), ("李3", "l3"), ("", ""), (None, "")],
)
def test_initials_are_what_a_clerk_types(name, typed):
	assert rules.initials(name) == typed


@given(st.text(max_size=300))
def test_initials_of_any_text_fit_the_column_and_have_no_separators(text):
	initials = rules.initials(text)
	assert len(initials) <= 140
	assert initials == initials.lower()
	assert not set(initials) & set(" %-,.;'\"")


@pytest.mark.parametrize(
	"caller",
	[
		rules.Caller(resident="ZH-00001"),
		rules.Caller(unit="1-101"),
		rules.Caller(name="何家欢", phone="13800138000"),
	],
)
def test_somebody_or_some_place_is_enough(caller):
	assert rules.refuse_entry(caller) is None


@pytest.mark.parametrize(
	"caller", [rules.Caller(), rules.Caller(name="何家欢"), rules.Caller(phone="13800138000")]
)
def test_nobody_to_call_back_is_refused(caller):
	assert rules.refuse_entry(caller) == rules.NO_CALLER


@given(
	st.sampled_from(rules.CATEGORIES),
	st.sampled_from(["Repair Ticket", "Customer Complaint", "Service Order"]),
)
def test_a_contact_becomes_the_document_of_its_category_once(category, doctype):
	fits = rules.DOCUMENT_OF.get(category) == doctype
	assert (rules.refuse_document(category, doctype, None) is None) == fits
	assert rules.refuse_document(category, doctype, "BX-2026-00001") == rules.BECAME_ALREADY


def test_every_repair_counts_as_one_of_the_two_kinds_of_contact():
	assert rules.category_of_repair("Public Repair") == rules.PUBLIC_REPAIR
	assert rules.category_of_repair("Home Repair") == rules.HOME_REPAIR
	assert rules.category_of_repair("Developer Warranty") == rules.HOME_REPAIR
