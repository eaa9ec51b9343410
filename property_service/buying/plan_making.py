"""Plans that the system draws up: the monthly one at the storekeeper's wish, one below the limit each day (WH-04, WH-05)."""

from datetime import date

import frappe
from frappe import _
from frappe.model.document import Document
from frappe.utils import formatdate, getdate, nowdate

from property_service import approvals, guards, notifications, sent_values, settings
from property_service.buying import replacements
from property_service.buying.plan import REQUEST
from property_service.rules import purchase_plan as rules
from property_service.rules.stock_limit import month_before
from property_service.rules.stores import GENERAL, QUALIFIED
from property_service.stock import limits, stores

# Seconds for which the screen can ask how far a plan is.
REMEMBERED = 900


# ---- the monthly plan --------------------------------------------------------------------------------------------


@frappe.whitelist(methods=["POST"])
def make_monthly(store: str, month: str | None = None) -> dict:
	"""Draw up the plan of a store for next month (or, late, for this one) in the background (WH-04).

	`month` is any day of the month that is planned for. Returns {"request": name} when that month has its plan, else
	{"month": first day}; `progress` tells how far it is. Raises frappe.PermissionError for all but storekeepers.
	"""
	company = store_company(store)
	guards.require_procedure("stores", company)
	frappe.has_permission(REQUEST, "create", throw=True)
	if rules.STOREKEEPER not in frappe.get_roles():
		guards.refuse(
			_("Monthly plans are drawn up by the storekeeper (procedure 4.2.1, WH-05)."),
			exc=frappe.PermissionError,
		)
	first = month_to_plan(month)
	there = plan_of(store, first)
	if there:
		return {"request": there}
	tell(store, first, percent=0)
	frappe.enqueue(
		"property_service.buying.plan_making.build_monthly",
		queue="long",
		job_id=f"property_service.plan|{store}|{first:%Y-%m}",
		deduplicate=True,
		enqueue_after_commit=True,
		store=store,
		month=str(first),
		actor=frappe.session.user,
	)
	return {"month": str(first)}


@frappe.whitelist(methods=["GET", "POST"])
def progress(store: str, month: str) -> dict:
	"""{"percent", "request", "problem"} of a plan that is being drawn up; `request` once it is there."""
	frappe.has_permission(REQUEST, "read", throw=True)
	guards.require_company(store_company(store))
	first = month_to_plan(month)
	known = frappe.cache.get_value(_key(store, first)) or {}
	return {"percent": 0, "problem": None, **known, "request": plan_of(store, first)}


def build_monthly(store: str, month: str, actor: str) -> str | None:
	"""Background job: draw up the plan as `actor`. The database's unique key lets a second one find the first."""
	frappe.set_user(actor)  # a job that is retried runs as Administrator
	first = getdate(month)
	try:
		name = plan_of(store, first) or insert_monthly(store, first)
	except Exception as error:
		tell(store, first, percent=100, problem=frappe.utils.strip_html(str(error)))
		raise
	if not name:
		tell(store, first, percent=100, problem=_("Nothing has to be bought: every item is at its limit."))
		return None
	tell(store, first, percent=100)
	return name


def insert_monthly(store: str, month: date) -> str | None:
	tell(store, month, percent=10)
	wanted = [status for status in limits.statuses(store) if status.suggested > 0]
	tell(store, month, percent=40)
	if not wanted:
		return None
	request = new_request(store, rules.MONTHLY, wanted, needed_by=max(month, getdate(nowdate())))
	request.flags.plan_month = month
	language = frappe.db.get_default("lang") or "en"
	request.title = _("Purchase plan {0}", lang=language).format(formatdate(month, "yyyy-MM"))
	frappe.db.savepoint("monthly_plan")
	try:
		return request.insert().name
	except (frappe.DuplicateEntryError, frappe.UniqueValidationError):
		frappe.db.rollback(save_point="monthly_plan")
		frappe.clear_last_message()
		return plan_of(store, month)


