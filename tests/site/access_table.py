"""Who may do what (Q-05): every DocType, report, page and method × every role, as the app answers it.

`rows()` asks the app; access_table.csv beside this file is what the procedures expect, read by people. One line each:

* a DocType: the letters of what the role may do to a document of its own department – **r**ead, **w**rite, **c**reate,
  **s**ubmit, cance**l** (l), **d**elete; behind a stroke, in capitals, by what doors documents come and go – **R**eport
  (listed in reports), **E**xport, **I**mport, **P**rint, **M**ail, **S**hare. "rwc/RPM" reads, writes and creates, sees
  reports, prints and mails. "k" in place of "r": the name is pic**k**ed in a link field, and nothing more is read. Of a
  table in a document: whether its rows are read, and of which documents.
* a report or page: "r".
* a method: "yes" – it lets the role in and asks its rules; "own" – only for a document that the caller made; "-" – 403.

A right is the first of two answers: what may be done in which state and by whom of a role say the rules of each document,
and for those there are tests of their own.
"""

import copy
import csv
from collections.abc import Iterator
from pathlib import Path

import frappe
from frappe.permissions import get_doc_permissions, get_role_permissions, has_permission
from werkzeug.test import EnvironBuilder
from werkzeug.wrappers import Request

from property_service import compat, hooks, request_memory
from property_service.setup.roles import ROLES
from tests.site.bare import bare
from tests.site.whitelisted import Method, harmless, methods

FILE = Path(__file__).with_suffix(".csv")
# The lines that ERPNext 16 answers otherwise than 15, or has besides.
FILE_16 = FILE.with_name("access_table_16.csv")
MODULE = "Property Service"
LETTERS = {"read": "r", "write": "w", "create": "c", "submit": "s", "cancel": "l", "delete": "d"}
PICK = "k"
DOORS = {"report": "R", "export": "E", "import": "I", "print": "P", "email": "M", "share": "S"}
NOTHING = "-"

# The column of a role -> the person of the cast who has it.
PEOPLE = {
	"Front Desk Clerk": "clerk",
	"Service Manager": "service_manager",
	"Technician": "technician",
	"Department Head": "department_head",
	"Storekeeper": "storekeeper",
	"Buyer": "buyer",
	"Stores Accountant": "stores_accountant",
	"Cashier": "cashier",
	"Finance Manager": "finance_manager",
	"General Manager": "general_manager",
	"Admin HR": "admin_hr",
	"Resident": "resident",
	"Card Terminal": "terminal",
	"Employee": "employee",
}
OTHER_COMPANY = "another company"
COLUMNS = ("kind", "name", "note", *PEOPLE, "Guest", OTHER_COMPANY)
assert set(ROLES) <= set(PEOPLE), "a role of the app without a column"


class Callers:
	"""Who asks: one person per role, a guest, and somebody who has every role of the app in another company."""

	def __init__(self, cast):
		self.cast = cast
		self.users = {role: cast.user(person) for role, person in PEOPLE.items()}
		self.users |= {"Guest": "Guest", OTHER_COMPANY: self._of_another_company()}
		self._bare: dict[tuple, str] = {}
		self._read: dict[tuple, object] = {}

	def department(self, column: str) -> str | None:
		person = PEOPLE.get(column)
		return self.cast.departments.get(self.cast.people[person][1]) if person else None

	def document(self, doctype: str, column: str, owner: str = "Administrator") -> str:
		"""A document of the cast's company and of the caller's department."""
		meta = frappe.get_meta(doctype)
		if meta.issingle:
			return doctype
		department = self.department(column) or self.cast.departments["engineering"]
		key = (doctype, department, owner)
		if key not in self._bare:
			self._bare[key] = bare(doctype, owner, department, **self._naming(doctype, owner))
		return self._bare[key]

	def _naming(self, doctype: str, owner: str) -> dict[str, str]:
		"""Values with which a document names its maker in every field for a person: it is theirs to act on."""
		if owner not in self.users.values() or owner == "Guest":
			return {}
		employee = frappe.db.get_value("Employee", {"user_id": owner})
		person = {"User": owner, "Employee": employee}
		links = frappe.get_meta(doctype).get_link_fields()
		return {field.fieldname: person[field.options] for field in links if person.get(field.options)}

	def read(self, doctype: str, column: str, owner: str = "Administrator"):
		name = self.document(doctype, column, owner)
		if (doctype, name) not in self._read:
			self._read[doctype, name] = frappe.get_doc(doctype, name)
		return self._read[doctype, name]

	def arguments(self, method: Method, column: str, known: dict, owner: str = "Administrator") -> dict:
		return harmless(method, lambda doctype: self.document(doctype, column, owner), known)

	def _of_another_company(self) -> str:
		company = bare("Company", abbr="ZZ", company_name="别家物业")
		user = frappe.get_doc(
			{
				"doctype": "User",
				"email": f"somebody@{frappe.generate_hash(length=8)}.example.com",
				"first_name": "别家",
				"send_welcome_email": 0,
				"roles": [{"role": role} for role in (*ROLES, "Employee")],
			}
		).insert()
		bare("Employee", company=company, user_id=user.name, status="Active", employee_name="别家")
		frappe.get_doc(
			{"doctype": "User Permission", "user": user.name, "allow": "Company", "for_value": company}
		).insert(ignore_links=True)
		return user.name


