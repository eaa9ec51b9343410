"""Front Desk Receipt (收款收据): money taken or paid at the desk, numbered without gaps. See README.md. CASH-01."""

import frappe
from frappe import _
from frappe.model.document import Document
from frappe.utils import cstr, flt, getdate, now_datetime

from property_service import approvals, commands, settings
from property_service.guards import refuse, require_procedure, restore_server_fields
from property_service.property_service.doctype.front_desk_closing.totals import modes_of
from property_service.property_service.doctype.front_desk_counter.front_desk_counter import cost_center
from property_service.property_service.doctype.front_desk_receipt import facts, numbering
from property_service.refusals import stop
from property_service.rules import till as rules
from property_service.rules.capital_numerals import capital_amount
from property_service.sent_values import CheckedValues

RECEIPT, MANAGER = "Front Desk Receipt", "Service Manager"
SERVER_FIELDS = (
	*("receipt_no", "amount_in_words", "counter", "shift", "company", "clerk", "received_on", "posting_date"),
	*("account", "cost_center", "net_amount", "tax_rate", "tax_account", "tax_amount", "register_entry"),
	*(
		"closing",
		"journal_entry",
		"approved_by",
		"approved_on",
		"cancel_reason",
		"cancelled_by",
		"cancelled_on",
	),
	*("request_id", "amended_from"),
)
# What the service manager approves: a change asks for the approval again.
CONTENT = (
	*("direction", "purpose", "amount", "mode_of_payment", "payer", "customer", "resident", "remarks"),
	*("reference_doctype", "reference_name", "original_receipt"),
)
ANOTHER_PERSONS = (rules.NOT_OWN_TILL, rules.APPROVED_BY_CLERK)
LONGEST_REQUEST_ID = 100


