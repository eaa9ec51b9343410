"""Monthly Archive (月度资料归档): the month's documents, checked by the finance manager and locked; see README.md. LV-15."""

import frappe
from frappe import _
from frappe.utils import cstr, get_first_day, get_last_day, getdate, now, now_datetime, nowdate

from property_service import approvals, guards
from property_service.archive import documents, lock
from property_service.property_service.doctype.monthly_archive import period
from property_service.refusals import stop
from property_service.rules import monthly_archive as rules
from property_service.rules.refusal import Refusal
from property_service.saving import ParentLocked
from property_service.sent_values import CheckedValues

ARCHIVE, LINE = documents.ARCHIVE, documents.LINE
SERVER_FIELDS = (
	*("status", "decision_reason", "document_count", "attachment_count", "accounting_period", "unfinished"),
	*("handed_in_by", "handed_in_on", "checked_by", "checked_on", "lines"),
)
COLUMNS = (
	*("name", "creation", "modified", "owner", "modified_by", "parent", "parenttype", "parentfield", "idx"),
	*("document_type", "document", "document_date", "attachments"),
)
ROWS_NAMED = 10


class MonthlyArchive(CheckedValues, ParentLocked):
	def _validate_links(self) -> None:
		"""Thousands of lines are not looked up one by one: the server wrote what they link to."""
		lines = self.__dict__.get("lines") or []
		self.__dict__["lines"] = []
		try:
			super()._validate_links()
		finally:
			self.__dict__["lines"] = lines

	def before_insert(self) -> None:
		approvals.clear_on_copy(self)
		self.lines = []

	def before_validate(self) -> None:
		self.docstatus = 0  # a list has states of its own; a client may send anything
		guards.restore_server_fields(self, SERVER_FIELDS)
		approvals.protect(self)
		if self.is_new() and self.month:
			self.month = get_first_day(getdate(self.month))

	def validate(self) -> None:
		if self.is_new():
			self.check_start()
		elif not self.flags.server_write and self.status == rules.CHECKED:
			stop(Refusal(rules.IS_CHECKED, (f"{getdate(self.month):%Y-%m}",)))

	def after_insert(self) -> None:
		collect(self)

	def on_trash(self) -> None:
		guards.refuse(_("Lists of the month's documents are kept (LV-15)."))

	def show_unique_validation_message(self, error) -> None:
		if "one_per_month" in str(error):
			guards.refuse(
				_("{0} has a list for {1} already (LV-15). Open that one.").format(
					frappe.bold(self.company), frappe.bold(f"{getdate(self.month):%Y-%m}")
				),
				exc=frappe.UniqueValidationError,
			)
		super().show_unique_validation_message(error)

	def check_start(self) -> None:
		if not lock.is_on(self.company):
			guards.require_procedure("stores", self.company)
		if self.month and getdate(self.month) > getdate(nowdate()):
			guards.refuse(_("Choose a month that has begun (LV-15)."))

	def update_child_table(self, fieldname: str, df=None) -> None:
		"""Lines are written at once by `collect`, never by saving."""
		if fieldname != "lines":
			super().update_child_table(fieldname, df)

	def take_step(self, status: str, comment: str | None = None, role: str | None = None) -> None:
		"""Moves to `status` and records who, as what, when and why; the caller has locked the list."""
		action = rules.STEPS[self.status, status]
		approvals.record(self, self.status, status, role, comment=comment, action=action)
		self.status, self.decision_reason = status, comment
		stamp = {rules.HANDED_IN: "handed_in", rules.CHECKED: "checked"}.get(status)
		if stamp:
			self.update({f"{stamp}_by": frappe.session.user, f"{stamp}_on": now_datetime()})
		self.flags.server_write = True
		self.save()

	def of_period(self) -> tuple:
		return getdate(self.month), getdate(get_last_day(self.month))

	def listed(self) -> list[rules.Line]:
		return [
			rules.Line(line.document_type, line.document, getdate(line.document_date), line.attachments)
			for line in self.lines
		]


def collect(doc: MonthlyArchive) -> None:
	"""Take the list anew from the documents; three statements beside those that read them."""
	found = documents.lines(doc.company, *doc.of_period(), archive=doc.name)
	stamp, user = now(), frappe.session.user
	rows = [
		(frappe.generate_hash(length=10), stamp, stamp, user, user, doc.name, ARCHIVE, "lines", number, *line)
		for number, line in enumerate(found, start=1)
	]
	frappe.db.delete(LINE, {"parent": doc.name})
	if rows:
		frappe.db.bulk_insert(LINE, COLUMNS, rows)
	open_ones = documents.unfinished(doc.company, *doc.of_period())
	doc.db_set(
		{
			"document_count": len(found),
			"attachment_count": sum(line.attachments for line in found),
			"unfinished": "\n".join(open_ones[:ROWS_NAMED]) + ("\n…" if len(open_ones) > ROWS_NAMED else ""),
		}
	)
	doc.load_from_db()


def locked(name: str) -> MonthlyArchive:
	"""The stored list, locked, for a user who may write it. Raises PermissionError or DoesNotExistError."""
	doc = frappe.get_doc(ARCHIVE, name, for_update=True)
	doc.check_permission("write")
	return doc


# ---- what the buttons call -------------------------------------------------------------------------------------------


@frappe.whitelist(methods=["POST"])
def hand_in(name: str) -> None:
	"""Open or Returned → Handed In, with the documents as they are now (4.9.1); by storekeeper or accountant."""
	doc = locked(name)
	stop(rules.refuse_step(doc.status, rules.HANDED_IN), context=ARCHIVE)
	collect(doc)
	doc.take_step(rules.HANDED_IN)


@frappe.whitelist(methods=["POST"])
def send_back(name: str, reason: str) -> None:
	"""Handed In → Returned, by the finance manager, with a reason."""
	doc = locked(name)
	stop(rules.refuse_step(doc.status, rules.RETURNED), context=ARCHIVE)
	stop(rules.refuse_reason(cstr(reason)))
	approvals.require_signatory(doc, rules.FINANCE_MANAGER)
	doc.take_step(rules.RETURNED, cstr(reason).strip(), role=rules.FINANCE_MANAGER)


@frappe.whitelist(methods=["POST"])
def check(name: str) -> None:
	"""Handed In → Checked (4.9.2), by the finance manager, who handed nothing in; the month is locked from then on.

	Raises frappe.ValidationError while the month runs, while drafts wait to be posted in it, or when the list is not what
	was handed in any more.
	"""
	doc = locked(name)
	stop(rules.refuse_step(doc.status, rules.CHECKED), context=ARCHIVE)
	approvals.require_signatory(doc, rules.FINANCE_MANAGER)
	first, last = doc.of_period()
	stop(
		rules.refuse_checking(
			last,
			getdate(nowdate()),
			doc.listed(),
			documents.lines(doc.company, first, last, archive=doc.name),
			documents.unfinished(doc.company, first, last),
		)
	)
	doc.accounting_period = period.close(doc.company, first, last)
	doc.take_step(rules.CHECKED, role=rules.FINANCE_MANAGER)


def on_doctype_update() -> None:
	frappe.db.add_unique(ARCHIVE, ["company", "month"], constraint_name="one_per_month")