def rows(callers: Callers, known: dict) -> Iterator[tuple[str, ...]]:
	"""Lines of the table; `known` as the function of that name returns it."""
	for doctype in doctypes():
		cells, note = _doctype_cells(doctype, callers)
		yield ("DocType", doctype, note, *cells)
	for kind in ("Report", "Page"):
		for name in frappe.get_all(kind, {"module": MODULE}, pluck="name", order_by="name"):
			yield (kind, name, "", *_opened_by(kind, name, callers))
	entered = _entered(callers, known)
	for method in methods():
		cells = (entered[method, column] for column in callers.users)
		yield ("method", method.path, " ".join(method.verbs), *cells)


# ---- DocTypes ----------------------------------------------------------------------------------------------------


def doctypes() -> list[str]:
	"""Our own, and those of ERPNext where an answer of ours decides: a hook of permission, an event, or a grant."""
	from property_service.setup.permissions import GRANTS

	own = frappe.get_all("DocType", {"module": MODULE}, pluck="name", order_by="name")
	named = [name for names in hooks.doc_events for name in ([names] if isinstance(names, str) else names)]
	asked = {*own, *named, *hooks.has_permission, *hooks.permission_query_conditions, *GRANTS}
	# some are of ERPNext 16 only
	return frappe.get_all("DocType", {"name": ("in", sorted(asked))}, pluck="name", order_by="name asc")


def _doctype_cells(doctype: str, callers: Callers) -> tuple[list[str], str]:
	if frappe.get_meta(doctype).istable:
		parents = parents_of(doctype)
		cells = [_read_in(doctype, parents, user) for user in callers.users.values()]
		return cells, f"rows of {', '.join(parents)}"
	own_only = any(row.if_owner for row in frappe.get_meta(doctype).permissions)
	cells = []
	for column, user in callers.users.items():
		cell = _letters(callers.read(doctype, column), user)
		if own_only:
			own = _letters(callers.read(doctype, column, owner=user), user)
			cell = cell if own == cell else f"{cell} own:{own}"
		cells.append(cell)
	return cells, ""


def parents_of(table: str) -> list[str]:
	standard = frappe.get_all("DocField", {"options": table, "parenttype": "DocType"}, pluck="parent")
	custom = frappe.get_all("Custom Field", {"options": table}, pluck="dt")
	return sorted({*standard, *custom} & {*doctypes()})


def _letters(doc, user: str) -> str:
	rights = get_doc_permissions(doc, user=user, ptype="read")
	# before there is a document, its DocType is asked
	of_role = get_role_permissions(doc.meta, user=user)
	rights["create"] = of_role.get("create")
	rights["import"] = doc.meta.allow_import and of_role.get("import")
	done = "".join(letter for right, letter in LETTERS.items() if rights.get(right))
	if rights.get("select") and not rights.get("read"):
		done = PICK + done
	doors = "".join(letter for right, letter in DOORS.items() if rights.get(right))
	return (f"{done}/{doors}" if doors else done) or NOTHING


