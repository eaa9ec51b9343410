"""Posts stock for a document of the app."""

from datetime import datetime
from decimal import Decimal
from typing import NamedTuple

import frappe
from erpnext.stock.stock_ledger import NegativeStockError
from frappe import _
from frappe.model.document import Document
from frappe.query_builder.functions import Sum
from frappe.utils import flt

from property_service import settings
from property_service.guards import refuse
from property_service.rules import stock_movement


def issue(source: Document, item: str, quantity: float, warehouse: str, remark: str) -> str:
	"""Submit a Material Issue of `quantity` (stock unit) of `item` for `source` and return its name.

	In the caller's transaction, which has locked `source`: its state decides that it is posted once. Posted now, not
	on an earlier day: what lies between would be valued anew. Raises frappe.ValidationError when the warehouse has not
	got that much.
	"""
	row = settings.company_row(source.company)
	entry = frappe.get_doc(
		{
			"doctype": "Stock Entry",
			"stock_entry_type": issue_type(),
			"purpose": "Material Issue",
			"company": source.company,
			"from_warehouse": warehouse,
			"remarks": f"{remark}: {source.name}",
			"items": [
				{
					"item_code": item,
					"qty": quantity,
					"s_warehouse": warehouse,
					"cost_center": row and row.cost_center,
					"expense_account": row and row.get("water_expense_account"),
				}
			],
		}
	)
	entry.flags.ignore_permissions = (
		True  # the step that causes the posting was checked, not a right to book by hand
	)
	entry.flags.issued_for = source.name  # its own document asked for it, no issue request (WH-17)
	try:
		entry.insert()
		entry.submit()
	except NegativeStockError:
		frappe.clear_last_message()
		refuse(
			_(
				"{0} has less than {1} × {2} (DESK-06). Receive or transfer what was delivered, then record the delivery."
			).format(frappe.bold(warehouse), quantity, frappe.bold(item))
		)
	return entry.name


def issue_directly(receipt: Document, lines: list[dict], posted_at: datetime) -> str:
	"""Submit the issue of a direct receipt's goods, in the receipt's transaction; returns its name (WH-18)."""
	entry = new_entry("Material Issue", receipt.company, lines, receipt.issue_department)
	entry.update(
		{
			"set_posting_time": 1,
			"posting_date": posted_at.date(),
			"posting_time": posted_at.time(),
			"direct_receipt": receipt.name,
			"remarks": f"{_('Direct Issue')}: {receipt.name}",
		}
	)
	entry.flags.stores_kind = stock_movement.DIRECT_ISSUE
	entry.insert()
	entry.submit()
	return entry.name


def transfer(
	company: str, lines: list[dict], department: str | None, remark: str, reason: str | None = None
) -> str:
	"""Submit a Material Transfer of `lines` and return its name, in the caller's transaction.

	`reason`: why goods are found bad, where they are (WH-14). Which way goods may go is checked by the entry's own events all the same. Raises frappe.ValidationError.
	"""
	entry = new_entry("Material Transfer", company, lines, department)
	entry.update({"remarks": remark, "move_reason": reason})
	entry.insert()
	entry.submit()
	return entry.name


def issue_tools(request: Document, lines: list[dict]) -> Document:
	"""Submit the issue of new tools for old ones of a tool request, at the cost of its department, and return it (WH-23)."""
	entry = new_entry("Material Issue", request.company, lines, request.department)
	entry.remarks = f"{_(request.doctype)} {request.name}"
	entry.flags.issued_for = (
		request.name
	)  # the head signed the tool request, there is no issue request (WH-17)
	entry.flags.tool_request = request.name
	entry.insert()
	entry.submit()
	return entry


def take_tools_back(request: Document, issue: str, lines: list[dict]) -> str:
	"""Submit the return of tools that `issue` handed out, at its value, and return its name (WH-19, WH-23)."""
	entry = new_entry("Material Receipt", request.company, lines, request.department)
	entry.update(
		{
			"stock_entry_type": settings.get().return_entry_type,
			"return_of": issue,
			"remarks": f"{_(request.doctype)} {request.name}",
		}
	)
	entry.flags.tools_taken_back = True
	entry.insert()
	entry.submit()
	return entry.name


