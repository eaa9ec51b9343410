"""Sends notices in the background, each recipient once, in steps that survive a crash (SVC-20).

Each step is one job and one transaction, and enqueues the next after its commit. Mails are queued in the same
transaction as their record. An SMS leaves the house: its row is marked Sending and committed first, then sent by the
next job; a row that stays Sending was interrupted and is listed as failed, because it may have arrived.
"""

import frappe
import requests
from frappe import _
from frappe.model.document import Document
from frappe.query_builder.functions import Count, Max
from frappe.utils import add_to_date, escape_html, get_datetime, now_datetime

from property_service import jobs
from property_service.property_service.doctype.resident_notice import audience
from property_service.rules import notice as rules

NOTICE, DELIVERY = "Resident Notice", "Notice Delivery"
CHUNK = 50
INTERRUPTED_AFTER_MINUTES = 15


def continue_publishing() -> None:
	"""Starts what has become due and takes up what stopped half-way (every ten minutes)."""
	take_mail_results()
	fail_interrupted()
	for name in _due_or_stalled():
		enqueue(name)


def enqueue(name: str) -> None:
	jobs.order(deliver, queue="long", name=name)


def _due_or_stalled() -> list[str]:
	now = now_datetime()
	due = frappe.get_all(
		NOTICE,
		filters={"status": "Scheduled", "publish_on": ("<=", now)},
		pluck="name",
		order_by="publish_on",
	)
	publishing = frappe.get_all(NOTICE, filters={"status": "Publishing"}, pluck="name", order_by="publish_on")
	row = frappe.qb.DocType(DELIVERY)
	busy_since = add_to_date(now, minutes=-INTERRUPTED_AFTER_MINUTES)
	last_attempt = dict(
		frappe.qb.from_(row)
		.select(row.notice, Max(row.attempted_on))
		.where(row.notice.isin(publishing or [""]))
		.groupby(row.notice)
		.run()
	)
	stalled = [
		name for name in publishing if get_datetime(last_attempt.get(name) or "2000-01-01") < busy_since
	]
	return due + stalled


# ---- the steps -------------------------------------------------------------------------------------------------


def deliver(name: str) -> None:
	"""One step: lists the recipients, or queues the next mails and claims the next SMS."""
	doc = frappe.get_doc(NOTICE, name, for_update=True)
	if doc.status == "Scheduled" and get_datetime(doc.publish_on) <= now_datetime():
		list_recipients(doc)
		_set_status(doc, "Publishing")
	if doc.status != "Publishing":
		return
	mails = _pending(doc, rules.EMAIL)
	for row in mails:
		queue_mail(doc, row)
	texts = _pending(doc, rules.SMS)
	_claim([row.name for row in texts])
	_show_progress(doc)
	if texts:
		jobs.order(
			send_texts,
			queue="long",
			notice=name,
			names=[row.name for row in texts],
		)
	elif mails:
		enqueue(name)
	elif not _count(doc.name, ("Pending", "Sending"), (rules.EMAIL, rules.SMS)):
		_set_status(doc, "Published")


def list_recipients(doc: Document) -> None:
	"""Writes a row per recipient; the unique key keeps a repeated step from writing one twice."""
	now = now_datetime()
	fields = (
		*("name", "owner", "creation", "modified", "modified_by", "company", "notice"),
		*(
			"channel",
			"recipient_key",
			"resident",
			"property_unit",
			"address",
			"status",
			"delivered_on",
			"error",
		),
	)
	user = frappe.session.user
	frappe.db.bulk_insert(
		DELIVERY,
		fields,
		[
			(
				*(frappe.generate_hash(length=12), user, now, now, user, doc.company, doc.name),
				*(
					planned.channel,
					planned.recipient_key,
					planned.resident,
					planned.property_unit,
					planned.address,
				),
				*_first_state(planned, now),
			)
			for planned in rules.deliveries(audience.people(doc), doc.channels())
		],
		ignore_duplicates=True,
	)


def _first_state(planned: rules.Delivery, now) -> tuple:
	if planned.channel == rules.PORTAL:
		return "Delivered", now, None  # the page shows it from now on
	if not planned.reachable:
		return "Failed", None, _no_address(planned.channel)
	return "Pending", None, None


def _no_address(channel: str) -> str:
	return _("No email address is known.") if channel == rules.EMAIL else _("No mobile number is known.")


def queue_mail(doc: Document, row: frappe._dict) -> None:
	try:
		frappe.sendmail(
			recipients=[row.address],
			subject=doc.subject,
			message=escape_html(doc.content).replace("\n", "<br>"),
			reference_doctype=DELIVERY,
			reference_name=row.name,
			add_unsubscribe_link=0,
		)
	except frappe.ValidationError as error:  # a bad address, no outgoing account
		frappe.clear_last_message()
		_record(row, "Failed", error=str(error))
	else:
		_record(row, "Queued")


def send_texts(notice: str, names: list[str]) -> None:
	"""Sends the claimed SMS through Frappe's SMS settings and goes on with the next step."""
	from frappe.core.doctype.sms_settings.sms_settings import send_sms

	doc = frappe.get_doc(NOTICE, notice)
	if doc.status == "Withdrawn":
		_update({"name": ("in", names), "status": "Sending"}, status="Cancelled")
		return
	text = (doc.sms_text or "").strip() or doc.content
	rows = frappe.get_all(
		DELIVERY,
		filters={"name": ("in", names), "status": "Sending"},
		fields=["name", "address", "attempts"],
		order_by="name",
	)
	for row in rows:
		try:
			send_sms([row.address], text, success_msg=False)
		except (requests.RequestException, frappe.ValidationError) as error:
			_record(row, "Failed", error=str(error))
		else:
			_record(row, "Delivered")
	enqueue(notice)