def _read_in(table: str, parents: list[str], user: str) -> str:
	readable = [
		parent for parent in parents if has_permission(table, "read", user=user, parent_doctype=parent)
	]
	if not readable:
		return NOTHING
	return "r" if readable == parents else f"r in {', '.join(readable)}"


def _opened_by(kind: str, name: str, callers: Callers) -> list[str]:
	doc = frappe.get_doc(kind, name)
	cells = []
	for user in callers.users.values():
		frappe.set_user(user)
		allowed = doc.is_permitted()
		if kind == "Report" and allowed:
			allowed = frappe.has_permission(doc.ref_doctype, "report")
		cells.append("r" if allowed else NOTHING)
	frappe.set_user("Administrator")
	return cells


# ---- methods -----------------------------------------------------------------------------------------------------


def known(cast, store: str) -> dict:
	"""What arguments of these names stand for."""
	return {
		"company": cast.company,
		"department": cast.departments["engineering"],
		"responsible_department": cast.departments["engineering"],
		"assigned_to": cast.employee("technician"),
		"action_owner": cast.user("technician"),
		"from_employee": cast.employee("technician"),
		"to_employee": cast.employee("second_technician"),
		"holder": cast.employee("technician"),
		"employee": cast.employee("technician"),
		"to_user": cast.user("second_clerk"),
		"store": store,
	}


def _entered(callers: Callers, known: dict) -> dict[tuple[Method, str], str]:
	cells = {}
	for column, user in callers.users.items():
		made = {
			(method, owner): callers.arguments(method, column, known, owner)
			for method in methods()
			for owner in ("Administrator", user)
		}
		frappe.set_user(user)
		for method in methods():
			others, own = made[method, "Administrator"], made[method, user]
			if call(method.path, others) != 403:
				cells[method, column] = "yes"
			elif own != others and call(method.path, own) != 403:
				cells[method, column] = "own"
			else:
				cells[method, column] = NOTHING
		frappe.set_user("Administrator")
	return cells


def call(path: str, values: dict, verb: str = "POST") -> int:
	"""The status with which Frappe answers the session user, 200 when it went through; what was done is rolled back."""
	return answered(path, values, verb)[0]


def answered(path: str, values: dict, verb: str = "POST") -> tuple[int, Exception | None]:
	"""The same, with what was raised."""
	form, request = frappe.local.form_dict, getattr(frappe.local, "request", None)
	frappe.db.savepoint("one_call")
	frappe.local.request = Request(EnvironBuilder(method=verb, path=f"/api/method/{path}").get_environ())
	frappe.local.form_dict = frappe._dict(copy.deepcopy(values))
	try:
		for task in hooks.before_request:
			frappe.call(task)
		frappe.handler.execute_cmd(path)
		return 200, None
	except Exception as error:
		return getattr(error, "http_status_code", 500), error
	finally:
		frappe.local.form_dict = form
		if request is None:
			del frappe.local.request  # Frappe asks whether there is one, not whether it is None
		else:
			frappe.local.request = request
		frappe.db.rollback(save_point="one_call")
		request_memory.forget()
		frappe.clear_messages()
		frappe.local.response = frappe._dict(docs=[])


# ---- the file ----------------------------------------------------------------------------------------------------


def written() -> list[tuple[str, ...]]:
	"""What this version of ERPNext is expected to answer."""
	table = _read(FILE)
	if compat.FRAPPE_MAJOR < 16:
		return table
	lines = {row[:2]: row for row in (*table, *_read(FILE_16))}
	return list(lines.values())


def write(table: list[tuple[str, ...]]) -> None:
	"""On 15 the whole table, on 16 the lines in which it differs."""
	if compat.FRAPPE_MAJOR < 16:
		_write(FILE, table)
	else:
		as_on_15 = set(_read(FILE))
		_write(FILE_16, [row for row in table if row not in as_on_15])


def _read(file: Path) -> list[tuple[str, ...]]:
	with file.open(newline="") as lines:
		return [tuple(row) for row in csv.reader(lines)][1:]


def _write(file: Path, table: list[tuple[str, ...]]) -> None:
	with file.open("w", newline="") as lines:
		writer = csv.writer(lines, lineterminator="\n")
		writer.writerow(COLUMNS)
		writer.writerows(table)
