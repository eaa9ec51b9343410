"""Approval steps: who took which step, as what and when; written by the server, re-checked at submission (ORG-01).

A document that needs signatures has a table `approval_steps` (Approval Step) and calls, in this order:

	before_insert    clear_on_copy(doc, state_field)
	before_validate  protect(doc)
	validate         freeze(doc, pending_states=…), then sign(doc, CHAIN)
	before_submit    require(doc, CHAIN)

The workflow offers the buttons; these calls are the control, because `submit()`, an insert with
`docstatus = 1` and a PUT of the state all pass by a workflow.
"""

from collections.abc import Iterable, Sequence

import frappe
from frappe import _
from frappe.model.document import Document
from frappe.utils import cast, getdate, now_datetime, nowdate
from frappe.utils.user import get_users_with_role

from property_service import settings
from property_service.guards import refuse
from property_service.rules import approval
from property_service.rules.approval import Step

__all__ = [
	"Step",
	"changed",
	"clear_on_copy",
	"freeze",
	"office_holders",
	"protect",
	"record",
	"requesters",
	"require",
	"require_signatory",
	"sign",
	"signatories",
]

TABLE = "approval_steps"
DEPARTMENT_HEAD = "Department Head"
GENERAL_MANAGER = "General Manager"


# ---- writing ---------------------------------------------------------------------------------------------------


def record(
	doc: Document,
	from_state: str | None,
	to_state: str,
	role: str | None,
	comment: str | None = None,
	action: str | None = None,
) -> Document:
	"""Append the step that the session user takes now, and return its row; the caller saves `doc`.

	`role` is None for a step that raises the document instead of signing it: its actor then counts
	as a requester.
	"""
	row = doc.append(
		TABLE,
		{
			"action": action or to_state,
			"from_state": from_state,
			"to_state": to_state,
			"actor": frappe.session.user,
			"actor_role": role,
			"acted_on": now_datetime(),
			"comment": comment,
		},
	)
	# `protect` tells the server's rows from those that a client sent by this list
	doc.flags.setdefault("recorded_steps", []).append(row)
	return row


def sign(
	doc: Document,
	chain: Sequence[Step],
	state_field: str = "status",
	comment: str | None = None,
	action: str | None = None,
) -> None:
	"""Record a change of state; refuse one that the session user may not make.

	A step of the chain, and sending back from a state that waits for a signature, is for that
	step's signatories; the requester may withdraw. Raises frappe.PermissionError.
	"""
	before, after = _stored_state(doc, state_field), doc.get(state_field)
	if before is None or before == after:
		return
	step = next((step for step in chain if (step.from_state, step.to_state) == (before, after)), None)
	waiting = next((step for step in chain if step.from_state == before), None)
	role = None
	if step or (waiting and not _withdraws(doc, after, chain)):
		role = (step or waiting).role
		require_signatory(doc, role)
	record(doc, before, after, role, comment=comment, action=action)


def _withdraws(doc: Document, to_state: str, chain: Sequence[Step]) -> bool:
	goes_back = to_state not in {step.to_state for step in chain}
	return goes_back and frappe.session.user in requesters(doc)


def clear_on_copy(doc: Document, state_field: str = "status") -> None:
	"""Let a new document start at the beginning, whatever was copied, imported or sent along."""
	if doc.flags.server_write:
		return
	doc.set(TABLE, [])
	# None, where the field has no default, lets the workflow set its first state
	doc.set(state_field, doc.meta.get_field(state_field).default)


def protect(doc: Document) -> None:
	"""Put the recorded steps and the owner back to what the database holds; keep steps recorded since."""
	stored = None if doc.is_new() else doc.get_doc_before_save()
	recorded = doc.flags.recorded_steps or []
	doc.set(TABLE, [row.as_dict() for row in stored.get(TABLE)] if stored else [])
	for row in recorded:
		if not (stored and any(kept.name == row.name for kept in stored.get(TABLE))):
			doc.append(TABLE, row)
	if stored:
		doc.owner = stored.owner  # a PUT may carry it, and the owner must not sign


# ---- checking --------------------------------------------------------------------------------------------------


def freeze(
	doc: Document,
	fields: Iterable[str] | None = None,
	pending_states: Iterable[str] = (),
	state_field: str = "status",
) -> None:
	"""Refuse a change of content while the document waits for a signature.

	`fields` defaults to every field but the state and the steps. What was signed is what is
	submitted: send the document back to change it. Raises frappe.ValidationError.
	"""
	if _stored_state(doc, state_field) not in set(pending_states):
		return
	names = list(fields) if fields else _content_fields(doc, state_field)
	if names_changed := changed(doc, names):
		labels = ", ".join(_(doc.meta.get_label(name)) for name in names_changed)
		refuse(
			_(
				"{0} waits for a signature, so {1} cannot change (ORG-01). Send it back first, then change it."
			).format(_describe(doc), frappe.bold(labels)),
			title=_("Waiting for a Signature"),
		)


def changed(doc: Document, names: Iterable[str]) -> list[str]:
	"""Return which of the named fields, tables included, differ from the stored document."""
	stored, names = doc.get_doc_before_save(), list(names)
	return list(approval.changed_fields(_values(stored, names), _values(doc, names))) if stored else []


