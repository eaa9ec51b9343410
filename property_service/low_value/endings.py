"""The end of articles: scrapped or lost, with what is posted for it (LV-04, LV-11, LV-14; procedure 4.7.3)."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

import frappe
from frappe import _
from frappe.model.document import Document

from property_service.ledger import journal
from property_service.ledger import low_value as ledger
from property_service.low_value import article_ledger, articles, scope
from property_service.low_value.article_ledger import Article, Entry
from property_service.rules import amortisation as rules


@dataclass(frozen=True)
class LifeEnd:
	"""What was posted: the journal entry (None where nothing was left in the books), and the rest of every article that
	became expense, or went to the account that the caller named."""

	journal_entry: str | None
	expensed: Mapping[str, Decimal]

	@property
	def total(self) -> Decimal:
		return sum(self.expensed.values(), Decimal("0.00"))


def life_end(
	source: Document,
	names: Iterable[str],
	status: str,
	posting_date: date,
	*,
	charge_to: str | None = None,
	further_rows: Sequence[journal.Row] = (),
	remark: str | None = None,
) -> LifeEnd:
	"""End articles as Scrapped or Lost for the document `source`, and post it in one journal entry.

	Debit expense (or `charge_to`, such as the pending account of a loss), credit amortisation with what is left; then
	amortisation against in use for the full cost. `further_rows` join that entry and balance by themselves: compensation
	(debit the employee's receivable, credit expense) or residual sold. Residual taken into stock is a stock entry of the
	caller's. What was expense at once leaves nothing to post. Afterwards cost = amortised, net value nothing.

	In the caller's transaction, which has locked and checked `source` with its approvals. Raises frappe.ValidationError
	for an article that is gone, a source that posted before, closed books, missing accounts.
	"""
	if status not in (rules.LOST, rules.SCRAPPED):
		raise ValueError(f"{status} is no end that is posted here")
	found = articles.lock(names, source.company)
	key = key_of(source)
	accounts = scope.accounts(source.company)
	lines = rules.ending_lines([article.ending() for article in found], accounts, charge_to)
	rows = [journal.Row(line.account, line.amount, cost_center=line.cost_center) for line in lines]
	entry = journal.post(
		key, source, posting_date, [*rows, *further_rows], remark or f"{_(source.doctype)} {source.name}"
	)
	article_ledger.post(
		key,
		article_ledger.LIFE_END,
		source,
		posting_date,
		[Entry(article, Decimal("0.00"), article.net) for article in found],
		entry,
	)
	article_ledger.set_values(
		[article.name for article in found],
		{
			"status": status,
			"ended_on": posting_date,
			"ended_by_doctype": source.doctype,
			"ended_by": source.name,
		},
	)
	return LifeEnd(entry, {article.name: article.net for article in found if article.carried})


def take_back(source: Document) -> list[Article]:
	"""`source` is cancelled: its journal entry is, and its articles are in use again with the amounts they had.

	Does nothing where the source posted nothing. An article that was idle or under repair before is in use; `source` says
	so by `articles.settle` if it was not. Raises frappe.ValidationError when the books of that day are closed.
	"""
	found = article_ledger.locked(
		lambda table: (table.ended_by_doctype == source.doctype) & (table.ended_by == source.name)
	)
	if not found:
		return []
	ledger.cancel(key_of(source))
	article_ledger.undo(key_of(source))
	article_ledger.set_values(
		[article.name for article in found],
		{"status": rules.IN_USE, "ended_on": None, "ended_by_doctype": None, "ended_by": None},
	)
	return found


def key_of(source: Document) -> str:
	return f"Life End/{source.doctype}/{source.name}"


def residual_row(
	source_company: str, residual: Decimal, article: Article, received_in: str
) -> list[journal.Row]:
	"""Residual that was sold: debit `received_in`, credit the article's expense (procedure 4.7.3)."""
	return [
		journal.Row(received_in, residual, cost_center=article.cost_center),
		journal.Row(
			article.expense_account or scope.expense_account(source_company),
			-residual,
			cost_center=article.cost_center,
		),
	]


def facts(names: Iterable[str]) -> dict[str, frappe._dict]:
	"""What a request shows of articles before anything is posted: cost, amortised, net value, since when, who has them."""
	rows = frappe.get_all(
		articles.ARTICLE,
		filters={"name": ("in", sorted(set(names)) or [""])},
		fields=[
			*("name", "item", "item_name", "company", "status", "department", "keeper", "user_employee"),
			*("cost", "amortised_amount", "net_value", "in_use_since", "issue_value", "cost_center"),
			"expense_account",
		],
		order_by="name",
	)
	return {row.name: row for row in rows}
