"""Reception Record (值班接待记录): every contact at the front desk, counted once and typed once. Rule SVC-01."""

import frappe
from frappe import _
from frappe.model.document import Document
from frappe.model.mapper import get_mapped_doc
from frappe.utils import now_datetime

from property_service.guards import refuse, require_procedure, restore_server_fields
from property_service.property_service.doctype.service_order import assignment
from property_service.rules import identity
from property_service.rules import reception as rules
from property_service.sent_values import CheckedValues

SERVER_FIELDS = ("received_on", "received_by", "reference_doctype", "reference_name")
# What the contact and the document made of it have in common, by the fieldnames of the document.
CARRIED_OVER = {
	"Repair Ticket": {
		"resident": "reported_by",
		"contact_name": "contact_name",
		"contact_phone": "contact_phone",
		"property_unit": "property_unit",
		"channel": "channel",
		"content": "description",
		"company": "company",
	},
	"Customer Complaint": {
		"resident": "complainant",
		"contact_name": "contact_name",
		"contact_phone": "contact_phone",
		"property_unit": "property_unit",
		"channel": "channel",
		"content": "description",
		"company": "company",
	},
	"Service Order": {
		"contact_name": "customer_name",
		"contact_phone": "customer_phone",
		"property_unit": "property_unit",
		"content": "matter",
		"company": "company",
	},
}


class ReceptionRecord(CheckedValues, Document):
	def before_validate(self) -> None:
		restore_server_fields(self, SERVER_FIELDS)
		self.fill_in_defaults()
		self.fill_in_caller()
		self.normalise_phone()

	def validate(self) -> None:
		require_procedure("service", self.company)
		self.refuse_unknown_caller()
		self.refuse_another_kind()

	def on_trash(self) -> None:
		refuse(_("A reception record is never deleted: it stays in the day's count (SVC-01)."))

	def fill_in_defaults(self) -> None:
		if self.is_new() and not self.received_on:
			self.received_on, self.received_by = now_datetime(), frappe.session.user
		self.company = self.company or self.company_of_unit() or frappe.defaults.get_user_default("company")

	def company_of_unit(self) -> str | None:
		return self.property_unit and frappe.get_cached_value("Property Unit", self.property_unit, "company")

	def fill_in_caller(self) -> None:
		if not self.resident:
			return
		known = frappe.get_cached_doc("Resident", self.resident)
		self.contact_name = self.contact_name or known.resident_name
		self.contact_phone = self.contact_phone or known.mobile_no
		self.property_unit = self.property_unit or known.property_unit

	def normalise_phone(self) -> None:
		"""The history of a number is found however it was typed; a number we cannot read stays as it is."""
		if self.contact_phone:
			try:
				self.contact_phone = identity.phone(self.contact_phone)
			except ValueError:
				self.contact_phone = self.contact_phone.strip()

	def refuse_unknown_caller(self) -> None:
		caller = rules.Caller(self.resident, self.contact_name, self.contact_phone, self.property_unit)
		if refusal := rules.refuse_entry(caller):
			refuse(_(refusal))

	def refuse_another_kind(self) -> None:
		"""What became a ticket is counted as a repair, whatever is corrected later."""
		if self.reference_doctype and self.has_value_changed("category"):
			refusal = rules.refuse_document(self.category, self.reference_doctype, None)
			if refusal:
				refuse(_(refusal).format(frappe.bold(_(self.category)), _(self.reference_doctype)))


# ---- links both ways -------------------------------------------------------------------------------------------


@frappe.whitelist(methods=["GET", "POST"])
def make_document(source_name: str, target_doc: str | dict | None = None) -> Document:
	"""Return an unsaved ticket, complaint or order with everything the contact says (one click on the form).

	Raises frappe.ValidationError when the category asks for none or the contact became one already.
	"""
	record = frappe.get_doc("Reception Record", source_name)
	record.check_permission("read")
	target = rules.DOCUMENT_OF.get(record.category, "")
	refuse_document(record, target)
	mapping = {
		"doctype": target,
		"field_map": {**CARRIED_OVER[target], "name": "reception_record"},
		"field_no_map": [
			"naming_series",
			"reference_doctype",
			"reference_name",
			"received_on",
			"received_by",
		],
	}
	document = get_mapped_doc("Reception Record", source_name, {"Reception Record": mapping}, target_doc)
	if target == "Repair Ticket":
		document.repair_kind = record.category
	if target == "Service Order":
		document.service_type = "Other"
		document.customer_address = assignment.address(record.property_unit, None)
	return document


def link(document: Document, category: str) -> None:
	"""Call it in `before_save` of a new document: link its contact, or write the contact it came by.

	Raises frappe.ValidationError when the contact is of another kind or became another document.
	"""
	if not document.is_new():
		return
	if document.reception_record:
		take_over(document)
	else:
		document.reception_record = write_for(document, category)


def take_over(document: Document) -> None:
	record = frappe.get_doc("Reception Record", document.reception_record, for_update=True)
	refuse_document(record, document.doctype)
	record.db_set({"reference_doctype": document.doctype, "reference_name": document.name})


def refuse_document(record: Document, doctype: str) -> None:
	refusal = rules.refuse_document(record.category, doctype, record.reference_name)
	if refusal == rules.BECAME_ALREADY:
		link_to_it = frappe.utils.get_link_to_form(record.reference_doctype, record.reference_name)
		refuse(_(refusal).format(link_to_it))
	if refusal:
		refuse(_(refusal).format(frappe.bold(_(record.category)), _(doctype)))


def write_for(document: Document, category: str) -> str:
	"""Write the contact by which `document` came in, and return its number.

	Its values were checked with the document, so it is written without a second round of checks: the intake of a
	busy Monday does not pay twice.
	"""
	values = {source: document.get(target) for source, target in CARRIED_OVER[document.doctype].items()}
	record = frappe.new_doc("Reception Record").update(values)
	record.update(
		{
			"channel": values.get("channel") or "Phone",
			"category": category,
			"received_on": document.get("reported_on") or document.get("received_on") or now_datetime(),
			"received_by": frappe.session.user,
			"reference_doctype": document.doctype,
			"reference_name": document.name,
			"owner": frappe.session.user,
			"modified_by": frappe.session.user,
			"creation": now_datetime(),
			"modified": now_datetime(),
		}
	)
	record.set_new_name()
	record.db_insert()
	return record.name


def on_doctype_update() -> None:
	frappe.db.add_index("Reception Record", ["contact_phone", "received_on"])
	frappe.db.add_index("Reception Record", ["received_on", "category"])
