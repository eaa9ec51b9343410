"""Vehicle Pass (车辆出入证, register B): four papers on one screen, one valid pass per plate, see README.md. Rule DESK-05."""

import secrets

import frappe
from frappe import _
from frappe.utils import cint, escape_html, getdate, now_datetime, nowdate

from property_service import approvals, commands, guards, register_money
from property_service.property_service.doctype.vehicle_pass import papers, plates
from property_service.property_service.doctype.vehicle_pass.applicant import fill_applicant
from property_service.refusals import stop
from property_service.register_entry import RegisterEntry, is_manager, locked, names_of
from property_service.rules import identity
from property_service.rules import register as register_rules
from property_service.rules import vehicle_pass as rules
from property_service.rules.refusal import Refusal

TOKEN_BYTES = 24
# What a renewed pass takes over; its papers are seen anew.
CARRIED_OVER = (
	*("company", "plate", "vehicle", "colour", "vehicle_owner", "applicant_kind", "resident", "employee"),
	*("applicant_name", "phone", "employer", "employer_name", "property_unit"),
)


class VehiclePass(RegisterEntry):
	REGISTER = rules.REGISTER
	STEPS = rules.STEPS
	SERVER_FIELDS = (
		*papers.SERVER_FIELDS,
		*("issued_by", "issued_on", "ended_on", "handed_in_on", "handed_in_to"),
		*("active_plate", "public_token", "fee", "receipt"),
	)
	FIXED_FIELDS = ("company", "taken_over", "replaces")
	# Once issued, what the card and the register say is what was issued.
	FIXED_ONCE_ISSUED = (
		*("plate", "vehicle", "colour", "vehicle_owner", "valid_from", "valid_until", "applicant_kind"),
		*("resident", "employee", "applicant_name", "employer", "employer_name"),
	)
	ENDED = rules.ENDED

	def before_insert(self) -> None:
		approvals.clear_on_copy(self)

	def before_validate(self) -> None:
		super().before_validate()
		self.normalise_plate()
		fill_applicant(self)
		papers.note_seen(self)

	def validate(self) -> None:
		super().validate()
		papers.refuse_public_copies(self)
		self.check_applicant()
		self.check_dates()
		if self.is_new():
			plates.refuse_second(self)

	def refuse_changes(self) -> None:
		super().refuse_changes()
		if self.status == rules.ISSUED:
			self._refuse(approvals.changed(self, type(self).FIXED_ONCE_ISSUED), register_rules.FIXED)
			self._refuse(approvals.changed(self, papers.FIELDS), register_rules.FIXED)

	def normalise_plate(self) -> None:
		if not self.plate:
			return  # Frappe refuses an empty mandatory field itself
		try:
			self.plate = identity.plate(self.plate)
		except ValueError:
			guards.refuse(_(rules.BAD_PLATE).format(frappe.bold(escape_html(self.plate[:40]))))

	def check_applicant(self) -> None:
		needs_letter = rules.EMPLOYER_LETTER in papers.needed(self)
		employer = self.employer or self.employer_name
		stop(rules.refuse_applicant(self.applicant_name, self.phone, needs_letter, employer))

	def check_dates(self) -> None:
		first = getdate(self.valid_from) if self.valid_from else None
		last = getdate(self.valid_until) if self.valid_until else None
		today = getdate(nowdate()) if self.status == rules.APPLIED else (last or getdate(nowdate()))
		stop(rules.refuse_validity(first, last, today))

	def set_validity(self) -> None:
		"""From today on, for as long as the settings say, unless the application says otherwise."""
		self.valid_from = getdate(self.valid_from or nowdate())
		if not self.valid_until:
			self.valid_until = rules.last_day(self.valid_from, papers.months_valid(self))

	def end(self, status: str, action: str, comment: str) -> None:
		self.update({"active_plate": None, "ended_on": now_datetime()})
		self.take_step(status, action, comment)


# ---- what buttons and programs call --------------------------------------------------------------------------------


@frappe.whitelist(methods=["POST"])
@commands.carried_out_again
def issue(name: str, mode_of_payment: str | None = None) -> dict:
	"""Applied → Issued: the papers are complete and the plate has no other valid pass. Returns {"name", "valid_until"}.

	The pass that this one replaces ends in the same transaction, and the fee that the settings ask of this kind of
	applicant is taken by `mode_of_payment`. Lock order: the new pass, the one it replaces, the till.
	"""
	doc = locked("Vehicle Pass", name)
	action = doc.require_step(rules.ISSUED)
	if not cint(doc.taken_over):
		stop(rules.refuse_papers(papers.missing(doc), papers.labels()))
	doc.set_validity()
	plates.end_replaced(doc)
	doc.update(
		{
			"active_plate": doc.plate,
			"issued_by": frappe.session.user,
			"issued_on": now_datetime(),
			"public_token": secrets.token_urlsafe(TOKEN_BYTES),
		}
	)
	if not cint(doc.taken_over):
		take_fee(doc, mode_of_payment)
	with plates.one_valid_pass(doc):
		doc.take_step(rules.ISSUED, action)
	return {"name": doc.name, "valid_until": doc.valid_until}


