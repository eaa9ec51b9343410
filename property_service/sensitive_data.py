"""Identity, licence and bank numbers (ORG-03): masked for everyone, revealed one at a time, blanked in time.

The column of a sensitive field holds only the mask, so that no list, report, export, print or
version can leak the number; the number itself is encrypted in Frappe's password table. A register
declares its fields in hooks.py (`sensitive_fields`) and the date field that ends an entry
(`sensitive_entry_ends_on`); its controller calls `take_in` in `before_validate`, and `keep` in
`on_update`.
"""

import re
from collections.abc import Callable, Iterator

import frappe
from frappe import _
from frappe.model.document import Document
from frappe.utils import add_months, getdate, now, now_datetime, nowdate
from frappe.utils.password import get_decrypted_password, remove_encrypted_password, set_encrypted_password

from property_service import settings
from property_service.guards import refuse
from property_service.rules import masking

REVEALING_ROLES = ("Front Desk Clerk", "Service Manager")
BLANK_AT_ONCE = 1000


def declared_fields() -> dict[str, list[str]]:
	"""Return DocType -> sensitive fieldnames, as hooks.py declares them."""
	return frappe.get_hooks("sensitive_fields", {})


# ---- saving ----------------------------------------------------------------------------------------------------


def take_in(doc: Document, normalise: dict[str, Callable[[str], str]] | None = None) -> None:
	"""Replace each number that was entered by its mask, and remember it until `keep` encrypts it.

	`normalise` gives a function per field that returns the number as it is kept or raises
	ValueError. Raises frappe.ValidationError for a number that is not valid, or a mask that is not
	the stored one.
	"""
	doc.flags.sensitive_values = {}
	stored = None if doc.is_new() else doc.get_doc_before_save()
	for fieldname in declared_fields()[doc.doctype]:
		entered = str(doc.get(fieldname) or "").strip()
		known = (stored.get(fieldname) if stored else None) or ""
		if entered == known:
			continue
		if masking.is_masked(entered):
			_refuse_mask(doc, fieldname)
		if entered:
			entered = _normalised(doc, fieldname, entered, (normalise or {}).get(fieldname))
		doc.flags.sensitive_values[fieldname] = entered
		doc.set(fieldname, masking.mask(entered))


def _normalised(doc: Document, fieldname: str, entered: str, function: Callable[[str], str] | None) -> str:
	try:
		return function(entered) if function else entered
	except ValueError:
		# the entered number is not repeated: messages end up in logs
		doc.set(fieldname, None)
		refuse(
			_("{0} is not valid (ORG-03). Compare it with the document digit by digit.").format(
				frappe.bold(_(doc.meta.get_label(fieldname)))
			)
		)


def _refuse_mask(doc: Document, fieldname: str) -> None:
	refuse(
		_("{0} holds a masked number (ORG-03). Enter the whole number, or leave the field as it was.").format(
			frappe.bold(_(doc.meta.get_label(fieldname)))
		)
	)


def keep(doc: Document) -> None:
	"""Encrypt what `take_in` took; a field that was emptied forgets its number."""
	for fieldname, value in (doc.flags.pop("sensitive_values", None) or {}).items():
		if value:
			set_encrypted_password(doc.doctype, doc.name, value, fieldname)
		else:
			remove_encrypted_password(doc.doctype, doc.name, fieldname)


# ---- revealing -------------------------------------------------------------------------------------------------


@frappe.whitelist(methods=["POST"])
def reveal(doctype: str, name: str, fieldname: str, reason: str) -> str:
	"""Return the number in clear and record who saw which, when and why.

	Raises frappe.PermissionError for other roles than Front Desk Clerk and Service Manager,
	frappe.ValidationError without a reason or when there is no number.
	"""
	if frappe.session.user != "Administrator" and not {*REVEALING_ROLES} & {*frappe.get_roles()}:
		roles = ", ".join(_(role) for role in REVEALING_ROLES)
		refuse(
			_("Protected numbers are shown to {0} only (ORG-03). Ask one of them.").format(
				frappe.bold(roles)
			),
			exc=frappe.PermissionError,
		)
	if fieldname not in declared_fields().get(doctype, []):
		refuse(_("This field holds no protected number (ORG-03)."))
	doc = frappe.get_doc(doctype, name)
	doc.check_permission("read")
	reason = reason.strip()
	if not reason:
		refuse(_("Say why you need the number (ORG-03); the reason is kept with your name."))
	number = stored_number(doctype, doc.name, fieldname)
	if not number:
		refuse(
			_("There is no number here: none was entered, or it was blanked when its time was over (ORG-03).")
		)
	_record_access(doc, fieldname, reason)
	return number


