"""What buttons, scanners and spreadsheets call: counting, counting again, the end of counting (WH-27).

Each call locks the count first, so that counters who count the same item in two places add up.
"""

from collections.abc import Iterable
from decimal import Decimal
from typing import NamedTuple
from zipfile import BadZipFile

import frappe
from frappe import _
from frappe.model.document import Document
from frappe.utils import cstr, escape_html, now, now_datetime
from frappe.utils.csvutils import read_csv_content
from frappe.utils.xlsxutils import read_xlsx_file_from_attached_file
from openpyxl.utils.exceptions import InvalidFileException

from property_service import commands
from property_service.guards import refuse
from property_service.property_service.doctype.stock_count import freezing, sampling
from property_service.property_service.doctype.stock_count.stock_count import StockCount, locked
from property_service.refusals import stop
from property_service.register_entry import names_of
from property_service.rules import stock_count as rules
from property_service.sent_values import parsed

ENTRY = "Stock Count Entry"
MOST_ROWS = 10_000
COLUMNS = (
	*(
		"name",
		"creation",
		"modified",
		"owner",
		"modified_by",
		"company",
		"stock_count",
		"line",
		"item_code",
		"warehouse",
	),
	*("batch_no", "qty", "place", "round", "counted_by", "counted_on"),
)
# Columns of a spreadsheet, as people head them: by the field's name, or as the printed sheet does in their language.
HEADINGS = {
	"item_code": ("Item No.", "Stock Count"),
	"warehouse": ("Warehouse", None),
	"qty": ("Counted Quantity", None),
	"batch_no": ("Batch No", None),
	"place": ("Place", "Stock Count Entry"),
}


class Found(NamedTuple):
	"""What a counter found: `warehouse` may be left out where the count has one line of the item."""

	item_code: str
	warehouse: str
	batch_no: str
	qty: Decimal
	place: str


# ---- counting ----------------------------------------------------------------------------------------------------


@frappe.whitelist(methods=["POST"])
@commands.carried_out_again
def record(name: str, rows: list | str) -> dict:
	"""Take what somebody counted; returns the summary of the count.

	`rows`: a list of {"item_code" or "barcode", "qty", "warehouse", "batch_no", "place"}. What is counted twice adds up.
	An item that the books do not have there becomes a line of its own. A fixed number of statements per call.
	"""
	doc = locked(name)
	stop(rules.refuse_counting(doc.status), context=doc.doctype)
	found = read_rows(doc, rows)
	lines = {(line.item_code, line.warehouse, line.batch_no or ""): line for line in doc.lines}
	new = {row[:3] for row in found} - lines.keys()
	if new:
		check_new(doc, new)
		books = freezing.books(doc.zones())
		rates = valuation_rates({key[0] for key in new})
		freezing.add_lines(
			doc,
			{key: books.get(key, (Decimal(0), rates.get(key[0], Decimal(0)))) for key in new},
			now_datetime(),
		)
		freezing.refresh(doc)
		lines = {(line.item_code, line.warehouse, line.batch_no or ""): line for line in doc.lines}
	user, stamp = frappe.session.user, now()
	entries = [
		(
			*(frappe.generate_hash(length=20), stamp, stamp, user, user),
			*(
				doc.company,
				doc.name,
				lines[row[:3]].name,
				row.item_code,
				row.warehouse,
				row.batch_no or None,
				float(row.qty),
				row.place[:140],
			),
			*(lines[row[:3]].round, user, stamp),
		)
		for row in found
	]
	frappe.db.bulk_insert(ENTRY, COLUMNS, entries)
	freezing.refresh(doc)
	doc.notify_update()
	return {"lines": doc.line_count, "counted": doc.counted_lines}


