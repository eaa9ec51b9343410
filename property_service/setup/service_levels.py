"""The service level agreements a service centre starts with (SVC-03), as records of ERPNext.

Per company and DocType: a desk agreement (working hours × holiday list) and a round-the-clock one for emergencies.
Figures come from Property Service Settings. What was made here is remembered by its key, so that a company may rename,
change or delete an agreement, and uninstall takes away no other.
"""

from datetime import timedelta

import frappe
from erpnext.support.doctype.service_level_agreement.service_level_agreement import get_sla_doctypes
from frappe.model.document import Document
from frappe.utils import add_years, cint, flt, get_weekdays, getdate, nowdate, to_timedelta

from property_service import settings
from property_service.rules import complaint as complaint_rules
from property_service.rules import repair_ticket as rules
from property_service.service_level_agreement import PropertyServiceLevelAgreement
from property_service.setup.defaults import ensure_priorities
from property_service.setup.memory import made, remember, remove_unless_used
from property_service.setup.words import words

COMPLAINT = "Customer Complaint"
DOCTYPES = ("Repair Ticket", COMPLAINT)
PRIORITIES = (rules.EMERGENCY, "Urgent", "Normal")
USUAL_PRIORITY = "Normal"
MIDNIGHT, LAST_SECOND = "00:00:00", "23:59:59"

# Changing one of these changes the agreements.
FIGURES = (
	*("desk_opens_at", "desk_closes_at", "emergency_response_minutes", "emergency_resolution_hours"),
	*("response_hours", "resolution_days", "complaint_response_days"),
)


# ---- install, migrate ------------------------------------------------------------------------------------------


def install() -> None:
	"""Make what was never made. Runs at install and after every migrate."""
	ensure_priorities()
	turn_tracking_on()
	for row in settings.get().companies:
		if row.service:
			install_for(row.company)


def install_for(company: str) -> None:
	for doctype in DOCTYPES:
		for kind, values in (("desk", desk_agreement), ("emergency", emergency_agreement)):
			make_once(f"agreement/{doctype}/{company}/{kind}", values, doctype, company)
	get_sla_doctypes.clear_cache()


def make_once(key: str, values, doctype: str, company: str) -> None:
	if key in made():
		return
	wanted = values(doctype, company)
	same = {"document_type": doctype, "service_level": wanted["service_level"]}
	name = frappe.db.exists("Service Level Agreement", same)
	if not name:
		# Not by frappe.get_doc: during install the overriding class may not be known to it yet.
		name = PropertyServiceLevelAgreement(wanted).insert(ignore_permissions=True).name  # set-up
	remember(key, name)


def desk_agreement(doctype: str, company: str) -> dict:
	"""ERPNext allows one default agreement per DocType; further companies get theirs by a condition."""
	is_default = not frappe.db.exists(
		"Service Level Agreement", {"document_type": doctype, "default_service_level_agreement": 1}
	)
	return {
		**agreement(doctype),
		"service_level": words("{0} front desk").format(company),
		"default_service_level_agreement": int(is_default),
		"condition": None if is_default else condition(company, "!="),
		"holiday_list": holiday_list(company),
		"priorities": desk_priorities(doctype, PRIORITIES if is_default else PRIORITIES[1:]),
		"support_and_resolution": support_days(*desk_hours()),
	}


def emergency_agreement(doctype: str, company: str) -> dict:
	"""Day and night, Sundays and holidays included: its holiday list is one without holidays."""
	return {
		**agreement(doctype),
		"service_level": words("{0} emergencies").format(company),
		"condition": condition(company, "=="),
		"holiday_list": list_without_holidays("holidays/none", words("No holidays (round the clock)")),
		"priorities": emergency_priorities(),
		"support_and_resolution": support_days(MIDNIGHT, LAST_SECOND),
	}


def condition(company: str, operator: str) -> str:
	"""Exactly one agreement fits a ticket, so that the order in which ERPNext finds them does not matter."""
	return f"doc.company == {company!r} and doc.priority {operator} {rules.EMERGENCY!r}"


def agreement(doctype: str) -> dict:
	return {
		"doctype": "Service Level Agreement",
		"document_type": doctype,
		"enabled": 1,
		"apply_sla_for_resolution": 1,
		"sla_fulfilled_on": [{"status": status} for status in rules.FULFILLED],
		"pause_sla_on": [{"status": rules.DEFERRED}],
		**(complaint_terms() if doctype == COMPLAINT else {}),
	}


def complaint_terms() -> dict:
	"""Only the first answer is timed: when the remedy is due is the manager's decision (SVC-14)."""
	return {
		"apply_sla_for_resolution": 0,
		"sla_fulfilled_on": [{"status": complaint_rules.SETTLED}, {"status": complaint_rules.CLOSED}],
		"pause_sla_on": [],
	}


