"""Front Desk Shift (班次): a clerk's open till at a counter, from the float to the closing. See README.md. CASH-02."""

from datetime import datetime
from decimal import Decimal

import frappe
from frappe import _
from frappe.model.document import Document
from frappe.utils import cstr, flt, get_datetime, get_time, getdate, now_datetime

from property_service import approvals, notifications, settings
from property_service.guards import refuse, require_company, require_procedure, restore_server_fields
from property_service.property_service.doctype.front_desk_closing import totals
from property_service.property_service.doctype.front_desk_counter import front_desk_counter
from property_service.property_service.doctype.front_desk_receipt import facts
from property_service.property_service.doctype.shift_handover import custody
from property_service.refusals import stop
from property_service.rules import money
from property_service.rules import till as rules
from property_service.sent_values import CheckedValues

SHIFT, CLERK, MANAGER = "Front Desk Shift", "Front Desk Clerk", "Service Manager"
SERVER_FIELDS = (
	*("company", "status", "clerk", "business_date", "opened_on", "closed_on", "reported_on", "float_left"),
	*("opening_difference", "handover", "closing", "open_clerk_key", "open_counter_key"),
)
# What the clerk says when the till is opened, and never again.
SAID_AT_OPENING = (
	*("counter", "shift_label", "planned_end", "float_from_cashier", "opening_float", "opening_reason"),
)


class FrontDeskShift(CheckedValues, Document):
	def before_validate(self) -> None:
		restore_server_fields(self, SERVER_FIELDS)
		if self.is_new():
			self.open()
		else:
			self.restore_what_was_said()

	def validate(self) -> None:
		is_open = self.status == rules.OPEN
		self.open_clerk_key = self.clerk if is_open else None
		self.open_counter_key = self.counter if is_open else None

	def on_trash(self) -> None:
		refuse(_("Shifts are kept (CASH-02). Close the till instead."))

	def show_unique_validation_message(self, e) -> None:
		for key, owner, message in (
			("open_clerk_key", self.clerk, rules.CLERK_HAS_TILL),
			("open_counter_key", self.counter, rules.COUNTER_HAS_TILL),
		):
			if key in str(e):
				other = frappe.db.get_value(SHIFT, {key: owner}, for_update=True, order_by=None)
				stop(rules.Refusal(message, (owner, other or "")))
		super().show_unique_validation_message(e)

	# ---- opening -------------------------------------------------------------------------------------------------

	def open(self) -> None:
		"""The counter's row is locked first: two clerks who open at once are told apart by the keys below it."""
		counter = front_desk_counter.locked(self.counter)
		require_procedure("registers", counter.company)
		now = now_datetime()
		self.update({"company": counter.company, "clerk": frappe.session.user, "status": rules.OPEN})
		self.update({"opened_on": now, "business_date": getdate(now)})
		self.planned_end = get_datetime(self.planned_end or usual_end(now))
		custody.require_handover(self.counter, self.clerk)
		self.handover = custody.handover_to(self.counter, self.clerk)
		self.count_float(now)

	def count_float(self, now: datetime) -> None:
		opening = rules.Opening(
			clerk=self.clerk,
			is_clerk=CLERK in frappe.get_roles(self.clerk),
			now=now,
			planned_end=self.planned_end,
			longest_hours=flt(settings.get().longest_shift_hours),
			left=float_left(self.counter),
			from_cashier=whole_cents(self, "float_from_cashier"),
			counted=whole_cents(self, "opening_float"),
			reason=self.opening_reason,
		)
		stop(rules.refuse_opening(opening), (rules.NOT_A_CLERK,))
		self.float_left = flt(opening.left)
		self.opening_difference = flt(rules.opening_difference(opening))

	def restore_what_was_said(self) -> None:
		stored = self.get_doc_before_save()
		for fieldname in SAID_AT_OPENING:
			self.set(fieldname, stored.get(fieldname))


def whole_cents(doc: Document, fieldname: str) -> Decimal:
	"""The amount of a field, negative where that makes sense; refuses what is not in whole cents."""
	value = doc.get(fieldname)
	amount = rules.amount_of(cstr(value).lstrip("-"))
	if isinstance(amount, rules.Refusal):
		if amount.message == rules.NO_AMOUNT:
			return Decimal(0)
		stop(amount)
	return -amount if flt(value) < 0 else amount


def usual_end(now: datetime) -> datetime:
	"""The end proposed by the settings' hours."""
	known = settings.get()
	closes_at = get_time(known.desk_closes_at or "17:30:00")
	return rules.usual_end(now, closes_at, flt(known.usual_shift_hours) or 8, flt(known.longest_shift_hours))