def _pending(doc: Document, channel: str) -> list[frappe._dict]:
	return frappe.get_all(
		DELIVERY,
		filters={"notice": doc.name, "status": "Pending", "channel": channel},
		fields=["name", "address", "attempts"],
		order_by="name",
		limit=CHUNK,
	)


def _claim(names: list[str]) -> None:
	if names:
		_update({"name": ("in", names)}, status="Sending", attempted_on=now_datetime())


def _record(row: frappe._dict, status: str, error: str | None = None) -> None:
	now = now_datetime()
	_update(
		row.name,
		status=status,
		attempts=(row.attempts or 0) + 1,
		attempted_on=now,
		delivered_on=now if status == "Delivered" else None,
		error=(error or "")[:500] or None,
	)


def _update(which, **values) -> None:
	# Straight to the table: nobody may save deliveries, and thousands of versions would help nobody.
	frappe.db.set_value(DELIVERY, which, values)


def _set_status(doc: Document, status: str) -> None:
	doc.status = status
	if status == "Published" and not doc.published_on:
		doc.published_on = now_datetime()
	doc.flags.server_write = True
	doc.save(ignore_permissions=True)  # the job goes on for whoever published, also after they left


def _show_progress(doc: Document) -> None:
	total = _count(doc.name)
	left = _count(doc.name, ("Pending", "Sending"), (rules.EMAIL, rules.SMS))
	if total:
		frappe.publish_progress(
			100 * (total - left) / total, title=_("Publishing"), doctype=NOTICE, docname=doc.name
		)


# ---- results ---------------------------------------------------------------------------------------------------


def take_mail_results() -> None:
	"""What the mail server accepted or refused since, for all notices."""
	row, mail = frappe.qb.DocType(DELIVERY), frappe.qb.DocType("Email Queue")
	results = (
		frappe.qb.from_(row)
		.inner_join(mail)
		.on((mail.reference_doctype == DELIVERY) & (mail.reference_name == row.name))
		.select(row.name, mail.status, mail.error)
		.where((row.status == "Queued") & mail.status.isin(["Sent", "Error"]))
		.orderby(row.name)
		.run(as_dict=True)
	)
	sent = [result.name for result in results if result.status == "Sent"]
	if sent:
		_update({"name": ("in", sent)}, status="Delivered", delivered_on=now_datetime())
	for result in results:
		if result.status == "Error":
			_update(result.name, status="Failed", error=(result.error or "")[:500])


def fail_interrupted() -> None:
	_update(
		{
			"status": "Sending",
			"attempted_on": ("<", add_to_date(now_datetime(), minutes=-INTERRUPTED_AFTER_MINUTES)),
		},
		status="Failed",
		error=_("Interrupted while sending; it may have arrived. Ask before trying again."),
	)


def counts(name: str) -> dict[str, dict[str, int]]:
	"""{"SMS": {"Delivered": 118, "Failed": 2}, …}, one query."""
	row = frappe.qb.DocType(DELIVERY)
	found: dict[str, dict[str, int]] = {}
	for channel, status, number in (
		frappe.qb.from_(row)
		.select(row.channel, row.status, Count(row.name))
		.where(row.notice == name)
		.groupby(row.channel, row.status)
		.orderby(row.channel, row.status)
		.run()
	):
		found.setdefault(channel, {})[status] = number
	return found


def _count(name: str, statuses: tuple = (), channels: tuple = ()) -> int:
	return sum(
		number
		for channel, by_status in counts(name).items()
		for status, number in by_status.items()
		if (not statuses or status in statuses) and (not channels or channel in channels)
	)


# ---- what people may do ----------------------------------------------------------------------------------------


def retry_failed(doc: Document) -> int:
	"""Failed rows become pending with the resident's present address; who is still unreachable stays failed."""
	now = {person.resident: person for person in audience.people(doc)}
	failed = frappe.get_all(
		DELIVERY,
		filters={"notice": doc.name, "status": "Failed"},
		fields=["name", "channel", "resident", "recipient_key"],
		order_by="name",
	)
	return sum(_retry(doc, row, now.get(row.resident)) for row in failed)


def _retry(doc: Document, row: frappe._dict, person: rules.Person | None) -> bool:
	present = next(iter(rules.deliveries([person], [row.channel])), None) if person else None
	if not present or not present.reachable:
		return False
	if present.recipient_key != row.recipient_key and frappe.db.exists(
		DELIVERY, {"notice": doc.name, "channel": row.channel, "recipient_key": present.recipient_key}
	):
		_update(row.name, status="Cancelled", error=_("This address receives the notice already."))
		return False
	_update(
		row.name, status="Pending", recipient_key=present.recipient_key, address=present.address, error=None
	)
	return True


def mark_printed(name: str) -> int:
	printed = _count(name, ("Pending",), (rules.PRINT,))
	_update(
		{"notice": name, "channel": rules.PRINT, "status": "Pending"},
		status="Delivered",
		delivered_on=now_datetime(),
	)
	return printed


def cancel_pending(name: str) -> None:
	_update({"notice": name, "status": "Pending"}, status="Cancelled")
