"""From a plan to a receipt, as the people whose steps they are: helpers of the purchasing tests."""

import frappe
from frappe.model.workflow import apply_workflow
from frappe.utils import add_days, nowdate

from property_service.stock import inspections
from property_service.stock import stores as places
from tests import stores as make

REQUEST = "Material Request"


def request_values(stores, *lines, **values) -> dict:
	"""A purchase request as a storekeeper would send it; `lines`: item codes or dicts."""
	return {
		"doctype": REQUEST,
		"material_request_type": "Purchase",
		"company": stores.company,
		"store": stores.store,
		"plan_type": "Monthly",
		"transaction_date": nowdate(),
		"schedule_date": add_days(nowdate(), 10),
		"items": [
			{
				"item_code": line if isinstance(line, str) else line["item_code"],
				"qty": 10,
				"schedule_date": add_days(nowdate(), 10),
				**({} if isinstance(line, str) else line),
			}
			for line in lines
		],
		**values,
	}


def own_store(stores) -> str:
	"""A store nobody else plans for: a month has one monthly plan per store."""
	return make.store(stores.company)


def plan(stores, as_user, *lines, **values):
	values.setdefault("store", own_store(stores))
	with as_user("storekeeper"):
		return frappe.get_doc(request_values(stores, *lines, **values)).insert()


def act(as_user, person: str, request, action: str):
	with as_user(person):
		return apply_workflow(
			frappe.get_doc(REQUEST, request if isinstance(request, str) else request.name), action
		)


def approved(stores, as_user, *lines, **values):
	"""A plan that went through finance and general manager."""
	request = plan(stores, as_user, *lines, **values)
	return approve(as_user, request)


def approve(as_user, request):
	act(as_user, "storekeeper", request, "Send to Finance")
	act(as_user, "finance_manager", request, "Pass to General Manager")
	return act(as_user, "general_manager", request, "Approve")


def order_of(request, stores, **quantities):
	"""The order that the desk would map from an approved request; not inserted. `qty` sets every row's quantity."""
	from erpnext.stock.doctype.material_request.material_request import make_purchase_order

	order = make_purchase_order(request.name)
	order.supplier = stores.supplier
	for row in order.items:
		row.schedule_date = add_days(nowdate(), 10)
		row.rate = 5
		row.qty = quantities.get("qty", row.qty)
	return order


def ordered(request, stores, as_user, **quantities):
	with as_user("buyer"):
		order = order_of(request, stores, **quantities)
		order.insert()
		order.submit()
	return order


def receipt_of(order, qty=None, rejected=0):
	"""The receipt that the desk would map from an order; not inserted."""
	from erpnext.buying.doctype.purchase_order.purchase_order import make_purchase_receipt

	receipt = make_purchase_receipt(order.name)
	for row in receipt.items:
		if qty is not None:
			row.qty = qty
		row.rejected_qty = rejected
		row.received_qty = row.qty + rejected
		if rejected:
			row.rejected_warehouse = places.zone_warehouse(places.store_of(row.warehouse), "Nonconforming")
	return receipt


def inspected(receipt):
	"""The draft with every row inspected by the session user, as good as its quantities say; reloaded."""
	for row in receipt.items:
		verdict = "Accepted" if row.qty else "Rejected"
		inspections.record(receipt.doctype, receipt.name, row.name, verdict, row.required_sample)
	return receipt.reload()


def received(order, as_user, qty=None, rejected=0):
	with as_user("storekeeper"):
		receipt = receipt_of(order, qty, rejected)
		receipt.insert()
		inspected(receipt).submit()
	return receipt


def direct(order, as_user, cast):
	"""An inspected draft of all that was ordered, which the technicians take over as it arrives; not signed yet."""
	with as_user("storekeeper"):
		receipt = receipt_of(order)
		receipt.update(
			{
				"direct_issue": 1,
				"issue_department": cast.department_of("technician"),
				"issue_user": cast.employee("technician"),
			}
		)
		receipt.insert()
		return inspected(receipt)


def issue_request(stores, as_user, item: str, warehouse: str, qty: float = 10, signed: bool = True, **values):
	"""What a technician asks the store for, signed by the department's head unless told otherwise."""
	line = {"item_code": item, "qty": qty, "warehouse": warehouse}
	with as_user("technician"):
		request = frappe.get_doc(
			{
				**request_values(stores, line, **values),
				"material_request_type": "Material Issue",
				"plan_type": None,
			}
		).insert()
	act(as_user, "technician", request, "Send for Signature")
	if signed:
		act(as_user, "department_head", request, "Approve")
	return request.reload()


def returned(receipt, as_user, qty=None, from_rejected=False):
	"""Goods that go back to the supplier: `qty` of each row (default: all), or all that was rejected."""
	from erpnext.stock.doctype.purchase_receipt import purchase_receipt

	with as_user("storekeeper"):
		if from_rejected:
			back = purchase_receipt.make_purchase_return_against_rejected_warehouse(receipt.name)
		else:
			back = purchase_receipt.make_purchase_return(receipt.name)
			for row in back.items:
				quantity = -abs(qty if qty is not None else row.qty)
				row.update({"qty": quantity, "received_qty": quantity, "rejected_qty": 0})
		back.insert()
		back.submit()
	return back


def counters(request) -> list[tuple[float, float]]:
	"""(accepted, committed) of each row."""
	return [
		(row.accepted_qty, row.committed_qty)
		for row in frappe.get_all(
			"Material Request Item",
			filters={"parent": request.name},
			fields=["accepted_qty", "committed_qty"],
			order_by="idx",
		)
	]
