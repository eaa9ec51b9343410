"""Front Desk Closing (收款日报表 / 缴款单): the end of a shift, from the count to the cashier. See README.md. CASH-03."""

from collections.abc import Sequence
from decimal import Decimal

import frappe
from frappe import _
from frappe.model.document import Document
from frappe.utils import cstr, flt, get_datetime, now_datetime

from property_service import approvals, commands, notifications, settings
from property_service.guards import refuse, require_company, restore_server_fields
from property_service.property_service.doctype.front_desk_closing import posting, totals
from property_service.property_service.doctype.front_desk_receipt import facts
from property_service.property_service.doctype.front_desk_shift import front_desk_shift as shifts
from property_service.refusals import stop
from property_service.rules import money
from property_service.rules import till as rules
from property_service.saving import ParentLocked
from property_service.sent_values import CheckedValues

CLOSING, SHIFT, CASHIER = "Front Desk Closing", "Front Desk Shift", "Cashier"
CHAIN: Sequence[approvals.Step] = (approvals.Step(rules.AWAITING, rules.ACCEPTED, CASHIER),)
BEING_COUNTED = (rules.COUNTING, rules.RETURNED)
FROM_SHIFT = (
	*("counter", "company", "clerk", "business_date", "float_left", "float_from_cashier", "opening_float"),
	"opening_difference",
)
SERVER_FIELDS = (
	*FROM_SHIFT,
	*(
		"status",
		"cash_expected",
		"cash_counted",
		"cash_difference",
		"handed_over",
		"difference_total",
		"lines",
	),
	*("first_receipt_no", "last_receipt_no", "receipt_count", "cancelled_count", "cancelled_numbers"),
	*("signed_by", "signed_on", "absence_reason", "return_reason", "accepted_by", "accepted_on"),
	*("journal_entry", "float_account", "over_short_account", "amended_from"),
)
ANOTHER_PERSONS = (rules.NOT_OWN_CLOSING,)