def receive_without_value(source: Document, lines: list[dict]) -> str:
	"""Submit a receipt of goods that are worth nothing in the books, and return its name."""
	account = frappe.get_cached_value("Company", source.company, "stock_adjustment_account")
	rows = [
		{"basic_rate": 0, "allow_zero_valuation_rate": 1, "set_basic_rate_manually": 1, **line}
		for line in lines
	]
	return post(source, "Material Receipt", None, rows, account).name


def new_entry(purpose: str, company: str, lines: list[dict], department: str | None) -> Document:
	"""A stock entry of the app for `department`, not inserted yet; `lines` are those of a Stock Entry Detail."""
	entry = frappe.get_doc(
		{
			"doctype": "Stock Entry",
			"stock_entry_type": entry_type(purpose),
			"purpose": purpose,
			"company": company,
			"department": department,
			"items": lines,
		}
	)
	entry.flags.department_given = bool(department)
	# the step that causes the posting was checked by its document, not a right to book by hand
	entry.flags.ignore_permissions = True
	return entry


def cancel_with(source: Document, name: str) -> None:
	"""Cancel an entry that was posted with `source`, before it."""
	entry = frappe.get_doc("Stock Entry", name)
	if entry.docstatus != 1:
		return
	entry.flags.with_source = True
	# the right to cancel the source was checked, which its entry goes with
	entry.flags.ignore_permissions = True
	entry.flags.ignore_links = True  # the source names its entry
	entry.cancel()


def post(
	source: Document,
	purpose: str,
	kind: str | None,
	rows: list[dict],
	account: str,
	remark: str | None = None,
) -> Document:
	"""Submit a Material Issue or Material Receipt of `rows` for `source` against `account`, and return it.

	`kind`: what it is for (`rules.stock_movement`), None for a receipt that its caller has looked at. In the caller's
	transaction, which has locked `source`: its state decides that it is posted once; posted now, as above. Raises
	frappe.ValidationError when a warehouse has not got that much.
	"""
	row = settings.company_row(source.company)
	cost_center = (row and row.cost_center) or frappe.get_cached_value(
		"Company", source.company, "cost_center"
	)
	entry = frappe.get_doc(
		{
			"doctype": "Stock Entry",
			"stock_entry_type": entry_type(purpose),
			"purpose": purpose,
			"company": source.company,
			"remarks": remark or f"{_(source.doctype)} {source.name}",
			"items": [{"expense_account": account, "cost_center": cost_center, **line} for line in rows],
		}
	)
	entry.flags.stores_kind = kind
	entry.flags.inward_checked = True
	# the finance manager's approval or decision of the source was checked, not a right to book by hand
	entry.flags.ignore_permissions = True
	try:
		entry.insert()
		entry.submit()
	except NegativeStockError as error:
		frappe.clear_last_message()
		why = (
			_("There is less in stock than is to be scrapped, so {0} cannot be posted (WH-26): {1}")
			if kind == stock_movement.SCRAP
			else _(
				"There is less in stock than is missing now, so {0} cannot be posted (WH-28). Count again: {1}"
			)
		)
		refuse(why.format(frappe.bold(source.name), frappe.utils.strip_html(str(error))))
	return entry


class Estimate(NamedTuple):
	"""What is left of lost or scrapped goods, what it is worth in the company's currency, and whose expense it reduces."""

	item: str
	quantity: Decimal
	warehouse: str
	amount: Decimal
	account: str | None = None
	cost_center: str | None = None


def receive_at_estimate(source: Document, lines: list[Estimate], account: str) -> str:
	"""Submit a receipt of `lines`, each against its own account or `account`, and return its name; see `post`.

	Raises frappe.ValidationError where an amount cannot be divided into so many pieces to the cent.
	"""
	rows = [
		{
			"item_code": line.item,
			"qty": float(line.quantity),
			"t_warehouse": line.warehouse,
			**valued(float(line.quantity), float(line.amount / line.quantity)),
			**({"expense_account": line.account} if line.account else {}),
			**({"cost_center": line.cost_center} if line.cost_center else {}),
		}
		for line in lines
	]
	entry = post(source, "Material Receipt", None, rows, account)
	values = posted_values([entry.name])
	for line, row in zip(lines, entry.items, strict=True):
		if flt(values.get(row.name), 2) != float(line.amount):
			refuse(
				_(
					"{0} cannot be divided into {1} pieces to the cent (WH-28). Choose another quantity or amount."
				).format(f"{line.amount:.2f}", f"{line.quantity.normalize():f}")
			)
	return entry.name


