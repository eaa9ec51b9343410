import frappe
from frappe import _
from frappe.model.document import Document
from frappe.utils import get_datetime, get_link_to_form, now_datetime

from property_service.guards import refuse, require_procedure, restore_server_fields
from property_service.property_service.doctype.resident_notice import audience, delivery
from property_service.refusals import stop
from property_service.rules import notice as rules
from property_service.sent_values import CheckedValues

NOTICE = "Resident Notice"
CHANNEL_FIELDS = {
	"by_print": rules.PRINT,
	"by_email": rules.EMAIL,
	"by_sms": rules.SMS,
	"by_portal": rules.PORTAL,
}
SERVER_FIELDS = ("status", "published_by", "published_on")


class ResidentNotice(CheckedValues, Document):
	"""A notice or kind reminder (温馨提示) to a part of the residents (SVC-20)."""

	def before_validate(self):
		restore_server_fields(self, SERVER_FIELDS)

	def validate(self):
		self.check_company()
		self.check_channels()
		self.refuse_change_after_publication()

	def on_trash(self):
		self.refuse_deletion_after_publication()

	def onload(self):
		if self.status not in (rules.DRAFT, rules.SCHEDULED):
			self.set_onload("delivery_counts", delivery.counts(self.name))

	def check_company(self):
		require_procedure("service", self.company)

	def check_channels(self):
		stop(rules.refuse_channels(self.channels()))

	def channels(self) -> list[str]:
		return [channel for field, channel in CHANNEL_FIELDS.items() if self.get(field)]

	def refuse_change_after_publication(self):
		stored = self.get_doc_before_save()
		if stored and not self.flags.server_write and _content(stored) != _content(self):
			stop(rules.refuse_change(self.subject, stored.status))

	def refuse_deletion_after_publication(self):
		stop(rules.refuse_deletion(self.status))


def _content(doc: Document) -> list:
	"""Everything a reader or the audience depends on, comparable between two versions."""
	values = []
	for field in doc.meta.fields:
		if field.fieldname in SERVER_FIELDS or field.fieldtype in frappe.model.no_value_fields:
			continue
		values.append(
			frappe.utils.cstr(doc.get(field.fieldname))
			if field.fieldtype != "Check"
			else bool(doc.get(field.fieldname))
		)
	rows = [sorted(row.property_unit for row in doc.units), sorted(row.customer for row in doc.employers)]
	return [*values, *rows]


@frappe.whitelist(methods=["POST"])
def publish(name: str) -> None:
	"""Sends the notice at its publish time, or at once when that is empty or past; records who published it.

	Raises frappe.ValidationError for a notice that is no draft, reaches nobody, or uses a channel the site
	cannot send on.
	"""
	doc = _locked(name)
	_require_step(doc, rules.PUBLISH)
	_require_ways_out(doc)
	_require_readers(doc)
	doc.update(
		{
			"status": rules.SCHEDULED,
			"publish_on": doc.publish_on or now_datetime(),
			"published_by": frappe.session.user,
		}
	)
	_save(doc)
	if get_datetime(doc.publish_on) <= now_datetime():
		delivery.enqueue(doc.name)


@frappe.whitelist(methods=["POST"])
def withdraw(name: str) -> None:
	"""Takes the notice off the portal and stops what has not been sent yet."""
	doc = _locked(name)
	_require_step(doc, rules.WITHDRAW)
	doc.status = rules.WITHDRAWN
	_save(doc)
	delivery.cancel_pending(doc.name)


@frappe.whitelist(methods=["POST"])
def retry_failed(name: str) -> int:
	"""Tries the failed deliveries again with the residents' present addresses; returns how many."""
	doc = _locked(name)
	_require_step(doc, rules.RETRY)
	_require_ways_out(doc)
	retried = delivery.retry_failed(doc)
	if retried:
		doc.status = rules.PUBLISHING
		_save(doc)
		delivery.enqueue(doc.name)
	return retried


@frappe.whitelist(methods=["POST"])
def mark_printed(name: str) -> int:
	"""Records that the printed copies were handed out or posted; returns how many."""
	doc = _locked(name)
	_require_step(doc, rules.HAND_OUT)
	return delivery.mark_printed(doc.name)


@frappe.whitelist(methods=["GET", "POST"])
def audience_size(name: str) -> dict[str, int]:
	"""How many deliveries each channel would have now: {"SMS": 120, …}."""
	doc = frappe.get_doc(NOTICE, name)
	doc.check_permission("read")
	sizes = dict.fromkeys(doc.channels(), 0)
	for planned in rules.deliveries(audience.people(doc), doc.channels()):
		sizes[planned.channel] += 1
	return sizes


def _locked(name: str) -> Document:
	doc = frappe.get_doc(NOTICE, name, for_update=True)
	doc.check_permission("write")
	return doc


def _save(doc: Document) -> None:
	doc.flags.server_write = True
	doc.save()


def _require_step(doc: Document, step: str) -> None:
	stop(rules.refuse_step(step, doc.subject, doc.status))


def _require_ways_out(doc: Document) -> None:
	"""A channel the site cannot send on would only fill the list of failures."""
	if doc.by_sms and not frappe.db.get_single_value("SMS Settings", "sms_gateway_url"):
		refuse(
			_("This site has no SMS gateway yet (SVC-20). Enter it in {0}, or untick SMS.").format(
				get_link_to_form("SMS Settings", "SMS Settings", _("SMS Settings"))
			)
		)
	if doc.by_email and not frappe.db.exists("Email Account", {"enable_outgoing": 1, "default_outgoing": 1}):
		refuse(
			_("This site has no outgoing mail account yet (SVC-20). Set one up as default, or untick Email.")
		)


def _require_readers(doc: Document) -> None:
	stop(rules.refuse_silence(rules.deliveries(audience.people(doc), doc.channels())))