class FrontDeskClosing(CheckedValues, ParentLocked):
	def before_validate(self) -> None:
		self.refuse_amending()
		restore_server_fields(self, SERVER_FIELDS)
		approvals.protect(self)
		if self.is_new():
			self.take_over_shift()
		self.count()

	def validate(self) -> None:
		self.refuse_foreign_edit()

	def before_submit(self) -> None:
		approvals.require(self, CHAIN)
		self.journal_entry = posting.post(self)

	def on_submit(self) -> None:
		self.lock_receipts()

	def before_cancel(self) -> None:
		stop(rules.Refusal(rules.ACCEPTED_STAYS))

	def on_trash(self) -> None:
		refuse(_("Closings are kept (CASH-03)."))

	def show_unique_validation_message(self, e) -> None:
		if "shift" in str(e):
			refuse(
				_("The shift {0} has its closing already (CASH-03).").format(frappe.bold(self.shift)),
				exc=frappe.UniqueValidationError,
			)
		super().show_unique_validation_message(e)

	# ---- steps of before_validate ---------------------------------------------------------------------------------

	def refuse_amending(self) -> None:
		if self.amended_from:
			stop(rules.Refusal(rules.ACCEPTED_STAYS))

	def take_over_shift(self) -> None:
		shift = locked_shift(self.shift)
		refuse_stranger(shift.clerk)
		for fieldname in FROM_SHIFT:
			self.set(fieldname, shift.get(fieldname))
		self.status = rules.COUNTING
		self.float_kept = shift.opening_float  # proposed; the clerk says otherwise while counting

	def count(self) -> None:
		"""Expected from the receipts, counted from what the clerk wrote; once signed, both stay as they were signed."""
		stored = self.get_doc_before_save()
		if self.docstatus == 1 or (stored and stored.status not in BEING_COUNTED):
			self.restore_counts(stored)
			return
		sums = facts.taken_in_shift(self.shift, locked=bool(self.flags.signing))
		self.value_denominations()
		modes = totals.by_mode(self, sums, self.counted_by_mode(sums))
		self.write_modes(modes)
		self.set("lines", [])
		for line in totals.lines(sums):
			self.append("lines", {key: as_number(value) for key, value in line.items()})
		self.update(totals.numbers(self.shift))
		self.write_cash(modes)

	def restore_counts(self, stored: Document | None) -> None:
		for fieldname in ("denominations", "modes", "float_kept", "difference_reason"):
			value = stored.get(fieldname) if stored else None
			self.set(fieldname, [row.as_dict() for row in value] if isinstance(value, list) else value)

	def value_denominations(self) -> None:
		"""One row per note and coin of the settings; what a client adds is refused or ignored."""
		faces = rules.faces(settings.get().cash_faces)
		pieces: dict[Decimal, object] = {}
		for row in self.denominations:
			amount = rules.pieces_amount(row.face_value, row.pieces or 0, faces)
			if isinstance(amount, rules.Refusal):
				stop(amount)
			face = money.cents(row.face_value)
			pieces[face] = flt(pieces.get(face, 0)) + flt(row.pieces)
		known = {money.cents(face): name for face, name in self.stored_rows("denominations", "face_value")}
		self.set("denominations", [])
		for face in faces:
			count = int(pieces.get(face, 0))
			self.append(
				"denominations",
				{
					"name": known.get(face),
					"face_value": flt(face),
					"pieces": count,
					"amount": flt(face * count),
				},
			)

	def stored_rows(self, table: str, fieldname: str) -> list[tuple]:
		"""(value, name) of the rows in the database: only those names may be written again."""
		stored = self.get_doc_before_save() or (self if self.flags.signing else None)
		return [(row.get(fieldname), row.name) for row in stored.get(table)] if stored else []

	def counted_by_mode(self, sums: list[dict]) -> dict[str, Decimal]:
		cash = totals.cash_mode(self.company)
		counted = {
			row.mode_of_payment: counted_amount(row) for row in self.modes if row.mode_of_payment != cash
		}
		if cash:
			counted[cash] = money.total(row.amount for row in self.denominations)
		if self.is_new() and not self.modes:
			# the app of the bank agrees, unless the clerk finds otherwise
			expected = totals.by_mode(self, sums)
			counted.update({mode: total.expected for mode, total in expected.items() if mode != cash})
		# below nothing where more was paid back by an app than it took
		return counted

	def write_modes(self, modes: dict[str, rules.ModeTotal]) -> None:
		known = dict(self.stored_rows("modes", "mode_of_payment"))
		cash = totals.cash_mode(self.company)
		self.set("modes", [])
		for name, total in modes.items():
			self.append(
				"modes",
				{
					"name": known.get(name),
					"mode_of_payment": name,
					"is_cash": int(name == cash),
					"opening_float": flt(total.float_),
					"received": flt(total.received),
					"paid_out": flt(total.paid_out),
					"expected": flt(total.expected),
					"counted": flt(total.counted),
					"difference": flt(total.difference),
				},
			)

	def write_cash(self, modes: dict[str, rules.ModeTotal]) -> None:
		cash = modes.get(totals.cash_mode(self.company))
		self.cash_expected = flt(cash.expected) if cash else 0
		self.cash_counted = flt(cash.counted) if cash else 0
		self.cash_difference = flt(cash.difference) if cash else 0
		self.float_kept = flt(shifts.whole_cents(self, "float_kept"))
		self.handed_over = flt(money.cents(self.cash_counted) - money.cents(self.float_kept))
		self.difference_total = flt(sum((mode.difference for mode in modes.values()), Decimal(0)))

	# ---- steps of validate -----------------------------------------------------------------------------------------

	def refuse_foreign_edit(self) -> None:
		"""The count is the clerk's until it is signed; the cashier accepts or sends it back, and writes nothing in it."""
		if self.flags.server_write or self.docstatus == 1:
			return
		refuse_stranger(self.clerk)
		stored = self.get_doc_before_save()
		if stored and stored.status not in BEING_COUNTED and self.docstatus == 0:
			stop(rules.Refusal(rules.CLOSING_FROZEN, (stored.status,)))

	# ---- consequences ------------------------------------------------------------------------------------------------

	def lock_receipts(self) -> None:
		"""Each receipt says where it was booked, and is not cancelled any more (one statement for the whole shift)."""
		frappe.db.set_value(
			facts.RECEIPT,
			{"shift": self.shift, "docstatus": 1},
			{"closing": self.name, "journal_entry": self.journal_entry},
			update_modified=False,
		)

	# ---- facts -------------------------------------------------------------------------------------------------------

	def counted(self) -> rules.Count:
		return rules.Count(
			modes=tuple(
				rules.ModeTotal(
					row.mode_of_payment,
					money.cents(row.opening_float),
					money.cents(row.received),
					money.cents(row.paid_out),
					money.signed_cents(row.counted),
				)
				for row in self.modes
			),
			cash_counted=money.cents(self.cash_counted),
			float_kept=money.cents(self.float_kept),
			reason=self.difference_reason,
			float_frozen=float_taken_over(self),
		)


