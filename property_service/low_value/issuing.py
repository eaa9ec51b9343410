"""An issue of low-value consumables makes one article per piece, and posts what is expense at once (LV-02, LV-04).

The stock entry's own rows decide, as they stand at its submission: their method says which account the issue debits. Large
issues make their articles in the background; until then the report of the ledger lists them as pending.
"""

from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from typing import NamedTuple

import frappe
from erpnext import is_perpetual_inventory_enabled
from frappe import _
from frappe.model.document import Document
from frappe.utils import cint, flt, getdate

from property_service import jobs, series, settings
from property_service.guards import procedure_is_on
from property_service.ledger import low_value as ledger
from property_service.low_value import article_ledger, articles, scope
from property_service.low_value.article_ledger import ARTICLE, STAMPS
from property_service.refusals import stop
from property_service.rules import amortisation as rules
from property_service.rules import money, stock_movement
from property_service.rules.refusal import Refusal
from property_service.rules.stock_limit import exact
from property_service.stock import item_facts

ENTRY, ROW = "Stock Entry", "Stock Entry Detail"
PENDING, MADE = "Pending", "Made"
ISSUES = (stock_movement.ISSUE, stock_movement.DIRECT_ISSUE)
JOB = "property_service.low_value.issuing.make_pending"


def is_issue(doc: Document) -> bool:
	"""Whether an entry hands goods to a department: with the stores procedure on, its kind says so."""
	if doc.purpose != "Material Issue" or doc.flags.issued_for:
		return False
	return doc.get("stores_kind") in ISSUES or not procedure_is_on("stores", doc.company)


# ---- before the issue --------------------------------------------------------------------------------------------


def prepare(doc: Document) -> None:
	"""Before validation: rows that make articles get their method, and the account that it debits. Nobody enters either."""
	low_value = scope.items(item_facts.low_value(doc)) if is_issue(doc) else {}
	in_use = scope.accounts(doc.company).in_use if low_value else None
	for row in doc.items:
		item = low_value.get(row.item_code)
		row.amortisation_method = item.plan.method if item else None
		row.instalments = item.plan.instalments if item else 0
		if not item:
			continue
		if item.plan.method != rules.ONE_OFF:
			row.expense_account = in_use
		elif not row.expense_account or row.expense_account == in_use:
			row.expense_account = scope.expense_account(doc.company)


def check(doc: Document) -> None:
	"""At submission. Raises frappe.ValidationError."""
	own = settings.company_row(doc.company)
	ours = {own.get(scope.IN_USE_ACCOUNT), own.get(scope.AMORTISATION_ACCOUNT)} - {None, ""}
	for row in doc.items:
		if not row.amortisation_method:
			if row.expense_account in ours and not row.get("issue_row"):
				stop(Refusal(rules.NO_ARTICLE, (row.idx, row.item_code, row.expense_account)))
			continue
		stop(rules.refuse_part_of_piece(row.idx, row.item_code, exact(row.transfer_qty)))
		stop(rules.refuse_plan(row.amortisation_method, cint(row.instalments), row.item_code))
		if row.amortisation_method != rules.ONE_OFF and not is_perpetual_inventory_enabled(doc.company):
			stop(Refusal(rules.NO_PERPETUAL_INVENTORY, (row.idx, row.item_code, doc.company)))


# ---- the issue ---------------------------------------------------------------------------------------------------


def record(doc: Document) -> None:
	"""On submission: the articles, in the entry's transaction or, when there are many, after it."""
	rows = [row for row in doc.items if row.amortisation_method]
	if not rows:
		return
	count = sum(cint(row.transfer_qty) for row in rows)
	if count <= cint(settings.get().low_value_pieces_at_once):
		make(doc)
		return
	doc.db_set("articles_state", PENDING, update_modified=False)
	enqueue(doc.name)


def enqueue(entry: str) -> None:
	jobs.order(
		JOB,
		entry=entry,
		queue="long",
		job_id=f"low-value-articles-{entry}",
		deduplicate=True,
	)


