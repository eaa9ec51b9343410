"""Which tests show which rule of the procedures, and which guards they were seen to watch: `python -m tests.rules`.

Reads the tests' source and the list of mutants (tests/mutants), so that it needs neither pytest nor a site. A test shows a rule by `@pytest.mark.rule("SVC-05")`
on itself, on its class, or by `pytestmark` for its whole file.
"""

import ast
import sys
from collections import defaultdict
from functools import cache
from pathlib import Path

from tests import mutants

TESTS = Path(__file__).parent


def delivered_rules() -> dict[str, str]:
	"""Rule id -> what it is about, from tests/rules.txt."""
	lines = (TESTS / "rules.txt").read_text(encoding="utf-8").splitlines()
	return dict(line.split(" ", 1) for line in lines if line and not line.startswith("#"))


@cache
def tests_by_rule() -> dict[str, list[str]]:
	shown = defaultdict(list)
	for path in sorted(TESTS.glob("*/**/test_*.py")):
		for rule, test in marked_tests(ast.parse(path.read_text(encoding="utf-8")).body):
			shown[rule].append(f"{path.relative_to(TESTS.parent)}::{test}")
	return shown


def marked_tests(body: list[ast.stmt], inherited: tuple[str, ...] = (), prefix: str = ""):
	"""Yields (rule id, test name) of the tests in a module's or class's body."""
	rules = (*inherited, *rules_for_all(body))
	for node in body:
		if isinstance(node, ast.FunctionDef) and node.name.startswith("test_"):
			yield from ((rule, prefix + node.name) for rule in (*rules, *rules_in(node.decorator_list)))
		elif isinstance(node, ast.ClassDef):
			yield from marked_tests(
				node.body, (*rules, *rules_in(node.decorator_list)), f"{prefix}{node.name}::"
			)


def rules_for_all(body: list[ast.stmt]) -> list[str]:
	"""Rules named in `pytestmark = …`."""
	return [
		rule
		for node in body
		if isinstance(node, ast.Assign) and any(getattr(t, "id", "") == "pytestmark" for t in node.targets)
		for rule in rules_in([node.value])
	]


def rules_in(expressions: list[ast.expr]) -> list[str]:
	return [
		argument.value
		for expression in expressions
		for node in ast.walk(expression)
		if isinstance(node, ast.Call) and ast.unparse(node.func) == "pytest.mark.rule"
		for argument in node.args
	]


def guards_by_rule() -> dict[str, list[mutants.Mutant]]:
	"""Rule id -> its guards that `make mutants` takes out."""
	guards = defaultdict(list)
	for mutant in mutants.all_listed():
		for rule in mutant.rules:
			guards[rule].append(mutant)
	return guards


def main() -> int:
	shown, delivered, guards = tests_by_rule(), delivered_rules(), guards_by_rule()
	for rule in sorted({*delivered, *shown}):
		print(f"{rule}  {delivered.get(rule, '(not in tests/rules.txt)')}")
		for test in shown.get(rule, []):
			print(f"    {test}")
		for mutant in guards.get(rule, []):
			print(f"    without {mutant.place()}: red {mutant.test}")
	missing = [rule for rule in delivered if rule not in shown]
	unguarded = [rule for rule in delivered if rule not in guards]
	print(f"\n{len(delivered)} rules delivered; without a test: {', '.join(missing) or 'none'}")
	print(f"{len(mutants.all_listed())} guards listed; rules without one: {', '.join(unguarded) or 'none'}")
	return 1 if missing or unguarded else 0


if __name__ == "__main__":
	sys.exit(main())