def as_number(value: object) -> object:
	return flt(value) if isinstance(value, Decimal) else value


def counted_amount(row: Document) -> Decimal:
	return shifts.whole_cents(row, "counted")


def locked_shift(shift: str) -> Document:
	"""The shift, its row locked: nobody takes money on it meanwhile."""
	return frappe.get_doc(SHIFT, shift, for_update=True)


def refuse_stranger(clerk: str) -> None:
	"""The clerk of the shift closes it, or the service manager in an absence."""
	if frappe.session.user != clerk and not is_manager():
		stop(rules.Refusal(rules.NOT_OWN_CLOSING, (clerk,)), ANOTHER_PERSONS)


def is_manager() -> bool:
	role = "Service Manager"
	return role in frappe.get_roles() and frappe.session.user in approvals.office_holders(role)


def float_taken_over(closing: Document) -> Decimal | None:
	"""The float that the next shift at the counter began with, None while there is none."""
	closed_on = frappe.db.get_value(SHIFT, closing.shift, "closed_on")
	if not closed_on:
		return None
	left = frappe.db.get_value(
		SHIFT,
		{
			"counter": closing.counter,
			"opened_on": (">=", get_datetime(closed_on)),
			"name": ("!=", closing.shift),
		},
		"float_left",
		order_by="opened_on asc",
		for_update=True,
	)
	return None if left is None else money.cents(left)


# ---- what buttons and programs call --------------------------------------------------------------------------------


def locked(closing: str) -> FrontDeskClosing:
	"""The closing, its row locked. Raises frappe.DoesNotExistError, frappe.PermissionError."""
	doc = frappe.get_doc(CLOSING, closing, for_update=True)
	doc.check_permission("write")
	return doc


@frappe.whitelist(methods=["POST"])
@commands.carried_out_again
def begin(shift: str) -> str:
	"""Begin to count a shift, or go on with it; returns the closing's name. Receipts are taken until it is signed.

	Raises frappe.PermissionError for anybody but the clerk of the shift and the service manager.
	"""
	frappe.has_permission(CLOSING, "create", throw=True)
	opened = locked_shift(shift)
	require_company(opened.company)
	refuse_stranger(opened.clerk)
	known = frappe.db.get_value(CLOSING, {"shift": shift})
	return known or frappe.get_doc({"doctype": CLOSING, "shift": shift}).insert().name


