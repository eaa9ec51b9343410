"""Low-value consumables: articles, their ledger and the accounts say the same (LV-05)."""

from collections.abc import Iterator

import frappe

from property_service.invariants import invariant
from property_service.low_value import figures

ARTICLE = "Low Value Article"

OFF_LEDGER = """SELECT article.name, article.cost, article.amortised_amount,
	COALESCE(SUM(entry.cost_change), 0) AS cost_entries, COALESCE(SUM(entry.amortised_change), 0) AS amortised_entries
	FROM `tabLow Value Article` article
	LEFT JOIN `tabLow Value Ledger Entry` entry ON entry.article = article.name AND entry.is_cancelled = 0
	WHERE article.company = %(company)s GROUP BY article.name, article.cost, article.amortised_amount
	HAVING article.cost != cost_entries OR article.amortised_amount != amortised_entries
	ORDER BY article.name LIMIT 101"""

WRONG_SUM = """SELECT name, cost, amortised_amount, net_value, issue_value, returned_value, status FROM `tabLow Value Article`
	WHERE company = %(company)s AND (cost != amortised_amount + net_value OR cost != issue_value - returned_value
	OR (status IN ('Lost', 'Scrapped', 'Returned', 'Cancelled') AND net_value != 0))
	ORDER BY name LIMIT 101"""


@invariant("LV-05", ARTICLE)
def articles_add_up(company: str) -> Iterator[tuple[str, str]]:
	"""Amortised + net = cost; cost = value at the issue less what was returned; nothing is left at the end."""
	for row in frappe.db.sql(WRONG_SUM, {"company": company}, as_dict=True):
		yield (
			row.name,
			f"{row.status}: cost {row.cost}, amortised {row.amortised_amount}, net {row.net_value}, "
			f"issued at {row.issue_value}, returned {row.returned_value}",
		)


@invariant("LV-05", ARTICLE)
def articles_are_the_sum_of_their_ledger(company: str) -> Iterator[tuple[str, str]]:
	for row in frappe.db.sql(OFF_LEDGER, {"company": company}, as_dict=True):
		yield (
			row.name,
			f"cost {row.cost} and amortised {row.amortised_amount}, entries {row.cost_entries} and {row.amortised_entries}",
		)


@invariant("LV-05", "Company")
def accounts_hold_the_net_values(company: str) -> Iterator[tuple[str, str]]:
	"""Account in use + amortisation account = net values, with what is not made or not spread yet."""
	found = figures.of_company(company)
	if found and found.difference:
		yield company, f"the accounts hold {found.ledger}, the articles come to {found.articles}"
