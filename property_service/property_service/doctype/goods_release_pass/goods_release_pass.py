"""Goods Release Pass (放行条): who may carry what out of the estate, once, see README.md. Rule DESK-11."""

from decimal import Decimal

import frappe
from frappe import _
from frappe.utils import cint, escape_html, getdate, now_datetime, nowdate

from property_service import approvals, guards, private_files, settings
from property_service.refusals import stop
from property_service.register_entry import RegisterEntry, locked, one_by_one
from property_service.rules import goods_release as rules
from property_service.rules import identity, money
from property_service.rules import vehicle_pass as vehicle_rules
from property_service.rules.refusal import Refusal

DOCTYPE = "Goods Release Pass"


class GoodsReleasePass(RegisterEntry):
	REGISTER = rules.REGISTER
	STEPS = rules.STEPS
	SERVER_FIELDS = (
		*("valid_until", "declared_value", "consent_recorded_by", "consent_recorded_on"),
		*("approved_by", "approved_as", "approved_on", "checked_by", "checked_on", "gate_note"),
	)
	FIXED_FIELDS = ("company",)
	# What was approved is what leaves.
	ENDED = (rules.APPROVED, *rules.ENDED)

	def before_insert(self) -> None:
		approvals.clear_on_copy(self)

	def before_validate(self) -> None:
		super().before_validate()
		self.fill_carrier()
		self.normalise_plate()
		self.note_consent()
		self.value_goods()
		self.set_last_day()

	def validate(self) -> None:
		super().validate()
		if self.status == rules.AWAITING:
			self.check_entry()
			self.note_change()

	# ---- before validation -----------------------------------------------------------------------------------------

	def fill_carrier(self) -> None:
		"""Name and telephone come with the person; what was typed stays."""
		known = {}
		if self.resident:
			fields = ["resident_name as carrier_name", "mobile_no as phone", "property_unit"]
			known = frappe.db.get_value("Resident", self.resident, fields, as_dict=True) or {}
		elif self.requested_by:
			fields = ["employee_name as carrier_name", "cell_number as phone"]
			known = frappe.db.get_value("Employee", self.requested_by, fields, as_dict=True) or {}
		for fieldname, value in known.items():
			self.set(fieldname, self.get(fieldname) or value)

	def normalise_plate(self) -> None:
		if not self.plate:
			return
		try:
			self.plate = identity.plate(self.plate)
		except ValueError:
			guards.refuse(_(vehicle_rules.BAD_PLATE).format(frappe.bold(escape_html(self.plate[:40]))))

	def note_consent(self) -> None:
		"""Who wrote down that the owner agreed, and when."""
		if not approvals.changed(self, ["consent_by", "consent_method"]) and not self.is_new():
			return
		given = self.consent().given
		self.consent_recorded_by = frappe.session.user if given else None
		self.consent_recorded_on = now_datetime() if given else None

	def consent(self) -> rules.Consent:
		return rules.Consent(self.consent_by, self.consent_method)

	def value_goods(self) -> None:
		for row in self.goods:
			for fieldname in ("qty", "value"):
				try:
					money.exact(row.get(fieldname))
				except ValueError:
					label = _(row.meta.get_label(fieldname))
					stop(Refusal(rules.BAD_FIGURE, (row.idx or 1, label)))
		self.declared_value = float(money.total(row.value for row in self.goods))

	def set_last_day(self) -> None:
		if self.valid_on:
			self.valid_until = rules.last_day(
				getdate(self.valid_on), cint(settings.get().goods_pass_valid_days)
			)

	# ---- validation ------------------------------------------------------------------------------------------------

	def check_entry(self) -> None:
		quantities = [money.exact(row.qty) for row in self.goods]
		stop(
			rules.refuse_entry(
				self.carrier_kind, self.carrier_name, self.phone, self.requested_by, quantities
			)
		)
		stop(rules.refuse_consent(self.carrier_kind, self.carrier_name, self.consent()))
		private_files.refuse_other(self, "consent_file")
		if (
			self.valid_on
			and self.has_value_changed("valid_on")
			and getdate(self.valid_on) < getdate(nowdate())
		):
			stop(Refusal(rules.PAST_DAY, (getdate(self.valid_on),)))

	def note_change(self) -> None:
		"""Whoever changes what waits for approval has raised it too, and does not approve it (ORG-01)."""
		if self.is_new() or frappe.session.user in approvals.requesters(self):
			return
		if approvals.changed(self, self.content()):
			approvals.record(self, rules.AWAITING, rules.AWAITING, None, action="Change")

	def limit(self) -> Decimal:
		"""Up to which declared value a clerk approves (company currency)."""
		return money.exact(settings.get().goods_pass_manager_value)


# ---- what buttons and programs call --------------------------------------------------------------------------------


@frappe.whitelist(methods=["POST"])
def approve(name: str) -> None:
	"""Awaiting Approval → Approved, by the clerk or, above the limit of the settings, by the service manager.

	Raises frappe.PermissionError for whoever raised the pass, changed it or carries the goods.
	"""
	doc = locked(DOCTYPE, name)
	action = doc.require_step(rules.APPROVED)
	role = require_approver(doc)
	stop(rules.refuse_consent(doc.carrier_kind, doc.carrier_name, doc.consent()))
	stop(rules.refuse_approval(getdate(doc.valid_until), getdate(nowdate())))
	doc.update({"approved_by": frappe.session.user, "approved_as": role, "approved_on": now_datetime()})
	doc.take_step(rules.APPROVED, action, role=role)


@frappe.whitelist(methods=["POST"])
def reject(name: str, reason: str) -> None:
	"""Awaiting Approval → Rejected, by whoever could approve it."""
	doc = locked(DOCTYPE, name)
	action = doc.require_step(rules.REJECTED, reason, needs_reason=True)
	role = require_approver(doc)
	doc.take_step(rules.REJECTED, action, reason, role=role)


@frappe.whitelist(methods=["POST"])
def cancel(name: str, reason: str) -> None:
	"""A pass whose goods have not left → Cancelled."""
	doc = locked(DOCTYPE, name)
	doc.take_step(rules.CANCELLED, doc.require_step(rules.CANCELLED, reason, needs_reason=True), reason)


def require_approver(doc: GoodsReleasePass) -> str:
	"""As what the session user approves. Raises frappe.PermissionError for those who may not."""
	role = rules.approving_role(money.exact(doc.declared_value), doc.limit(), frappe.get_roles())
	approvals.require_signatory(doc, role)
	return role


def expire_due() -> list[str]:
	"""Daily: what did not leave on its day does not leave on that pass. Returns the passes; a second run finds none."""
	due = frappe.get_all(
		DOCTYPE,
		filters={
			"status": ("in", (rules.AWAITING, rules.APPROVED)),
			"valid_until": ("<", nowdate()),
		},
		pluck="name",
		order_by="name",
	)
	return one_by_one(due, _expire, "Release passes that are over")


def _expire(name: str) -> bool:
	doc = frappe.get_doc(DOCTYPE, name, for_update=True)
	if doc.status not in (rules.AWAITING, rules.APPROVED):
		return False
	doc.take_step(rules.EXPIRED, doc.require_step(rules.EXPIRED))
	return True
