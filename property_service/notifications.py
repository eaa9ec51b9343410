"""Telling people: a desk notification and, where wanted, a mail, each in the reader's own language with a link.

Mails link to the document instead of carrying action links: an action link acts as the reader without a login.
"""

from collections.abc import Iterable, Sequence

import frappe
from frappe import _
from frappe.utils import escape_html, get_url_to_form, now_datetime

LOG, SETTINGS = "Notification Log", "Notification Settings"


def tell(
	users: Iterable[str | None],
	subject: str,
	values: tuple = (),
	*,
	doctype: str,
	name: str,
	details: Iterable[tuple[str, object]] = (),
	mail: bool = True,
) -> list[str]:
	"""Notifies every enabled user once and returns them; whoever turned notifications off is left in peace.

	`subject` and the labels of `details` (label, value) are English source texts; `subject` holds {0}, {1} …
	`values` are document values and stay as they are. Nobody is told what they just did themselves.
	"""
	details = [(label, value) for label, value in details if value]
	readers = enabled_users(set(users) - {None, "", frappe.session.user})
	silent, without_mail = turned_off(readers)
	told = [user for user in readers if user not in silent]
	notifications = []
	for language in dict.fromkeys(readers[user] for user in told):
		users = [user for user in told if readers[user] == language]
		text = _(subject, lang=language).format(*(escape_html(str(v)) for v in values))
		body = as_html(details, language, get_url_to_form(doctype, name))
		notifications += [(user, text, body) for user in users]
		by_mail = [user for user in users if mail and user not in without_mail]
		if by_mail:
			send(by_mail, text, body, doctype, name)
	notify(notifications, doctype, name)
	return told


def turned_off(users: Iterable[str]) -> tuple[set[str], set[str]]:
	"""Of `users`, those who turned all notifications off and those who turned mails off (Notification Settings)."""
	if not users:
		return set(), set()
	rows = frappe.get_all(
		SETTINGS,
		filters={"name": ("in", sorted(users))},
		fields=["name", "enabled", "enable_email_notifications"],
		order_by="name",
	)
	return (
		{row.name for row in rows if not row.enabled},
		{row.name for row in rows if not row.enable_email_notifications},
	)


def enabled_users(users: Iterable[str]) -> dict[str, str]:
	"""{user: language}; disabled users and those who left are not told."""
	if not users:
		return {}
	default = frappe.db.get_default("lang") or "en"
	rows = frappe.get_all(
		"User",
		filters={"name": ("in", sorted(users)), "enabled": 1},
		fields=["name", "language"],
		order_by="name",
	)
	return {row.name: row.language or default for row in rows}


def as_html(details: Iterable[tuple[str, object]], language: str, url: str) -> str:
	rows = "".join(
		f"<tr><td>{escape_html(_(label, lang=language))}</td><td>{escape_html(str(value))}</td></tr>"
		for label, value in details
	)
	link = f'<p><a href="{escape_html(url)}">{escape_html(_("Open the document", lang=language))}</a></p>'
	return (f"<table>{rows}</table>" if rows else "") + link


def notify(notifications: Sequence[tuple[str, str, str]], doctype: str, name: str) -> None:
	"""(user, subject, body) at the desk, as a Notification Log that is inserted does it, for all in two statements.

	Frappe sends no mail of its own for the type Alert, so a reader gets one mail, not two.
	"""
	if not notifications:
		return
	now, sender = now_datetime(), frappe.session.user
	frappe.db.bulk_insert(
		LOG,
		(
			*("name", "creation", "modified", "owner", "modified_by", "type", "for_user", "from_user"),
			*("subject", "email_content", "document_type", "document_name"),
		),
		[
			(
				*(frappe.generate_hash(length=10), now, now, sender, sender, "Alert", user, sender),
				*(subject, body, doctype, name),
			)
			for user, subject, body in notifications
		],
	)
	users = [user for user, _subject, _body in notifications]
	table = frappe.qb.DocType(SETTINGS)
	frappe.qb.update(table).set(table.seen, 0).where(table.name.isin(users)).run()
	for user in users:
		frappe.clear_document_cache(SETTINGS, user)
		frappe.publish_realtime("notification", after_commit=True, user=user)


def send(users: Sequence[str], subject: str, body: str, doctype: str, name: str) -> None:
	"""Queues the mail, which each of them gets alone. A site that sends no mail still works: the desk notification stands."""
	try:
		frappe.sendmail(
			recipients=users,
			subject=frappe.utils.strip_html(subject),
			message=body,
			reference_doctype=doctype,
			reference_name=name,
		)
	except frappe.OutgoingEmailError:
		frappe.clear_last_message()