class FrontDeskReceipt(CheckedValues, Document):
	def load_from_db(self) -> "FrontDeskReceipt":
		"""A receipt that is about to change locks its shift first: the fixed order of locks is shift, then receipt."""
		if self.flags.for_update and isinstance(self.name, str):
			facts.lock_shift_of(self.name)
		return super().load_from_db()

	# ---- from the draft to the valid receipt ---------------------------------------------------------------------

	def before_validate(self) -> None:
		self.refuse_amending()
		restore_server_fields(self, SERVER_FIELDS)
		self.take_over_request()
		self.fill_in_company()
		self.fill_in_reference()

	def validate(self) -> None:
		require_procedure("registers", self.company)
		self.check_amount()
		self.require_readable_reference()
		settings.mode_row(self.company, self.mode_of_payment)
		self.forget_approval_of_other_content()

	def before_submit(self) -> None:
		till = facts.open_till(frappe.session.user)
		receipt = facts.gather(self, self.checked_amount())
		stop(rules.refuse_receipt(receipt, till), ANOTHER_PERSONS)
		self.stamp(till)
		self.book(receipt)
		self.receipt_no = numbering.draw(self.counter, self.posting_date)

	# ---- cancelling ----------------------------------------------------------------------------------------------

	def before_cancel(self) -> None:
		self.restore_everything()
		stop(rules.refuse_cancelling(self.cancelling()), ANOTHER_PERSONS)
		self.cancel_reason = cstr(self.flags.cancel_reason).strip()
		self.cancelled_by, self.cancelled_on = frappe.session.user, now_datetime()

	def on_trash(self) -> None:
		refuse(
			_(
				"Receipts are kept (CASH-01). Cancel it with a reason while the till is open; it keeps its number."
			)
		)

	# ---- steps of before_validate --------------------------------------------------------------------------------

	def refuse_amending(self) -> None:
		if self.amended_from:
			refuse(_("A cancelled receipt stays as it is (CASH-01). Take the money with a new receipt."))

	def take_over_request(self) -> None:
		"""What `property_service.till` says of a new receipt; flags never come from a client."""
		if self.is_new():
			self.request_id = self.flags.request_id
			self.register_entry = int(bool(self.flags.register_entry))

	def fill_in_company(self) -> None:
		"""The company of the clerk's open till; the company of the desk while there is none."""
		if self.company and not self.is_new():
			return
		self.company = (
			frappe.db.get_value("Front Desk Shift", {"open_clerk_key": frappe.session.user}, "company")
			or frappe.defaults.get_user_default("Company")
			or frappe.defaults.get_global_default("company")
		)

	def fill_in_reference(self) -> None:
		"""A payment back of an invoice's receipt is against the same invoice; an invoice names who pays."""
		if self.original_receipt and not self.reference_name:
			self.reference_doctype, self.reference_name = frappe.db.get_value(
				RECEIPT, self.original_receipt, ["reference_doctype", "reference_name"]
			) or (None, None)
		if self.reference_doctype == "Sales Invoice" and self.reference_name:
			self.customer = frappe.db.get_value("Sales Invoice", self.reference_name, "customer")
		self.payer = cstr(self.payer).strip() or self.known_payer()

	def known_payer(self) -> str | None:
		if self.resident:
			return frappe.db.get_value("Resident", self.resident, "resident_name")
		return self.customer and frappe.db.get_value("Customer", self.customer, "customer_name")

	# ---- steps of validate ---------------------------------------------------------------------------------------

	def check_amount(self) -> None:
		self.amount = flt(self.checked_amount())

	def checked_amount(self):
		amount = rules.amount_of(self.amount)
		if isinstance(amount, rules.Refusal):
			stop(amount)
		return amount

	def require_readable_reference(self) -> None:
		"""Whoever names a document may see it; a register vouches for its own entries."""
		if not self.reference_name:
			self.reference_doctype = None
			return
		if not self.register_entry and not frappe.has_permission(
			self.reference_doctype, "read", doc=self.reference_name
		):
			refuse(
				_("You may not see {0} {1}, so it cannot stand on a receipt (CASH-01).").format(
					_(self.reference_doctype), frappe.bold(frappe.utils.escape_html(self.reference_name))
				),
				exc=frappe.PermissionError,
			)

	def forget_approval_of_other_content(self) -> None:
		if self.approved_by and any(self.has_value_changed(name) for name in CONTENT):
			self.approved_by = self.approved_on = None

	# ---- steps of before_submit ----------------------------------------------------------------------------------

	def stamp(self, till: rules.Till) -> None:
		now = now_datetime()
		self.update({"shift": till.shift, "counter": till.counter, "clerk": till.clerk})
		self.update({"received_on": now, "posting_date": getdate(now)})
		self.amount_in_words = capital_amount(self.amount)

	def book(self, receipt: rules.Receipt) -> None:
		"""Where the amount will be booked is fixed now: a setting that changes later changes no receipt."""
		row = settings.purpose_row(self.company, self.purpose)
		if receipt.invoice:
			self.account = frappe.db.get_value("Sales Invoice", receipt.invoice.name, "debit_to")
		else:
			self.account = row.account or settings.missing_account(self.company, self.purpose)
		split = rules.split_tax(receipt.amount, row.tax_rate)
		self.net_amount, self.tax_amount = flt(split.net), flt(split.tax)
		self.tax_rate = row.tax_rate if split.tax else 0
		self.tax_account = row.tax_account if split.tax else None
		self.cost_center = row.cost_center or cost_center(self.counter)

	# ---- steps of before_cancel ----------------------------------------------------------------------------------

	def restore_everything(self) -> None:
		"""Frappe writes whatever a cancelling PUT carries."""
		stored = frappe.get_doc(RECEIPT, self.name, for_update=True)
		for field in self.meta.get_valid_columns():
			if field not in ("docstatus", "modified", "modified_by"):
				self.set(field, stored.get(field))

	def cancelling(self) -> rules.Cancelling:
		shift = frappe.db.get_value(
			"Front Desk Shift",
			self.shift,
			["name", "counter", "company", "clerk", "planned_end", "status"],
			as_dict=True,
			for_update=True,
		)
		entry = self.register_entry and not self.flags.with_entry
		return rules.Cancelling(
			number=self.receipt_no,
			till=facts.as_till(shift),
			till_is_open=shift.status == rules.OPEN,
			now=now_datetime(),
			user=frappe.session.user,
			is_manager=is_manager(),
			reason=self.flags.cancel_reason,
			entry=f"{_(self.reference_doctype)} {self.reference_name}" if entry else None,
			paid_back_by=facts.correcting_receipt(self.name),
		)


def is_manager() -> bool:
	user = frappe.session.user
	return MANAGER in frappe.get_roles(user) and user in approvals.office_holders(MANAGER)


# ---- what buttons and programs call ---------------------------------------------------------------------------------


@frappe.whitelist(methods=["GET", "POST"])
def choices() -> dict:
	"""What the dialog offers: the desk's modes of payment, cash first, and the purposes that are taken by hand."""
	frappe.has_permission(RECEIPT, "create", throw=True)
	till = frappe.db.get_value("Front Desk Shift", {"open_clerk_key": frappe.session.user}, "company")
	if not till:
		stop(rules.Refusal(rules.NO_SHIFT))
	names = frappe.get_all("Receipt Purpose", filters={"disabled": 0}, pluck="name", order_by="creation")
	return {
		"modes": modes_of(till),
		"purposes": [name for name in names if not facts.register_of(name)],
	}


