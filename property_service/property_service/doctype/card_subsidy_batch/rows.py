"""Where the rows of a subsidy batch come from: a spreadsheet, or last month's batch (DESK-03)."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import frappe
from frappe import _
from frappe.model.document import Document
from frappe.utils import cint, cstr, flt, now_datetime
from frappe.utils.csvutils import read_csv_content
from frappe.utils.xlsxutils import read_xlsx_file_from_attached_file

from property_service.guards import refuse
from property_service.property_service.doctype.card_subsidy_batch.card_subsidy_batch import (
	as_number,
	holders_of,
)
from property_service.property_service.doctype.card_subsidy_batch.crediting import (
	BATCH,
	CREDITED,
	PENDING,
	ROW,
)
from property_service.property_service.doctype.card_transaction.movements import CARD
from property_service.refusals import stop
from property_service.rules import money
from property_service.rules import service_card as rules
from property_service.rules.refusal import Refusal

# What companies write above their columns; anything else means: first the card, then the amount.
CARD_TITLES = ("卡号", "一卡通卡号", "card no.", "card no", "card", "card number")
AMOUNT_TITLES = ("金额", "补贴", "补贴金额", "amount", "subsidy")
MOST_ROWS = 50_000
LONGEST_CHAIN = 20


@dataclass(frozen=True)
class Line:
	card: str
	amount: object


@frappe.whitelist(methods=["POST"])
def import_rows(batch: str, file_url: str) -> dict:
	"""Append the rows of a spreadsheet (xlsx, xls, csv) to a draft: a column with card numbers and one with amounts.

	All rows or none. Returns {"rows", "total_amount"} of the batch. Raises frappe.ValidationError that names the first
	row that is wrong.
	"""
	doc = draft(batch)
	lines = read(file_url)
	if not lines:
		stop(Refusal(rules.NO_ROWS))
	return append(doc, lines)


@frappe.whitelist(methods=["POST"])
def copy_last_month(batch: str) -> dict:
	"""Append the rows of the company's last batch before this month; a card that was replaced goes on as the new one.

	Returns {"rows", "total_amount", "copied_from", "left_out"}: cards that were closed or belong to another company by
	now, with their holders. Raises frappe.ValidationError when there is no earlier batch.
	"""
	doc = draft(batch)
	source = last_batch(doc)
	if not source:
		refuse(
			_("{0} has no credited subsidy batch before {1} (DESK-03). Type the rows or import them.").format(
				frappe.bold(frappe.utils.escape_html(doc.customer)), f"{doc.month:%Y-%m}"
			)
		)
	lines, left_out = lines_of(source, doc)
	if not lines:
		refuse(_("No card of batch {0} takes a subsidy any more (DESK-03).").format(frappe.bold(source)))
	return {**append(doc, lines), "copied_from": source, "left_out": left_out}


def draft(batch: str) -> Document:
	"""The batch without its rows, locked, for a user who may write it."""
	doc = frappe.get_doc(BATCH, batch, for_update=True)
	doc.check_permission("write")
	if doc.docstatus != 0:
		refuse(_("Batch {0} is submitted; its rows stay (DESK-03).").format(frappe.bold(doc.name)))
	return doc


# ---- reading ------------------------------------------------------------------------------------------------------------


def read(file_url: str) -> list[Line]:
	file = frappe.get_doc("File", {"file_url": file_url})
	file.check_permission("read")
	name = cstr(file.file_name).lower()
	try:
		if name.endswith((".xlsx", ".xlsm")):
			table = read_xlsx_file_from_attached_file(fcontent=file.get_content())
		elif name.endswith(".csv"):
			table = read_csv_content(as_text(file.get_content()))
		else:
			table = None
	except Exception:  # whatever the readers stumble over, the file is none of a spreadsheet
		table = None
	if table is None:
		refuse(
			_("{0} is no spreadsheet that can be read (DESK-03). Save it as xlsx or csv.").format(
				frappe.bold(frappe.utils.escape_html(file.file_name or ""))
			)
		)
	return lines_in(table)


def as_text(content: str | bytes) -> str:
	"""Spreadsheet programs in China save csv as GB 18030, others as UTF-8."""
	if isinstance(content, str):
		return content
	try:
		return content.decode("utf-8-sig")
	except UnicodeDecodeError:
		return content.decode("gb18030")


def lines_in(table: Sequence[Sequence]) -> list[Line]:
	"""Rows with a card number; empty ones and a line of titles are passed over."""
	rows = [row for row in table if any(cstr(cell).strip() for cell in row)]
	if len(rows) > MOST_ROWS:
		refuse(_("The file has more than {0} rows.").format(MOST_ROWS))
	card, amount, start = columns_of(rows)
	lines = []
	for row in rows[start:]:
		if max(card, amount) < len(row) or card < len(row):
			lines.append(Line(as_number(cell_text(row[card])), row[amount] if amount < len(row) else None))
	return lines


def columns_of(rows: Sequence[Sequence]) -> tuple[int, int, int]:
	"""(column of the card, column of the amount, first row with data)"""
	titles = [cstr(cell).strip().lower() for cell in rows[0]] if rows else []
	card = next((i for i, title in enumerate(titles) if title in CARD_TITLES), None)
	amount = next((i for i, title in enumerate(titles) if title in AMOUNT_TITLES), None)
	if card is None or amount is None:
		return 0, 1, 0
	return card, amount, 1


def cell_text(value: object) -> str:
	"""A spreadsheet keeps 880012 as the number 880012.0."""
	if isinstance(value, float) and value.is_integer():
		return str(int(value))
	return cstr(value)


# ---- last month ---------------------------------------------------------------------------------------------------------


def last_batch(doc: Document) -> str | None:
	return frappe.db.get_value(
		BATCH,
		{
			"company": doc.company,
			"customer": doc.customer,
			"status": CREDITED,
			"supplementary": 0,
			"month": ("<", doc.month),
		},
		order_by="month desc",
	)


def lines_of(source: str, doc: Document) -> tuple[list[Line], list[dict]]:
	rows = frappe.get_all(
		ROW,
		filters={"parent": source, "parenttype": BATCH},
		fields=["service_card", "holder_name", "amount"],
		order_by="idx",
	)
	cards = present_cards([row.service_card for row in rows])
	lines, left_out = [], []
	for row in rows:
		card = cards.get(row.service_card)
		if card and card.customer == doc.customer and card.company == doc.company:
			lines.append(Line(card.name, row.amount))
		else:
			left_out.append({"card": row.service_card, "holder": row.holder_name})
	return lines, left_out


def present_cards(numbers: Iterable[str]) -> dict[str, frappe._dict]:
	"""{number: the card that is in use now}, along the chain of replacements; without the ones that were closed."""
	now_at = {number: number for number in numbers}
	found: dict[str, frappe._dict] = {}
	for _step in range(LONGEST_CHAIN):
		wanted = sorted(set(now_at.values()) - set(found))
		if not wanted:
			break
		for row in frappe.get_all(
			CARD,
			filters={"name": ("in", wanted)},
			fields=["name", "status", "customer", "company", "replaced_by"],
			order_by="name",
		):
			found[row.name] = row
		now_at = {
			number: (found[at].replaced_by or at) if at in found else at for number, at in now_at.items()
		}
	return {
		number: found[at] for number, at in now_at.items() if at in found and found[at].status != rules.CLOSED
	}


# ---- writing ------------------------------------------------------------------------------------------------------------

FIELDS = (
	*(
		"name",
		"owner",
		"creation",
		"modified",
		"modified_by",
		"docstatus",
		"parent",
		"parenttype",
		"parentfield",
	),
	*("idx", "service_card", "holder_name", "amount", "status"),
)


def append(doc: Document, lines: list[Line]) -> dict:
	"""Ten thousand rows are written with one statement; what each must be is judged with those that are there."""
	there = [rules.SubsidyRow(row.service_card, row.amount) for row in doc.rows]
	added = [rules.SubsidyRow(line.card, amount_cell(line.amount)) for line in lines]
	holders = holders_of(row.card for row in (*there, *added))
	stop(rules.refuse_rows([*there, *added], holders))
	now, user = now_datetime(), frappe.session.user
	frappe.db.bulk_insert(
		ROW,
		FIELDS,
		[
			(
				*(frappe.generate_hash(length=10), user, now, now, user, 0, doc.name, BATCH, "rows"),
				*(index, row.card, holders[row.card], flt(rules.amount_of(row.amount)), PENDING),
			)
			for index, row in enumerate(added, start=len(there) + 1)
		],
	)
	total = money.total(rules.amount_of(row.amount) for row in (*there, *added))
	values = {"row_count": len(there) + len(added), "total_amount": flt(total)}
	frappe.db.set_value(BATCH, doc.name, values)
	return {"rows": cint(values["row_count"]), "total_amount": values["total_amount"]}


def amount_cell(value: object) -> object:
	"""¥1,200.00 as people write it; what is no amount stays and is refused with its row."""
	return cstr(value).replace(",", "").replace("，", "").strip("¥￥ 元") if isinstance(value, str) else value