@frappe.whitelist(methods=["POST"])
def record_sheet(name: str, file_url: str) -> dict:
	"""Take a spreadsheet (xlsx or csv) with the columns item_code, warehouse, qty, batch_no, place; see HEADINGS.

	Rows without a quantity are left out: they are not counted yet.
	"""
	locked(name)
	file = frappe.get_doc("File", {"file_url": cstr(file_url)})
	file.check_permission("read")
	table = read_table(file)
	if not table:
		refuse(_("The sheet is empty (WH-27)."))
	titles = {fieldname: fieldname for fieldname in HEADINGS}
	for fieldname, (title, context) in HEADINGS.items():
		titles[title] = titles[_(title, context=context)] = fieldname
	heads = [titles.get(cstr(cell).strip()) for cell in table[0]]
	if not {"item_code", "qty"} <= set(heads):
		needed = (_(title, context=context) for title, context in (HEADINGS["item_code"], HEADINGS["qty"]))
		refuse(_("The sheet needs the columns {0} and {1} (WH-27).").format(*needed))
	rows = [
		{head: cell for head, cell in zip(heads, row, strict=False) if head}
		for row in table[1:]
		if any(cstr(cell).strip() for cell in row)
	]
	return record(name, [row for row in rows if cstr(row.get("qty")).strip()])


def read_table(file: Document) -> list[list]:
	content = file.get_content()
	if file.file_name.lower().endswith(".csv"):
		return read_csv_content(content)
	try:
		return read_xlsx_file_from_attached_file(fcontent=content)
	except (BadZipFile, InvalidFileException, KeyError, TypeError):
		refuse(_("{0} is no spreadsheet that can be read (WH-27).").format(escape_html(file.file_name[:60])))


def read_rows(doc: StockCount, rows: list | str) -> list[Found]:
	"""Raises frappe.ValidationError that names the first row that is no count."""
	rows = list_of_rows(rows)
	if len(rows) > MOST_ROWS:
		refuse(_("Send at most {0} rows at once (WH-27).").format(MOST_ROWS))
	items = items_of_barcodes(cstr(row.get("barcode")).strip() for row in rows if row.get("barcode"))
	places: dict[tuple[str, str], list] = {}
	for line in doc.lines:
		places.setdefault((line.item_code, line.batch_no or ""), []).append(line.warehouse)
	found = []
	for number, row in enumerate(rows, start=1):
		stop(rules.refuse_quantity(number, row.get("qty")))
		item = cstr(row.get("item_code")).strip() or items.get(cstr(row.get("barcode")).strip(), "")
		batch, warehouse = cstr(row.get("batch_no")).strip(), cstr(row.get("warehouse")).strip()
		if not item:
			refuse(
				_("Row {0}: no item has the barcode {1} (WH-27).").format(
					number, frappe.bold(escape_html(cstr(row.get("barcode"))[:60]))
				)
			)
		if not warehouse:
			known = places.get((item, batch), [])
			if len(known) != 1 and len(doc.zones()) != 1:
				refuse(
					_("Row {0}: say in which zone {1} was found (WH-27).").format(
						number, escape_html(item[:60])
					)
				)
			warehouse = known[0] if len(known) == 1 else doc.zones()[0]
		found.append(
			Found(item, warehouse, batch, rules.quantity(row["qty"]), cstr(row.get("place")).strip())
		)
	return found


def list_of_rows(rows: list | str) -> list[dict]:
	"""As the desk (JSON) or a program sends them. Raises frappe.ValidationError for anything else."""
	rows = parsed(rows)
	if not isinstance(rows, list) or not rows or not all(isinstance(row, dict) for row in rows):
		refuse(_("Send a list of rows, each with its values (WH-27)."))
	return rows


def items_of_barcodes(codes: Iterable[str]) -> dict[str, str]:
	"""Code -> item: what a scanner reads, or the number of an item that has none. Two statements."""
	codes = sorted(set(codes))
	if not codes:
		return {}
	rows = frappe.get_all(
		"Item Barcode",
		filters={"barcode": ("in", codes), "parenttype": "Item"},
		fields=["barcode", "parent"],
		order_by="barcode",
	)
	by_number = frappe.get_all("Item", filters={"name": ("in", codes)}, pluck="name", order_by="name")
	return dict(zip(by_number, by_number, strict=True)) | {row.barcode: row.parent for row in rows}