@frappe.whitelist(methods=["POST"])
@commands.carried_out_again
def issue(
	purpose: str,
	amount: float,
	mode_of_payment: str,
	direction: str = "In",
	payer: str | None = None,
	customer: str | None = None,
	resident: str | None = None,
	remarks: str | None = None,
	reference_doctype: str | None = None,
	reference_name: str | None = None,
	original_receipt: str | None = None,
	request_id: str | None = None,
) -> dict:
	"""Take or pay money at once; the same `request_id` sent again answers with the receipt that is there.

	Returns {"name", "receipt_no", "created"}. Raises frappe.ValidationError with the rule that is broken,
	frappe.PermissionError for whoever is no front desk clerk.
	"""
	values = {
		key: value for key, value in locals().items() if key != "request_id" and value not in (None, "")
	}
	frappe.has_permission(RECEIPT, "submit", throw=True)
	doc, created = insert_once(values, request_id)
	return {"name": doc.name, "receipt_no": doc.receipt_no, "created": created}


def insert_once(
	values: dict, request_id: str | None = None, register_entry: bool = False
) -> tuple[FrontDeskReceipt, bool]:
	"""A valid receipt of `values`, and whether it is new: a request that was answered before is not carried out again."""
	if request_id:
		if len(request_id) > LONGEST_REQUEST_ID:
			refuse(_("The request id is longer than {0} characters.").format(LONGEST_REQUEST_ID))
		# A plain look: a locking one would lock the gap for an id that is not there, and two of them block each other.
		if frappe.db.exists(RECEIPT, {"request_id": request_id}):
			return answered(request_id, values), False
		# A clerk's retries queue at the clerk's till; at the unique key, three of them would lock each other out.
		facts.open_till(frappe.session.user)
	doc = frappe.get_doc({"doctype": RECEIPT, **values, "docstatus": 1})
	doc.flags.request_id, doc.flags.register_entry = request_id, register_entry
	frappe.db.savepoint("receipt")
	try:
		return doc.insert(), True
	except frappe.UniqueValidationError:
		# The same request arrived twice at once and the other one was faster.
		frappe.db.rollback(save_point="receipt")
		frappe.clear_last_message()
		if known := request_id and answered(request_id, values):
			return known, False
		raise


def answered(request_id: str, values: dict) -> FrontDeskReceipt | None:
	name = frappe.db.get_value(RECEIPT, {"request_id": request_id}, for_update=True, order_by=None)
	if not name:
		return None
	doc = frappe.get_doc(RECEIPT, name, for_update=True)
	same = all(cstr(doc.get(key)) == cstr(values.get(key) or "") for key in ("purpose", "mode_of_payment"))
	if not same or flt(doc.amount) != flt(values.get("amount")) or doc.owner != frappe.session.user:
		stop(rules.Refusal(rules.RETRY_DIFFERS, (request_id,)))
	return doc


@frappe.whitelist(methods=["POST"])
@commands.carried_out_again
def approve(receipt: str) -> None:
	"""The service manager lets money leave the till for which there is no earlier receipt; the server records who and when.

	Raises frappe.PermissionError for anybody else and for the clerk whose receipt it is.
	"""
	doc = frappe.get_doc(RECEIPT, receipt, for_update=True)
	doc.check_permission("read")
	if not is_manager():
		refuse(
			_("Payments out of the till are approved by the service manager (CASH-01)."),
			exc=frappe.PermissionError,
		)
	if doc.owner == frappe.session.user:
		stop(rules.Refusal(rules.APPROVED_BY_CLERK, (doc.owner,)), ANOTHER_PERSONS)
	if doc.docstatus != 0:
		refuse(_("Only a draft is approved; {0} is valid or cancelled already.").format(doc.receipt_no))
	doc.flags.server_write = True
	doc.update({"approved_by": frappe.session.user, "approved_on": now_datetime()})
	doc.save()


@frappe.whitelist(methods=["POST"])
@commands.carried_out_again
def cancel_receipt(receipt: str, reason: str) -> None:
	"""Cancel a receipt of an open till; it keeps its number. Raises frappe.ValidationError when the till is closed."""
	doc = frappe.get_doc(RECEIPT, receipt)
	doc.flags.cancel_reason = reason
	doc.cancel()


def on_doctype_update() -> None:
	frappe.db.add_index(RECEIPT, ["reference_doctype", "reference_name"])
	frappe.db.add_index(RECEIPT, ["shift", "docstatus"])
	frappe.db.add_index(RECEIPT, ["company", "posting_date"])
