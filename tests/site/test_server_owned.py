"""What the server owns stays what it was, whatever a program sends by whatever door (Q-05)."""

import inspect

import frappe
import pytest
from frappe.model import no_value_fields, table_fields
from frappe.model.base_document import get_controller

from property_service.buying import material_request
from property_service.stock import acceptance, direct_issues
from tests.site.bare import bare

# Documents of ERPNext: what the app adds to them and writes itself.
OF_ERPNEXT = {
	"Material Request": material_request.SERVER_FIELDS,
	"Purchase Receipt": (*direct_issues.SERVER_FIELDS, *acceptance.SERVER_FIELDS),
}
# Fields that a form does not offer and that are sent all the same, one by one.
JUDGED = {
	# the state is the step: the workflow and the document's rules say who may take it, from where and with what
	**dict.fromkeys(
		[
			("Customer Complaint", "status"),
			("Defect Notice", "status"),
			("Repair Ticket", "status"),
			("Scrap Request", "status"),
			("Service Order", "status"),
		],
		"a step",
	),
	# Amend of the desk sends it with the copy; nothing of ours is decided by it
	**dict.fromkeys(
		[
			("Amortisation Run", "amended_from"),
			("Article Opening", "amended_from"),
			("Warehouse Check", "amended_from"),
		],
		"Frappe's own",
	),
	# fetched from the linked document at every save, after this step
	**dict.fromkeys(
		[
			("Satisfaction Response", "company"),
			("Stock Limit Override", "company"),
			("Stock Limit Override", "item_name"),
		],
		"fetched",
	),
}

pytestmark = pytest.mark.rule("Q-05")


def kept_by_people() -> list[str]:
	"""DocTypes that somebody may write, of ours."""
	return frappe.get_all(
		"DocPerm",
		filters={"parenttype": "DocType", "parent": ("in", own())},
		or_filters={"create": 1, "write": 1},
		pluck="parent",
		distinct=True,
		order_by="parent",
	)


def own() -> list[str]:
	return frappe.get_all(
		"DocType",
		filters={"module": "Property Service", "istable": 0, "issingle": 0},
		pluck="name",
		order_by="name",
	)


def declared(doctype: str) -> set[str]:
	controller = get_controller(doctype)
	module = inspect.getmodule(controller)
	names = {*getattr(module, "SERVER_FIELDS", ()), *getattr(controller, "SERVER_FIELDS", ())}
	meta = frappe.get_meta(doctype)
	return {name for name in names if meta.has_field(name)}


def read_only(doctype: str) -> set[str]:
	return {
		field.fieldname
		for field in frappe.get_meta(doctype).fields
		if field.read_only and (field.fieldtype not in no_value_fields or field.fieldtype in table_fields)
	}


def another_value(field, stored):
	if field.fieldtype in table_fields:
		return []
	if field.fieldtype in ("Int", "Float", "Currency", "Percent", "Duration"):
		return 7
	if field.fieldtype == "Check":
		return 1 - int(stored or 0)
	if field.fieldtype == "Date":
		return "2001-01-01"
	if field.fieldtype == "Datetime":
		return "2001-01-01 01:01:01"
	if field.fieldtype == "Time":
		return "01:01:01"
	if field.fieldtype == "Select":
		return next(
			(option for option in (field.options or "").split("\n") if option and option != stored), "x"
		)
	if field.fieldtype == "Link":
		return (
			frappe.db.get_value(field.options, {"name": ("!=", stored or "")}, "name", order_by="name")
			or "T-other"
		)
	return "T-other"


@pytest.fixture
def sendable(cast, low_value):
	"""(DocType, field) of everything that people do not write."""
	return [
		(doctype, fieldname)
		for doctype in kept_by_people()
		for fieldname in sorted(declared(doctype) | read_only(doctype))
	] + [(doctype, fieldname) for doctype, names in OF_ERPNEXT.items() for fieldname in names]


def sent(doc, fieldname: str):
	"""Puts another value in, as a program would, and returns what then stands there."""
	doc.set(fieldname, another_value(doc.meta.get_field(fieldname), doc.get(fieldname)))
	return comparable(doc.get(fieldname))


def comparable(value):
	return len(value) if isinstance(value, list) else str(value or "")


def prepare(doc) -> bool:
	"""The step of insert and save before which nothing of ours looks at a value; whether it let the document pass."""
	try:
		doc.run_method("before_validate")
	except (frappe.ValidationError, frappe.PermissionError, AttributeError):
		return False  # a document without its other values is refused; what was sent is taken out before that
	finally:
		frappe.clear_messages()
	return True


def test_a_stored_document_keeps_what_the_server_wrote(sendable):
	assert len(sendable) > 300
	stored, lost = {}, set()
	for doctype, fieldname in sendable:
		name = stored.get(doctype) or stored.setdefault(doctype, bare(doctype))
		doc = frappe.get_doc(doctype, name)
		wrong = sent(doc, fieldname)
		doc.load_doc_before_save()
		passed = prepare(doc)
		if comparable(doc.get(fieldname)) == wrong and (passed or fieldname != "amended_from"):
			lost.add((doctype, fieldname))
	assert lost == set(JUDGED)
