"""Who sees a document that a department owns (ORG-02): the department, the cross-department roles, its creator.

The permission query and `has_permission` of each DocType, and of each of its child tables, come
from the one table ACCESS, so that lists, links, reports and REST answer alike.
"""

import frappe
from frappe import _
from frappe.model.document import Document
from frappe.query_builder import Criterion
from frappe.query_builder.terms import NamedParameterWrapper
from frappe.utils import getdate, nowdate
from frappe.utils.caching import request_cache
from pypika.terms import ExistsCriterion

from property_service import request_memory
from property_service.guards import procedure_is_on, refuse

MODULE = "Property Service"
SERVICE_ROLES = frozenset({"Front Desk Clerk", "Service Manager", "General Manager", "System Manager"})
SCRAP_ROLES = frozenset(
	{
		*("Storekeeper", "Stores Accountant", "Finance Manager", "General Manager", "Admin HR"),
		"System Manager",
	}
)
# Who keeps, counts and values what all departments have in use (procedure part five 3, 4.3.1, 4.4.5).
ARTICLE_ROLES = frozenset(
	{
		*("Storekeeper", "Stores Accountant", "Finance Manager", "General Manager", "Admin HR"),
		*("Accounts User", "Accounts Manager", "Auditor", "System Manager"),
	}
)

# DocType -> roles that work across departments. What a role may do there says the DocType's permissions.
ACCESS: dict[str, frozenset[str]] = {
	"Repair Ticket": SERVICE_ROLES,
	"Service Order": SERVICE_ROLES,
	"Follow Up": SERVICE_ROLES,
	"Customer Complaint": SERVICE_ROLES,
	"Complaint Escalation": SERVICE_ROLES,
	"Quality Suggestion": SERVICE_ROLES,
	"Scrap Request": SCRAP_ROLES,
	"Low Value Article": ARTICLE_ROLES,
	"Article Transfer": ARTICLE_ROLES,
	"Article Repair": ARTICLE_ROLES,
	"Article Count": ARTICLE_ROLES,
}
# Whose a document is, where that is not its `department`: a transfer is both sides'.
DEPARTMENT_FIELDS = {"Article Transfer": ("from_department", "to_department")}

# Stores documents are ERPNext's, and whoever a role of ERPNext, the stores or finance lets in sees them all, as without
# this app. These roles come in by their department alone.
STORES_DOCUMENTS = ("Material Request", "Stock Entry", "Purchase Receipt")
# Our own documents of the stores that a department comes in by.
TOOL_DOCUMENTS = ("Tool Request", "Tool Custody")
BY_DEPARTMENT = (*STORES_DOCUMENTS, *TOOL_DOCUMENTS)
DEPARTMENT_ROLES = frozenset(
	{"Department Head", "Technician", "Front Desk Clerk", "Service Manager", "Admin HR"}
)


# ---- hooks -----------------------------------------------------------------------------------------------------


def query_condition(user: str | None = None, doctype: str | None = None) -> str:
	"""Return the SQL condition of `doctype`'s lists for `user`; empty means everything."""
	user = user or frappe.session.user
	if doctype in ACCESS or doctype in BY_DEPARTMENT:
		criterion = _criterion(frappe.qb.DocType(doctype), doctype, user)
	else:
		criterion = _child_criterion(doctype, user)
	return "" if criterion is None else _as_sql(criterion)


def has_permission(doc: Document, ptype: str | None = None, user: str | None = None, **_kwargs) -> bool:
	"""Return whether `user` may touch `doc` at all; agrees with `query_condition`."""
	user = user or frappe.session.user
	if _sees_all(doc.doctype, user) or doc.is_new():
		return True
	# Saved values, not the sent ones: a PUT of the department must not open the document
	fields = department_fields(doc.doctype)
	stored = frappe.db.get_value(doc.doctype, doc.name, [*fields, "owner"], as_dict=True) or doc
	return stored.owner == user or any(stored.get(field) in departments_of(user) for field in fields)


def refuse_sharing(doc: Document, method: str, share: Document) -> None:
	"""Doc event of a department's documents: whoever a document is shared with sees it past all of this.

	Frappe asks a share before it asks the department, and *Assign To* shares with whoever may not read. The app itself lets one
	person in this way, whom the general manager names: who verifies a complaint about customer service (SVC-15). Raises
	frappe.PermissionError.
	"""
	if share.flags.ignore_share_permission:
		return  # said by code alone; a request has no flags
	if doc.doctype in STORES_DOCUMENTS and not procedure_is_on("stores", doc.company):
		return  # as without this app
	refuse(
		_(
			"{0} is shown to its department and to the roles that work across departments (ORG-02); it is not shared. "
			"Name the department that has to do with it, or hand over a printed copy."
		).format(frappe.bold(_(doc.doctype))),
		exc=frappe.PermissionError,
	)


def refuse_import(doc: Document, method: str | None = None) -> None:
	"""Doc event of Data Import: one of the app's registers is imported by those with the right to it (ORG-06).

	Not every version of Frappe asks: in early ones of 16, whoever might make one record might import a list. Raises
	frappe.PermissionError.
	"""
	meta = frappe.get_meta(doc.reference_doctype)
	if meta.module == MODULE and not (meta.allow_import and frappe.has_permission(meta.name, "import")):
		refuse(
			_("You have no right to import {0} (ORG-06). Ask somebody who has it.").format(
				frappe.bold(_(meta.name))
			),
			exc=frappe.PermissionError,
		)


