"""When a department may take goods over the day they arrive (WH-18)."""

import pytest

from property_service.rules import direct_issue as rules

pytestmark = pytest.mark.rule("WH-18")


@pytest.mark.parametrize(
	("arguments", "message"),
	[
		((None, "HR-EMP-1", True, [], True), rules.NO_DEPARTMENT),
		(("工程部", None, True, [], True), rules.NO_DEPARTMENT),
		(("工程部", "HR-EMP-1", True, [(2, "灯管")], True), rules.NOT_COMPLETE),
		(("工程部", "HR-EMP-1", True, [], False), rules.NOTHING_ACCEPTED),
		(("工程部", "HR-EMP-1", False, [], True), rules.NOT_SIGNED),
	],
)
def test_what_keeps_goods_from_being_taken_over(arguments, message):
	assert rules.refuse_direct_issue(*arguments).message == message


def test_what_is_complete_and_signed_is_taken_over():
	assert rules.refuse_direct_issue("工程部", "HR-EMP-1", True, [], True) is None
