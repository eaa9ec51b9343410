import pytest
from hypothesis import given
from hypothesis import strategies as st

from property_service.rules import article_usage as rules

pytestmark = pytest.mark.rule("LV-03")


@pytest.mark.parametrize(
	"code",
	[
		"DZ-2026-000001",
		" dz-2026-000001 ",
		"https://desk.example.com/app/article-scan/DZ-2026-000001",
		"http://10.0.0.1:8000/desk/article-scan/DZ-2026-000001/",
		"https://desk.example.com/app/article-scan/DZ-2026-000001?sid=x#top",
		"https://desk.example.com/app/article-scan/DZ%2D2026%2D000001",
	],
)
def test_a_label_is_its_number_however_it_was_read(code):
	assert rules.number_on_label(code) == "DZ-2026-000001"


@given(
	st.one_of(st.none(), st.text(), st.integers(), st.dictionaries(st.text(), st.text()), st.lists(st.text()))
)
def test_whatever_was_read_is_a_text(code):
	assert isinstance(rules.number_on_label(code), str)
	assert rules.shortened(code) is None or len(rules.shortened(code)) <= rules.LONGEST_REMARK


def test_a_condition_is_one_of_three():
	assert all(rules.refuse_condition(condition) is None for condition in rules.CONDITIONS)
	assert rules.refuse_condition("Fine").message == rules.NO_CONDITION
	assert rules.refuse_condition({}).message == rules.NO_CONDITION


def test_nobody_takes_what_he_has():
	assert rules.refuse_taking("DZ-1", True).message == rules.HAS_IT_ALREADY
	assert rules.refuse_taking("DZ-1", False) is None
