"""What the app answers over HTTP: its whitelisted methods, and for each the arguments of a harmless call."""

import functools
import importlib
import inspect
import pkgutil
from collections.abc import Callable
from dataclasses import dataclass

import frappe
from frappe.utils import nowdate

import property_service


@dataclass(frozen=True)
class Method:
	path: str
	function: Callable
	verbs: tuple[str, ...]
	guests: bool

	@property
	def writes(self) -> bool:
		"""Whoever answers a GET promises to change nothing."""
		return "GET" not in self.verbs

	@property
	def arguments(self) -> dict[str, inspect.Parameter]:
		return {
			name: parameter
			for name, parameter in inspect.signature(self.function).parameters.items()
			if parameter.kind is not inspect.Parameter.VAR_KEYWORD
		}

	@property
	def doctype(self) -> str | None:
		"""The DocType in whose folder the method stands."""
		_, _, folder = self.path.partition(".doctype.")
		return frappe.unscrub(folder.split(".")[0]) if folder else None


@functools.cache
def methods() -> tuple[Method, ...]:
	"""Every method of the app, by its address; each module is imported, for that is what makes it known."""
	for module in pkgutil.walk_packages(property_service.__path__, "property_service."):
		importlib.import_module(module.name)
	own = [function for function in frappe.whitelisted if function.__module__.startswith("property_service.")]
	return tuple(
		sorted(
			(
				Method(
					f"{function.__module__}.{function.__qualname__}",
					function,
					tuple(frappe.allowed_http_methods_for_whitelisted_func[function]),
					function in frappe.guest_methods,
				)
				for function in own
			),
			key=lambda method: method.path,
		)
	)


# What an argument names: a document of this DocType. `name` is one of the DocType in whose folder the method stands.
DOCUMENTS = {
	"access_area": "Access Area",
	"batch": "Card Subsidy Batch",
	"card_no": "Service Card",
	"closing": "Front Desk Closing",
	"code": "Low Value Article",
	"complaint": "Customer Complaint",
	"counter": "Front Desk Counter",
	"custody": "Tool Custody",
	"entry": "Stock Entry",
	"key": "Property Key",
	"loan": "Key Loan",
	"notice": "Defect Notice",
	"order": "Service Order",
	"override": "Handover Override",
	"plan": "Follow Up Plan",
	"property_key": "Property Key",
	"property_unit": "Property Unit",
	"repair": "Article Repair",
	"resident": "Resident",
	"run": "Amortisation Run",
	"shift": "Front Desk Shift",
	"statement": "Monthly Revenue Statement",
	"suggestion": "Quality Suggestion",
	"tag": "Property Key",
	"ticket": "Repair Ticket",
	"transaction": "Card Transaction",
	"transfer": "Article Transfer",
	"visit": "Gym Visit",
	"storage_class": "Warehouse Storage Class",
}
# Where the same word names something else: a room of the app -> argument -> DocType.
IN_A_ROOM = {
	"property_service.buying": {"request": "Material Request"},
	"property_service.tools.losing": {"name": "Tool Custody"},
	"property_service.stock.returns": {"source_name": "Stock Entry"},
	"property_service.stock": {"receipt": "Purchase Receipt", "document": "Purchase Receipt"},
	"property_service.property_service.doctype.article_count": {"count": "Article Count"},
	"property_service.property_service.doctype.document_handover": {"handover": "Document Handover"},
	"property_service.property_service.doctype.front_desk_receipt": {"receipt": "Front Desk Receipt"},
	"property_service.property_service.doctype.reception_record": {"source_name": "Reception Record"},
	"property_service.property_service.doctype.shift_handover": {"handover": "Shift Handover"},
	"property_service.property_service.doctype.slip_handover": {"handover": "Slip Handover"},
	"property_service.property_service.doctype.tool_request": {"request": "Tool Request"},
}
# Methods that take a DocType and a name.
NAMED = {
	"property_service.first_handler": {"doctype": "Repair Ticket"},
	"property_service.desk_doors": {"doctype": "Service Order"},
	"property_service.desk_doors.get_link_title": {"doctype": "Resident"},
	"property_service.link_search": {"doctype": "Property Key"},
	"property_service.sensitive_data": {"doctype": "Resident"},
	"property_service.stock.inspections": {"doctype": "Purchase Receipt"},
	"property_service.property_service.doctype.follow_up": {"reference_doctype": "Repair Ticket"},
}
NAME_OF = {
	"name": "doctype",
	"docname": "doctype",
	"reference_name": "reference_doctype",
}
PLAIN = {
	**dict.fromkeys(("end", "due_on", "action_date"), "2026-01-05"),
	**dict.fromkeys(("amount", "quantity", "compensation", "sample_size"), 1),
	"start": 0,
	"page_len": 5,
	"assign_to": "T-nobody",
	"filters": {},
	"reached": True,
	"score": 3,
	"doctype": "User",
	"searchfield": "name",
	"category": "Consultation",
	"purpose": "Other",
	"mode_of_payment": "Cash",
	"transaction_type": "Top-up",
	"fieldname": "id_number",
	"kind": "Service Order",
	"rooms": ["T-nobody"],
	"rows": [],
	"decisions": [],
	"applicant_kind": "Owner",
	"verdict": "Accepted",
	"unit_type": "Room",
	"condition": "Good",
}


def _by_room(table: dict[str, dict], path: str) -> dict:
	rooms = [room for room in table if path == room or path.startswith(f"{room}.")]
	return table[max(rooms, key=len)] if rooms else {}


def doctype_of(method: Method, argument: str) -> str | None:
	"""The DocType of which `argument` names a document."""
	named = _by_room(NAMED, method.path)
	if argument in NAME_OF and NAME_OF[argument] in named:
		return named[NAME_OF[argument]]
	room = _by_room(IN_A_ROOM, method.path)
	if argument in room:
		return room[argument]
	if argument == "name" and method.doctype:
		return method.doctype
	return DOCUMENTS.get(argument)


def harmless(method: Method, document: Callable[[str], str], known: dict) -> dict:
	"""Arguments with which the method gets as far as asking who calls.

	`document(doctype)` returns the name of one; `known` holds the site's company, store, people and department.
	"""
	values = dict(_by_room(NAMED, method.path))
	for argument, parameter in method.arguments.items():
		doctype = doctype_of(method, argument)
		if doctype:
			values[argument] = document(doctype)
		elif argument in ("row", "line"):
			values[argument] = _row_of(values, method)
		elif argument == "names":
			values[argument] = [document(method.doctype)] if method.doctype else '["T-nobody"]'
		elif argument in known:
			values[argument] = known[argument]
		elif argument not in values and parameter.default is inspect.Parameter.empty:
			values[argument] = PLAIN.get(argument, "x")
	if "end" in method.arguments:
		values["start"] = "2026-01-01"
	if "month" in values:
		values["month"] = nowdate()
	return values


def _row_of(values: dict, method: Method) -> str:
	"""A row of the document named just before, as `bare` calls it."""
	argument = next(reversed(values))
	table = frappe.get_meta(doctype_of(method, argument)).get_table_fields()[0]
	return f"{values[argument]}-{table.fieldname}"
