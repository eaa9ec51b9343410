"""Keys of somebody who moves in and out (DESK-10): handed out for the time of residence, asked back before it ends."""

from collections import defaultdict

import frappe
from frappe.model.document import Document

from property_service.property_service.doctype.key_loan import key_loan
from property_service.property_service.doctype.property_key import property_key
from property_service.property_service.doctype.property_unit import property_unit
from property_service.property_service.doctype.service_order.assignment import unit_title
from property_service.register_entry import stop
from property_service.rules import keys as rules
from property_service.rules.residence import OpenMatter
from property_service.rules.service_order import Refusal

LOAN = "Key Loan"


def hand_out(application: Document, given: frappe._dict) -> None:
	"""Hook `residence_moving_in`: one loan per key that was scanned, until moving out."""
	opens = set(property_unit.path_of([application.property_unit]))
	tags = [property_key.normal_tag(tag) for tag in given.key_tags]
	for tag in tags:
		if opens.isdisjoint(units_of(tag)):
			stop(Refusal(rules.OTHER_ROOM, (tag, unit_title(application.property_unit))))
		frappe.get_doc(
			{
				"doctype": LOAN,
				"property_key": tag,
				"loan_kind": rules.RESIDENCE,
				"borrower_kind": rules.RESIDENT,
				"resident": application.resident,
				"purpose": application.name,
			}
		).insert()
	application.keys_given = "、".join(tags) or None


def units_of(tag: str) -> list[str]:
	return frappe.get_all(
		"Property Key Unit",
		filters={"parent": tag, "parenttype": "Property Key"},
		pluck="property_unit",
		order_by="idx",
	)


def open_matters(residents: list[str]) -> dict[str, list[OpenMatter]]:
	"""Hook `residence_open_matters`: keys that residents have out, whatever for."""
	rows = frappe.get_all(
		LOAN,
		filters={"resident": ("in", residents or [""]), "status": rules.LENT},
		fields=["name", "resident", "property_key", "opens"],
		order_by="borrowed_on, name",
	)
	found = defaultdict(list)
	for row in rows:
		matter = f"{row.property_key} {row.opens or ''}".strip()
		found[row.resident].append(OpenMatter(LOAN, row.name, matter, ways=(rules.BROUGHT_BACK, rules.LOST)))
	return found


def settle(matter: OpenMatter, way: str, given: frappe._dict) -> None:
	"""Hook `residence_settle`: the key is back, or lost with a reason."""
	if way == rules.LOST:
		key_loan.report_lost(matter.name, given.reason or "")
	else:
		key_loan.take_back(matter.name, condition=given.condition or rules.GOOD)
