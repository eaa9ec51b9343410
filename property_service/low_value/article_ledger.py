"""The ledger of the articles (明细账): every change of cost or amortised amount, applied by whole-table statements.

The amounts of an article are the sums of its entries that are not cancelled; `invariants/low_value.py` says so.
"""

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

import frappe
from frappe.model.document import Document
from frappe.utils import now

from property_service.rules import amortisation as rules
from property_service.rules import money

ARTICLE, ENTRY = "Low Value Article", "Low Value Ledger Entry"
ISSUE, AMORTISATION, REVALUATION, RETURN, LIFE_END, OPENING = KINDS = (
	"Issue",
	"Amortisation",
	"Revaluation",
	"Return",
	"Life End",
	"Opening",
)
STAMPS = ("creation", "modified", "owner", "modified_by")


@dataclass(frozen=True)
class Article:
	"""An article as it stands on its locked row; amounts in cents of the company's currency."""

	name: str
	company: str
	item: str
	status: str
	department: str | None
	issue: str | None
	issue_row: str | None
	piece: int
	plan: rules.Plan
	in_use_since: date
	issue_value: Decimal
	first_share: Decimal
	cost: Decimal
	amortised: Decimal
	returned_value: Decimal
	expense_account: str | None
	cost_center: str | None
	moves: int

	@property
	def net(self) -> Decimal:
		return self.cost - self.amortised

	@property
	def carried(self) -> bool:
		"""Whether it stands on the account in use; what was expense at once does not."""
		return self.plan.method != rules.ONE_OFF

	def ending(self) -> rules.Ending:
		return rules.Ending(self.cost, self.amortised, self.expense_account, self.cost_center, self.carried)

	def share(self, amount: Decimal) -> rules.Share:
		return rules.Share(amount, self.expense_account, self.cost_center)


@dataclass(frozen=True)
class Entry:
	"""What a posting changes of one article."""

	article: Article
	cost_change: Decimal
	amortised_change: Decimal


COLUMNS = (
	*("name", "company", "item", "status", "department", "issue", "issue_row", "piece"),
	*("amortisation_method", "instalments", "in_use_since", "issue_value", "first_share", "cost"),
	*("amortised_amount", "returned_value", "expense_account", "cost_center", "moves"),
)

APPLY = """UPDATE `tabLow Value Article` article JOIN `tabLow Value Ledger Entry` entry ON entry.article = article.name
	SET article.cost = article.cost + entry.cost_change * %(sign)s,
	article.amortised_amount = article.amortised_amount + entry.amortised_change * %(sign)s,
	article.net_value = article.net_value + (entry.cost_change - entry.amortised_change) * %(sign)s,
	article.modified = %(now)s
	WHERE entry.posting_key = %(key)s AND entry.is_cancelled = 0"""

# What differs from entry to entry comes as one JSON value: as many parameters take longer to write down than to store.
INSERT = """INSERT INTO `tabLow Value Ledger Entry` (name, creation, modified, owner, modified_by, article, company, kind,
	posting_date, cost_change, amortised_change, cost_center, expense_account, source_doctype, source_name, journal_entry,
	posting_key)
	SELECT entry.name, %(creation)s, %(modified)s, %(owner)s, %(modified_by)s, entry.article, entry.company, %(kind)s,
	%(posting_date)s, entry.cost_change, entry.amortised_change, entry.cost_center, entry.expense_account,
	%(source_doctype)s, %(source_name)s, %(journal_entry)s, %(posting_key)s
	FROM JSON_TABLE(%(rows)s, '$[*]' COLUMNS (
		name varchar(140) PATH '$[0]', article varchar(140) PATH '$[1]', company varchar(140) PATH '$[2]',
		cost_change decimal(21, 9) PATH '$[3]' ERROR ON ERROR,
		amortised_change decimal(21, 9) PATH '$[4]' ERROR ON ERROR,
		cost_center varchar(140) PATH '$[5]', expense_account varchar(140) PATH '$[6]'
	)) entry"""


