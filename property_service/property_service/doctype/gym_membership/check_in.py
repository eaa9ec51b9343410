"""The gym's door: a card is scanned, a visit counted (DESK-07)."""

from datetime import datetime

import frappe
from frappe.utils import cint, get_datetime, getdate, now_datetime

from property_service import commands, settings
from property_service.property_service.doctype.gym_member import gym_member
from property_service.property_service.doctype.gym_membership import gym_membership
from property_service.property_service.doctype.gym_membership.gym_membership import DOCTYPE, GymMembership
from property_service.refusals import stop
from property_service.register_entry import is_manager, refuse_unknown
from property_service.rules import gym as rules
from property_service.rules import register as register_rules
from property_service.rules.refusal import Refusal

SHOWN = 12


@frappe.whitelist(methods=["POST"])
@commands.carried_out_again
def check_in(card_no: str) -> dict:
	"""Count a visit on the card. Returns {"visit", "membership", "member_name", "plan", "visits_left", "end_on"}.

	The member's row is locked: two scans at once cannot both use the last visit. Raises ValidationError for a card that
	is expired, used up, frozen, cancelled or not begun, or that was scanned just now.
	"""
	frappe.has_permission(DOCTYPE, "write", throw=True)
	doc = card_at_the_door(card_no)
	now = now_datetime()
	stop(rules.refuse_visit(doc.as_card(), now, cint(settings.get().gym_minutes_between_visits)))
	doc.visits_used = cint(doc.visits_used) + 1
	doc.visit_counter = cint(doc.visit_counter) + 1
	doc.last_visit = now
	doc.count_visits()
	visit = count(doc, now)
	if rules.is_used_up(doc.plan_kind, doc.visits_remaining):
		doc.end(rules.USED_UP)
	else:
		doc.flags.server_write = True
		doc.save()
	return {
		"visit": visit,
		"membership": doc.name,
		"member_name": doc.member_name,
		"plan": frappe.get_cached_value("Gym Plan", doc.plan, "plan_name"),
		"by_visits": doc.plan_kind == rules.BY_VISITS,
		"visits_left": doc.visits_remaining,
		"end_on": doc.end_on,
	}


def card_at_the_door(card_no: str) -> GymMembership:
	"""The membership that the card opens, locked; the last one that it opened when it opens none any more."""
	card = gym_membership.normal_card(card_no)
	row = card and frappe.db.get_value("Gym Member", {"card_no": card}, ["name", "company"], as_dict=True)
	if not row:
		refuse_unknown(rules.UNKNOWN_CARD, card_no)
	member = gym_member.lock(row.name)
	gym_membership.let_go_of_ended(member)
	name = member.current_membership or frappe.db.get_value(
		DOCTYPE, {"gym_member": member.name}, "name", order_by="end_on desc, creation desc"
	)
	doc = frappe.get_doc(DOCTYPE, name, for_update=True)
	doc.check_permission("write")
	return doc


def count(doc: GymMembership, now: datetime) -> str:
	visit = frappe.new_doc("Gym Visit")
	visit.update(
		{
			"membership": doc.name,
			"member_name": doc.member_name,
			"card_no": doc.card_no,
			"company": doc.company,
			"visit_number": doc.visit_counter,
			"visited_on": now,
			"checked_in_by": frappe.session.user,
		}
	)
	visit.flags.server_write = True
	return visit.insert(ignore_permissions=True).name  # nobody writes a visit by hand


@frappe.whitelist(methods=["POST"])
def undo(visit: str, reason: str) -> None:
	"""The service manager takes a visit back that was counted by mistake."""
	frappe.has_permission(DOCTYPE, "write", throw=True)
	membership = frappe.db.get_value("Gym Visit", visit, "membership")
	if not membership:
		refuse_unknown(rules.UNKNOWN_VISIT, visit)
	doc = frappe.get_doc(DOCTYPE, membership, for_update=True)
	doc.check_permission("write")
	if not is_manager():
		stop(Refusal(rules.UNDONE_BY_MANAGER), exc=frappe.PermissionError)
	stop(register_rules.refuse_without_reason("Undo Visit", reason))
	record = frappe.get_doc("Gym Visit", visit, for_update=True)
	if record.undone:
		stop(Refusal(rules.UNDONE_ALREADY))
	give_back(doc)
	record.update(
		{
			"undone": 1,
			"undone_by": frappe.session.user,
			"undo_reason": reason.strip()[:140],
		}
	)
	record.flags.server_write = True
	record.save(ignore_permissions=True)  # nobody writes a visit by hand


def give_back(doc: GymMembership) -> None:
	"""A card that was used up by the visit is valid again, unless the person has another one by now."""
	doc.visits_used = max(cint(doc.visits_used) - 1, 0)
	doc.count_visits()
	if doc.status != rules.USED_UP:
		doc.flags.server_write = True
		doc.save()
		return
	member = gym_member.lock(doc.gym_member)
	if member.current_membership:
		stop(Refusal(rules.PERSON_HAS_MOVED_ON, (doc.member_name,)))
	doc.take_step(rules.VALID, doc.require_step(rules.VALID))
	gym_member.write(member, current_membership=doc.name)


@frappe.whitelist(methods=["GET", "POST"])
def visits_today() -> list[dict]:
	"""The last visits of the day, for the screen at the door."""
	return frappe.get_list(
		"Gym Visit",
		filters={"visited_on": (">=", get_datetime(getdate())), "undone": 0},
		fields=["name", "member_name", "card_no", "visited_on", "membership"],
		order_by="visited_on desc",
		limit=SHOWN,
	)
