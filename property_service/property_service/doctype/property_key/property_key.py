"""Property Key (钥匙): one record per physical copy, see README.md. Rule DESK-08."""

import frappe
from frappe import _
from frappe.model.document import Document
from frappe.utils import escape_html

from property_service import approvals, guards, settings
from property_service.property_service.doctype.service_order.assignment import unit_title
from property_service.refusals import stop
from property_service.register_entry import RegisterEntry, is_manager, locked, refuse_unknown
from property_service.rules import keys as rules
from property_service.rules import service_order as order_rules
from property_service.rules.refusal import Refusal

LOCK_CHANGE = "Lock Change"
LONGEST_OPENS = 200
UNDER_WAY = (order_rules.DRAFT, order_rules.DISPATCHED, order_rules.RETURNED, order_rules.IN_PROGRESS)


class PropertyKey(RegisterEntry):
	REGISTER = rules.REGISTER
	STEPS = rules.KEY_STEPS
	SERVER_FIELDS = ("opens", "property_unit", "current_loan", "holder_name", "due_on", "lock_change_order")
	FIXED_FIELDS = ("key_tag", "company")
	ENDED = (rules.RETIRED,)

	def before_insert(self) -> None:
		approvals.clear_on_copy(self)
		if self.property_unit and not self.units:
			self.append("units", {"property_unit": self.property_unit})  # a row of an import has one unit

	def autoname(self) -> None:
		self.key_tag = self.name = normal_tag(self.key_tag)

	def before_validate(self) -> None:
		super().before_validate()
		self.name_units()

	def validate(self) -> None:
		super().validate()
		self.check_units()

	def before_rename(self, old: str, new: str, merge: bool = False) -> str:
		"""A broken tag is replaced by another one; two keys never become one record."""
		if merge or not is_manager():
			guards.refuse(
				_("Only the service manager gives a key another tag, one that is free (DESK-08)."),
				frappe.PermissionError,
			)
		return normal_tag(new)

	def name_units(self) -> None:
		names = list(dict.fromkeys(row.property_unit for row in self.units if row.property_unit))
		self.property_unit = names[0] if names else None
		self.opens = "、".join(unit_title(name) or name for name in names)[:LONGEST_OPENS]

	def check_units(self) -> None:
		if not self.property_unit:
			stop(Refusal(rules.NO_UNIT))
		if not self.is_new() and self.status == rules.LENT and approvals.changed(self, ["units"]):
			stop(Refusal(rules.UNITS_OF_A_KEY_OUT, (self.name,)))
		for row in self.units:
			if frappe.get_cached_value("Property Unit", row.property_unit, "company") != self.company:
				stop(Refusal(rules.FOREIGN_UNIT, (unit_title(row.property_unit) or row.property_unit,)))


def normal_tag(text: object) -> str:
	"""Raises ValidationError for what is no tag."""
	try:
		return rules.tag(str(text) if text is not None else None)
	except ValueError:
		guards.refuse(_(rules.BAD_TAG).format(frappe.bold(escape_html(str(text)[:60]))))


# ---- going out and coming back: called by the loan, which locks the key first ------------------------------------


def lock(key: str) -> frappe._dict:
	"""The key's row as it is now, locked until commit. Lock order: the key before its loan.

	Raises ValidationError for an unknown tag.
	"""
	fields = ["name", "status", "company", "opens", "property_unit", "current_loan", "holder_name"]
	row = frappe.db.get_value("Property Key", key, fields, as_dict=True, for_update=True)
	if not row:
		refuse_unknown(rules.UNKNOWN_TAG, key)
	return row


def find(tag: str) -> frappe._dict:
	"""The key with this tag as the last commit left it. Raises ValidationError for an unknown tag."""
	fields = [
		"name",
		"status",
		"opens",
		"storage_place",
		"key_kind",
		"current_loan",
		"holder_name",
		"company",
	]
	row = frappe.db.get_value("Property Key", normal_tag(tag), fields, as_dict=True)
	if not row:
		refuse_unknown(rules.UNKNOWN_TAG, tag)
	guards.require_company(row.company)
	return row


def refuse_lending(row: frappe._dict | Document) -> None:
	since = row.current_loan and frappe.db.get_value("Key Loan", row.current_loan, "borrowed_on")
	stop(rules.refuse_lending(rules.Key(row.name, row.status, row.holder_name, since, row.current_loan)))


def mark(key: str, status: str, loan: Document | None = None, **more: object) -> None:
	"""Writes where the key is; `loan` while it is out."""
	values = {
		"status": status,
		"current_loan": loan.name if loan else None,
		"holder_name": loan.borrower_name if loan else None,
		"due_on": loan.due_on if loan else None,
	}
	frappe.db.set_value("Property Key", key, {**values, **more})


# ---- lost ----------------------------------------------------------------------------------------------------------


def order_lock_change(key: str, note: str) -> str:
	"""The service order for another lock; one that is under way for the same unit serves both keys."""
	known = frappe.get_cached_value("Property Key", key, ["company", "property_unit", "opens"], as_dict=True)
	under_way = frappe.db.get_value(
		"Service Order",
		{
			"service_type": LOCK_CHANGE,
			"property_unit": known.property_unit,
			"status": ("in", UNDER_WAY),
		},
		order_by="creation desc",
	)
	if under_way:
		return under_way
	row = settings.company_row(known.company)
	order = frappe.get_doc(
		{
			"doctype": "Service Order",
			"company": known.company,
			"service_type": LOCK_CHANGE,
			"property_unit": known.property_unit,
			"customer_address": known.opens[:140],
			"department": row and row.get("lock_change_department"),
			"matter": _("Change the lock: key {0} ({1}) was lost. {2}").format(key, known.opens, note),
		}
	)
	return order.insert().name


# ---- what buttons and programs call --------------------------------------------------------------------------------


@frappe.whitelist(methods=["POST"])
def report_missing(key: str, reason: str) -> str:
	"""In Cabinet → Lost: a key that should hang there does not. Returns the lock-change order."""
	doc, action = _about_to(key, rules.LOST, reason)
	doc.lock_change_order = order_lock_change(doc.name, reason)
	doc.take_step(rules.LOST, action, reason)
	return doc.lock_change_order


@frappe.whitelist(methods=["POST"])
def put_back(key: str, reason: str) -> None:
	"""Lost → In Cabinet: the key was found and its lock is still the same."""
	doc, action = _about_to(key, rules.IN_CABINET, reason)
	doc.take_step(rules.IN_CABINET, action, reason)


@frappe.whitelist(methods=["POST"])
def retire(key: str, reason: str) -> None:
	"""Whatever is not out → Retired: the lock was changed, the key is broken. Not undone."""
	doc, action = _about_to(key, rules.RETIRED, reason)
	doc.take_step(rules.RETIRED, action, reason)


def _about_to(key: str, status: str, reason: str) -> tuple[PropertyKey, str]:
	"""The locked key and the name of the step. A key that is out says who has it."""
	doc = locked("Property Key", key)
	if doc.status == rules.LENT:
		refuse_lending(doc)
	return doc, doc.require_step(status, reason, needs_reason=True)