def new_request(store: str, plan_type: str, wanted: list[limits.Status], needed_by: date) -> Document:
	"""A request with a row per item, in purchase units, for the qualified zone that may hold it."""
	request = frappe.new_doc(REQUEST)
	request.update(
		{
			"material_request_type": "Purchase",
			"company": store_company(store),
			"store": store,
			"plan_type": plan_type,
			"transaction_date": nowdate(),
			"schedule_date": needed_by,
		}
	)
	for status in wanted:
		request.append(
			"items",
			{
				"item_code": status.item_code,
				"item_name": status.item_name,
				"description": status.specification or status.item_name,
				"qty": float(status.unit.in_purchase_units(status.suggested)),
				"uom": status.purchase_uom,
				"stock_uom": status.stock_uom,
				"conversion_factor": float(status.unit.conversion),
				"warehouse": stores.zone_warehouse(store, QUALIFIED, status.storage_class or GENERAL),
				"schedule_date": needed_by,
			},
		)
	replacements.reason_for_the_system(request.items, request.company)
	return request


def month_to_plan(month: object) -> date:
	"""The first day of the month to plan: next month, or this one when its plan is late."""
	today = getdate(nowdate())
	next_month = rules.planned_month(today)
	day = sent_values.day(month) if month else next_month
	first = day and day.replace(day=1)
	if first not in (next_month, month_before(next_month, 1)):
		guards.refuse(_("Plans are drawn up for next month or, late, for this one (procedure 4.2.1, WH-04)."))
	return first


def store_company(store: str) -> str:
	company = stores.store_company(store)
	if not company:
		guards.refuse(
			_("{0} is no store: choose the parent warehouse of its zones (WH-14).").format(
				frappe.bold(frappe.utils.escape_html(store))
			)
		)
	return company


def plan_of(store: str, month: date) -> str | None:
	return frappe.db.get_value(REQUEST, {"plan_key": rules.plan_key(rules.MONTHLY, store, month)})


def tell(store: str, month: date, **values) -> None:
	frappe.cache.set_value(_key(store, month), values, expires_in_sec=REMEMBERED)


def _key(store: str, month: date) -> str:
	return f"property_service.plan|{store}|{month:%Y-%m}"


# ---- below the limit ---------------------------------------------------------------------------------------------


def draft_below_limit() -> None:
	"""Drafts a request per store for what lies below its limit and stands on no open plan or order (daily, 4.2.2, WH-05).

	A second run on a day finds the first one's rows on an open plan.
	"""
	for row in settings.get().companies:
		for store in stores.stores(row.company) if row.stores else ():
			frappe.db.savepoint("below_limit")
			try:
				draft_for(store)
			except Exception:
				# One store whose zones or items are not in order must not keep the others from their plans.
				frappe.db.rollback(save_point="below_limit")
				frappe.log_error(f"Plan below the limit: store {store}")


def draft_for(store: str) -> str | None:
	wanted = [
		status
		for status in limits.statuses(store)
		if status.is_below and not status.is_covered and status.suggested > 0
	]
	if not wanted:
		return None
	request = new_request(store, rules.BELOW_LIMIT, wanted, needed_by=getdate(nowdate()))
	request.title = _("Below limit {0}", lang=frappe.db.get_default("lang") or "en").format(nowdate())
	request.flags.drafted_by_the_system = True
	try:
		request.insert(ignore_permissions=True)  # drafted by the system, for the storekeeper
	except (frappe.DuplicateEntryError, frappe.UniqueValidationError):
		frappe.db.rollback(save_point="below_limit")
		frappe.clear_last_message()
		return None
	notifications.tell(
		approvals.office_holders(rules.STOREKEEPER),
		"{0} items lie below their limit: look through the plan and send it to finance",
		(len(wanted),),
		doctype=REQUEST,
		name=request.name,
	)
	return request.name
