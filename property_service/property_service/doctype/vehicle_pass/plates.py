"""One valid pass per plate: told by name beforehand, settled by a unique key in the database (DESK-05)."""

from collections.abc import Iterator
from contextlib import contextmanager

import frappe
from frappe import _
from frappe.model.document import Document
from frappe.utils import getdate

from property_service.refusals import stop
from property_service.rules import vehicle_pass as rules
from property_service.rules.refusal import Refusal


def refuse_second(doc: Document) -> None:
	"""A second application for a plate is answered with the one that is there, but for the pass it replaces."""
	rows = frappe.get_all(
		"Vehicle Pass",
		filters={
			"company": doc.company,
			"plate": doc.plate,
			"status": ("in", (rules.APPLIED, rules.ISSUED)),
			"name": ("not in", [doc.name, doc.replaces or ""]),
		},
		fields=["name", "status", "valid_until"],
		order_by="creation",
		limit=1,
	)
	if rows and rows[0].status == rules.APPLIED:
		stop(Refusal(rules.APPLIED_ALREADY, (doc.plate, rows[0].name)))
	if rows:
		refuse_active(doc, rows[0])


def refuse_active(doc: Document, row: frappe._dict) -> None:
	stop(Refusal(rules.ACTIVE_PASS, (doc.plate, row.name, getdate(row.valid_until))))


def end_replaced(doc: Document) -> None:
	"""The pass that this one replaces ends; it was for the same plate or the same applicant."""
	if not doc.replaces:
		return
	old = frappe.get_doc("Vehicle Pass", doc.replaces, for_update=True)
	same_person = (doc.resident and doc.resident == old.resident) or (
		(doc.applicant_name, doc.phone) == (old.applicant_name, old.phone)
	)
	if old.company != doc.company or not (old.plate == doc.plate or same_person):
		stop(Refusal(rules.OTHER_PLATE, (old.name,)))
	if old.status == rules.ISSUED:
		old.end(rules.REVOKED, "Revoke", _("Replaced by {0}").format(doc.name))


@contextmanager
def one_valid_pass(doc: Document) -> Iterator[None]:
	"""The unique key of company and plate decides between two clerks; whoever comes second reads why."""
	try:
		yield
	except frappe.UniqueValidationError:
		frappe.clear_last_message()
		# A share lock, which the failed write holds already: several who came second would wait for each other's
		# exclusive one. An ordinary read would not see what was committed since this transaction began.
		found = frappe.db.sql(
			"""select name, valid_until from `tabVehicle Pass`
			where company = %s and active_plate = %s lock in share mode""",
			(doc.company, doc.plate),
			as_dict=True,
		)
		if not found:
			raise
		refuse_active(doc, found[0])
