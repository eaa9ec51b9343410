"""What `make bench` found, kept and shown: a JSON file per work in docs/benchmarks/, and the page made of them.

Only what was measured is written anew, so a run of one file keeps the figures of the others. Nothing here needs a site:
`python -m tests.bench.results` makes the page again.
"""

import json
from dataclasses import asdict, dataclass, field
from pathlib import Path

DOCS = Path(__file__).resolve().parents[2] / "docs"


@dataclass(frozen=True)
class Work:
	"""A section of the page. `unit`: what its sizes count."""

	title: str
	against: str
	unit: str = ""


# In the order of the page. A measurement names its work by the key.
WORKS = {
	"ticket_create": Work(
		"Create a repair ticket, with its service levels and its workflow",
		"ERPNext's Issue with a Service Level Agreement and without a workflow",
	),
	"ticket_create_http": Work(
		"Create a repair ticket over HTTP", "ERPNext's Issue with a Service Level Agreement", "clients"
	),
	"intake": Work(
		"Intake under load: every document kind with a workflow",
		"a document with a workflow of Frappe's that leads back to its first state",
		"clients",
	),
	"state_change": Work(
		"Change of state, with the approval record",
		"`apply_workflow` on a document with a workflow of Frappe's",
	),
	"ticket_list": Work("List of 20 tickets", "the list of ERPNext's Issue", "tickets"),
	"purchase_plan": Work(
		"Basis of a purchase plan",
		"Stock Balance, Itemwise Recommended Reorder Level and the scan of `reorder_item`",
		"items",
	),
	"plan_made": Work("Purchase plan drafted, all items due", "`reorder_item`", "items"),
	"movement_statement": Work("Movement statement of a month", "Stock Balance", "items"),
	"stock_count": Work("Stock count, 5 % different, posted", "Stock Reconciliation", "lines"),
	"amortisation": Work("Amortisation run", "posting the depreciation of ERPNext's assets", "articles"),
	"hooks_material_request": Work(
		"Material Request with the app's hooks", "the same document without the app", "rows"
	),
	"hooks_purchase_order": Work(
		"Purchase Order with the app's hooks", "the same document without the app", "rows"
	),
	"hooks_purchase_receipt": Work(
		"Purchase Receipt with the app's hooks", "the same document without the app", "rows"
	),
	"hooks_stock_entry": Work(
		"Stock Entry (issue) with the app's hooks", "the same document without the app", "rows"
	),
	"card_payment": Work(
		"Card payment, 16 processes", "Frappe's own: for-update, save and insert", "cards paid with"
	),
}


@dataclass(frozen=True)
class Goal:
	goal: str
	measured: str
	met: bool


def at_most(limit: float, measured: float, of: str) -> Goal:
	"""`at_most(20, 19, "statements")`; `of` names what is counted, "× its time" for a ratio."""
	return Goal(f"≤ {number(limit)} {of}", number(measured), measured <= limit)


def at_least(limit: float, measured: float, of: str) -> Goal:
	return Goal(f"≥ {number(limit)} {of}", number(measured), measured >= limit)


def exactly(wanted: float, measured: float, of: str) -> Goal:
	return Goal(f"{number(wanted)} {of}", number(measured), measured == wanted)


@dataclass
class Result:
	"""One measurement: of one size, where the work has sizes."""

	size: int
	figures: dict[str, float | str]
	goals: list[Goal]
	why: str
	at: str
	load: float
	machine: dict[str, str] = field(default_factory=dict)


def keep(folder: Path, work: str, result: Result) -> None:
	"""Writes the result into the work's file, in place of an earlier one of the same size."""
	if work not in WORKS:
		raise KeyError(f"{work} is no work of tests/bench/results.py")
	path = folder / f"{work}.json"
	results = [
		one for one in (json.loads(path.read_text()) if path.exists() else []) if one["size"] != result.size
	]
	results.append(asdict(result))
	folder.mkdir(parents=True, exist_ok=True)
	path.write_text(
		json.dumps(sorted(results, key=lambda one: one["size"]), ensure_ascii=False, indent="\t") + "\n"
	)


