"""Every rule that the app delivers is shown by a test, and the listing sees every way of marking one."""

import ast

import pytest

from tests import rules

pytestmark = pytest.mark.rule("Q-01")


@pytest.mark.parametrize("rule", rules.delivered_rules())
def test_delivered_rule_is_shown_by_a_test(rule):
	assert rules.tests_by_rule().get(rule), f"no test is marked with {rule}"


def test_marks_of_function_class_and_module_are_seen():
	source = """
pytestmark = [pytest.mark.rule("A-01"), pytest.mark.last]

@pytest.mark.rule("A-02", "A-03")
def test_one(): ...

@pytest.mark.rule("A-04")
class TestMore:
	def test_two(self): ...
	def helper(self): ...

def test_three(): ...
"""
	assert sorted(rules.marked_tests(ast.parse(source).body)) == [
		("A-01", "TestMore::test_two"),
		("A-01", "test_one"),
		("A-01", "test_three"),
		("A-02", "test_one"),
		("A-03", "test_one"),
		("A-04", "TestMore::test_two"),
	]