def take_fee(doc: VehiclePass, mode_of_payment: str | None) -> None:
	"""A pass that costs something is valid with its receipt, or not at all (CASH-01)."""
	doc.fee = papers.fee(doc)
	doc.receipt = register_money.collect(
		doc,
		"Vehicle Pass",
		doc.fee,
		mode_of_payment,
		payer=doc.applicant_name,
		resident=doc.resident,
		remarks=doc.plate,
	)


@frappe.whitelist(methods=["POST"])
@commands.carried_out_again
def issue_several(names: list[str] | str, mode_of_payment: str | None = None) -> dict:
	"""Issue ticked passes of the list, each by itself: {"issued": [names], "refused": {name: why}}."""
	frappe.has_permission("Vehicle Pass", "write", throw=True)
	issued, refused = [], {}
	for name in names_of(names):
		frappe.db.savepoint("issue_pass")
		try:
			issued.append(issue(name, mode_of_payment)["name"])
		except frappe.ValidationError as refusal:
			frappe.db.rollback(save_point="issue_pass")
			frappe.clear_last_message()
			refused[name] = str(refusal)
	return {"issued": issued, "refused": refused}


@frappe.whitelist(methods=["POST"])
def revoke(name: str, reason: str) -> None:
	"""Issued → Revoked, with a reason."""
	_end(name, rules.REVOKED, reason)


@frappe.whitelist(methods=["POST"])
def report_lost(name: str, reason: str) -> None:
	"""Issued → Lost: the card is not valid any more; a new pass may be applied for."""
	_end(name, rules.LOST, reason)


@frappe.whitelist(methods=["POST"])
@commands.carried_out_again
def cancel(name: str, reason: str) -> None:
	"""Applied → Cancelled: withdrawn, or entered by mistake. Issued → Cancelled by the service manager, with its receipt.

	Once the till of the receipt is closed, it is refused: the fee was earned by issuing. Revoke the pass instead.
	"""
	doc = locked("Vehicle Pass", name)
	if doc.status == rules.ISSUED and not is_manager():
		stop(Refusal(rules.ISSUE_CANCELLED_BY_MANAGER), exc=frappe.PermissionError)
	action = doc.require_step(rules.CANCELLED, reason, needs_reason=True)
	register_money.give_back(doc, reason)
	doc.end(rules.CANCELLED, action, reason)


def _end(name: str, status: str, reason: str) -> None:
	doc = locked("Vehicle Pass", name)
	action = doc.require_step(status, reason, needs_reason=True)
	doc.end(status, action, reason)


@frappe.whitelist(methods=["POST"])
def hand_in(name: str) -> None:
	"""The card is back at the desk (收回日期)."""
	doc = locked("Vehicle Pass", name)
	stop(rules.refuse_handing_in(doc.status, doc.handed_in_on), context=doc.doctype)
	doc.update({"handed_in_on": now_datetime(), "handed_in_to": frappe.session.user})
	doc.flags.server_write = True
	doc.save()
	if doc.status == rules.ISSUED:
		doc.end(rules.REVOKED, "Revoke", _("The card was handed in."))


@frappe.whitelist(methods=["POST"])
def renew(name: str) -> str:
	"""A new application for the vehicle of a pass, which ends when the new one is issued. Returns its name."""
	frappe.has_permission("Vehicle Pass", "create", throw=True)
	old = frappe.get_doc("Vehicle Pass", name)
	old.check_permission("read")
	if old.status in (rules.APPLIED, rules.CANCELLED):
		stop(
			Refusal(register_rules.NOT_A_STEP, (old.status, rules.APPLIED, rules.REGISTER)),
			context=old.doctype,
		)
	carried = {fieldname: old.get(fieldname) for fieldname in CARRIED_OVER}
	return frappe.get_doc({"doctype": old.doctype, "replaces": old.name, **carried}).insert().name


@frappe.whitelist(methods=["GET", "POST"])
def papers_needed(applicant_kind: str) -> dict:
	"""What the settings ask of this kind of applicant: {"papers": prefixes of their fields, "fee": company currency}."""
	frappe.has_permission("Vehicle Pass", "read", throw=True)
	asked = frappe._dict(applicant_kind=applicant_kind)
	return {"papers": papers.needed(asked), "fee": papers.fee(asked)}


def on_doctype_update() -> None:
	frappe.db.add_unique("Vehicle Pass", ["company", "active_plate"], constraint_name="one_valid_pass")
