"""Document Handover: manuals, guides and warranty cards that came with goods go to finance (procedure 4.3.1 f; WH-11).

See README.md.
"""

import frappe
from frappe import _
from frappe.model.document import Document
from frappe.utils import cint, cstr, now_datetime

from property_service import approvals, notifications
from property_service.guards import refuse, require_procedure, restore_server_fields
from property_service.refusals import stop
from property_service.rules import document_handover as rules
from property_service.saving import ParentLocked
from property_service.sent_values import CheckedValues

HANDOVER, ROW = "Document Handover", "Document Handover Item"
STOREKEEPER, FINANCE = "Storekeeper", ("Stores Accountant", "Finance Manager")
SERVER_FIELDS = (
	*("status", "handed_over_by", "handed_over_on", "received_by", "received_on", "cancel_reason"),
)


class DocumentHandover(CheckedValues, ParentLocked):
	def before_validate(self) -> None:
		restore_server_fields(self, SERVER_FIELDS)
		self.restore_documents()

	def validate(self) -> None:
		require_procedure("stores", self.company)
		self.refuse_late_edit()

	def on_trash(self) -> None:
		refuse(_("Handovers are kept (WH-11). Cancel it with a reason instead of deleting it."))

	def restore_documents(self) -> None:
		"""The receipts say what came with the goods; a person may leave rows out while it is a draft."""
		if self.flags.server_write:
			return
		stored = self.get_doc_before_save()
		kept = {row.name for row in self.documents}
		if not kept <= {row.name for row in (stored.documents if stored else [])}:
			stop(rules.Refusal(rules.ONLY_LEFT_OUT))
		self.set(
			"documents", [row.as_dict() for row in (stored.documents if stored else []) if row.name in kept]
		)

	def refuse_late_edit(self) -> None:
		stored = self.get_doc_before_save()
		if self.flags.server_write or not stored or stored.status == rules.DRAFT:
			return
		if len(stored.documents) != len(self.documents) or self.has_value_changed("company"):
			stop(rules.Refusal(rules.FROZEN))


def on_doctype_update() -> None:
	frappe.db.add_index(HANDOVER, ["company", "status"])


# ---- what buttons call ---------------------------------------------------------------------------------------------


@frappe.whitelist(methods=["POST"])
def collect(company: str) -> str:
	"""A new handover with every document of submitted receipts that is in none yet. Returns its name.

	Raises frappe.PermissionError for all but the storekeeper, frappe.ValidationError when nothing is left.
	"""
	frappe.has_permission(HANDOVER, "create", throw=True)
	require_procedure("stores", company)
	if not person().is_storekeeper:
		stop(rules.Refusal(rules.NOT_STOREKEEPER), rules.ANOTHER_PERSONS, context=HANDOVER)
	found = papers_left(company)
	if not found:
		stop(rules.Refusal(rules.EMPTY))
	doc = frappe.get_doc({"doctype": HANDOVER, "company": company, "documents": found})
	doc.flags.server_write = True
	return doc.insert().name


def papers_left(company: str) -> list[dict]:
	"""Documents on submitted receipts that no handover holds, oldest first. One statement."""
	paper, receipt = frappe.qb.DocType("Receipt Document"), frappe.qb.DocType("Purchase Receipt")
	held = frappe.qb.DocType(ROW)
	return (
		frappe.qb.from_(paper)
		.join(receipt)
		.on(receipt.name == paper.parent)
		.left_join(held)
		.on(held.paper_key == paper.name)
		.select(
			paper.name.as_("paper_key"),
			*(paper.item_code, paper.document_type, paper.document_title, paper.copies, paper.file),
			receipt.name.as_("purchase_receipt"),
		)
		.where((receipt.company == company) & (receipt.docstatus == 1) & held.name.isnull())
		.orderby(receipt.posting_date, receipt.name, paper.idx)
		.run(as_dict=True)
	)


@frappe.whitelist(methods=["POST"])
def hand_over(handover: str) -> str:
	"""The storekeeper signs: the documents lie with finance. Returns the new status."""
	doc = locked(handover)
	stop(
		rules.refuse_hand_over(doc.status, person(), len(doc.documents)),
		rules.ANOTHER_PERSONS,
		context=HANDOVER,
	)
	doc.update(
		{
			"status": rules.HANDED_OVER,
			"handed_over_by": frappe.session.user,
			"handed_over_on": now_datetime(),
		}
	)
	write(doc)
	notifications.tell(
		approvals.office_holders(FINANCE[0]),
		"{0} documents of goods are handed over to finance: receive them",
		(len(doc.documents),),
		doctype=HANDOVER,
		name=doc.name,
		mail=False,
	)
	return doc.status


@frappe.whitelist(methods=["POST"])
def receive(handover: str) -> str:
	"""Finance signs that the documents are there. Returns the new status."""
	doc = locked(handover)
	stop(
		rules.refuse_receiving(doc.status, person(), doc.handed_over_by),
		rules.ANOTHER_PERSONS,
		context=HANDOVER,
	)
	doc.update({"status": rules.RECEIVED, "received_by": frappe.session.user, "received_on": now_datetime()})
	return write(doc)


@frappe.whitelist(methods=["POST"])
def cancel_handover(handover: str, reason: str) -> str:
	"""Give up a handover that finance has not received; its documents are free again. Returns the new status."""
	doc = locked(handover)
	reason = cstr(reason).strip()
	stop(rules.refuse_cancelling(doc.status, person(), reason), rules.ANOTHER_PERSONS, context=HANDOVER)
	doc.update({"status": rules.CANCELLED, "cancel_reason": reason})
	for row in doc.documents:
		row.paper_key = None
	return write(doc)


def locked(handover: str) -> DocumentHandover:
	doc = frappe.get_doc(HANDOVER, handover, for_update=True)
	doc.check_permission("write")
	return doc


def write(doc: DocumentHandover) -> str:
	doc.flags.server_write = True
	doc.save()
	return doc.status


def person() -> rules.Person:
	user = frappe.session.user
	return rules.Person(
		user,
		is_storekeeper=user in approvals.office_holders(STOREKEEPER),
		is_finance=any(user in approvals.office_holders(role) for role in FINANCE),
	)


# ---- the papers on their receipt -----------------------------------------------------------------------------------


def check_papers(receipt: Document) -> None:
	"""What a receipt lists came with its goods. Raises frappe.ValidationError."""
	goods = {row.item_code for row in receipt.items}
	for row in receipt.get("receipt_documents") or []:
		stop(rules.refuse_paper(row.idx, row.item_code, cint(row.copies), goods))
