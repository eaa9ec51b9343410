"""Runs tests of a copy of the tree, each run in a process of its own that has pytest loaded already.

A run forks from a server that has imported what all runs need and nothing of the app or its tests: a mutant of a rule then
costs a third of what a new interpreter takes.
"""

import contextlib
import multiprocessing
import os
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path

PRELOADED = (
	*("pytest", "hypothesis", "hypothesis.strategies", "hypothesis.internal.conjecture.engine"),
	*("_pytest.assertion.rewrite", "freezegun", "frappe"),  # what is not installed is left out
)
OWN = ("tests", "property_service")


@dataclass(frozen=True)
class Ended:
	"""`code`: pytest's exit code, negative when the process was ended."""

	code: int
	output: str


def run_tests(tree: Path, tests: list[str], seconds: int | None) -> Ended:
	"""Runs `tests`, up to the first that fails, with the app's code of `tree`, wherever it is installed from.

	Raises TimeoutError after `seconds`.
	"""
	server = multiprocessing.get_context("forkserver")
	server.set_forkserver_preload(list(PRELOADED))
	with tempfile.NamedTemporaryFile("r", encoding="utf-8", errors="replace") as output:
		process = server.Process(target=_run, args=(str(tree), tests, output.name))
		process.start()
		process.join(seconds)
		if process.is_alive():
			process.kill()
			process.join()
			raise TimeoutError(f"no answer in {seconds} seconds")
		return Ended(process.exitcode, output.read())


def _run(tree: str, tests: list[str], output: str) -> None:
	"""In the forked process."""
	written = os.open(output, os.O_WRONLY)
	os.dup2(written, 1)
	os.dup2(written, 2)
	os.chdir(tree)
	for name in [name for name in sys.modules if name.split(".")[0] in OWN]:
		del sys.modules[name]  # they came from where this runs, not from the copy
	sys.path.insert(0, tree)
	os.environ["PYTHONPATH"] = tree  # for processes that a test starts
	# A guard taken out within a second of another may leave a file as long and as old: no bytecode is kept.
	sys.dont_write_bytecode = True
	import pytest

	_read_hooks_of_the_copy()
	code = pytest.main(["-q", "-x", "--tb=short", "-p", "no:cacheprovider", *tests])
	with contextlib.suppress(KeyError):
		own = Path(sys.modules["property_service"].__path__[0]).resolve().parent
		if own != Path(tree).resolve():
			print(f"the tests ran {own}, not the copy {tree}")
			code = pytest.ExitCode.INTERNAL_ERROR
	sys.stdout.flush()
	os._exit(int(code))


def _read_hooks_of_the_copy() -> None:
	"""Frappe keeps what hooks.py says in its cache, and the site has put there what the tree says that it serves."""
	try:
		from frappe.utils.redis_wrapper import RedisWrapper
	except ImportError:
		return  # the unit tier needs no Frappe
	kept = RedisWrapper.get_value

	def get_value(self, key, generator=None, *args, **options):
		if key == "app_hooks" and generator:
			return generator()
		return kept(self, key, generator, *args, **options)

	RedisWrapper.get_value = get_value
