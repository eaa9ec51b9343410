"""Shift Handover (交接班记录): what is open at a counter, signed by who leaves and who comes. See README.md. SVC-21."""

from decimal import Decimal

import frappe
from frappe import _
from frappe.utils import cstr, flt, now_datetime

from property_service import approvals, notifications
from property_service.guards import refuse, require_procedure, restore_server_fields
from property_service.property_service.doctype.front_desk_counter import front_desk_counter
from property_service.property_service.doctype.shift_handover import custody, sources
from property_service.refusals import stop
from property_service.rules import money
from property_service.rules import shift_handover as rules
from property_service.saving import ParentLocked
from property_service.sent_values import CheckedValues

HANDOVER = "Shift Handover"
CLERK, MANAGER = "Front Desk Clerk", "Service Manager"
SERVER_FIELDS = (
	*("status", "company", "outgoing_clerk", "till_cash", "cash_difference", "collected_on", "open_key"),
	*("outgoing_signed_by", "outgoing_signed_on", "outgoing_absence_reason"),
	*("incoming_signed_by", "incoming_signed_on", "incoming_absence_reason", "incoming_remarks"),
	*("cancel_reason", "cancelled_by", "cancelled_on"),
)
WRITTEN_BY_HAND = (
	*("counter", "shift_label", "incoming_clerk", "cash_counted", "keys_counted", "keys_note"),
	"matters_to_note",
)
# Refusals that say "somebody else's": a matter of permission.
ANOTHER_PERSONS = (
	*(rules.NOT_A_CLERK, rules.NOT_CUSTODIAN, rules.NOT_OUTGOING, rules.NOT_INCOMING, rules.NOT_YOURS),
	*(rules.SAME_PERSON, rules.SIGNED_TWICE),
)


class ShiftHandover(CheckedValues, ParentLocked):
	def before_validate(self) -> None:
		restore_server_fields(self, SERVER_FIELDS)
		self.restore_lines()
		if self.is_new():
			self.begin()

	def validate(self) -> None:
		self.refuse_foreign_edit()
		self.refuse_wrong_incoming_clerk()
		self.count_difference()
		self.open_key = self.counter if self.status in rules.UNFINISHED else None

	def on_update(self) -> None:
		self.tell_incoming_clerk()

	def on_trash(self) -> None:
		refuse(_("Handovers are kept (SVC-21). Cancel it with a reason instead of deleting it."))

	def show_unique_validation_message(self, e) -> None:
		if "open_key" in str(e):
			refuse(
				_(
					"The counter {0} has a handover that is not finished (SVC-21). Sign or cancel that one first."
				).format(frappe.bold(self.counter)),
				exc=frappe.UniqueValidationError,
			)
		super().show_unique_validation_message(e)

	# ---- steps of before_validate ------------------------------------------------------------------------------

	def restore_lines(self) -> None:
		"""The records say what is open; a person writes a note beside it."""
		if self.flags.server_write:
			return
		stored = self.get_doc_before_save()
		notes = {row.name: row.note for row in self.lines} if stored else {}
		self.set("lines", [])
		for row in stored.lines if stored else []:
			self.append("lines", {**row.as_dict(), "note": notes.get(row.name, row.note)})

	def begin(self) -> None:
		counter = front_desk_counter.locked(self.counter)
		require_procedure("service", counter.company)
		self.company = counter.company
		outgoing = rules.outgoing_clerk(custody.custodian(self.counter), signer())
		if isinstance(outgoing, rules.Refusal):
			stop(outgoing, ANOTHER_PERSONS)
		self.outgoing_clerk = outgoing
		self.collect()

	# ---- steps of validate -------------------------------------------------------------------------------------

	def refuse_foreign_edit(self) -> None:
		before = self.get_doc_before_save()
		if not before or self.flags.server_write:
			return
		stop(
			rules.refuse_edit(before.status, signer(), before.outgoing_clerk, self.first_change(before)),
			ANOTHER_PERSONS,
		)

	def first_change(self, before: "ShiftHandover") -> str | None:
		"""Label of the first field that a person changed."""
		for name in WRITTEN_BY_HAND:
			if plain(self, name) != plain(before, name):
				return self.meta.get_label(name)
		notes = ([row.note or "" for row in doc.lines] for doc in (self, before))
		return "Open Matters" if len(set(map(tuple, notes))) > 1 else None

	def refuse_wrong_incoming_clerk(self) -> None:
		if self.is_new() or self.has_value_changed("incoming_clerk"):
			clerk = bool(self.incoming_clerk) and CLERK in frappe.get_roles(self.incoming_clerk)
			stop(rules.refuse_incoming(self.outgoing_clerk, self.incoming_clerk, clerk), ANOTHER_PERSONS)

	def count_difference(self) -> None:
		self.cash_difference = flt(flt(self.cash_counted) - flt(self.till_cash), 2)

	# ---- what is open ------------------------------------------------------------------------------------------

	def collect(self) -> None:
		"""Fills in what is open now; keeps the notes beside matters that still are."""
		notes = {(row.reference_doctype, row.reference_name): row.note for row in self.lines}
		language = frappe.db.get_default("lang") or "en"
		cash = money.total(())
		self.set("lines", [])
		for line in sources.lines_of(self.counter, self.company):
			# kept as text, so that the record reads the same after a state has been renamed
			words = {field: _(line.get(field) or "", lang=language) for field in ("category", "state")}
			note = notes.get((line.get("reference_doctype"), line.get("reference_name")))
			self.append("lines", {**line, **words, "note": note})
			cash += money.cents(line.get("cash"))
		self.till_cash = flt(cash)
		self.collected_on = now_datetime()
		self.flags.server_write = True

	# ---- consequences ------------------------------------------------------------------------------------------

	def tell_incoming_clerk(self) -> None:
		if self.status == rules.AWAITING and self.has_value_changed("status") and self.incoming_clerk:
			notifications.tell(
				[self.incoming_clerk],
				"The counter {0} is handed over to you: sign the shift handover",
				(self.counter,),
				doctype=HANDOVER,
				name=self.name,
				mail=False,
			)