def make_pending(entry: str) -> int:
	"""Background job: the articles of a large issue. Returns how many it made; nothing when somebody else was first."""
	doc = frappe.get_doc(ENTRY, entry, for_update=True)
	if doc.docstatus != 1 or doc.articles_state != PENDING:
		return 0
	with jobs.acting_as(doc.modified_by):  # who handed the goods out
		return make(doc)


def make_left_behind() -> list[str]:
	"""Every ten minutes: what a crash left pending is taken up again."""
	waiting = frappe.get_all(
		ENTRY, filters={"docstatus": 1, "articles_state": PENDING}, pluck="name", order_by="name"
	)
	for name in waiting:
		enqueue(name)
	return waiting


class Context(NamedTuple):
	"""What the articles of one entry share, read once."""

	items: dict[str, scope.LowValueItem]
	holders: dict[str, str | None]
	keeper: str | None
	values: dict[str, Decimal]


def make(doc: Document) -> int:
	"""All articles of an entry and what its issue makes expense, in the caller's transaction; a fixed number of statements."""
	rows = [row for row in doc.items if row.amortisation_method]
	context = Context(
		items=scope.items(row.item_code for row in rows),
		holders=users_of(doc, rows),
		keeper=articles.keeper_of(doc.get("department")),
		values=values_of(doc.name),
	)
	expense = scope.expense_account(doc.company)
	pieces = [piece for row in rows for piece in pieces_of(doc, row, context, expense)]
	numbers = series.reserve(naming_pattern(), len(pieces))
	stamps = article_ledger.stamped()
	fields = list(pieces[0])
	frappe.db.bulk_insert(
		ARTICLE,
		["name", *STAMPS, *fields],
		[
			(number, *stamps, *(piece[field] for field in fields))
			for number, piece in zip(numbers, pieces, strict=True)
		],
	)
	post_issue(doc, numbers, pieces)
	doc.db_set("articles_state", MADE, update_modified=False)
	frappe.publish_realtime(
		"low_value_articles_made",
		{"issue": doc.name, "count": len(pieces)},
		doctype=ENTRY,
		docname=doc.name,
		after_commit=True,
	)
	return len(pieces)


def naming_pattern() -> str:
	return frappe.get_meta(ARTICLE).get_field("naming_series").options.splitlines()[0]


def pieces_of(doc: Document, row: Document, context: Context, expense: str) -> list[dict]:
	item = context.items.get(row.item_code)
	count, value = cint(row.transfer_qty), context.values.get(row.name, Decimal("0.00"))
	method = row.amortisation_method
	user = context.holders.get(row.name)
	shares = rules.first_shares(method, value, count)
	return [
		{
			"naming_series": naming_pattern(),
			"item": row.item_code,
			"item_name": row.item_name,
			"low_value_class": item and item.low_value_class,
			"specification": item and item.specification,
			"status": rules.IN_USE,
			"in_use_since": getdate(doc.posting_date),
			"company": doc.company,
			"department": doc.get("department"),
			"keeper": context.keeper,
			"keeper_name": articles.name_of(context.keeper),
			"user_employee": user,
			"user_name": articles.name_of(user),
			"cost": cost,
			"issue_value": cost,
			"amortised_amount": share,
			"first_share": share,
			"net_value": cost - share,
			"amortisation_method": method,
			"instalments": cint(row.instalments),
			"cost_center": row.cost_center,
			"expense_account": row.expense_account if method == rules.ONE_OFF else expense,
			"issue": doc.name,
			"issue_row": row.name,
			"piece": position,
		}
		for position, (cost, share) in enumerate(
			zip(rules.pieces(value, count), shares, strict=True), start=1
		)
	]


def values_of(entry: str) -> dict[str, Decimal]:
	"""Row -> what the stock ledger says went out, rounded as ERPNext rounds it for the general ledger; a locking read."""
	table = frappe.qb.DocType("Stock Ledger Entry")
	rows = (
		frappe.qb.from_(table)
		.select(table.voucher_detail_no, table.stock_value_difference)
		.where((table.voucher_type == ENTRY) & (table.voucher_no == entry) & (table.is_cancelled == 0))
		.for_update()
		.run()
	)
	values: dict[str, Decimal] = {}
	for row, difference in rows:
		values[row] = values.get(row, Decimal("0.00")) - in_cents(difference)
	return values


