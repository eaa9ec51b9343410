"""Residence Application (入住申请, register F): from the application to moving out, see README.md. DESK-09, DESK-10."""

import frappe
from frappe import _
from frappe.utils import cint, getdate, now_datetime, nowdate

from property_service import approvals, private_files, sensitive_data
from property_service.guards import refuse
from property_service.refusals import stop
from property_service.register_entry import RegisterEntry, locked
from property_service.rules import identity
from property_service.rules import residence as rules
from property_service.rules.refusal import Refusal

DOCTYPE = "Residence Application"
# The bed is kept for this person in these days.
BED_FIELDS = ("company", "from_date", "to_date", "gender")
LETTER_FIELDS = ("employer", "employer_letter", "employer_confirmed_by")


class ResidenceApplication(RegisterEntry):
	REGISTER = rules.REGISTER
	STEPS = rules.STEPS
	SERVER_FIELDS = (
		*("property_unit", "assigned_by", "assigned_on", "employer_recorded_by", "employer_recorded_on"),
		*("keys_given", "card_no", "moved_in_on", "moved_in_by", "moved_out_on", "moved_out_by"),
		*("cleaning_order", "overrides", "ended_on", "open_key", "id_card_seen_by", "id_card_seen_on"),
	)
	ENDED = (rules.MOVED_IN, *rules.ENDED)
	# What was in the room is compared when somebody moves out.
	OPEN_FIELDS = ("remarks", "room_items")

	def before_insert(self) -> None:
		approvals.clear_on_copy(self)

	def before_validate(self) -> None:
		super().before_validate()
		self.fill_from_resident()
		self.take_gender_from_id_number()
		sensitive_data.take_in(self, {"id_number": identity.id_card})
		self.normalise_phones()
		self.note_id_card()

	def validate(self) -> None:
		super().validate()
		stop(rules.refuse_days(getdate(self.from_date), self.last_day))
		self.refuse_second_application()
		private_files.refuse_other(self, "employer_letter")
		if not self.flags.server_write:
			self.refuse_what_was_decided()

	def on_update(self) -> None:
		sensitive_data.keep(self)

	def show_unique_validation_message(self, e) -> None:
		if "open_key" in str(e):
			stop(Refusal(rules.ALREADY_APPLIED, (self.applicant_name, "…")))
		super().show_unique_validation_message(e)

	@property
	def last_day(self):
		return getdate(self.to_date) if self.to_date else None

	# ---- before validation -----------------------------------------------------------------------------------------

	def fill_from_resident(self) -> None:
		"""Somebody who was here before; what was typed stays."""
		if not self.resident:
			return
		fields = ["resident_name as applicant_name", "mobile_no", "gender", "employer"]
		known = frappe.db.get_value("Resident", self.resident, fields, as_dict=True) or {}
		for fieldname, value in known.items():
			self.set(fieldname, self.get(fieldname) or value)

	def take_gender_from_id_number(self) -> None:
		if not self.gender and self.id_number:
			try:
				self.gender = identity.gender_of(identity.id_card(self.id_number))
			except ValueError:
				pass  # a mask tells nothing; a wrong number is refused in the next step

	def normalise_phones(self) -> None:
		for fieldname, normal in (("mobile_no", identity.mobile), ("emergency_phone", identity.phone)):
			if not self.get(fieldname):
				continue
			try:
				self.set(fieldname, normal(self.get(fieldname)))
			except ValueError:
				refuse(
					_("{0}: {1} is no telephone number (ORG-03). Compare it with the application.").format(
						_(self.meta.get_label(fieldname)), frappe.utils.escape_html(self.get(fieldname)[:40])
					)
				)

	def note_id_card(self) -> None:
		"""Who saw the original, and when (ORG-03: a mark instead of a copy)."""
		before = self.get_doc_before_save()
		if cint(self.id_card_seen) == cint(before.id_card_seen if before else 0):
			return
		seen = cint(self.id_card_seen)
		self.id_card_seen_by = frappe.session.user if seen else None
		self.id_card_seen_on = now_datetime() if seen else None

	# ---- validation ------------------------------------------------------------------------------------------------

	def refuse_second_application(self) -> None:
		self.open_key = self.key_of_person() if self.status in rules.UNFINISHED else None
		if self.open_key and (self.is_new() or self.has_value_changed("open_key")):
			other = frappe.db.get_value(DOCTYPE, {"open_key": self.open_key, "name": ("!=", self.name or "")})
			if other:
				stop(Refusal(rules.ALREADY_APPLIED, (self.applicant_name, other)))

	def key_of_person(self) -> str:
		"""Two people may share a telephone."""
		return f"{self.mobile_no}/{(self.applicant_name or '').strip()}"[:180]

	def refuse_what_was_decided(self) -> None:
		if self.status != rules.APPLIED and approvals.changed(self, LETTER_FIELDS):
			refuse(_(rules.LETTER_STAYS))
		if self.status == rules.ROOM_ASSIGNED and (changed := approvals.changed(self, BED_FIELDS)):
			refuse(
				_("The bed is kept for {0} as it is (DESK-09). Assign the room anew to change it.").format(
					frappe.bold(_(self.meta.get_label(changed[0])))
				)
			)

	# ---- ending ----------------------------------------------------------------------------------------------------

	def end(self, status: str, action: str, reason: str | None = None) -> None:
		self.update({"ended_on": nowdate(), "open_key": None})
		self.take_step(status, action, reason)


# ---- what buttons and programs call --------------------------------------------------------------------------------


@frappe.whitelist(methods=["POST"])
def confirm_employer(name: str) -> None:
	"""Applied → Employer Confirmed: the letter is attached and names who confirmed; the clerk records it (DESK-09)."""
	doc = locked(DOCTYPE, name)
	action = doc.require_step(rules.EMPLOYER_CONFIRMED)
	stop(rules.refuse_confirmation(doc.employer_letter, doc.employer_confirmed_by))
	doc.update({"employer_recorded_by": frappe.session.user, "employer_recorded_on": now_datetime()})
	doc.take_step(rules.EMPLOYER_CONFIRMED, action, doc.employer_opinion)


@frappe.whitelist(methods=["POST"])
def reject(name: str, reason: str) -> None:
	"""Applied or Employer Confirmed → Rejected, with the reason that the applicant is told."""
	doc = locked(DOCTYPE, name)
	doc.end(rules.REJECTED, doc.require_step(rules.REJECTED, reason, needs_reason=True), reason)


@frappe.whitelist(methods=["POST"])
def withdraw(name: str, reason: str) -> None:
	"""The applicant does not come; a bed that was kept is free again."""
	doc = locked(DOCTYPE, name)
	doc.end(rules.WITHDRAWN, doc.require_step(rules.WITHDRAWN, reason, needs_reason=True), reason)


def on_doctype_update() -> None:
	frappe.db.add_index(DOCTYPE, ["property_unit", "status"])
	frappe.db.add_index(DOCTYPE, ["resident", "status"])
