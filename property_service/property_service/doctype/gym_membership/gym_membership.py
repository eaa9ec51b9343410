"""Gym Membership (健身卡, register D), see README.md. Rule DESK-07. Lock order: the member, then the membership."""

import frappe
from frappe.utils import cint, cstr, getdate, now_datetime, nowdate

from property_service import approvals, commands, register_money
from property_service.property_service.doctype.gym_member import gym_member
from property_service.refusals import stop
from property_service.register_entry import RegisterEntry, locked, one_by_one
from property_service.rules import gym as rules
from property_service.rules.refusal import Refusal

DOCTYPE = "Gym Membership"


class GymMembership(RegisterEntry):
	REGISTER = rules.REGISTER
	STEPS = rules.STEPS
	SERVER_FIELDS = (
		*("id_card_seen_by", "id_card_seen_on", "member_name", "gender", "phone", "employer_name"),
		*("plan_kind", "days", "price", "visits_total", "visits_used", "visits_remaining", "last_visit"),
		"visit_counter",
		*("frozen_on", "frozen_days", "freezes", "gym_member", "receipt"),
	)
	FIXED_FIELDS = (
		*("resident", "plan", "start_on", "end_on", "company", "card_no", "visits_before", "taken_over"),
		*("id_card_seen", "mode_of_payment"),
	)
	ENDED = rules.ENDED
	OPEN_FIELDS = ("remarks", "emergency_contact", "emergency_phone")

	def load_from_db(self) -> "GymMembership":
		"""A membership that is about to change locks its member first."""
		is_one = self.flags.for_update and isinstance(self.name, str)
		if is_one and (member := frappe.db.get_value(DOCTYPE, self.name, "gym_member")):
			gym_member.lock(member)
		return super().load_from_db()

	def before_insert(self) -> None:
		approvals.clear_on_copy(self)

	def before_validate(self) -> None:
		super().before_validate()
		if self.is_new():
			self.take_from_person()
			self.take_from_plan()
			self.note_id_card()
			self.set_period()

	def validate(self) -> None:
		super().validate()
		if self.is_new():
			self.check_plan()
			self.check_entry()
			self.join()

	def after_insert(self) -> None:
		"""The card opens this membership now, or after the current one."""
		member = self.flags.member
		which = "next_membership" if member.current_membership else "current_membership"
		gym_member.write(member, **{which: self.name, "card_no": self.card_no})
		self.take_payment()

	def take_payment(self) -> None:
		"""The card is valid with its receipt, or not at all (CASH-01)."""
		if cint(self.taken_over):
			return
		receipt = register_money.collect(
			self, "Gym", self.price, self.mode_of_payment, resident=self.resident, remarks=self.plan
		)
		self.db_set("receipt", receipt, update_modified=False)

	# ---- steps of a new entry --------------------------------------------------------------------------------------

	def take_from_person(self) -> None:
		fields = ["resident_name", "gender", "mobile_no", "employer"]
		person = frappe.db.get_value("Resident", self.resident, fields, as_dict=True) or frappe._dict()
		self.update(
			{
				"member_name": person.resident_name,
				"gender": person.gender,
				"phone": person.mobile_no,
				"employer_name": person.employer
				and frappe.get_cached_value("Customer", person.employer, "customer_name"),
			}
		)

	def take_from_plan(self) -> None:
		"""What was sold stays, whatever becomes of the plan."""
		if not self.plan:
			return  # Frappe refuses an empty mandatory field itself
		plan = frappe.get_cached_doc("Gym Plan", self.plan)
		self.update({"plan_kind": plan.plan_kind, "days": plan.days, "price": plan.price})
		self.visits_total = plan.visits if plan.plan_kind == rules.BY_VISITS else 0
		self.visits_before = cint(self.visits_before) if cint(self.taken_over) else 0

	def note_id_card(self) -> None:
		if cint(self.id_card_seen):
			self.id_card_seen_by, self.id_card_seen_on = frappe.session.user, now_datetime()

	def set_period(self) -> None:
		self.start_on = getdate(self.start_on or nowdate())
		if not (cint(self.taken_over) and self.end_on):
			self.end_on = rules.last_day(self.start_on, max(cint(self.days), 1))
		self.end_on = getdate(self.end_on)
		self.count_visits()

	def check_plan(self) -> None:
		plan = frappe.get_cached_doc("Gym Plan", self.plan)
		if plan.company != self.company:
			stop(Refusal(rules.FOREIGN_PLAN, (plan.plan_name, self.company)))
		if plan.disabled:
			stop(Refusal(rules.PLAN_IS_CLOSED, (plan.plan_name,)))

	def check_entry(self) -> None:
		if cint(self.taken_over):
			stop(
				rules.refuse_taken_over(
					self.start_on, self.end_on, self.plan_kind, cint(self.visits_total), self.visits_before
				)
			)
			return
		if not cint(self.id_card_seen):
			stop(Refusal(rules.NO_ID_CARD))
		stop(rules.refuse_start(self.start_on, getdate(nowdate())))

	def join(self) -> None:
		"""Locks the member, and refuses a second card for the same days."""
		member = gym_member.lock_for(self.company, self.resident)
		let_go_of_ended(member)
		stop(
			rules.refuse_overlap(
				self.member_name,
				rules.Period(self.name, self.start_on, self.end_on),
				period_of(member.current_membership),
				period_of(member.next_membership),
			)
		)
		self.gym_member = member.name
		self.card_no = normal_card(self.card_no) or member.card_no or self.name
		self.flags.member = member

	# ---- what changes later ----------------------------------------------------------------------------------------

	def count_visits(self) -> None:
		self.visits_remaining = rules.visits_left(
			self.plan_kind, cint(self.visits_total), cint(self.visits_before), cint(self.visits_used)
		)

	def as_card(self) -> rules.Card:
		return rules.Card(
			member=self.member_name,
			status=self.status,
			start=getdate(self.start_on),
			end=getdate(self.end_on),
			kind=self.plan_kind,
			visits_left=cint(self.visits_remaining),
			frozen_on=self.frozen_on and getdate(self.frozen_on),
			last_visit=self.last_visit,
		)

	def end(self, status: str, comment: str | None = None) -> None:
		"""The card opens the membership bought ahead from now on, if there is one. The caller has locked the member."""
		self.take_step(status, self.require_step(status), comment)
		member = gym_member.lock(self.gym_member)
		if self.name == member.current_membership:
			gym_member.write(member, current_membership=member.next_membership, next_membership=None)
		elif self.name == member.next_membership:
			gym_member.write(member, next_membership=None)