def plain(doc: ShiftHandover, fieldname: str) -> str:
	value = doc.get(fieldname)
	is_number = doc.meta.get_field(fieldname).fieldtype in ("Currency", "Int")
	return str(flt(value)) if is_number else cstr(value)


def signer() -> rules.Signer:
	user = frappe.session.user
	roles = frappe.get_roles(user)
	return rules.Signer(
		user,
		is_clerk=CLERK in roles,
		is_manager=MANAGER in roles and user in approvals.office_holders(MANAGER),
	)


# ---- what buttons and programs call ---------------------------------------------------------------------------------


def locked(handover: str) -> ShiftHandover:
	"""The handover, its row locked. Raises frappe.DoesNotExistError, frappe.PermissionError."""
	doc = frappe.get_doc(HANDOVER, handover, for_update=True)
	doc.check_permission("write")
	return doc


@frappe.whitelist(methods=["POST"])
def collect_again(handover: str) -> None:
	"""Bring the open matters up to date before signing; notes stay."""
	doc = locked(handover)
	if doc.status != rules.OPEN:
		stop(rules.Refusal(rules.ENDED, (doc.status,)))
	doc.collect()
	doc.save()


@frappe.whitelist(methods=["POST"])
def sign_outgoing(handover: str, absence_reason: str | None = None) -> str:
	"""The outgoing clerk's signature; the service manager signs for an absent one, with the reason (SVC-21).

	What is open is collected once more. Returns the new status. Raises frappe.PermissionError, frappe.ValidationError.
	"""
	doc = locked(handover)
	reason = cstr(absence_reason).strip()
	if doc.status == rules.OPEN:
		doc.collect()
		doc.count_difference()
	stop(
		rules.refuse_outgoing_signature(
			doc.status,
			signer(),
			doc.outgoing_clerk,
			reason,
			Decimal(str(doc.cash_difference)),
			doc.matters_to_note,
		),
		ANOTHER_PERSONS,
	)
	doc.update(
		{
			"status": rules.AWAITING,
			"outgoing_signed_by": frappe.session.user,
			"outgoing_signed_on": now_datetime(),
			"outgoing_absence_reason": reason if frappe.session.user != doc.outgoing_clerk else None,
		}
	)
	return write(doc)


@frappe.whitelist(methods=["POST"])
def sign_incoming(handover: str, remarks: str | None = None, absence_reason: str | None = None) -> str:
	"""The incoming clerk's signature: from now on this clerk is in charge of the counter (SVC-21).

	The service manager signs for an absent one, with the reason. Returns the new status.
	"""
	doc = locked(handover)
	reason = cstr(absence_reason).strip()
	stop(
		rules.refuse_incoming_signature(
			doc.status, signer(), doc.outgoing_clerk, doc.outgoing_signed_by, doc.incoming_clerk, reason
		),
		ANOTHER_PERSONS,
	)
	doc.incoming_clerk = doc.incoming_clerk or frappe.session.user
	doc.update(
		{
			"status": rules.COMPLETED,
			"incoming_signed_by": frappe.session.user,
			"incoming_signed_on": now_datetime(),
			"incoming_absence_reason": reason if frappe.session.user != doc.incoming_clerk else None,
			"incoming_remarks": cstr(remarks).strip() or None,
		}
	)
	return write(doc)


@frappe.whitelist(methods=["POST"])
def cancel_handover(handover: str, reason: str) -> str:
	"""Give up an unfinished handover, with a reason; the counter stays with whoever has it. Returns the new status."""
	doc = locked(handover)
	stop(rules.refuse_cancelling(doc.status, signer(), doc.outgoing_clerk, reason), ANOTHER_PERSONS)
	doc.update(
		{
			"status": rules.CANCELLED,
			"cancel_reason": reason.strip(),
			"cancelled_by": frappe.session.user,
			"cancelled_on": now_datetime(),
		}
	)
	return write(doc)


def write(doc: ShiftHandover) -> str:
	doc.flags.server_write = True
	doc.save()
	return doc.status
