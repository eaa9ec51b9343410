"""The service order that brings the water (DESK-06): made with the water order, and ended with it."""

import frappe
from frappe import _
from frappe.model.document import Document

from property_service import settings
from property_service.refusals import stop
from property_service.rules import service_order as order_rules
from property_service.rules import water as rules
from property_service.rules.refusal import Refusal

WATER_DELIVERY = "Water Delivery"
WATER_ORDER = "Drinking Water Order"


def make(water_order: Document) -> Document:
	row = settings.company_row(water_order.company)
	order = frappe.get_doc(
		{
			"doctype": "Service Order",
			"company": water_order.company,
			"service_type": WATER_DELIVERY,
			"customer_name": water_order.contact_name,
			"customer_phone": water_order.contact_phone,
			"property_unit": water_order.property_unit,
			"customer_address": water_order.holder[:140],
			"planned_for": water_order.wanted_on,
			"department": row and row.get("water_department"),
			"matter": _("Deliver {0} × {1}, {2}; take back {3} empties").format(
				water_order.qty, water_order.item_name, water_order.name, water_order.empties_back or 0
			),
		}
	)
	return order.insert()


def lock(name: str | None) -> None:
	if name:
		frappe.db.get_value("Service Order", name, "name", for_update=True)


def facts(name: str | None) -> frappe._dict:
	"""What the slip says; of no order nothing, and that it is finished. The order is locked."""
	if not name:
		return frappe._dict(finished=True)
	row = frappe.db.get_value(
		"Service Order",
		name,
		["status", "finished_on", "assigned_to_name as delivered_by", "sign_off_name as received_by"],
		as_dict=True,
		for_update=True,
	)
	row.finished = row.status in (order_rules.FINISHED, order_rules.ARCHIVED)
	return row


def cancel(name: str | None, reason: str) -> str | None:
	"""Return the state of the service order. Raises ValidationError for one that was carried out already."""
	if not name:
		return None
	order = frappe.get_doc("Service Order", name, for_update=True)
	if order.status != order_rules.CANCELLED:
		order.flags.with_water_order = True
		order.cancel_order(reason)
	return order.status


# ---- doc events of Service Order -----------------------------------------------------------------------------------


def refuse_cancelling(order: Document, method: str | None = None) -> None:
	"""Doc event `validate`: whoever cancelled the delivery alone would leave an order that nobody brings."""
	before = order.get_doc_before_save()
	if (
		order.service_type != WATER_DELIVERY
		or order.status != order_rules.CANCELLED
		or not before
		or before.status == order_rules.CANCELLED
		or order.flags.with_water_order
	):
		return
	if water_order := frappe.db.get_value(
		WATER_ORDER, {"service_order": order.name, "status": rules.ORDERED}
	):
		stop(Refusal(rules.ORDER_BELONGS, (order.name, water_order)))


def follow(order: Document, method: str | None = None) -> None:
	"""Doc event `on_update`: the desk's list of water orders shows how far the delivery is."""
	if order.service_type == WATER_DELIVERY and order.has_value_changed("status"):
		frappe.db.set_value(
			WATER_ORDER,
			{"service_order": order.name},
			"order_status",
			order.status,
			update_modified=False,
		)