# ---- figures ---------------------------------------------------------------------------------------------------


def desk_hours() -> tuple[str, str]:
	values = settings.get()
	return str(values.desk_opens_at), str(values.desk_closes_at)


def desk_day() -> timedelta:
	opens, closes = desk_hours()
	return to_timedelta(closes) - to_timedelta(opens)


def desk_priorities(doctype: str, priorities: tuple[str, ...]) -> list[dict]:
	"""Seconds of working time: a desk day is as long as the desk is open."""
	values = settings.get()
	response = round(flt(values.response_hours) * 3600)
	if doctype == COMPLAINT:
		response = round(cint(values.complaint_response_days) * desk_day().total_seconds())
	resolution = round(cint(values.resolution_days) * desk_day().total_seconds())
	return [priority_row(priority, response, resolution) for priority in priorities]


def emergency_priorities() -> list[dict]:
	values = settings.get()
	response = cint(values.emergency_response_minutes) * 60
	return [priority_row(rules.EMERGENCY, response, round(flt(values.emergency_resolution_hours) * 3600), 1)]


def priority_row(priority: str, response: int, resolution: int, is_default: int = 0) -> dict:
	"""`response`, `resolution`: seconds. ERPNext refuses a resolution shorter than the response."""
	return {
		"priority": priority,
		"default_priority": is_default or int(priority == USUAL_PRIORITY),
		"response_time": response,
		"resolution_time": max(response, resolution),
	}


def support_days(opens: str, closes: str) -> list[dict]:
	"""Every day of the week; days off are the holiday list's."""
	return [{"workday": day, "start_time": opens, "end_time": closes} for day in get_weekdays()]


def follow_settings(doc: Document, method: str | None = None) -> None:
	"""Doc event of the settings: changed figures reach the agreements that were made here."""
	if not any(doc.has_value_changed(name) for name in FIGURES):
		return
	# The functions above read the settings from the cache, which Frappe refreshes only after this event.
	frappe.clear_document_cache(doc.doctype, doc.name)
	for key, name in made().items():
		if not key.startswith("agreement/") or not frappe.db.exists("Service Level Agreement", name):
			continue
		existing = frappe.get_doc("Service Level Agreement", name)
		if key.endswith("/emergency"):
			existing.set("priorities", emergency_priorities())
		else:
			existing.set(
				"priorities",
				desk_priorities(existing.document_type, tuple(row.priority for row in existing.priorities)),
			)
			existing.set("support_and_resolution", support_days(*desk_hours()))
		existing.save(ignore_permissions=True)  # who may change the settings changes what they say


# ---- holiday lists ---------------------------------------------------------------------------------------------


def holiday_list(company: str) -> str:
	"""The company's own list; an empty one to fill in when there is none."""
	row = settings.company_row(company)
	own = (row and row.holiday_list) or frappe.db.get_value("Company", company, "default_holiday_list")
	return own or list_without_holidays(f"holidays/{company}", words("{0} holidays").format(company))


def list_without_holidays(key: str, title: str) -> str:
	"""Reaches ten years ahead; ERPNext does not ask an agreement's list for its last day."""
	name = made().get(key)
	if name and frappe.db.exists("Holiday List", name):
		return name
	first = getdate(nowdate()).replace(month=1, day=1)
	name = frappe.db.exists("Holiday List", title) or (
		frappe.get_doc(
			{
				"doctype": "Holiday List",
				"holiday_list_name": title,
				"from_date": first,
				"to_date": add_years(first, 10),
			}
		)
		.insert(ignore_permissions=True)  # set-up, before anybody works here
		.name
	)
	remember(key, name)
	return name


# ---- switches of ERPNext ---------------------------------------------------------------------------------------


def turn_tracking_on() -> None:
	"""Without it no agreement works. A company that turned it off after us meant it."""
	key = "tracking"
	if key in made():
		return
	was_on = cint(frappe.db.get_single_value("Support Settings", "track_service_level_agreement"))
	if not was_on:
		frappe.db.set_single_value("Support Settings", "track_service_level_agreement", 1)
	remember(key, "" if was_on else "turned on")


# ---- uninstall -------------------------------------------------------------------------------------------------


def remove() -> None:
	"""Everything made here goes, and tracking goes off again if it was turned on here. In reverse order."""
	for key, name in reversed(made().items()):
		if key.startswith("agreement/"):
			# uninstall
			frappe.delete_doc(
				"Service Level Agreement", name, force=True, ignore_missing=True, ignore_permissions=True
			)
		elif key.startswith("holidays/"):
			remove_unless_used("Holiday List", name)
		elif key == "tracking" and name and not frappe.db.count("Service Level Agreement", {"enabled": 1}):
			frappe.db.set_single_value("Support Settings", "track_service_level_agreement", 0)
	get_sla_doctypes.clear_cache()
