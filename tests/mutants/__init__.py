"""The guards that make the rules hold, each with the test that goes red when it is taken out (Q-01).

`unit.toml` and `site.toml` list them by the tier of their test; `make mutants` takes each one out in turn:

	[[guard]]
	rules = ["DESK-05"]              # of tests/rules.txt; the test is marked with each of them
	file = "rules/vehicle_pass.py"   # below property_service/, unless it is one of tests/
	source = "if valid_until < today:"     # stands there exactly once
	instead = "if False:"
	test = "tests/unit/test_vehicle_pass_rules.py::test_validity"   # or one case of it: test_validity[…]

Reads files only: needs neither pytest nor a site.
"""

from dataclasses import dataclass
from pathlib import Path

try:
	import tomllib
except ImportError:  # Python 3.10
	import tomli as tomllib

ROOT = Path(__file__).resolve().parents[2]
APP = "property_service"
TIERS = ("unit", "site")


@dataclass(frozen=True)
class Mutant:
	"""One guard taken out. `source` and `instead` are text of `file`; `test` is a pytest node id."""

	tier: str
	rules: tuple[str, ...]
	file: str
	source: str
	instead: str
	test: str

	@property
	def path(self) -> str:
		return self.file if self.file.startswith("tests/") else f"{APP}/{self.file}"

	def place(self) -> str:
		"""Where the guard stands now, for the eye: file, line and its beginning."""
		text = (ROOT / self.path).read_text(encoding="utf-8")
		before = text.partition(self.source)[0]
		return f"{self.path}:{before.count(chr(10)) + 1} `{' '.join(self.source.split())[:60]}`"

	def mutate(self, text: str) -> str:
		"""`text` without the guard. Raises ValueError unless the guard stands there exactly once."""
		found = text.count(self.source)
		if found != 1:
			raise ValueError(f"{self.path}: found {found} times, not once: {self.source!r}")
		if self.source.split() == self.instead.split():
			raise ValueError(f"{self.path}: nothing changes for {self.source!r}")
		return text.replace(self.source, self.instead)

	def __str__(self) -> str:
		return f"{', '.join(self.rules)}  {self.place()}"


def listed(tier: str) -> list[Mutant]:
	"""The mutants of one tier, in the order of the list."""
	text = (Path(__file__).parent / f"{tier}.toml").read_text(encoding="utf-8")
	return [
		Mutant(tier, tuple(row["rules"]), row["file"], row["source"], row["instead"], row["test"])
		for row in tomllib.loads(text).get("guard", [])
	]


def all_listed() -> list[Mutant]:
	return [mutant for tier in TIERS for mutant in listed(tier)]
