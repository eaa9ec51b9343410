"""Card Subsidy Batch (补贴充值批次): what a resident company pays onto its people's cards. See README.md. DESK-03."""

from collections.abc import Iterable
from datetime import date

import frappe
from frappe import _
from frappe.model.document import Document
from frappe.utils import cstr, flt, now_datetime

from property_service import settings
from property_service.guards import refuse, require_procedure, restore_server_fields, restore_server_rows
from property_service.property_service.doctype.card_subsidy_batch import crediting
from property_service.property_service.doctype.card_subsidy_batch.crediting import (
	BATCH,
	CREDITED,
	CREDITING,
	DRAFT,
)
from property_service.property_service.doctype.card_transaction.movements import CARD
from property_service.refusals import stop
from property_service.rules import money
from property_service.rules import service_card as rules
from property_service.rules.refusal import Refusal
from property_service.saving import ParentLocked
from property_service.sent_values import CheckedValues, check_values, refuse_rows_of_others

SERVER_FIELDS = (
	*(
		"status",
		"row_count",
		"total_amount",
		"credited_count",
		"credited_amount",
		"refused_count",
		"last_error",
	),
	*("submitted_by", "submitted_on", "finished_on", "journal_entry", "last_step_on", "batch_key"),
	"amended_from",
)
SERVER_FIELDS_OF_ROWS = ("status", "note", "card_transaction")
ACCOUNTS = ("card_liability_account", "subsidy_receivable_account")


class CardSubsidyBatch(CheckedValues, ParentLocked):
	def _validate_links(self) -> None:
		"""Ten thousand rows are not looked up one by one: their cards are checked together, in `check_rows`."""
		refuse_rows_of_others(self)
		rows = self.__dict__.get("rows") or []
		self.__dict__["rows"] = []
		try:
			super()._validate_links()
		finally:
			self.__dict__["rows"] = rows
		for row in rows:
			check_values(row)

	def before_validate(self) -> None:
		if self.amended_from:
			stop(Refusal(STAYS))
		restore_server_fields(self, SERVER_FIELDS)
		restore_server_rows(self, "rows", SERVER_FIELDS_OF_ROWS)
		self.company = (
			self.company
			or frappe.defaults.get_user_default("Company")
			or frappe.defaults.get_global_default("company")
		)
		self.month = month_of(self.month)

	def validate(self) -> None:
		require_procedure("registers", self.company)
		self.check_rows()
		self.add_up()
		self.refuse_second()

	def before_submit(self) -> None:
		if not self.rows:
			stop(Refusal(rules.NO_ROWS))
		for fieldname in ACCOUNTS:
			settings.required(self.company, fieldname)
		self.batch_key = None if self.supplementary else key_of(self)
		now = now_datetime()
		self.update({"status": CREDITING, "submitted_by": frappe.session.user, "submitted_on": now})
		self.last_step_on = now

	def on_submit(self) -> None:
		crediting.enqueue(self.name)

	def before_update_after_submit(self) -> None:
		stop(Refusal(STAYS))

	def before_cancel(self) -> None:
		stop(Refusal(STAYS))

	def on_trash(self) -> None:
		refuse(_("Subsidy batches are kept (DESK-03)."))

	def show_unique_validation_message(self, e) -> None:
		if "batch_key" in cstr(e):
			other = frappe.db.get_value(BATCH, {"batch_key": self.batch_key}, for_update=True, order_by=None)
			stop(Refusal(rules.SECOND_BATCH, (self.customer, f"{self.month:%Y-%m}", other or "")))
		super().show_unique_validation_message(e)

	# ---- steps -----------------------------------------------------------------------------------------------------

	def check_rows(self) -> None:
		if not self.rows:
			return
		for row in self.rows:
			row.service_card = as_number(row.service_card)
		holders = holders_of(row.service_card for row in self.rows)
		stop(
			rules.refuse_rows([rules.SubsidyRow(row.service_card, row.amount) for row in self.rows], holders)
		)
		for row in self.rows:
			row.holder_name = holders[row.service_card]

	def add_up(self) -> None:
		self.row_count = len(self.rows)
		self.total_amount = flt(money.total(row.amount for row in self.rows))

	def refuse_second(self) -> None:
		"""Early, for the reader's sake; at submit the unique key says so in the database."""
		other = frappe.db.get_value(
			BATCH,
			{
				"company": self.company,
				"customer": self.customer,
				"month": self.month,
				"docstatus": 1,
				"name": ("!=", self.name or ""),
			},
			order_by="creation asc",
		)
		month = f"{self.month:%Y-%m}"
		stop(
			rules.refuse_second_batch(
				self.customer, month, other, bool(self.supplementary), self.supplement_reason
			)
		)


STAYS = (
	"What a subsidy batch credited is on the cards (DESK-03). Return the subsidy from the cards, or make a supplementary "
	"batch."
)


def key_of(batch: Document) -> str:
	return f"{batch.company}|{batch.customer}|{batch.month:%Y-%m}"


def month_of(value: object) -> date:
	try:
		return rules.month(value)
	except ValueError:
		stop(Refusal(rules.BAD_MONTH, (cstr(value)[:40],)))


def as_number(text: object) -> str:
	"""The card number as it is registered; what is none stays and is refused with its row."""
	try:
		return rules.number(text)
	except ValueError:
		return cstr(text)[:40]


def holders_of(numbers: Iterable[str]) -> dict[str, str]:
	"""{card number: holder's name} of those that are registered, one query."""
	rows = frappe.get_all(
		CARD,
		filters={"name": ("in", sorted(set(numbers)) or [""])},
		fields=["name", "holder_name"],
		order_by="name",
	)
	return {row.name: row.holder_name for row in rows}


__all__ = ["CREDITED", "CREDITING", "DRAFT", "CardSubsidyBatch"]
