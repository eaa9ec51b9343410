"""What must always be true is looked at after every test that posted (Q-03).

A test may make one thing right and another wrong that it does not look at: a balance without its movement, a loan that
stays open. So what runs every night runs at the end of each such test too, on what it left in the database. Left out are

* tests in which something was refused in this process: a request that is refused is rolled back as a whole, the test goes on
  with what it had written up to there (refusals over REST are rolled back by the server, and are not left out);
* tests with documents that were put past their checks (tests/site/bare.py);
* tests marked `breaks_invariants`: they contradict the procedures on purpose, to see it found.
"""

import sys

import frappe

from property_service import invariants
from property_service.buying import recount
from property_service.stock import stock_months

# A row more in one of these is money, stock, custody or a signature that was written.
POSTED = (
	*("GL Entry", "Stock Ledger Entry", "Ledger Posting", "Front Desk Receipt", "Front Desk Closing"),
	*("Card Transaction", "Low Value Ledger Entry", "Key Loan", "Tool Custody", "Approval Step"),
	*("Stock Count Entry", "Gym Membership", "Water Bill", "Service Order Charge"),
)


class Books:
	"""The books as a test finds them."""

	def __init__(self, monkeypatch):
		self.before = rows()
		self.refused = False
		frappe.db.rollback()  # a look inside the test would fix what it sees of other processes
		says = frappe.msgprint

		def listen(*args, **options):
			self.refused = self.refused or bool(options.get("raise_exception"))
			return says(*args, **options)

		for module in {frappe, sys.modules[frappe.throw.__module__]}:  # 16 keeps both in a module of messages
			monkeypatch.setattr(module, "msgprint", listen)

	def must_hold(self) -> None:
		"""Fails the test when it posted and left something that the invariants find."""
		if self.refused or frappe.flags.past_every_check or rows() == self.before:
			return
		frappe.set_user("Administrator")
		frappe.db.before_commit.run()  # what is written when a request commits
		for company in invariants.companies():
			if frappe.flags.before_the_procedure:
				switched_on(company)
		found = invariants.report()
		assert not found, "\n".join(found)


def rows() -> tuple[int, ...]:
	"""How many rows the tables of `POSTED` have. One statement."""
	counts = ", ".join(f"(select count(*) from `tab{doctype}`)" for doctype in POSTED)
	return frappe.db.sql(f"select {counts}")[0]  # names of our own constant


def switched_on(company: str) -> None:
	"""What a company does with the postings that it finds when it switches the procedure on."""
	recount.recount(company)
	stock_months.mark_everything(company)
