"""Base of the desk's register entries (page 3): who entered it and when, its states, what stays as it was entered.

Every entry has a number, the clerk, the time and a state; it is cancelled or closed with a reason, never deleted. The
state is the server's: it is moved by the methods behind the buttons, which lock the entry, check the rule and record
the step in `approval_steps`.
"""

from collections.abc import Callable, Iterable, Mapping
from typing import NoReturn

import frappe
from frappe import _
from frappe.model.document import Document
from frappe.utils import cint, escape_html, get_datetime, now_datetime

from property_service import approvals, guards
from property_service.property_service.doctype.service_order.assignment import acting_role
from property_service.refusals import stop
from property_service.rules import register as rules
from property_service.rules.refusal import Refusal
from property_service.saving import ParentLocked
from property_service.sent_values import CheckedValues, parsed

MANAGER = "Service Manager"


class RegisterEntry(CheckedValues, ParentLocked):
	"""A subclass names its register's letter, what the server owns and what is fixed once it was entered."""

	REGISTER = ""
	# (from, to): the action's name
	STEPS: Mapping[tuple[str, str], str] = {}
	SERVER_FIELDS: tuple[str, ...] = ()
	FIXED_FIELDS: tuple[str, ...] = ()
	# States in which nothing changes any more, but OPEN_FIELDS.
	ENDED: tuple[str, ...] = ()
	OPEN_FIELDS: tuple[str, ...] = ("remarks",)
	ENTERED_BY, ENTERED_ON = "registered_by", "registered_on"

	def before_validate(self) -> None:
		self.docstatus = 0  # entries have states of their own; a client may send anything
		happened_on = self.get(type(self).ENTERED_ON) if self.is_new() else None
		guards.restore_server_fields(
			self, (*type(self).SERVER_FIELDS, "status", type(self).ENTERED_BY, type(self).ENTERED_ON)
		)
		approvals.protect(self)
		if self.is_new():
			self.stamp_entry(happened_on)

	def validate(self) -> None:
		if self.is_new():
			guards.require_procedure("registers", self.company)
		elif not self.flags.server_write:
			self.refuse_changes()

	def on_trash(self) -> None:
		guards.refuse(
			_("{0} {1} stays in the register (page 3: nothing is deleted). Cancel it with a reason.").format(
				_(self.doctype), self.name
			)
		)

	def stamp_entry(self, happened_on: object) -> None:
		"""Who enters it, now; an entry of the old register keeps its time, and only the manager enters it."""
		self.set(type(self).ENTERED_BY, frappe.session.user)
		self.set(type(self).ENTERED_ON, now_datetime())
		if not cint(self.get("taken_over")):
			return
		moment = get_datetime(happened_on) if happened_on else None
		stop(rules.refuse_taking_over(is_manager(), moment, now_datetime()))
		self.set(type(self).ENTERED_ON, moment or now_datetime())

	def refuse_changes(self) -> None:
		before = self.get_doc_before_save()
		if before.status in type(self).ENDED:
			self._refuse(approvals.changed(self, self.content()), rules.ENDED, before.status)
		self._refuse(approvals.changed(self, type(self).FIXED_FIELDS), rules.FIXED)

	def content(self) -> list[str]:
		"""What people write: neither the server's fields nor the open ones."""
		owned = {
			*type(self).SERVER_FIELDS,
			*type(self).OPEN_FIELDS,
			"status",
			type(self).ENTERED_BY,
			type(self).ENTERED_ON,
		}
		return [name for name in content_fields(self) if name not in owned]

	def _refuse(self, changed: list[str], message: str, *values: str) -> None:
		if changed:
			label = _(self.meta.get_label(changed[0]))
			stop(Refusal(message, (*values, label, type(self).REGISTER)), context=self.doctype)

	def require_step(self, status: str, reason: str | None = None, needs_reason: bool = False) -> str:
		"""Return the action's name. Raises ValidationError when the states know no such step, or its reason is missing."""
		stop(
			rules.refuse_step(type(self).STEPS, self.status, status, type(self).REGISTER),
			context=self.doctype,
		)
		action = type(self).STEPS[self.status, status]
		if needs_reason:
			stop(rules.refuse_without_reason(action, reason))
		return action

	def take_step(
		self, status: str, action: str, comment: str | None = None, role: str | None = None
	) -> None:
		"""Moves to `status`, records who, as what, when and why, and saves.

		The caller has locked the entry and asked the rule. `role`: as what a signature is given; by default the first of
		the user's roles at the desk.
		"""
		approvals.record(self, self.status, status, role or acting_role(), comment=comment, action=action)
		self.status = status
		self.flags.server_write = True
		self.save()


def one_by_one(names: Iterable[str], handle: Callable[[str], object], title: str) -> list[str]:
	"""For jobs: handles each entry and returns those for which `handle` said yes.

	One that cannot be handled goes to the error log and keeps nobody else from their turn. `title` is for that log.
	"""
	done = []
	for name in names:
		frappe.db.savepoint("one_entry")
		try:
			if handle(name):
				done.append(name)
		except frappe.QueryDeadlockError:
			raise  # the whole transaction is gone; the next run begins anew
		except Exception:
			frappe.db.rollback(save_point="one_entry")
			frappe.log_error(title=f"{title}: {name}")
	return done


def names_of(value: list[str] | str) -> list[str]:
	"""Names as sent by a list of the desk (JSON) or by a program, each once, in the order given."""
	names = parsed(value)
	if not isinstance(names, list) or not names or not all(isinstance(name, str) for name in names):
		guards.refuse(_("Choose entries from the list."))
	return list(dict.fromkeys(names))


def content_fields(doc: Document) -> list[str]:
	"""Fields that hold a value, tables included, but for the recorded steps."""
	return [
		field.fieldname
		for field in doc.meta.fields
		if field.fieldname != approvals.TABLE
		and (
			field.fieldtype in frappe.model.table_fields
			or field.fieldtype not in frappe.model.no_value_fields
		)
	]


def is_manager(user: str | None = None) -> bool:
	"""Whether the user decides about exceptions at the desk."""
	return not {MANAGER, "System Manager"}.isdisjoint(frappe.get_roles(user))


def locked(doctype: str, name: str) -> RegisterEntry:
	"""The stored entry, locked, for a user who may write it. Raises PermissionError or DoesNotExistError."""
	doc = frappe.get_doc(doctype, name, for_update=True)
	doc.check_permission("write")
	return doc


def refuse_unknown(message: str, value: object) -> NoReturn:
	"""Not DoesNotExistError: the desk would cover the message with its own about a missing page."""
	guards.refuse(_(message).format(frappe.bold(escape_html(str(value)[:60]))))
