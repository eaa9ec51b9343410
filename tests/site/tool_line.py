"""Tools as the people of the store work with them: helpers of the tool tests."""

import frappe
from erpnext.stock.doctype.material_request.material_request import make_stock_entry
from frappe.utils import add_days, nowdate

from property_service.property_service.doctype.tool_request import steps
from property_service.stock import stores as places
from tests import stores as make
from tests.site import purchasing

REQUEST, CUSTODY = "Tool Request", "Tool Custody"


class Tools:
	"""A store of its own with tools in it: `tools.lend(...)`, `tools.issue(...)`."""

	def __init__(self, stores, cast, as_user):
		self.stores, self.cast, self.as_user = stores, cast, as_user
		self.company, self.store = stores.company, purchasing.own_store(stores)

	def zone(self, zone="Qualified") -> str:
		return places.zone_warehouse(self.store, zone)

	def tool(self, pieces=5, rate=80, **values) -> str:
		name = make.item(**{"item_name": "电动扳手", "is_tool": 1, **values}).name
		if pieces:
			make.put_in(name, self.zone(), pieces, rate=rate)
		return name

	def request(self, kind, *rows, by="technician", holder="technician", **values):
		with self.as_user(by):
			return frappe.get_doc(
				{
					"doctype": REQUEST,
					"company": self.company,
					"kind": kind,
					"store": self.store,
					"holder": self.cast.employee(holder),
					"purpose": "更换3号楼水泵",
					"due_on": add_days(nowdate(), 2),
					"tools": [row if isinstance(row, dict) else {"item_code": row} for row in rows],
					**values,
				}
			).insert()

	def approved(self, kind, *rows, head="department_head", **values):
		doc = self.request(kind, *rows, **values)
		with self.as_user(values.get("by", "technician")):
			steps.send(doc.name)
		with self.as_user(head):
			steps.approve(doc.name)
		return doc.reload()

	def hand_out(self, doc, by="storekeeper"):
		with self.as_user(by):
			steps.hand_out(doc.name)
		return doc.reload()

	def lend(self, *items, **values):
		"""Lends the items; returns their custodies."""
		doc = self.hand_out(self.approved("Loan", *items, **values))
		return [frappe.get_doc(CUSTODY, row.new_custody) for row in doc.tools]

	def asked(self, item, holder=None, **line):
		"""An issue request for a tool to keep, signed by the head."""
		line = {"item_code": item, "qty": 1, "warehouse": self.zone(), **line}
		if holder:
			line["tool_holder"] = self.cast.employee(holder)
		with self.as_user("technician"):
			values = purchasing.request_values(self.stores, line, store=self.store)
			request = frappe.get_doc(
				{**values, "material_request_type": "Material Issue", "plan_type": None}
			).insert()
		purchasing.act(self.as_user, "technician", request, "Send for Signature")
		purchasing.act(self.as_user, "department_head", request, "Approve")
		return request.reload()

	def issue(self, item, holder=None):
		"""Issues a tool to keep; returns its custody."""
		request = self.asked(item, holder)
		with self.as_user("storekeeper"):
			entry = make_stock_entry(request.name)
			entry.insert()
			entry.submit()
		return frappe.get_last_doc(CUSTODY, {"stock_entry": entry.name})

	def take_back(self, *rows, holder="technician", confirm=False, **values):
		"""`rows`: (custody, condition, is_clean) of what came back, or a custody that did not."""
		tools = [
			{"custody": row[0].name, "is_back": 1, "condition": row[1], "is_clean": row[2]}
			if isinstance(row, tuple)
			else {"custody": row.name}
			for row in rows
		]
		doc = self.request("Return", *tools, by="storekeeper", holder=holder, **values)
		with self.as_user("storekeeper"):
			steps.take_back(doc.name)
		if confirm:
			with self.as_user("department_head"):
				steps.confirm(doc.name)
		return doc.reload()

	def balance(self, item, zone="Qualified") -> float:
		return (
			frappe.db.get_value("Bin", {"item_code": item, "warehouse": self.zone(zone)}, "actual_qty") or 0
		)

	def lent(self, item) -> int:
		key = {"item_code": item, "warehouse": self.zone()}
		return frappe.db.get_value("Tool Loan Balance", key, "lent_qty") or 0
