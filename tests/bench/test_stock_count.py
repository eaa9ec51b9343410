"""A count of many lines: begun, opened, saved, counted, finished, checked, approved and posted (WH-27, WH-28)."""

import time

import frappe
import pytest
from frappe.utils import nowdate

from property_service.property_service.doctype.stock_count import checking, counting, posting
from tests.bench import ledger
from tests.bench.results import at_most, exactly
from tests.bench.without_app import WITHOUT, state
from tests.site.sql import StatementCounter

SIZES = (200, 500, 2_000)
# 500 lines are what is compared; statements that grow with the lines would show beside the other sizes
COMPARED = 500
# of which at least one differs, so that each step finds its work
FEW = 20
STEPS = {}


def different(line: int) -> bool:
	"""One in twenty."""
	return line % 20 == 7


def counted(line: int, book: int) -> int:
	"""Of those that differ, every other one is found short."""
	return book + (1 if line % 40 == 7 else -1) if different(line) else book


def through(stores, as_user, lines: int) -> tuple[ledger.Ledger, str, dict[str, tuple[float, int]]]:
	"""(the store, the count's name, seconds and statements by step) of a count from its beginning to its posting."""
	book = ledger.build(stores, lines)
	found = {}

	def timed(title, function):
		with StatementCounter(frappe.db) as count:
			started = time.perf_counter()
			result = function()
			found[title] = (time.perf_counter() - started, len(count))
		return result

	with as_user("storekeeper"):
		begun = frappe.get_doc(
			{"doctype": "Stock Count", "company": stores.company, "store": book.store, "kind": "Monthly"}
		)
		name = timed("begun", begun.insert).name
		doc = timed("opened", lambda: frappe.get_doc("Stock Count", name))
		doc.lines[0].reason = "自然损耗"
		timed("saved", doc.save)
		rows = [
			{"item_code": line.item_code, "qty": counted(number, book.balance)}
			for number, line in enumerate(doc.lines)
		]
		timed("counted", lambda: counting.record(name, rows))
		timed("finished", lambda: counting.finish(name))
	doc = frappe.get_doc("Stock Count", name)
	assert (doc.status, doc.counted_lines) == ("Counted", lines)
	with as_user("stores_accountant"):
		sample = [{"line": line.name, "qty": line.counted_qty} for line in doc.lines if line.in_sample]
		timed("checked", lambda: (checking.record_check(name, sample), checking.check(name)))
	with as_user("finance_manager"):
		timed("posted", lambda: posting.approve(name))
	return book, name, found


@pytest.mark.parametrize("lines", SIZES)
def test_stock_count(stores, as_user, record, lines):
	through(stores, as_user, FEW)  # each test begins with empty caches: what fills them is nobody's work
	book, name, found = through(stores, as_user, lines)
	doc = frappe.get_doc("Stock Count", name)
	differing = [line for line in doc.lines if line.difference_qty]
	assert len(differing) == sum(different(number) for number in range(lines))
	assert all(line.stock_entry for line in differing)

	seconds, statements = (sum(step[part] for step in found.values()) for part in (0, 1))
	figures = {"seconds": seconds, "statements": statements}
	for title in ("saved", "posted"):
		figures |= {f"{title}, s": found[title][0], f"{title}, statements": found[title][1]}
	goals = []
	if lines == COMPARED:
		theirs, their_statements = reconciliation(book, all_differ=True)
		same, same_statements = reconciliation(book, all_differ=False)
		figures |= {
			"Stock Reconciliation of all lines, s": theirs,
			"its statements": their_statements,
			"of those that differ, s": same,
			"its statements then": same_statements,
		}
		goals.append(at_most(1 / 8, seconds / theirs, "× the time of a Stock Reconciliation of 500"))
	STEPS[lines] = {title: step[1] for title, step in found.items() if title != "posted"}
	if len(STEPS) > 1:
		smallest = STEPS[min(STEPS)]
		more = sum(STEPS[lines].values()) - sum(smallest.values())
		goals.append(exactly(0, more, f"statements more than with {min(STEPS)} lines until it is posted"))
	record("stock_count", size=lines, figures=figures, goals=goals)


def reconciliation(book: ledger.Ledger, all_differ: bool) -> tuple[float, int]:
	"""(seconds, statements) of ERPNext's document for the same store, without the app, which refuses it.

	What the count has posted stays, so the differences are taken from what is there now.
	"""
	bins = frappe.get_all(
		"Bin", {"warehouse": book.warehouse}, ["item_code", "actual_qty"], order_by="item_code asc"
	)
	with state(WITHOUT):
		doc = frappe.get_doc(
			{
				"doctype": "Stock Reconciliation",
				"purpose": "Stock Reconciliation",
				"company": book.company,
				"posting_date": nowdate(),
				"items": [
					{
						"item_code": bin.item_code,
						"warehouse": book.warehouse,
						"qty": bin.actual_qty
						+ (1 if all_differ else counted(number, book.balance) - book.balance),
						"valuation_rate": ledger.RATE,
					}
					for number, bin in enumerate(bins)
				],
			}
		)
		with StatementCounter(frappe.db) as count:
			started = time.perf_counter()
			doc.insert()
			doc._submit()  # submit() would put off more than a hundred rows
			seconds = time.perf_counter() - started
		posted = frappe.db.count("Stock Ledger Entry", {"voucher_no": doc.name})
		wanted = len(bins) if all_differ else sum(different(number) for number in range(len(bins)))
		assert posted >= wanted
	return seconds, len(count)
