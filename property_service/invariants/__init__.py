"""What must always be true, as queries over all documents (Q-03).

Run by the tests after what they do, every night, and by hand:

	bench --site SITE execute property_service.invariants.report
	bench --site SITE execute property_service.invariants.report --kwargs '{"company": "…"}'

An invariant is a function of a company that yields a finding per document that breaks it. The controllers make each of
them impossible; a finding means that somebody wrote to the database past them, or that a controller is wrong.
"""

from collections.abc import Callable, Iterable
from importlib import import_module
from typing import NamedTuple

import frappe
from frappe.utils.user import get_users_with_role

from property_service import notifications, settings
from property_service.guards import PROCEDURES

# Where invariants stand; later procedures add theirs.
MODULES = (
	"tickets",
	"orders",
	"approvals",
	"follow_ups",
	"people",
	"till",
	"cards",
	"keys",
	"purchasing",
	"stock",
	"counts",
	"tools",
	"low_value",
)
# More of one kind tell no more.
AT_MOST = 100


class Finding(NamedTuple):
	"""A document that breaks an invariant; `invariant` is the name of the function that found it."""

	invariant: str
	rule: str
	doctype: str
	name: str
	problem: str


class Invariant(NamedTuple):
	rule: str
	doctype: str
	check: Callable[[str], Iterable[tuple[str, str]]]


_INVARIANTS: list[Invariant] = []


def invariant(rule: str, doctype: str):
	"""Registers a function company -> (name of a document of `doctype`, what is wrong with it)."""

	def register(check):
		_INVARIANTS.append(Invariant(rule, doctype, check))
		return check

	return register


def invariants() -> list[Invariant]:
	for module in MODULES:
		import_module(f"{__name__}.{module}")
	return _INVARIANTS


def check(company: str) -> list[Finding]:
	"""Every finding of one company, at most 100 per invariant."""
	findings = []
	for rule, doctype, function in invariants():
		for position, (name, problem) in enumerate(function(company)):
			if position == AT_MOST:
				break
			findings.append(Finding(function.__name__, rule, doctype, str(name), problem))
	return findings


def companies() -> list[str]:
	return [row.company for row in settings.get().companies if any(row.get(key) for key in PROCEDURES)]


def report(company: str | None = None) -> list[str]:
	"""One line per finding of `company` (default: of every company that uses the app); empty when all is well."""
	return [
		f"{finding.rule} {finding.invariant}: {finding.doctype} {finding.name}: {finding.problem}"
		for name in ([company] if company else companies())
		for finding in check(name)
	]


def report_nightly() -> None:
	"""Daily job: findings go to the error log, and the System Managers are told where."""
	lines = report()
	if not lines:
		return
	log = frappe.log_error(title=f"{len(lines)} broken invariants", message="\n".join(lines))
	notifications.tell(
		get_users_with_role("System Manager"),
		"{0} records contradict the procedures; see the error log",
		(len(lines),),
		doctype="Error Log",
		name=log.name,
	)