def valued(quantity: float, rate: float) -> dict:
	"""ERPNext takes a rate that is said to be given, and then leaves its amount to whoever gave it."""
	return {"basic_rate": rate, "set_basic_rate_manually": 1, "basic_amount": flt(quantity * rate, 2)}


def posted_values(entries: list[str]) -> dict[str, float]:
	"""Row of a stock entry -> what it added to the value of the stock."""
	ledger = frappe.qb.DocType("Stock Ledger Entry")
	return dict(
		frappe.qb.from_(ledger)
		.select(ledger.voucher_detail_no, Sum(ledger.stock_value_difference))
		.where(ledger.voucher_no.isin(entries) & (ledger.is_cancelled == 0))
		.groupby(ledger.voucher_detail_no)
		.run()
	)


def refuse_cancelling(entry: Document, method: str | None = None) -> None:
	"""Doc event of Stock Entry: what a water order, a count, a scrap request or a tool request posted stays with it."""
	source = frappe.db.get_value("Drinking Water Order", {"stock_entry": entry.name})
	if source and not entry.flags.with_source:
		refuse(
			_(
				"{0} was posted by {1} {2} and is not cancelled by itself (DESK-06). Cancel the delivery there."
			).format(frappe.bold(entry.name), _("Drinking Water Order"), frappe.bold(source))
		)
	count = frappe.db.get_value(
		"Stock Count Line", {"stock_entry": entry.name}, "parent"
	) or frappe.db.get_value("Stock Count Decision", {"stock_entry": entry.name}, "parent")
	if count:
		refuse(
			_(
				"{0} was posted by {1} {2} and is not cancelled by itself (WH-28). Correct it by a new document there."
			).format(frappe.bold(entry.name), _("Stock Count"), frappe.bold(count))
		)
	scrapped = frappe.db.get_value("Scrap Request", {"stock_entry": entry.name}) or frappe.db.get_value(
		"Scrap Request", {"residual_entry": entry.name}
	)
	if scrapped and not entry.flags.with_source:
		refuse(
			_(
				"{0} was posted by {1} {2} and is not cancelled by itself (WH-26). The finance manager takes the request back."
			).format(frappe.bold(entry.name), _("Scrap Request"), frappe.bold(scrapped))
		)
	request = frappe.db.get_value(
		"Tool Request Item", {"issue_entry": entry.name}, "parent"
	) or frappe.db.get_value("Tool Request Item", {"receipt_entry": entry.name}, "parent")
	lost = frappe.db.get_value("Tool Custody", {"loss_entry": entry.name})
	if lost:
		refuse(
			_(
				"{0} was posted by {1} {2} and is not cancelled by itself (WH-24). What is found again is taken in by a count."
			).format(frappe.bold(entry.name), _("Tool Custody"), frappe.bold(lost))
		)
	if request:
		refuse(
			_(
				"{0} was posted by {1} {2} and is not cancelled by itself (WH-23). Take back or hand out by a new tool request."
			).format(frappe.bold(entry.name), _("Tool Request"), frappe.bold(request))
		)


def issue_type() -> str:
	return entry_type("Material Issue")


def entry_type(purpose: str) -> str:
	"""The site's stock entry type of a purpose: its name is in the language of the site's set-up. Returns have their own."""
	names = frappe.get_all(
		"Stock Entry Type", filters={"purpose": purpose}, pluck="name", order_by="creation"
	)
	of_returns = settings.get().return_entry_type
	return next(name for name in names if name != of_returns)


def cancel(name: str | None) -> None:
	"""Cancel a posting of `issue`, in the caller's transaction."""
	if not name:
		return
	entry = frappe.get_doc("Stock Entry", name)
	entry.flags.with_source = True
	entry.flags.ignore_permissions = True  # see issue
	entry.flags.ignore_links = True  # the order names its entry, and goes with it
	entry.cancel()
