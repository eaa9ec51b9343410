"""Naming series are numbered before they are used.

The first insert under a new prefix deadlocks when two desks do it at once, which for a prefix with the year in it
is the first working minute of January; a prefix that exists only makes the second wait for the first.
"""

import frappe
from frappe.utils import getdate, nowdate

MODULE = "Property Service"


def ensure_prefixes() -> None:
	"""Creates this and next year's counters of every naming series of this app's DocTypes (install, migrate, daily)."""
	wanted = current_prefixes()
	series = frappe.qb.DocType("Series")
	there = set(frappe.qb.from_(series).select(series.name).where(series.name.isin(wanted)).run(pluck=True))
	for prefix in sorted(wanted - there):
		frappe.qb.into(series).columns("name", "current").insert(prefix, 0).ignore().run()


def current_prefixes() -> set[str]:
	return prefixes(since=getdate(nowdate()).year)


def prefixes(since: int) -> set[str]:
	"""The counters of every naming series, from a year on until the next one."""
	years = range(since, getdate(nowdate()).year + 2)
	return {prefix_of(pattern, year) for pattern in naming_patterns() for year in years}


def naming_patterns() -> set[str]:
	"""Series as the site uses them, a company's own choice (Customize Form) included."""
	patterns = set()
	doctypes = frappe.get_all(
		"DocType", filters={"module": MODULE, "istable": 0, "issingle": 0}, pluck="name", order_by="name"
	)
	for doctype in doctypes:
		meta = frappe.get_meta(doctype)
		field = meta.get_field("naming_series")
		candidates = (field.options or "").splitlines() if field else [meta.autoname or ""]
		patterns.update(c.strip() for c in candidates if ".#" in c)
	return patterns | {receipt_pattern(code) for code in counter_codes()}


def counter_codes() -> list[str]:
	return frappe.get_all(
		"Front Desk Counter", filters={"counter_code": ("is", "set")}, pluck="counter_code", order_by="name"
	)


def receipt_pattern(counter_code: str) -> str:
	"""Receipts are numbered per counter and year (CASH-01)."""
	return f"SJ-{counter_code}-.YYYY.-.######"


def prefix_of(pattern: str, year: int) -> str:
	"""'BX-.YYYY.-.#####' in 2026 counts under 'BX-2026-'."""
	parts = pattern.split(".#")[0].split(".")
	return "".join({"YYYY": str(year), "YY": str(year)[2:]}.get(part, part) for part in parts)


def reserve(pattern: str, count: int) -> list[str]:
	"""The next `count` names of a naming series, taken in one statement; others wait until the transaction ends.

	Raises frappe.ValidationError for a pattern that is not counted.
	"""
	digits = len(pattern) - len(pattern.rstrip("#"))
	if not digits or ".#" not in pattern:
		raise frappe.ValidationError(f"{pattern} is no naming series")
	prefix = prefix_of(pattern, getdate(nowdate()).year)
	table = frappe.qb.DocType("Series")
	current = frappe.qb.from_(table).select(table.current).where(table.name == prefix).for_update().run()
	first = (current[0][0] if current else 0) + 1
	if current:
		frappe.qb.update(table).set(table.current, table.current + count).where(table.name == prefix).run()
	else:
		frappe.qb.into(table).columns("name", "current").insert(prefix, count).run()
	return [f"{prefix}{number:0{digits}d}" for number in range(first, first + count)]
