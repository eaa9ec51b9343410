"""The list of guards does not rot: each is still there, each test still shows its rule, and no rule is without (Q-01).

That the tests do go red is what `make mutants` shows.
"""

from pathlib import Path

import pytest

from tests import mutants, rules
from tests.mutants import __main__ as runner
from tests.mutants.running import Ended

pytestmark = pytest.mark.rule("Q-01")
LISTED = mutants.all_listed()


@pytest.mark.parametrize("path", sorted({mutant.path for mutant in LISTED}))
def test_every_guard_is_still_there_once(path):
	text = (mutants.ROOT / path).read_text(encoding="utf-8")
	for mutant in LISTED:
		if mutant.path == path:
			mutant.mutate(text)  # names the guard when it is gone, doubled or no guard


def test_every_test_is_there_and_shows_the_rule():
	shown = rules.tests_by_rule()
	wrong = [
		f"{mutant.test} is not marked with {rule}"
		for mutant in LISTED
		for rule in mutant.rules
		if mutant.test.partition("[")[0] not in shown.get(rule, [])
	]
	assert not wrong, "\n".join(wrong)


@pytest.mark.parametrize("tier", mutants.TIERS)
def test_a_tier_lists_its_own_tests_and_no_guard_twice(tier):
	listed = mutants.listed(tier)
	assert listed
	assert all(mutant.test.startswith(f"tests/{tier}/") for mutant in listed)
	places = [(mutant.file, mutant.source, mutant.instead) for mutant in LISTED]
	assert len(places) == len(set(places))


def test_every_rule_has_a_guard_that_is_taken_out():
	guarded = rules.guards_by_rule()
	assert [rule for rule in rules.delivered_rules() if rule not in guarded] == []


# ---- the runner itself -------------------------------------------------------------------------------------------

GUARDED = "def allowed(age):\n\tif age < 18:\n\t\treturn False\n\treturn True\n"


def app_with(guarded: str, folder: Path) -> Path:
	app = folder / mutants.APP
	app.mkdir()
	(app / "__init__.py").touch()
	(app / "guarded.py").write_text(guarded)
	return app


def mutant_of(test: str = "test_it.py", source: str = "if age < 18:", instead: str = "if False:"):
	return mutants.Mutant("unit", ("A-01",), "guarded.py", source, instead, test)


@pytest.mark.parametrize(
	("text", "mutant", "message"),
	[
		("", mutant_of(), "found 0 times"),
		(GUARDED + GUARDED, mutant_of(), "found 2 times"),
		(GUARDED, mutant_of(instead="if  age < 18:"), "nothing changes"),
	],
)
def test_a_guard_that_cannot_be_taken_out_is_named(text, mutant, message):
	with pytest.raises(ValueError, match=message):
		mutant.mutate(text)


def test_the_named_test_is_run_on_the_mutated_copy_alone(tmp_path):
	app_with(GUARDED, tmp_path)
	test = f"from {mutants.APP}.guarded import allowed\ndef test_children():\n\tassert not allowed(17)\n"
	(tmp_path / "test_it.py").write_text(test)
	assert runner.judge(mutant_of(), tmp_path) == (runner.KILLED, "")
	assert runner.judge(mutant_of(instead="if age < 20:"), tmp_path)[0] == runner.SURVIVED


@pytest.mark.parametrize(
	("code", "verdict"),
	[
		(0, runner.SURVIVED),
		(1, runner.KILLED),
		(2, runner.BROKEN),  # the tests could not be read: no Python is left, say
		(4, runner.BROKEN),  # there is no such test
		(5, runner.BROKEN),  # nothing ran
		(-9, runner.BROKEN),
	],
)
def test_only_a_test_that_ran_and_failed_kills(tmp_path, monkeypatch, code, verdict):
	app = app_with(GUARDED, tmp_path)
	seen = []

	def run(tree, tests, seconds):
		seen.append((app / "guarded.py").read_text())
		return Ended(code, "")

	monkeypatch.setattr(runner, "run_tests", run)
	assert runner.judge(mutant_of(), tmp_path)[0] == verdict
	assert seen == [GUARDED.replace("if age < 18:", "if False:")]
	assert (app / "guarded.py").read_text() == GUARDED, "the tree is left as it was"


def test_a_guard_that_is_gone_is_no_kill(tmp_path):
	app_with("def allowed(age):\n\treturn True\n", tmp_path)
	assert runner.judge(mutant_of(), tmp_path)[0] == runner.BROKEN