def float_left(counter: str) -> Decimal:
	"""What the last closing of `counter` kept in the drawer, in cents; nothing before the first one."""
	closing = frappe.qb.DocType("Front Desk Closing")
	shift = frappe.qb.DocType(SHIFT)
	rows = (
		frappe.qb.from_(closing)
		.join(shift)
		.on(shift.closing == closing.name)
		.select(closing.float_kept)
		.where((closing.counter == counter) & (shift.status == rules.CLOSED))
		.orderby(shift.closed_on, order=frappe.qb.desc)
		.limit(1)
		.for_update()
		.run()
	)
	return money.cents(rows[0][0]) if rows else Decimal(0)


# ---- what buttons and programs call ---------------------------------------------------------------------------------


@frappe.whitelist(methods=["GET", "POST"])
def proposal(counter: str) -> dict:
	"""What a new shift at `counter` starts with: the float that should be there, the usual end, who must hand over.

	Raises frappe.PermissionError for whoever may not open a till.
	"""
	frappe.has_permission(SHIFT, "create", throw=True)
	company = frappe.db.get_value("Front Desk Counter", counter, "company")
	if not company:
		refuse(_("There is no counter {0}.").format(frappe.bold(frappe.utils.escape_html(str(counter)[:60]))))
	require_company(company)
	in_charge = custody.custodian(counter)
	return {
		"float_left": flt(float_left(counter)),
		"planned_end": str(usual_end(now_datetime()).replace(microsecond=0)),
		"in_charge": in_charge if in_charge != frappe.session.user else None,
		"first": not frappe.db.exists(SHIFT, {"counter": counter}),
	}


@frappe.whitelist(methods=["GET", "POST"])
def balance(shift: str) -> list[dict]:
	"""What should be in the till by mode of payment: mode, expected, currency."""
	doc = frappe.get_doc(SHIFT, shift)
	doc.check_permission("read")
	currency = frappe.get_cached_value("Company", doc.company, "default_currency")
	return [
		{"mode": mode.mode, "expected": flt(mode.expected), "currency": currency}
		for mode in totals.by_mode(doc, facts.taken_in_shift(shift)).values()
	]


# ---- left open -----------------------------------------------------------------------------------------------------


def report_left_open() -> None:
	"""Tells clerk and service manager, the morning after, of each till left open past its end; once each (hourly)."""
	now = now_datetime()
	opens_at = get_time(settings.get().desk_opens_at or "08:30:00")
	for row in frappe.get_all(
		SHIFT,
		filters={"status": rules.OPEN, "planned_end": ("<", now), "reported_on": ("is", "not set")},
		fields=["name", "counter", "clerk", "planned_end"],
		order_by="planned_end",
	):
		if now < rules.report_due(get_datetime(row.planned_end), opens_at):
			continue
		# the row is the lock: a second run finds it marked
		if frappe.db.get_value(SHIFT, row.name, "reported_on", for_update=True):
			continue
		frappe.db.set_value(SHIFT, row.name, "reported_on", getdate(now), update_modified=False)
		notifications.tell(
			{row.clerk, *approvals.office_holders(MANAGER)},
			"The till at {0} was left open: close shift {1}",
			(row.counter, row.name),
			doctype=SHIFT,
			name=row.name,
		)


# ---- the handover (SVC-21) ------------------------------------------------------------------------------------------


def handover_line(counter: str, company: str) -> list[dict]:
	"""The till's balance, or the float that the last closing left in the drawer (hook `shift_handover_lines`)."""
	shift = frappe.db.get_value(SHIFT, {"open_counter_key": counter})
	if shift:
		modes = totals.by_mode(frappe.get_doc(SHIFT, shift), facts.taken_in_shift(shift))
		amounts = [f"{_(mode.mode)} {mode.expected:.2f}" for mode in modes.values() if mode.expected]
		cash = sum(
			(mode.expected for mode in modes.values() if mode.mode == totals.cash_mode(company)), Decimal(0)
		)
		return [_till_line(SHIFT, shift, "; ".join(amounts), rules.OPEN, cash)]
	left = float_left(counter)
	closing = frappe.db.get_value(
		"Front Desk Closing", {"counter": counter}, ["name", "status"], as_dict=True, order_by="creation desc"
	)
	if not closing:
		return []
	return [_till_line("Front Desk Closing", closing.name, f"{left:.2f}", closing.status, left)]


def _till_line(doctype: str, name: str, matter: str, state: str, cash: Decimal) -> dict:
	return {
		"category": "Till",
		"reference_doctype": doctype,
		"reference_name": name,
		"matter": matter,
		"state": state,
		"cash": cash,
	}
