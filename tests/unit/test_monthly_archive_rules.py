"""The month's documents are checked when they are complete, and then locked (LV-15)."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from property_service import hooks
from property_service.rules import monthly_archive as rules
from tests.unit.definitions import definitions

pytestmark = pytest.mark.rule("LV-15")

LAST, AFTER = date(2026, 11, 30), date(2026, 12, 1)
LINES = st.sets(
	st.builds(
		rules.Line,
		st.sampled_from(["Stock Entry", "Scrap Request"]),
		st.sampled_from("abcdef"),
		st.just(LAST),
		st.integers(0, 2),
	)
)


def test_a_list_is_checked_after_it_was_handed_in_and_never_changes_again():
	assert rules.refuse_step(rules.OPEN, rules.CHECKED).message == rules.NOT_A_STEP
	assert rules.refuse_step(rules.HANDED_IN, rules.CHECKED) is None
	assert not [after for before, after in rules.STEPS if before == rules.CHECKED]
	assert rules.OPEN not in {after for _before, after in rules.STEPS}


def test_a_returned_list_says_why():
	assert rules.refuse_reason(" ").message == rules.NO_REASON
	assert rules.refuse_reason("缺合格证") is None


def test_a_month_is_locked_when_it_is_over_and_everything_is_posted():
	assert rules.refuse_checking(LAST, LAST, [], [], []).message == rules.NOT_OVER
	assert rules.refuse_checking(LAST, AFTER, [], [], ["MAT-1"]).message == rules.UNFINISHED
	assert rules.refuse_checking(LAST, AFTER, [], [], []) is None


@given(listed=LINES, now=LINES)
def test_what_is_locked_is_what_was_handed_in(listed, now):
	refusal = rules.refuse_checking(LAST, AFTER, listed, now, [])
	assert (refusal is None) == (listed == now)
	if refusal:
		assert refusal.message == rules.LIST_CHANGED


# ---- what is kept is locked ------------------------------------------------------------------------------------------


def locked(event: str, function: str) -> set[str]:
	"""DocTypes whose `event` calls the lock's `function`."""
	path = f"property_service.archive.lock.{function}"
	found = set()
	for doctypes, events in hooks.doc_events.items():
		if path in events.get(event, ()):
			found.update([doctypes] if isinstance(doctypes, str) else doctypes)
	return found


@pytest.mark.parametrize("event", ["validate", "before_update_after_submit", "before_cancel"])
def test_every_document_that_is_listed_is_locked(event):
	assert locked(event, "refuse_change") == set(hooks.archived_documents)
	assert locked("on_trash", "refuse_deleting") == set(hooks.archived_documents)


def test_the_states_in_which_a_document_is_complete_are_states_of_it():
	states = {
		doctype["name"]: next(
			(
				set(field["options"].split("\n"))
				for field in doctype["fields"]
				if field["fieldname"] == "status"
			),
			set(),
		)
		for doctype in definitions("doctype").values()
	}
	for doctype, entry in hooks.archived_documents.items():
		assert set(entry.get("final", ())) <= states.get(doctype, set()), doctype
