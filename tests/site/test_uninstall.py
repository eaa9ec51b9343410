"""Q-06: what uninstall takes away beside the app's own records, and what it leaves to the company.

The whole way, on a site of its own, is walked in test_install.py.
"""

from pathlib import Path

import frappe
import pytest
from frappe.utils import CallbackManager

from property_service import series
from property_service.setup import service_items, uninstall, uninstall_traces
from property_service.setup.memory import made
from tests.site import make

pytestmark = pytest.mark.rule("Q-06")


def link_field(doctype: str, target: str, **values):
	"""A field of the company's own, without its column: that would end the transaction."""
	field = frappe.get_doc(
		{
			"doctype": "Custom Field",
			"name": f"{doctype}-unit_of_ours",
			"dt": doctype,
			"fieldname": "unit_of_ours",
			"label": "单元",
			"fieldtype": "Link",
			"options": target,
			"insert_after": "customer",
			**values,
		}
	)
	field.db_insert()
	frappe.clear_cache(doctype=doctype)
	return field


class TestTraces:
	def test_a_permission_on_one_of_our_doctypes_would_keep_its_user_out(self, cast):
		clerk = cast.user("clerk")
		frappe.permissions.add_user_permission("Property Unit", make.unit().name, clerk)
		frappe.permissions.add_user_permission("Department", cast.departments["service"], clerk)
		uninstall_traces.remove()
		left = frappe.get_all("User Permission", {"user": clerk}, pluck="allow", order_by="name")
		assert left == ["Department"]

	def test_a_field_to_one_of_our_doctypes_would_keep_the_form_from_opening(self):
		link_field("Sales Invoice", "Property Unit")
		foreign = link_field("Sales Order", "Customer").name
		uninstall_traces.remove()
		assert not frappe.get_meta("Sales Invoice").has_field("unit_of_ours")
		assert frappe.db.exists("Custom Field", foreign)

	def test_a_dimension_of_units_leaves_the_forms(self):
		dimension = frappe.get_doc(
			{"doctype": "Accounting Dimension", "name": "单元", "label": "单元", "fieldname": "unit_of_ours"}
		)
		dimension.update({"document_type": "Property Unit"})
		dimension.db_insert()
		link_field("GL Entry", "Property Unit", insert_after="account")
		frappe.make_property_setter(
			{
				"doctype": "Budget",
				"fieldname": "budget_against",
				"property": "options",
				"property_type": "Text",
				"value": "\nCost Center\nProject\nProperty Unit",
			}
		)
		uninstall_traces.remove()
		assert not frappe.db.exists("Accounting Dimension", dimension.name)
		assert not frappe.get_meta("GL Entry").has_field("unit_of_ours")
		assert "Property Unit" not in frappe.get_meta("Budget").get_field("budget_against").options

	def test_a_notification_about_our_records_would_stop_the_days_others(self):
		values = {"subject": "提醒", "event": "Days After", "date_changed": "creation", "message": "…"}
		for name, doctype in (("工单", "Repair Ticket"), ("发票", "Sales Invoice")):
			frappe.get_doc(
				{
					"doctype": "Notification",
					"name": name,
					"document_type": doctype,
					"recipients": [{"receiver_by_document_field": "owner"}],
					**values,
				}
			).insert()
		uninstall_traces.remove()
		assert not frappe.db.exists("Notification", "工单")
		assert frappe.db.exists("Notification", "发票")

	def test_what_was_said_about_a_record_does_not_wait_for_the_next_of_its_number(self):
		unit, customer = make.unit(), frappe.get_doc("Customer", make.customer())
		for doc in (unit, customer):
			doc.add_comment("Comment", "电话打不通")
		frappe.get_doc(
			{
				"doctype": "Communication",
				"subject": "回信",
				"reference_doctype": unit.doctype,
				"reference_name": unit.name,
			}
		).insert()
		uninstall_traces.remove()
		about = {"comment_type": "Comment", "reference_name": ("in", (unit.name, customer.name))}
		assert frappe.get_all("Comment", about, pluck="reference_doctype") == ["Customer"]
		(letter,) = frappe.get_all(
			"Communication", {"subject": "回信"}, ["reference_doctype", "reference_name"]
		)
		assert letter == {"reference_doctype": None, "reference_name": None}

	def test_nobody_is_asked_for_a_step_of_a_role_that_goes(self):
		"""On documents of ERPNext, too."""
		theirs, ours = (self.step(role) for role in ("Accounts Manager", "Storekeeper"))
		uninstall_traces.remove()
		assert frappe.db.exists("Workflow Action", theirs)
		assert not frappe.db.exists("Workflow Action", ours)
		assert not frappe.db.exists("Workflow Action Permitted Role", {"parent": ours})

	def step(self, role: str) -> str:
		action = frappe.get_doc(
			{
				"doctype": "Workflow Action",
				"status": "Open",
				"reference_doctype": "Material Request",
				"reference_name": "MAT-MR-2021-00001",
				"permitted_roles": [{"role": role}],
			}
		)
		return action.insert(ignore_links=True).name

	def test_copies_of_papers_go_with_their_records(self, monkeypatch):
		later = CallbackManager()
		monkeypatch.setattr(frappe.db, "after_commit", later)
		unit, customer = make.unit(), frappe.get_doc("Customer", make.customer())
		ours, theirs = (self.paper(doc, f"身份证 {frappe.generate_hash()}") for doc in (unit, customer))
		shared = [self.paper(doc, f"合同 {customer.name}") for doc in (unit, customer)]
		paths = {file.name: Path(file.get_full_path()) for file in (ours, theirs, *shared)}
		later.reset()
		try:
			uninstall_traces.remove()
			assert paths[ours.name].exists(), "from the disk only when nothing can go wrong any more"
			later.run()
			there = {name for name in paths if frappe.db.exists("File", name)}
			assert there == {theirs.name, shared[1].name}
			assert [paths[name].exists() for name in (ours.name, theirs.name, shared[1].name)] == [
				False,
				True,
				True,
			]
		finally:
			for path in paths.values():
				path.unlink(missing_ok=True)

	def paper(self, doc, content: str):
		return frappe.get_doc(
			{
				"doctype": "File",
				"file_name": f"{frappe.generate_hash(length=6)}.txt",
				"content": content,
				"is_private": 1,
				"attached_to_doctype": doc.doctype,
				"attached_to_name": doc.name,
			}
		).insert()

	def test_an_invoice_does_not_bill_the_next_order_of_that_number(self, cast):
		invoice = make.invoice(make.customer(), 30)
		frappe.db.set_value("Sales Invoice", invoice, "service_order", make.order().name)
		before = frappe.db.get_value("Sales Invoice", invoice, ["docstatus", "grand_total", "modified"])
		uninstall_traces.remove()
		assert frappe.db.get_value("Sales Invoice", invoice, "service_order") is None
		assert (
			frappe.db.get_value("Sales Invoice", invoice, ["docstatus", "grand_total", "modified"]) == before
		)

	def test_what_a_company_made_for_our_doctypes_does_not_come_back(self):
		frappe.permissions.add_permission("Repair Ticket", "Support Team")
		frappe.make_property_setter(
			{"doctype": "Repair Ticket", "fieldname": "location", "property": "reqd", "value": "1"}
		)
		uninstall_traces.remove()
		assert not frappe.db.exists("Custom DocPerm", {"parent": "Repair Ticket"})
		assert not frappe.db.exists("Property Setter", {"doc_type": "Repair Ticket"})


def test_counters_of_past_years_begin_anew_as_well():
	for prefix in ("BX-2021-", "ACC-JV-2021-"):
		frappe.db.sql("insert into tabSeries (name, current) values (%s, 7)", prefix)
	uninstall.remove_naming_counters()
	left = {row[0] for row in frappe.db.sql("select name from tabSeries")}
	assert "BX-2021-" not in left
	assert not series.current_prefixes() & left
	assert "ACC-JV-2021-" in left


def test_an_item_that_was_billed_keeps_its_price():
	"""ERPNext deletes an item's prices before it finds out that the item is used."""
	service_items.ensure()
	item = made()["item/labour_item"]
	invoice = frappe.get_doc("Sales Invoice", make.invoice(make.customer(), 30))
	frappe.db.set_value("Sales Invoice Item", invoice.items[0].name, "item_code", item)
	price = make.insert(
		{
			"doctype": "Item Price",
			"item_code": item,
			"price_list": frappe.db.get_value("Price List", {"selling": 1}),
			"price_list_rate": 80,
		}
	)
	uninstall_traces.remove()
	service_items.remove()
	assert frappe.db.exists("Item", item)
	assert frappe.db.exists("Item Price", price.name)