def check_new(doc: StockCount, keys: set[freezing.Key]) -> None:
	"""What the books do not have there: a stock item, in a zone that is counted, with its batch where it has batches."""
	items = {
		row.name: row
		for row in frappe.get_all(
			"Item",
			filters={"name": ("in", sorted({key[0] for key in keys})), "is_stock_item": 1},
			fields=["name", "has_batch_no"],
			order_by="name",
		)
	}
	zones = set(doc.zones())
	batches = {
		(row.item, row.name)
		for row in frappe.get_all(
			"Batch",
			filters={"name": ("in", sorted({key[2] for key in keys}))},
			fields=["name", "item"],
			order_by="name",
		)
	}
	for item, warehouse, batch in sorted(keys):
		if item not in items:
			refuse(
				_("{0} is no item that is kept in stock (WH-27).").format(frappe.bold(escape_html(item[:60])))
			)
		if warehouse not in zones:
			refuse(
				_("{0} is not counted here (WH-27). Choose one of the zones of this count.").format(
					frappe.bold(escape_html(warehouse[:60]))
				)
			)
		if bool(items[item].has_batch_no) != ((item, batch) in batches) or (
			batch and not items[item].has_batch_no
		):
			refuse(_("Say which batch of {0} was counted (WH-27).").format(frappe.bold(escape_html(item))))


def valuation_rates(items: Iterable[str]) -> dict[str, Decimal]:
	"""What an item is worth elsewhere, for one that was found where the books have none: the dearest balance, else the last purchase."""
	items = sorted(items)
	rows = frappe.get_all(
		"Item",
		filters={"name": ("in", items)},
		fields=["name", "valuation_rate", "last_purchase_rate"],
		order_by="name",
	)
	found = {row.name: Decimal(str(row.last_purchase_rate or row.valuation_rate or 0)) for row in rows}
	for row in frappe.get_all(
		"Bin",
		filters={"item_code": ("in", items), "actual_qty": (">", 0)},
		fields=["item_code", "valuation_rate"],
		order_by="valuation_rate",
	):
		found[row.item_code] = Decimal(str(row.valuation_rate or 0))
	return found


# ---- counting again, the end of counting -------------------------------------------------------------------------


@frappe.whitelist(methods=["POST"])
def recount(name: str, lines: list | str | None = None) -> int:
	"""Begin lines anew with the books of now: those named, or all that moved. Returns how many."""
	doc = locked(name)
	stop(rules.refuse_counting(doc.status), context=doc.doctype)
	if lines is None:
		names = sorted(freezing.flag_moved(doc))
	else:
		names = names_of(lines)
		if not set(names) <= {line.name for line in doc.lines}:
			refuse(_("Choose lines of this count (WH-27)."))
	freezing.freeze_again(doc, names)
	freezing.refresh(doc)
	doc.notify_update()
	return len(names)


@frappe.whitelist(methods=["POST"])
def check_moved(name: str) -> int:
	"""Flag the lines whose goods moved since they were frozen; returns how many."""
	doc = locked(name)
	stop(rules.refuse_counting(doc.status), context=doc.doctype)
	found = freezing.flag_moved(doc)
	freezing.write_summary(doc)
	doc.notify_update()
	return len(found)


@frappe.whitelist(methods=["POST"])
@commands.carried_out_again
def finish(name: str) -> None:
	"""Counting or Recounting → Counted, when every line is counted and none moved meanwhile."""
	doc = locked(name)
	stop(rules.refuse_step(doc.status, rules.COUNTED), context=doc.doctype)
	moved = freezing.flag_moved(doc)
	freezing.refresh(doc)
	stop(
		rules.refuse_finish(
			[
				rules.LineState(line.item_name or line.item_code, bool(line.is_counted), line.name in moved)
				for line in doc.lines
			]
		)
	)
	sampling.draw_sample(doc)
	doc.take_step(rules.COUNTED)


@frappe.whitelist(methods=["POST"])
def send_back(name: str, reason: str) -> None:
	"""Counted → Recounting; or Accountant Checked → Recounting, by those who sign."""
	doc = locked(name)
	stop(rules.refuse_without_reason(reason))
	role = next((role for role in rules.SIGNING_ROLES if role in frappe.get_roles()), None)
	stop(rules.refuse_sending_back(doc.status, role), exc=frappe.PermissionError)
	doc.take_step(rules.RECOUNTING, reason, role=role)


@frappe.whitelist(methods=["POST"])
def cancel(name: str, reason: str) -> None:
	"""A count that nobody has checked yet → Cancelled."""
	doc = locked(name)
	stop(rules.refuse_without_reason(reason))
	doc.take_step(rules.CANCELLED, reason)