def department_fields(doctype: str) -> tuple[str, ...]:
	"""Return the fields that name the departments of a document."""
	return DEPARTMENT_FIELDS.get(doctype, ("department",))


def _as_sql(criterion: Criterion) -> str:
	"""Return the text that Frappe appends to a list's WHERE, its values escaped by the database driver."""
	values = NamedParameterWrapper()
	sql = criterion.get_sql(quote_char="`", with_namespace=True, subquery=True, param_wrapper=values)
	return f"({frappe.db.mogrify(sql, values.get_parameters())})"


# ---- people ----------------------------------------------------------------------------------------------------


def departments_of(user: str) -> frozenset[str]:
	"""Return the departments `user` works in, leads or acts for, with those below the ones led.

	Cached for the request; `forget_departments` drops it when an employee or department changes.
	"""
	return _departments_on(user, getdate(nowdate()))


def departments_led_by(user: str) -> frozenset[str]:
	"""Return the departments that `user` leads or acts for today, with those below them."""
	return _departments_led_on(user, getdate(nowdate()))


def belongs_to(user: str, department: str | None) -> bool:
	"""Whether `user` works in `department` or in a part of it, leads it or acts for its head."""
	return department in departments_around(user)


def departments_around(user: str) -> frozenset[str]:
	"""Return the departments of `user` with those above them: what is said about one of these is about the user, too."""
	return _departments_above(departments_of(user))


@request_cache
def _departments_above(departments: frozenset[str]) -> frozenset[str]:
	if not departments:
		return departments
	here = frappe.qb.DocType("Department").as_("here")
	above = frappe.qb.DocType("Department").as_("above")
	rows = (
		frappe.qb.from_(here)
		.join(above)
		.on((above.lft <= here.lft) & (above.rgt >= here.rgt))
		.select(above.name)
		.distinct()
		.where(here.name.isin(sorted(departments)))
		.run()
	)
	return departments | {row[0] for row in rows}


def forget_departments(doc: Document | None = None, method: str | None = None) -> None:
	"""Doc event of Employee and Department: people may have moved."""
	request_memory.forget()


@request_cache
def _departments_on(user: str, day) -> frozenset[str]:
	# by the query builder: asked with every list, and the description of an employee takes longer to load than the answer
	employee = frappe.qb.DocType("Employee")
	own = (
		frappe.qb.from_(employee)
		.select(employee.department)
		.where((employee.user_id == user) & (employee.status == "Active"))
		.run(pluck=True)
	)
	return _departments_led_on(user, day) | frozenset(filter(None, own))


@request_cache
def _departments_led_on(user: str, day) -> frozenset[str]:
	led = frappe.qb.DocType("Department").as_("led")
	below = frappe.qb.DocType("Department").as_("below")
	acts = (led.acting_head == user) & (led.acting_until >= day)
	rows = (
		frappe.qb.from_(led)
		.join(below)
		.on((below.lft >= led.lft) & (below.rgt <= led.rgt))
		.select(below.name)
		.where((led.department_head == user) | acts)
		.run()
	)
	return frozenset(row[0] for row in rows)


def _sees_all(doctype: str, user: str) -> bool:
	return user == "Administrator" or not _cross_roles(doctype).isdisjoint(frappe.get_roles(user))


def _cross_roles(doctype: str) -> frozenset[str]:
	if doctype in ACCESS:
		return ACCESS[doctype]
	reading = {row.role for row in frappe.get_meta(doctype).permissions if row.read and not row.permlevel}
	return frozenset(reading - DEPARTMENT_ROLES)


# ---- conditions ------------------------------------------------------------------------------------------------


def _criterion(table, doctype: str, user: str):
	"""Return the criterion on `table` for `user`, None when the user sees all."""
	if _sees_all(doctype, user):
		return None
	criterion = table.owner == user
	if departments := departments_of(user):
		names = sorted(departments)
		criterion = Criterion.any(
			[table[field].isin(names) for field in department_fields(doctype)] + [criterion]
		)
	return criterion


def _child_criterion(child: str, user: str):
	"""Return the criterion for rows of the table `child`, which several DocTypes may share."""
	table = frappe.qb.DocType(child)
	criteria = []
	parents = parents_of(child)
	if set(parents) <= set(BY_DEPARTMENT) and all(_sees_all(doctype, user) for doctype in parents):
		return None  # a table of ERPNext's own stays as it is for ERPNext's roles
	for doctype in parents:
		criterion = table.parenttype == doctype
		parent = frappe.qb.DocType(doctype).as_("parent_document")
		if (visible := _criterion(parent, doctype, user)) is not None:
			rows = frappe.qb.from_(parent).select(parent.name).where((parent.name == table.parent) & visible)
			criterion = criterion & ExistsCriterion(rows)
		criteria.append(criterion)
	if frappe.get_meta(child).module != MODULE:
		# tables of ERPNext (taxes) belong to documents of others, too
		criteria.append(table.parenttype.notin(parents))
	return Criterion.any(criteria)


def parents_of(child: str) -> list[str]:
	"""Return the DocTypes of ACCESS, and the stores documents, that have a table of `child`."""
	return [
		doctype
		for doctype in (*ACCESS, *BY_DEPARTMENT)
		if any(field.options == child for field in frappe.get_meta(doctype).get_table_fields())
	]