def read(folder: Path) -> dict[str, list[Result]]:
	"""All that was ever measured, in the order of the page."""
	found = {}
	for work in WORKS:
		path = folder / f"{work}.json"
		if path.exists():
			found[work] = [
				Result(**{**one, "goals": [Goal(**goal) for goal in one["goals"]]})
				for one in json.loads(path.read_text())
			]
	return found


def number(value: float | str) -> str:
	"""As many digits as tell something."""
	if isinstance(value, str):
		return value
	if isinstance(value, int) or value == int(value):
		return f"{int(value):,}"
	return f"{value:,.0f}" if abs(value) >= 100 else f"{value:.3g}"


# ---- the page ---------------------------------------------------------------------------------------------------------

INTRODUCTION = """\
# Benchmarks

Made by `make bench`; do not edit. Every work stands beside what a user would use otherwise, both measured in one run on one
site. Times swing with the machine and with what else it does (its load is given); ratios and numbers of statements hold.
The figures lie as JSON in [benchmarks/](benchmarks/); `make bench` replaces those that it measures.
"""


def page(found: dict[str, list[Result]]) -> str:
	parts = [INTRODUCTION, _summary(found), _machines(found)]
	parts += [_section(WORKS[work], results) for work, results in found.items()]
	return "\n".join(parts)


def _summary(found) -> str:
	rows = []
	for work, results in found.items():
		goals = [goal for result in results for goal in result.goals]
		missed = [goal for goal in goals if not goal.met]
		title = WORKS[work].title
		verdict = f"{len(goals) - len(missed)} of {len(goals)}: **not met** {'; '.join(dict.fromkeys(goal.goal for goal in missed))}"
		met = f"all {len(goals)}" if goals else "none asked at this size"
		rows.append((f"[{title}](#{_anchor(title)})", verdict if missed else met))
	return _table(("work", "goals met"), rows)


def _machines(found) -> str:
	machines = [result.machine for results in found.values() for result in results]
	distinct = list({json.dumps(machine, sort_keys=True): machine for machine in machines}.values())
	lines = ["## Measured on", ""]
	lines += ["* " + ", ".join(f"{name} {value}" for name, value in machine.items()) for machine in distinct]
	return "\n".join([*lines, ""])


def _section(work: Work, results: list[Result]) -> str:
	sizes = len(results) > 1 or results[0].size > 0
	columns = list(dict.fromkeys(name for result in results for name in result.figures))
	rows = [
		(*[number(result.size)][:sizes], *(number(result.figures.get(name, "")) for name in columns))
		for result in results
	]
	if len(results) > 1:
		rows.append(("growth", *(_growth(results, name) for name in columns)))
	goals = [
		(goal.goal, *[number(result.size)][:sizes], goal.measured, "met" if goal.met else "**not met**")
		for result in results
		for goal in result.goals
	]
	when = sorted({result.at[:10] for result in results})
	loads = [result.load for result in results]
	lines = [
		f"## {work.title}",
		"",
		f"Against {work.against}. Measured {' to '.join(dict.fromkeys((when[0], when[-1])))}, "
		f"load {min(loads):.1f} to {max(loads):.1f}.",
		"",
		_table((*[work.unit][:sizes], *columns), rows),
	]
	if goals:
		lines.append(_table(("goal", *[work.unit][:sizes], "measured", ""), goals))
	for why in dict.fromkeys(result.why.strip() for result in results if result.why):
		lines += [why, ""]
	return "\n".join(lines)


def _growth(results: list[Result], name: str) -> str:
	"""From the smallest size to the largest, as a factor."""
	first, last = (result.figures.get(name) for result in (results[0], results[-1]))
	if isinstance(first, str) or isinstance(last, str) or not first or last is None:
		return ""
	return f"× {number(last / first)}"


def _table(head: tuple, rows: list[tuple]) -> str:
	lines = [head, ("---",) * len(head), *rows]
	return "\n".join("| " + " | ".join(line) + " |" for line in lines) + "\n"


def _anchor(title: str) -> str:
	kept = "".join(letter for letter in title.lower() if letter.isalnum() or letter in " -_")
	return kept.replace(" ", "-")


def write_page(docs: Path = DOCS) -> None:
	(docs / "benchmarks.md").write_text(page(read(docs / "benchmarks")))


if __name__ == "__main__":
	write_page()