def normal_card(text: object) -> str:
	return "".join(cstr(text).split()).upper()[:40]


def period_of(name: str | None) -> rules.Period | None:
	if not name:
		return None
	row = frappe.db.get_value(DOCTYPE, name, ["start_on", "end_on"], as_dict=True, for_update=True)
	return rules.Period(name, getdate(row.start_on), getdate(row.end_on))


def let_go_of_ended(member: frappe._dict) -> None:
	"""A card that is over does not wait for the daily job. The caller has locked the member."""
	while member.current_membership and _expire(member.current_membership):
		member.update(gym_member.lock(member.name))


def _expire(name: str) -> bool:
	doc = frappe.get_doc(DOCTYPE, name, for_update=True)
	if doc.status != rules.VALID or getdate(doc.end_on) >= getdate(nowdate()):
		return False
	doc.flags.ignore_permissions = True  # follows from the calendar, whoever came by
	doc.end(rules.EXPIRED)
	return True


def expire_due() -> list[str]:
	"""Daily: Valid → Expired after the last day. Returns the memberships; a second run finds none."""
	due = frappe.get_all(
		DOCTYPE,
		filters={"status": rules.VALID, "end_on": ("<", nowdate())},
		pluck="name",
		order_by="end_on, name",
	)
	return one_by_one(due, _expire, "Gym cards that are over")


# ---- what buttons and programs call --------------------------------------------------------------------------------


@frappe.whitelist(methods=["POST"])
def freeze(name: str, reason: str) -> None:
	"""Valid → Frozen from today on; the days until it is resumed are given back."""
	doc = locked(DOCTYPE, name)
	action = doc.require_step(rules.FROZEN, reason, needs_reason=True)
	today = getdate(nowdate())
	following = gym_member.lock(doc.gym_member).next_membership
	stop(rules.refuse_freezing(doc.as_card(), following if following != doc.name else None, today))
	doc.frozen_on = today
	doc.append(
		"freezes", {"from_date": today, "frozen_by": frappe.session.user, "reason": reason.strip()[:140]}
	)
	doc.take_step(rules.FROZEN, action, reason)


@frappe.whitelist(methods=["POST"])
def resume(name: str) -> str:
	"""Frozen → Valid; the card is valid as many days longer as it was frozen. Returns the new last day."""
	doc = locked(DOCTYPE, name)
	action = doc.require_step(rules.VALID)
	thaw(doc)
	doc.take_step(rules.VALID, action)
	return str(doc.end_on)


def thaw(doc: GymMembership) -> None:
	today = getdate(nowdate())
	days = rules.days_frozen(getdate(doc.frozen_on), today)
	row = doc.freezes[-1]
	row.update({"until_date": today, "days": days, "resumed_by": frappe.session.user})
	doc.update({"frozen_on": None, "frozen_days": cint(doc.frozen_days) + days})
	doc.end_on = rules.last_day(getdate(doc.end_on), 1, days)


@frappe.whitelist(methods=["POST"])
@commands.carried_out_again
def cancel(name: str, reason: str, mode_of_payment: str | None = None) -> None:
	"""Valid or Frozen → Cancelled, with a reason and with its receipt.

	Once the till of the receipt is closed, the money is paid back by `mode_of_payment` from the clerk's open till.
	"""
	doc = locked(DOCTYPE, name)
	doc.require_step(rules.CANCELLED, reason, needs_reason=True)
	register_money.give_back(doc, reason, mode_of_payment)
	doc.end(rules.CANCELLED, reason)