def stored_number(doctype: str, name: str, fieldname: str) -> str | None:
	"""The number in clear, None when there is none; for code that has asked whether its user may have it.

	Raises frappe.ValidationError for a number that this site's key does not fit, as after a restore without the
	site_config.json of the backup: to treat it as missing would let people enter, or lose, a number that is there.
	"""
	kept = {"doctype": doctype, "name": name, "fieldname": fieldname, "encrypted": 1}
	if not frappe.db.exists("__Auth", kept):
		return None
	number = get_decrypted_password(doctype, name, fieldname, raise_exception=False)
	if not number:
		refuse(
			_(
				"The number is kept, but the encryption key of this site cannot read it (ORG-03). Put the encryption_key of the backup's site configuration into site_config.json."
			)
		)
	return number


def unreadable() -> Iterator[tuple[str, str]]:
	"""(DocType, name) of the newest kept number of each protected field, if this site's key does not fit it (invariants)."""
	kept = frappe.qb.DocType("__Auth")
	for doctype, fieldnames in declared_fields().items():
		table = frappe.qb.DocType(doctype)
		for fieldname in fieldnames:
			newest = (
				frappe.qb.from_(table)
				.join(kept)
				.on(
					(kept.name == table.name)
					& (kept.doctype == doctype)
					& (kept.fieldname == fieldname)
					& (kept.encrypted == 1)
				)
				.select(table.name)
				.orderby(table.creation, order=frappe.qb.desc)
				.limit(1)
				.run()
			)
			for (name,) in newest:
				if not get_decrypted_password(doctype, name, fieldname, raise_exception=False):
					yield doctype, name


def _record_access(doc: Document, fieldname: str, reason: str) -> None:
	access = frappe.new_doc(
		"Sensitive Data Access",
		reference_doctype=doc.doctype,
		reference_name=doc.name,
		company=doc.get("company"),
		sensitive_field=fieldname,
		user=frappe.session.user,
		accessed_on=now_datetime(),
		reason=reason,
	)
	access.flags.server_write = True
	access.insert(ignore_permissions=True)  # nobody may create access records by hand


# ---- retention -------------------------------------------------------------------------------------------------


def blank_expired() -> None:
	"""Daily: forget the numbers whose register entry ended `retention_months` ago (0 keeps them)."""
	months = settings.get().retention_months
	if not months:
		return
	cutoff = add_months(getdate(nowdate()), -months)
	end_dates = frappe.get_hooks("sensitive_entry_ends_on", {})
	for doctype, fieldnames in declared_fields().items():
		for fieldname in fieldnames:
			_blank(doctype, fieldname, end_dates[doctype][-1], cutoff)


def _blank(doctype: str, fieldname: str, end_date: str, cutoff) -> None:
	register = frappe.qb.DocType(doctype)
	# get_all would take an empty date for the year 1 and blank everybody who still lives here
	rows = (
		frappe.qb.from_(register)
		.select(register.name)
		.where((register[end_date] <= cutoff) & (register[fieldname] != ""))
		.orderby(register.name)
		.run()
	)
	names = [row[0] for row in rows]
	for start in range(0, len(names), BLANK_AT_ONCE):
		some = names[start : start + BLANK_AT_ONCE]
		# the new timestamp stops a form that is still open from sending the mask back
		frappe.db.set_value(
			doctype, {"name": ("in", some)}, {fieldname: None, "modified": now()}, update_modified=False
		)
		frappe.db.delete("__Auth", {"doctype": doctype, "fieldname": fieldname, "name": ("in", some)})


# ---- logs ------------------------------------------------------------------------------------------------------

_LONG_NUMBER = re.compile(r"(?<![0-9A-Za-z])\d{15,18}[0-9Xx](?![0-9A-Za-z])")


def scrub_error_log(doc: Document, method: str | None = None) -> None:
	"""Doc event: a traceback with its variables may hold a number that was just entered."""
	for fieldname in ("method", "error"):
		if doc.get(fieldname):
			doc.set(
				fieldname, _LONG_NUMBER.sub(lambda found: masking.mask(found.group()), doc.get(fieldname))
			)
