"""Receipt numbers without gaps, per counter and year (CASH-01).

The number is drawn when a receipt becomes valid, from a row of the counters of naming series, which stays locked until
the transaction ends: the next clerk waits, and a transaction that fails gives its number back with everything else. What
has a number is never deleted, drafts have none, and `receipt_no` is unique.
"""

from datetime import date

import frappe
from frappe.model.naming import getseries

from property_service import series


def draw(counter: str, day: date) -> str:
	"""The next number of `counter` in the year of `day`, for example SJ-01-2026-000123."""
	code = frappe.get_cached_value("Front Desk Counter", counter, "counter_code")
	pattern = series.receipt_pattern(code)
	prefix = series.prefix_of(pattern, day.year)
	return prefix + getseries(prefix, pattern.count("#"))
