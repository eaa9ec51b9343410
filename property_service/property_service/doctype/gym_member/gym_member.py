"""Gym Member: a person's card, and which membership it opens. The row that every change of a membership locks first.

Lock order: Gym Member → Gym Membership → Gym Visit. The member's row always exists before it is locked, so that no gap is:
two clerks who sell a card to two new members at once do not wait for each other.
"""

import frappe
from frappe import _
from frappe.model.document import Document
from frappe.utils import now

from property_service.guards import refuse
from property_service.refusals import stop
from property_service.rules import gym as rules
from property_service.rules.refusal import Refusal

FIELDS = ("name", "resident", "member_name", "card_no", "company", "current_membership", "next_membership")


class GymMember(Document):
	def validate(self) -> None:
		refuse(
			_("A gym member is written by the server, with the first gym card (DESK-07)."),
			frappe.PermissionError,
		)

	def on_trash(self) -> None:
		refuse(_("A gym member stays on record (DESK-07)."))


def lock_for(company: str, resident: str) -> frappe._dict:
	"""The member's row as it is now, locked until commit; made for a new member."""
	name = f"{resident}-{frappe.get_cached_value('Company', company, 'abbr')}"
	if not frappe.db.exists("Gym Member", name):
		_make(name, company, resident)
	return lock(name)


def _make(name: str, company: str, resident: str) -> None:
	"""Two clerks may make it at once: the second then holds the first one's row, exclusively, and changes nothing."""
	table = frappe.qb.DocType("Gym Member")
	time, user = now(), frappe.session.user
	(
		frappe.qb.into(table)
		.columns(table.name, table.creation, table.modified, table.owner, table.modified_by)
		.columns(table.resident, table.company, table.member_name)
		.insert(
			*(name, time, time, user, user),
			*(resident, company, frappe.db.get_value("Resident", resident, "resident_name")),
		)
		.on_duplicate_key_update(table.name, name)
		.run()
	)


def lock(name: str) -> frappe._dict:
	return frappe.db.get_value("Gym Member", name, FIELDS, as_dict=True, for_update=True)


def write(member: frappe._dict, **values: object) -> None:
	"""The caller has locked the member."""
	member.update(values)
	try:
		frappe.db.set_value("Gym Member", member.name, values)
	except Exception as error:
		if not frappe.db.is_unique_key_violation(error):
			raise
		refuse_card_of_another(member.company, values["card_no"])


def refuse_card_of_another(company: str, card_no: str) -> None:
	# A share lock sees what was committed since this transaction began, and does not wait for others who were refused.
	holder = frappe.db.sql(
		"select member_name from `tabGym Member` where company = %s and card_no = %s lock in share mode",
		(company, card_no),
	)
	stop(Refusal(rules.CARD_OF_ANOTHER, (card_no, holder[0][0] if holder else "")))


def on_doctype_update() -> None:
	frappe.db.add_unique("Gym Member", ["company", "card_no"], constraint_name="one_holder_per_card")
