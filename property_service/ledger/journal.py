"""Posts a journal entry for a document of the app, once."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

import frappe
from erpnext.accounts.doctype.accounting_period.accounting_period import ClosedAccountingPeriod
from frappe import _
from frappe.model.document import Document
from frappe.utils import flt, formatdate

from property_service.guards import refuse

REGISTRY = "Ledger Posting"


@dataclass(frozen=True)
class Row:
	"""One row of a journal entry: `amount` in the company's currency, debit when positive."""

	account: str
	amount: Decimal
	cost_center: str | None = None
	party_type: str | None = None
	party: str | None = None
	reference_type: str | None = None
	reference_name: str | None = None
	remark: str | None = None


def post(key: str, source: Document, posting_date: date, rows: Sequence[Row], remark: str) -> str:
	"""Submit a journal entry of `rows` for `source` and return its name, in the caller's transaction.

	`key` identifies the posting for ever, for example "Front Desk Closing/JK-2026-00012". Whoever calls has checked that
	the acting user may cause the posting. Raises frappe.ValidationError when it is posted already, when the rows do not
	balance, or when the books of that day are closed.
	"""
	if sum((row.amount for row in rows), Decimal(0)):
		raise frappe.ValidationError(f"{key}: the rows do not balance")
	register(key, source, posting_date)
	name = submit(source, posting_date, rows, remark) if rows else None
	frappe.db.set_value(REGISTRY, {"posting_key": key}, "journal_entry", name)
	return name


def register(key: str, source: Document, posting_date: date) -> None:
	"""Takes the key; the database lets nobody take it twice."""
	frappe.db.savepoint("ledger_posting")
	try:
		frappe.get_doc(
			{
				"doctype": REGISTRY,
				"posting_key": key,
				"company": source.company,
				"posting_date": posting_date,
				"source_doctype": source.doctype,
				"source_name": source.name,
			}
		).insert(ignore_permissions=True)  # written by postings only
	except frappe.UniqueValidationError:
		frappe.db.rollback(save_point="ledger_posting")
		frappe.clear_last_message()
		refuse(_("{0} is posted already; nothing is posted twice (Q-03).").format(frappe.bold(source.name)))


def submit(source: Document, posting_date: date, rows: Sequence[Row], remark: str) -> str:
	entry = frappe.get_doc(
		{
			"doctype": "Journal Entry",
			"voucher_type": "Journal Entry",
			"company": source.company,
			"posting_date": posting_date,
			"cheque_no": source.name,
			"cheque_date": posting_date,
			"user_remark": remark,
			"accounts": [account_row(row) for row in rows],
		}
	)
	entry.flags.ignore_permissions = (
		True  # the step that causes the posting was checked, not a right to book by hand
	)
	try:
		entry.insert()
		entry._submit()  # submit() would put off an entry of more than a hundred rows
	except ClosedAccountingPeriod:
		frappe.clear_last_message()
		refuse(
			_(
				"The books of {0} are closed for {1}, so {2} cannot be posted (CASH-03). Ask accounting to open the period."
			).format(
				frappe.bold(source.company), frappe.bold(formatdate(posting_date)), frappe.bold(source.name)
			)
		)
	return entry.name


def cancel(key: str) -> None:
	"""Cancel the journal entry that was posted under `key`, because its document is cancelled; the key stays taken.

	In the caller's transaction, which has checked and locked the document. Raises frappe.ValidationError when the books of
	that day are closed.
	"""
	posting = frappe.db.get_value(
		REGISTRY,
		{"posting_key": key},
		["journal_entry", "source_name", "company", "posting_date"],
		as_dict=True,
	)
	if not posting or not posting.journal_entry:
		return
	entry = frappe.get_doc("Journal Entry", posting.journal_entry, for_update=True)
	if entry.docstatus != 1:
		return
	entry.flags.with_source = True
	# the right to cancel the source was checked, which its entry goes with
	entry.flags.ignore_permissions = True
	try:
		entry._cancel()  # cancel() would put off an entry of more than a hundred rows
	except ClosedAccountingPeriod:
		frappe.clear_last_message()
		refuse(
			_(
				"The books of {0} are closed for {1}, so what {2} posted stays (CASH-03). Ask accounting to open the period."
			).format(
				frappe.bold(posting.company),
				frappe.bold(formatdate(posting.posting_date)),
				frappe.bold(posting.source_name),
			)
		)


def account_row(row: Row) -> dict:
	amount = flt(abs(row.amount))
	return {
		"account": row.account,
		"debit_in_account_currency": amount if row.amount > 0 else 0,
		"credit_in_account_currency": amount if row.amount < 0 else 0,
		"cost_center": row.cost_center,
		"party_type": row.party_type,
		"party": row.party,
		"reference_type": row.reference_type,
		"reference_name": row.reference_name,
		"user_remark": row.remark,
	}


def refuse_cancelling(entry: Document, method: str | None = None) -> None:
	"""Doc event of Journal Entry: what a document of the app posted stays with that document."""
	source = frappe.db.get_value(
		REGISTRY, {"journal_entry": entry.name}, ["source_doctype", "source_name"], as_dict=True
	)
	if source and not entry.flags.with_source:
		refuse(
			_(
				"{0} was posted by {1} {2} and is not cancelled by itself (CASH-03). Correct it by a new document there."
			).format(frappe.bold(entry.name), _(source.source_doctype), frappe.bold(source.source_name))
		)