@frappe.whitelist(methods=["POST"])
@commands.carried_out_again
def sign(closing: str, absence_reason: str | None = None) -> str:
	"""Close the till: the clerk signs the count, the shift takes no more money, the cashier is told (CASH-03).

	The service manager signs for an absent clerk, with the reason. Returns the new status.
	"""
	doc = locked(closing)
	refuse_stranger(doc.clerk)
	if doc.status not in BEING_COUNTED:
		stop(rules.Refusal(rules.CLOSING_FROZEN, (doc.status,)))
	for_absent = frappe.session.user != doc.clerk
	if for_absent and not cstr(absence_reason).strip():
		stop(rules.Refusal(rules.NO_ABSENCE_REASON, (doc.clerk,)))
	shift = locked_shift(doc.shift)
	before = doc.status
	doc.flags.server_write = doc.flags.signing = True
	doc.count()
	stop(rules.refuse_count(doc.counted()))
	doc.update(
		{
			"status": rules.AWAITING,
			"signed_by": frappe.session.user,
			"signed_on": now_datetime(),
			"absence_reason": cstr(absence_reason).strip() if for_absent else None,
			"return_reason": None,
		}
	)
	approvals.record(doc, before, rules.AWAITING, None, comment=doc.difference_reason, action="Hand In")
	doc.save()
	close_shift(shift, doc)
	tell_cashiers(doc)
	return doc.status


def close_shift(shift: Document, closing: FrontDeskClosing) -> None:
	if shift.status == rules.CLOSED:
		return
	shift.update({"status": rules.CLOSED, "closed_on": now_datetime(), "closing": closing.name})
	shift.flags.server_write = True
	shift.save(
		ignore_permissions=True
	)  # the manager closes an absent clerk's shift, which is not the manager's own


def tell_cashiers(closing: FrontDeskClosing) -> None:
	notifications.tell(
		approvals.signatories(CASHIER, closing),
		"{0} hands in the till of {1}: count it and accept the closing",
		(frappe.utils.get_fullname(closing.clerk), closing.counter),
		doctype=CLOSING,
		name=closing.name,
		mail=False,
	)


@frappe.whitelist(methods=["POST"])
@commands.carried_out_again
def accept(closing: str) -> dict:
	"""The cashier takes over the money: the closing is submitted and posted to the ledger, once (CASH-03).

	Returns {"status", "journal_entry"}. Raises frappe.PermissionError for the clerk of the till and for whoever is no
	cashier, frappe.ValidationError where an account is missing or the books of the day are closed.
	"""
	doc = frappe.get_doc(CLOSING, closing, for_update=True)
	doc.check_permission("submit")
	if doc.status != rules.AWAITING:
		stop(rules.Refusal(rules.CLOSING_FROZEN if doc.docstatus else rules.NOT_SIGNED, (doc.status,)))
	approvals.require_signatory(doc, CASHIER)
	approvals.record(doc, rules.AWAITING, rules.ACCEPTED, CASHIER, action="Accept")
	doc.update({"status": rules.ACCEPTED, "accepted_by": frappe.session.user, "accepted_on": now_datetime()})
	doc.flags.server_write = True
	doc.submit()
	return {"status": doc.status, "journal_entry": doc.journal_entry}


@frappe.whitelist(methods=["POST"])
@commands.carried_out_again
def send_back(closing: str, reason: str) -> str:
	"""The cashier counts otherwise: the clerk corrects the count and signs again. Returns the new status."""
	doc = frappe.get_doc(CLOSING, closing, for_update=True)
	doc.check_permission("submit")
	if doc.status != rules.AWAITING:
		stop(rules.Refusal(rules.CLOSING_FROZEN, (doc.status,)))
	approvals.require_signatory(doc, CASHIER)
	if not reason.strip():
		stop(rules.Refusal(rules.NO_RETURN_REASON))
	approvals.record(doc, rules.AWAITING, rules.RETURNED, CASHIER, comment=reason.strip(), action="Send Back")
	doc.update(
		{"status": rules.RETURNED, "return_reason": reason.strip(), "signed_by": None, "signed_on": None}
	)
	doc.flags.server_write = True
	doc.save()
	notifications.tell(
		[doc.clerk],
		"The cashier sent closing {0} back: {1}",
		(doc.name, reason.strip()[:140]),
		doctype=CLOSING,
		name=doc.name,
		mail=False,
	)
	return doc.status
