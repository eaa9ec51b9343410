"""Bills that keep a resident from moving out: the household's own, never the employer's (DESK-10)."""

from collections import defaultdict

import frappe
from frappe.utils import flt

from property_service.property_service.doctype.property_unit.property_unit import LIVING_IN
from property_service.rules import money
from property_service.rules.residence import OpenMatter

INVOICE = "Sales Invoice"


def open_matters(residents: list[str]) -> dict[str, list[OpenMatter]]:
	"""Hook `residence_open_matters`: submitted invoices of the household with something to pay.

	As long as another one of the household lives here, its bills keep nobody.
	"""
	payers = last_of_their_household(residents)
	found = defaultdict(list)
	for row in unpaid(set(payers.values())):
		matter = OpenMatter(INVOICE, row.name, row.customer_name, money.cents(row.outstanding_amount))
		for resident, customer in payers.items():
			if customer == row.customer:
				found[resident].append(matter)
	return found


def last_of_their_household(residents: list[str]) -> dict[str, str]:
	"""{resident: household} of those with a household that is not the employer, and nobody else of it living here."""
	rows = frappe.get_all(
		"Resident",
		filters={"name": ("in", residents or [""]), "household": ("is", "set")},
		fields=["name", "household", "employer"],
		order_by="name",
	)
	own = {row.name: row.household for row in rows if row.household != row.employer}
	staying = frappe.get_all(
		"Resident",
		filters={
			"household": ("in", list(own.values()) or [""]),
			"status": LIVING_IN,
			"name": ("not in", residents or [""]),
		},
		pluck="household",
		order_by="household",
	)
	return {resident: household for resident, household in own.items() if household not in set(staying)}


def unpaid(customers: set[str]) -> list[frappe._dict]:
	rows = frappe.get_all(
		INVOICE,
		filters={
			"customer": ("in", sorted(customers) or [""]),
			"docstatus": 1,
			"outstanding_amount": (">", 0),
		},
		fields=["name", "customer", "customer_name", "outstanding_amount"],
		order_by="posting_date, name",
	)
	return [row for row in rows if flt(row.outstanding_amount, 2) > 0]
