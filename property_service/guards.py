"""Guards that every controller shares: server-owned fields, refusals, the procedures' switches."""

from collections.abc import Iterable
from typing import NoReturn

import frappe
from frappe import _
from frappe.model.document import Document
from frappe.permissions import get_user_permissions
from frappe.utils import cint, cstr, escape_html, flt, get_link_to_form
from pypika.queries import QueryBuilder
from pypika.terms import Field

from property_service import settings

PROCEDURES = {
	"service": "Service and Repairs",
	"registers": "Registers and Till",
	"stores": "Stores",
	"low_value": "Low-Value Consumables",
}

# A PUT may carry these two, and Frappe writes what it is sent.
ALWAYS_SERVER_OWNED = ("owner", "creation")


def restore_server_fields(doc: Document, fieldnames: Iterable[str]) -> None:
	"""Put every named field back to what the database holds; to its default in a new document.

	Call it first in `before_validate`. `read_only` protects a field in the desk only: without this a
	REST insert, PUT, `set_value` or import could write it. Child tables are restored whole. Code of
	the app that writes such fields sets `doc.flags.server_write` (flags never come from a client).
	For tables in which people write some fields and the server others, see `restore_server_rows`.
	"""
	if doc.flags.server_write:
		return
	stored = None if doc.is_new() else doc.get_doc_before_save()
	if stored:
		for fieldname in ALWAYS_SERVER_OWNED:
			doc.set(fieldname, stored.get(fieldname))
	for fieldname in fieldnames:
		doc.set(fieldname, _stored_value(stored, fieldname) if stored else _default_of(doc.meta, fieldname))


def restore_server_rows(doc: Document, table: str, fieldnames: Iterable[str]) -> None:
	"""The same for the named fields of a table whose rows people write: in a row that is new, back to their defaults.

	Stored rows are known by their names; `sent_values.refuse_rows_of_others` has seen to it that these are the document's.
	"""
	if doc.flags.server_write:
		return
	stored = None if doc.is_new() else doc.get_doc_before_save()
	known = {row.name: row for row in stored.get(table)} if stored else {}
	meta = frappe.get_meta(doc.meta.get_field(table).options)
	begins_with = {fieldname: _default_of(meta, fieldname) for fieldname in fieldnames}
	for row in doc.get(table):
		before = known.get(row.name, begins_with)
		for fieldname in begins_with:
			row.set(fieldname, before.get(fieldname))


def _stored_value(stored: Document, fieldname: str):
	"""Rows are handed over as copies: what the app then writes in one must still differ from the stored row."""
	value = stored.get(fieldname)
	return [row.as_dict() for row in value] if isinstance(value, list) else value


def _default_of(meta, fieldname: str):
	field = meta.get_field(fieldname)
	if field.fieldtype in frappe.model.table_fields:
		return []
	if field.fieldtype in ("Int", "Check"):
		return cint(field.default)
	if field.fieldtype in ("Float", "Currency", "Percent"):
		return flt(field.default)
	return field.default


def refuse(message: str, exc: type[Exception] = frappe.ValidationError, title: str | None = None) -> NoReturn:
	"""Stop with a translated message that names the problem, the rule and the way out; raises `exc`."""
	frappe.throw(message, exc=exc, title=title or _("Not Possible"))
	raise exc  # frappe.throw always raises; this line tells the type checker so


def procedure_is_on(procedure: str, company: str) -> bool:
	"""Whether `company` uses `procedure` ("service", "registers", "stores", "low_value"; ORG-06).

	Raises KeyError for an unknown procedure.
	"""
	PROCEDURES[procedure]
	row = settings.company_row(company)
	return bool(row and row.get(procedure))


def require_procedure(procedure: str, company: str) -> None:
	"""Refuse what belongs to a procedure that `company` has switched off (ORG-06), and people of other companies."""
	require_company(company)
	if procedure_is_on(procedure, company):
		return
	link = get_link_to_form(settings.DOCTYPE, settings.DOCTYPE, _(settings.DOCTYPE))
	refuse(
		_(
			"{0} does not use the procedure {1} (ORG-06). Switch it on in {2}, or choose another company."
		).format(frappe.bold(company), frappe.bold(_(PROCEDURES[procedure])), link)
	)


def require_company(company: str | None) -> None:
	"""Refuse whoever ERPNext's User Permissions let work for other companies only; raises frappe.PermissionError.

	Frappe asks this of a document that is read or written by itself. A method that looks something up, or names the
	company of what it makes, asks here.
	"""
	companies = own_companies()
	if company and companies is not None and company not in companies:
		refuse(
			_("You work for other companies than {0} (user permissions).").format(
				frappe.bold(escape_html(cstr(company)[:140]))
			),
			exc=frappe.PermissionError,
		)


def require_company_of_residents(doc: Document) -> None:
	"""Refuse a resident of another company in a document of somebody who works for one: it would copy name and telephone
	number of a person whom its author may not see (ORG-03). Raises frappe.PermissionError.
	"""
	if own_companies() is None:
		return
	for field in doc.meta.get_link_fields():
		resident = doc.get(field.fieldname) if field.options == "Resident" else None
		if resident and doc.has_value_changed(field.fieldname):
			require_company(frappe.db.get_value("Resident", resident, "company"))


def restrict_to_company(filters: frappe._dict) -> None:
	"""For reports that add up past the permissions of single documents: whoever works for one company reads of that one.

	Fills in `filters.company` where nothing was chosen; raises frappe.PermissionError for another one.
	"""
	companies = own_companies()
	if companies and not filters.company:
		filters.company = min(companies)
	require_company(filters.company)


def own_companies() -> frozenset[str] | None:
	"""Return the companies that the session user is restricted to, None where nothing restricts."""
	permissions = get_user_permissions(frappe.session.user).get("Company") or []
	names = frozenset(row.doc for row in permissions if not row.applicable_for)
	return names or None


def of_own_companies(query: QueryBuilder, company: Field) -> QueryBuilder:
	"""The query with a condition on `company` for whoever is restricted: for searches that read past permissions."""
	companies = own_companies()
	return query if companies is None else query.where(company.isin(sorted(companies)))


def only_through_parent(doc: Document, method: str | None = None) -> None:
	"""Doc event of every child table: refuse to save or delete a row by itself.

	REST accepts an insert, PUT or DELETE of a single row, and none of its parent's checks would run.
	A parent that is saved writes its rows without this event.
	"""
	refuse(
		_("A row of {0} is changed only in the document it belongs to. Open and save that document.").format(
			frappe.bold(_(doc.doctype))
		),
		exc=frappe.PermissionError,
	)


def only_through_server(doc: Document) -> None:
	"""Refuse to write or delete a record that the app keeps by itself; its own code sets `doc.flags.server_write`."""
	if not doc.flags.server_write:
		refuse(
			_("{0} is kept by the system and is not changed by hand.").format(frappe.bold(_(doc.doctype))),
			exc=frappe.PermissionError,
		)
