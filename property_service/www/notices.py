"""The notices of the signed-in resident on the portal (SVC-20)."""

import frappe
from frappe import _
from frappe.utils import nowdate

from property_service.rules.notice import PORTAL

no_cache = 1


def get_context(context) -> None:
	if frappe.session.user == "Guest":
		frappe.local.flags.redirect_location = "/login?redirect-to=/notices"
		raise frappe.Redirect
	context.title = _("Notices")
	context.notices = notices_of(frappe.session.user)


def notices_of(user: str) -> list[dict]:
	"""Published, neither withdrawn nor outdated, delivered to this login; the latest first, one query."""
	delivery = frappe.qb.DocType("Notice Delivery")
	notice = frappe.qb.DocType("Resident Notice")
	resident = frappe.qb.DocType("Resident")
	return (
		frappe.qb.from_(delivery)
		.inner_join(notice)
		.on(notice.name == delivery.notice)
		.inner_join(resident)
		.on(resident.name == delivery.resident)
		.select(
			notice.name, notice.subject, notice.notice_kind, notice.content, notice.publish_on, notice.company
		)
		.where((delivery.channel == PORTAL) & (resident.user == user))
		.where(notice.status.isin(["Publishing", "Published"]))
		.where(notice.valid_until.isnull() | (notice.valid_until >= nowdate()))
		.orderby(notice.publish_on, order=frappe.qb.desc)
		.limit(50)
		.run(as_dict=True)
	)
