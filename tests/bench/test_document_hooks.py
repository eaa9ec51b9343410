"""What the app adds to ERPNext's own documents: request, order, receipt and issue of 1, 10 and 30 rows, inserted and submitted.

Three states of one site (tests/bench/without_app.py). With the procedures on, the steps that only they have (signatures,
inspections) are taken between the two measured ones and are not measured.
"""

import time
from collections import Counter, defaultdict

import frappe
import pytest
from erpnext.stock.doctype.material_request.material_request import make_stock_entry

from property_service.stock import stock_months
from property_service.stock import stores as places
from tests import stores as make
from tests.bench.results import at_most
from tests.bench.without_app import OFF, ON, WITHOUT, Origins, state
from tests.site import purchasing

REQUEST, ORDER, RECEIPT, ISSUE = KINDS = (
	"Material Request",
	"Purchase Order",
	"Purchase Receipt",
	"Stock Entry",
)
ROWS = (1, 10, 30)
ROUNDS, EACH = 2, 1


class Chain:
	"""One request, ordered, received and issued again; `found` has (seconds, statements by origin) of each step."""

	def __init__(self, stores, as_user, items, store, on: bool):
		self.stores, self.as_user, self.items, self.store, self.on = stores, as_user, items, store, on
		self.found = {}

	def measure(self, kind: str, step: str, function):
		with Origins(frappe.db) as count:
			started = time.perf_counter()
			function()
			seconds = time.perf_counter() - started
		self.found[(kind, step)] = (seconds, count.found)

	def both(self, kind: str, doc, between=None):
		self.measure(kind, "insert", doc.insert)
		doc = (between(doc) if between else None) or frappe.get_doc(doc.doctype, doc.name)
		self.measure(kind, "submit", lambda: self.submit(doc))
		return doc

	def submit(self, doc):
		"""With what waits for the commit, which these measurements never reach."""
		doc.submit()
		stock_months.write_marks()

	def run(self):
		warehouse = places.zone_warehouse(self.store, "Qualified")
		lines = [{"item_code": item, "warehouse": warehouse} for item in self.items]
		with self.as_user("storekeeper"):
			request = frappe.get_doc(purchasing.request_values(self.stores, *lines, store=self.store))
			self.measure(REQUEST, "insert", request.insert)
		if self.on:
			purchasing.act(self.as_user, "storekeeper", request, "Send to Finance")
			purchasing.act(self.as_user, "finance_manager", request, "Pass to General Manager")
		with self.as_user("general_manager" if self.on else "Administrator"):
			request.reload()
			if self.on:
				request.approval_state = "Approved"
			self.measure(REQUEST, "submit", lambda: self.submit(request))
		with self.as_user("buyer"):
			order = self.both(ORDER, purchasing.order_of(request, self.stores))
		with self.as_user("storekeeper"):
			self.both(RECEIPT, purchasing.receipt_of(order), purchasing.inspected if self.on else None)
		wanted = self.issue_request(lines)
		with self.as_user("storekeeper"):
			self.both(ISSUE, make_stock_entry(wanted.name))
		return self.found

	def issue_request(self, lines):
		values = purchasing.request_values(self.stores, *lines, store=self.store)
		values.update({"material_request_type": "Material Issue", "plan_type": None})
		with self.as_user("technician"):
			request = frappe.get_doc(values).insert()
		if not self.on:
			with self.as_user("Administrator"):
				request.reload().submit()
			return request
		purchasing.act(self.as_user, "technician", request, "Send for Signature")
		return purchasing.act(self.as_user, "department_head", request, "Approve")


@pytest.mark.parametrize("rows", ROWS)
def test_document_hooks(stores, low_value, as_user, record, rows):
	items = [make.item().name for _ in range(rows)]
	own = [make.store(stores.company) for _ in range(EACH + 1)]
	best = defaultdict(lambda: float("inf"))
	origins = {}
	for _ in range(ROUNDS):
		for name in (WITHOUT, ON, OFF):
			with state(name):
				# the first run fills the caches, as a worker's first request does
				runs = [Chain(stores, as_user, items, store, name == ON).run() for store in own][1:]
			for found in runs:
				for key, (seconds, statements) in found.items():
					best[(name, key)] = min(best[(name, key)], seconds)
					origins[(name, key)] = statements
	for kind in KINDS:
		keys = [(kind, step) for step in ("insert", "submit")]
		seconds = {name: sum(best[(name, key)] for key in keys) for name in (WITHOUT, OFF, ON)}
		statements = {
			name: sum((origins[(name, key)] for key in keys), Counter()) for name in (WITHOUT, OFF, ON)
		}
		more = {name: statements[name].total() - statements[WITHOUT].total() for name in (OFF, ON)}
		why = [
			f"{kind} of {rows} rows, {name}, statements more: "
			+ ", ".join(f"{count} `{where}`" for where, count in _more(statements, name))
			for name in more
			if more[name] > 5 and rows in (min(ROWS), max(ROWS))
		]
		record(
			f"hooks_{frappe.scrub(kind)}",
			size=rows,
			figures={
				"without, statements": statements[WITHOUT].total(),
				"switched off, more": more[OFF],
				"switched on, more": more[ON],
				"without, s": seconds[WITHOUT],
				"switched off, s": seconds[OFF],
				"switched on, s": seconds[ON],
			},
			goals=[
				*(at_most(5, more[name], f"statements more, {name}") for name in (OFF, ON)),
				*(
					at_most(1.08, seconds[name] / seconds[WITHOUT], f"× its time, {name}")
					for name in (OFF, ON)
				),
			],
			why="\n\n".join(why),
		)


def _more(statements, name: str) -> list[tuple[str, int]]:
	"""By function of the app, or by table for those of Frappe and ERPNext."""
	return (statements[name] - statements[WITHOUT]).most_common()