def require(doc: Document, chain: Sequence[Step]) -> None:
	"""Refuse to submit a document unless every step of `chain` is recorded, none by a requester.

	Raises frappe.ValidationError for a missing step, frappe.PermissionError for a self-approval.
	"""
	recorded = [
		approval.Recorded(row.from_state, row.to_state, row.actor_role, row.actor) for row in doc.get(TABLE)
	]
	check = approval.check_chain(chain, recorded, requesters(doc))
	if check.missing:
		steps = ", ".join(f"{_(step.to_state)} ({_(step.role)})" for step in check.missing)
		refuse(
			_("{0} lacks these approval steps: {1} (ORG-01). Send it through its approval instead.").format(
				_describe(doc), frappe.bold(steps)
			),
			title=_("Not Approved"),
		)
	if check.signed_by_requester:
		_refuse_requester(doc)


def require_signatory(doc: Document, role: str, user: str | None = None) -> None:
	"""Refuse unless `user` (default: the session user) may take the step of `role` on `doc` now.

	Raises frappe.PermissionError.
	"""
	user = user or frappe.session.user
	if user in requesters(doc):
		_refuse_requester(doc)
	allowed = signatories(role, doc)
	if user not in allowed:
		names = ", ".join(sorted(frappe.utils.get_fullname(name) for name in allowed)) or _("nobody yet")
		refuse(
			_("This step of {0} is for the {1} (ORG-01). Who may take it now: {2}.").format(
				_describe(doc), frappe.bold(_(role)), frappe.bold(names)
			),
			exc=frappe.PermissionError,
			title=_("Another Person Signs"),
		)


def _refuse_requester(doc: Document) -> None:
	refuse(
		_("Whoever raised {0} does not sign it (ORG-01). Ask the next person who may sign.").format(
			_describe(doc)
		),
		exc=frappe.PermissionError,
		title=_("Another Person Signs"),
	)


# ---- who may sign ----------------------------------------------------------------------------------------------


def signatories(role: str, doc: Document) -> set[str]:
	"""Return the users who may take a step of `role` on `doc` today (ORG-01), without its requesters."""
	today = getdate(nowdate())
	if role != DEPARTMENT_HEAD:
		return approval.role_signatories(_holders(role), _deputies(role), requesters(doc), today)
	managers = approval.role_signatories(_holders(GENERAL_MANAGER), _deputies(GENERAL_MANAGER), (), today)
	return approval.department_signatories(
		_heads_upwards(doc.get("department")), managers, requesters(doc), today
	)


def office_holders(role: str, department: str | None = None) -> set[str]:
	"""Return the users who hold the office of `role` today: for steps of work, where nobody signs a request.

	Deputies only within their dates; a Department Head is the head or acting head of `department`, or whoever leads
	the next department above that has one.
	"""
	today = getdate(nowdate())
	if role == DEPARTMENT_HEAD:
		managers = office_holders(GENERAL_MANAGER)
		return approval.department_signatories(_heads_upwards(department), managers, (), today)
	return approval.role_signatories(_holders(role), _deputies(role), (), today)


def requesters(doc: Document) -> set[str]:
	"""Return who raised `doc`: its owner, the person it was raised for and those who sent it for approval."""
	people = {doc.owner or frappe.session.user}
	people.update(row.actor for row in doc.get(TABLE) or [] if not row.actor_role)
	field = doc.meta.get_field("requested_by")
	if field and doc.get("requested_by"):
		if field.options == "User":
			people.add(doc.requested_by)
		elif field.options == "Employee":
			people.add(frappe.get_cached_value("Employee", doc.requested_by, "user_id"))
	return people - {None}


def _holders(role: str) -> list[str]:
	return get_users_with_role(role)


def _deputies(role: str) -> list[approval.Deputy]:
	return [
		approval.Deputy(row.user, getdate(row.from_date), getdate(row.until))
		for row in settings.get().deputies
		if row.role == role
	]


def _heads_upwards(department: str | None) -> list[approval.DepartmentHeads]:
	if not department:
		return []
	here = frappe.qb.DocType("Department").as_("here")
	above = frappe.qb.DocType("Department").as_("above")
	rows = (
		frappe.qb.from_(here)
		.join(above)
		.on((above.lft <= here.lft) & (above.rgt >= here.rgt))
		.select(above.department_head, above.acting_head, above.acting_until)
		.where(here.name == department)
		.orderby(above.lft, order=frappe.qb.desc)
		.run()
	)
	return [approval.DepartmentHeads(*row) for row in rows]


# ---- reading the document --------------------------------------------------------------------------------------


def _stored_state(doc: Document, state_field: str) -> str | None:
	stored = None if doc.is_new() else doc.get_doc_before_save()
	return stored.get(state_field) if stored else None


def _content_fields(doc: Document, state_field: str) -> list[str]:
	not_content = {TABLE, state_field, "amended_from"}
	return [
		field.fieldname
		for field in doc.meta.fields
		if field.fieldname not in not_content and field.fieldtype not in frappe.model.no_value_fields
	] + [field.fieldname for field in doc.meta.get_table_fields() if field.fieldname not in not_content]


def _values(doc: Document, names: Iterable[str]) -> dict[str, object]:
	return {name: _value(doc, doc.meta.get_field(name)) for name in names}


def _value(doc: Document, field) -> object:
	value = doc.get(field.fieldname)
	if field.fieldtype in frappe.model.table_fields:
		return [tuple(_row_values(row)) for row in value or []]
	return None if value in (None, "") else cast(field.fieldtype, value)


def _row_values(row: Document) -> Iterable[object]:
	for field in row.meta.fields:
		if field.fieldtype not in frappe.model.no_value_fields:
			yield approval._plain(_value(row, field))


def _describe(doc: Document) -> str:
	return f"{_(doc.doctype)} {doc.name or ''}".strip()