def stamped() -> tuple:
	"""Values of STAMPS."""
	moment, user = now(), frappe.session.user
	return moment, moment, user, user


def locked(condition, *, lock: bool = True) -> list[Article]:
	"""Articles that meet `condition` (table -> criterion), locked in the order of their names; one statement."""
	table = frappe.qb.DocType(ARTICLE)
	query = (
		frappe.qb.from_(table)
		.select(*(table[column] for column in COLUMNS))
		.where(condition(table))
		.orderby(table.name)
	)
	rows = (query.for_update() if lock else query).run(as_dict=True)
	return [article_of(row) for row in rows]


def article_of(row: frappe._dict) -> Article:
	def amount(fieldname: str) -> Decimal:
		return money.signed_cents(row[fieldname])

	return Article(
		name=row.name,
		company=row.company,
		item=row.item,
		status=row.status,
		department=row.department,
		issue=row.issue,
		issue_row=row.issue_row,
		piece=row.piece,
		plan=rules.Plan(row.amortisation_method or rules.ONE_OFF, row.instalments or 0),
		in_use_since=row.in_use_since,
		issue_value=amount("issue_value"),
		first_share=amount("first_share"),
		cost=amount("cost"),
		amortised=amount("amortised_amount"),
		returned_value=amount("returned_value"),
		expense_account=row.expense_account,
		cost_center=row.cost_center,
		moves=row.moves or 0,
	)


def write(
	key: str,
	kind: str,
	source: Document | frappe._dict,
	posting_date: date,
	entries: Iterable[Entry],
	journal_entry: str | None = None,
) -> None:
	"""Insert the entries of one posting; `key` is the posting's own for ever, and an article stands in it once.

	Raises frappe.db.InternalError's duplicate key where that posting was written before.
	"""
	rows = [
		(
			*(frappe.generate_hash(length=10), entry.article.name, entry.article.company),
			*(str(entry.cost_change), str(entry.amortised_change)),
			*(entry.article.cost_center, entry.article.expense_account),
		)
		for entry in entries
	]
	if rows:
		frappe.db.sql(
			INSERT,
			{
				"rows": json.dumps(rows),
				**dict(zip(STAMPS, stamped(), strict=True)),
				"kind": kind,
				"posting_date": posting_date,
				"source_doctype": source.doctype,
				"source_name": source.name,
				"journal_entry": journal_entry,
				"posting_key": key,
			},
		)


def apply(key: str, sign: int = 1) -> None:
	"""Add the entries of a posting to their articles, or take them off again (`sign` -1); one statement."""
	frappe.db.sql(APPLY, {"key": key, "sign": sign, "now": now()})


def post(
	key: str,
	kind: str,
	source: Document | frappe._dict,
	posting_date: date,
	entries: Sequence[Entry],
	journal_entry: str | None = None,
) -> None:
	write(key, kind, source, posting_date, entries, journal_entry)
	apply(key)


def undo(key: str) -> None:
	"""The posting never was: its amounts go off the articles, its entries are marked."""
	apply(key, -1)
	frappe.db.set_value(ENTRY, {"posting_key": key}, "is_cancelled", 1)


def keys_of(source: Document | frappe._dict, kind: str | None = None) -> list[str]:
	"""The postings of a document that stand."""
	filters = {"source_doctype": source.doctype, "source_name": source.name, "is_cancelled": 0}
	if kind:
		filters["kind"] = kind
	return frappe.get_all(ENTRY, filters=filters, pluck="posting_key", distinct=True, order_by="posting_key")


def set_values(names: Sequence[str], values: dict) -> None:
	"""Write the same server-owned values to several articles; one statement."""
	if not names:
		return
	table = frappe.qb.DocType(ARTICLE)
	query = frappe.qb.update(table).set(table.modified, now()).set(table.modified_by, frappe.session.user)
	for fieldname, value in values.items():
		query = query.set(table[fieldname], value)
	query.where(table.name.isin(sorted(names))).run()
