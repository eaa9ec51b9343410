"""Workable settings for a site that already has companies (ORG-06). Fills what is empty, changes nothing else."""

import frappe
from frappe import _
from frappe.model.document import Document
from frappe.utils import cint, flt

from property_service import settings
from property_service.setup import cards, low_value, service_items, stores, switching_over, till
from property_service.setup.memory import made, remember

# SVC-06: who is called back. The first row that fits decides.
FOLLOW_UP_POLICIES = (
	{"reference_doctype": "Customer Complaint", "share_percent": 100, "due_within_days": 1},
	{
		"reference_doctype": "Repair Ticket",
		"priority": "Emergency",
		"share_percent": 100,
		"due_within_days": 1,
	},
	{"reference_doctype": "Repair Ticket", "share_percent": 30, "due_within_days": 7},
)

OWNER_CATEGORIES = ("Owner-Occupier", "Tenant", "Resident Company", "Property Developer")


# Forms B, D and F collect personal data (page 7).
CONSENT_SENTENCE = "I agree that the company keeps the personal data above to run this register, and no longer than it needs them."

# DESK-05: identity card, driving licence, vehicle licence, employer's letter, months valid. The source names the
# employees of the resident companies; the other rows are a start.
VEHICLE_PASS_REQUIREMENTS = (
	("Resident Company Employee", 1, 1, 1, 1, 12),
	("Own Employee", 1, 1, 1, 0, 12),
	("Owner", 1, 1, 1, 0, 12),
	("Tenant", 1, 1, 1, 0, 12),
	("Contractor", 1, 1, 1, 1, 3),
	("Visitor", 0, 1, 1, 0, 1),
)


def fill_settings() -> None:
	"""Give every number its default, every company its row; called at install and after every migrate."""
	doc = frappe.get_doc(settings.DOCTYPE)
	before = doc.as_json()
	if is_untouched(doc):
		fill_everything(doc)
	else:
		fill_new_numbers(doc)
	fill_registers(doc)
	for company in frappe.get_all("Company", pluck="name", order_by="creation"):
		add_company(doc, company)
	till.fill(doc)
	cards.fill(doc)
	switching_over.fill(doc)
	stores.fill(doc)
	low_value.fill(doc)
	if doc.as_json() != before:
		doc.flags.ignore_permissions = True  # set-up, before anybody works here
		doc.save()


def is_untouched(doc: Document) -> bool:
	"""Frappe saves every single once at install, without its tables and with the clock's time in each Time field."""
	return not (doc.companies or doc.follow_up_policies or doc.owner_categories)


def fill_new_numbers(doc: Document) -> None:
	"""A single has no row for a number that was never saved; 0 that somebody chose stays 0."""
	saved = frappe.db.get_singles_dict(settings.DOCTYPE)
	fill_numbers(doc, lambda field: field.fieldname not in saved)


def fill_numbers(doc: Document, wanted) -> None:
	for field in doc.meta.fields:
		if field.default is not None and wanted(field):
			doc.set(field.fieldname, _typed(field))


def _typed(field):
	if field.fieldtype in ("Int", "Check"):
		return cint(field.default)
	if field.fieldtype in ("Float", "Currency", "Percent"):
		return flt(field.default)
	return field.default


def fill_everything(doc: Document) -> None:
	fill_numbers(doc, lambda field: True)
	ensure_priorities()
	for row in FOLLOW_UP_POLICIES:
		doc.append("follow_up_policies", row)
	for category in OWNER_CATEGORIES:
		doc.append("owner_categories", {"category_name": category})


def fill_registers(doc: Document) -> None:
	"""What the registers need beyond numbers, once: a company that empties it meant it."""
	known = made()
	if "registers/consent" not in known:
		language = frappe.db.get_single_value("System Settings", "language") or "en"
		doc.consent_sentence = doc.consent_sentence or _(CONSENT_SENTENCE, lang=language)
		remember("registers/consent", "consent_sentence")
	if "registers/vehicle_pass" not in known:
		for kind, id_card, driving_licence, vehicle_licence, letter, months in VEHICLE_PASS_REQUIREMENTS:
			row = {"id_card": id_card, "driving_licence": driving_licence, "vehicle_licence": vehicle_licence}
			row.update({"applicant_kind": kind, "employer_letter": letter, "valid_months": months})
			doc.append("vehicle_pass_requirements", row)
		remember("registers/vehicle_pass", "vehicle_pass_requirements")


def ensure_priorities() -> None:
	"""The policies name them; the service level agreements use the same ones (SVC-03)."""
	for priority in ("Emergency", "Urgent", "Normal"):
		if not frappe.db.exists("Issue Priority", priority):
			frappe.get_doc({"doctype": "Issue Priority", "name": priority}).insert(
				ignore_permissions=True  # set-up, before anybody works here
			)
			remember(f"priority/{priority}", priority)


def add_company(doc: Document, company: str) -> None:
	"""Append the row of `company` with what the company already says about itself."""
	if any(row.company == company for row in doc.companies):
		return
	known = frappe.db.get_value("Company", company, ["cost_center", "default_holiday_list"], as_dict=True)
	doc.append(
		"companies",
		{
			"company": company,
			"service": 1,
			"cost_center": known.cost_center,
			"holiday_list": known.default_holiday_list,
			**service_items.ensure(),
		},
	)


def add_new_company(company: Document, method: str | None = None) -> None:
	"""Doc event `on_update`, when ERPNext has made the cost centre: a new company works with the app at once."""
	if settings.company_row(company.name):
		return
	doc = frappe.get_doc(settings.DOCTYPE)
	add_company(doc, company.name)
	till.fill(doc)
	cards.fill(doc)
	switching_over.fill(doc)
	doc.flags.ignore_permissions = True  # whoever creates a company need not manage these settings
	doc.save()


def remove_company(company: Document, method: str | None = None) -> None:
	"""Doc event: a deleted company leaves no row behind, which would keep it from being deleted."""
	stores.forget_company(company.name)
	for table in (
		"Property Service Company",
		"Receipt Purpose Account",
		"Payment Mode Account",
		"Stock Month",
	):
		frappe.db.delete(table, {"company": company.name})
	frappe.clear_document_cache(settings.DOCTYPE, settings.DOCTYPE)