def in_cents(value: float | None) -> Decimal:
	"""As ERPNext rounds it on its way into the general ledger."""
	return Decimal(str(flt(value, 2))).quantize(money.CENT)


def users_of(doc: Document, rows: Sequence[Document]) -> dict[str, str | None]:
	"""Row -> the employee who uses the thing: who the direct receipt names, else who asked for the row."""
	if doc.get("direct_receipt"):
		user = frappe.db.get_value("Purchase Receipt", doc.direct_receipt, "issue_user")
		return {row.name: user for row in rows}
	requests = {row.material_request for row in rows if row.material_request}
	if not requests:
		return {}
	request, employee = frappe.qb.DocType("Material Request"), frappe.qb.DocType("Employee")
	found = dict(
		frappe.qb.from_(request)
		.join(employee)
		.on((employee.user_id == request.requested_by) & (employee.status == "Active"))
		.select(request.name, employee.name)
		.where(request.name.isin(sorted(requests)))
		.run()
	)
	return {row.name: found.get(row.material_request) for row in rows}


# ---- the ledger --------------------------------------------------------------------------------------------------


def post_issue(doc: Document, numbers: Sequence[str], pieces: Sequence[dict]) -> None:
	"""The first half of what is amortised fifty-fifty is expense on the day of the issue; the rest needs no entry."""
	day: date = getdate(doc.posting_date)
	shares = [
		rules.Share(piece["first_share"], piece["expense_account"], piece["cost_center"])
		for piece in pieces
		if piece["amortisation_method"] == rules.FIFTY_FIFTY
	]
	lines = rules.amortisation_lines(shares, scope.accounts(doc.company)) if shares else []
	key = key_of(doc)
	entry = (
		ledger.post(key, doc, day, lines, _("First half of the cost: {0}").format(doc.name))
		if lines
		else None
	)
	made = article_ledger.locked(lambda table: table.issue == doc.name)
	article_ledger.write(
		key,
		article_ledger.ISSUE,
		doc,
		day,
		[article_ledger.Entry(article, article.cost, article.amortised) for article in made],
		entry,
	)


def key_of(doc: Document) -> str:
	return f"Low Value Issue/{doc.name}"


# ---- the issue is cancelled --------------------------------------------------------------------------------------


def take_back(doc: Document) -> None:
	"""Before an issue is cancelled: its articles were never there. Refused once one of them moved on (LV-02)."""
	if not doc.get("articles_state"):
		return
	found = article_ledger.locked(lambda table: table.issue == doc.name)
	later = later_postings(doc)
	for article in found:
		if what := moved_on(article, later):
			stop(Refusal(rules.MOVED_ON, (doc.name, article.name, what)), context=ARTICLE)
	ledger.cancel(key_of(doc))
	for key in article_ledger.keys_of(doc, article_ledger.REVALUATION):
		article_ledger.undo(key)
	article_ledger.undo(key_of(doc))
	article_ledger.set_values(
		[article.name for article in found],
		{"status": rules.CANCELLED, "issue_value": 0, "first_share": 0, "ended_on": getdate()},
	)
	doc.db_set("articles_state", None, update_modified=False)


def later_postings(doc: Document) -> dict[str, str]:
	"""Article -> document that posted something for it after the issue; a locking read."""
	article, entry = frappe.qb.DocType(ARTICLE), frappe.qb.DocType(article_ledger.ENTRY)
	return dict(
		frappe.qb.from_(entry)
		.join(article)
		.on(article.name == entry.article)
		.select(entry.article, entry.source_name)
		.where((article.issue == doc.name) & (entry.is_cancelled == 0) & (entry.source_name != doc.name))
		.orderby(entry.article)
		.orderby(entry.creation)
		.for_update()
		.run()
	)


def moved_on(article: article_ledger.Article, later: dict[str, str]) -> str | None:
	"""What happened to an article since its issue, as a word or the name of a document; None for nothing."""
	if article.name in later:
		return later[article.name]
	if article.status != rules.IN_USE:
		return article.status
	return _("handed over") if article.moves else None
