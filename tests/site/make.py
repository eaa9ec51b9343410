"""Makes the records that tests start from, with the least that is valid; every value can be given.

`x_values()` is what a person would send (REST, import), `x()` inserts it as the current user.
"""

import itertools
import random

import frappe

from property_service.setup import till

_numbers = itertools.count(1)


def company() -> str:
	return frappe.defaults.get_global_default("company")


def insert(values: dict):
	return frappe.get_doc(values).insert()


def mobile_number() -> str:
	"""A number nobody else has: phone look-ups must not find another test's people."""
	return f"139{random.randrange(10_000):04d}{next(_numbers):04d}"


def unit_values(**values) -> dict:
	number = next(_numbers)
	return {
		"doctype": "Property Unit",
		"unit_code": f"T-{frappe.generate_hash(length=6)}",
		"unit_name": f"{number} 室",
		"unit_type": "Room",
		"company": company(),
		**values,
	}


def unit(**values):
	return insert(unit_values(**values))


def resident_values(**values) -> dict:
	return {
		"doctype": "Resident",
		"resident_name": "何家欢",
		"mobile_no": mobile_number(),
		"gender": frappe.get_all("Gender", pluck="name", order_by="name", limit=1)[0],
		"company": company(),
		"status": "Registered",
		"tier": "Ordinary",
		**values,
	}


def resident(**values):
	return insert(resident_values(**values))


def category(department: str | None = None, **values):
	"""A repair category of its own, so that the duplicate guard sees only the test's tickets."""
	return insert(
		{
			"doctype": "Repair Category",
			"category_name": f"水龙头 {frappe.generate_hash(length=6)}",
			"department": department,
			**values,
		}
	)


def ticket_values(**values) -> dict:
	return {
		"doctype": "Repair Ticket",
		"company": company(),
		"channel": "Phone",
		"contact_name": "何家欢",
		"contact_phone": mobile_number(),
		"location": "三楼走廊",
		"repair_kind": "Home Repair",
		"priority": "Normal",
		"description": "水龙头漏水",
		**values,
	}


def ticket(**values):
	return insert(ticket_values(**values))


def order_values(**values) -> dict:
	return {
		"doctype": "Service Order",
		"company": company(),
		"service_type": "Repair",
		"customer_name": "何家欢",
		"customer_phone": mobile_number(),
		"customer_address": "一期 1 幢 101 室",
		"matter": "水龙头漏水",
		**values,
	}


def order(**values):
	return insert(order_values(**values))


def counter(**values):
	"""A counter of its own, so that no other test's shift or handover is in the way."""
	return insert(
		{
			"doctype": "Front Desk Counter",
			"counter_name": f"柜台 {frappe.generate_hash(length=6)}",
			# its numbers start at one, whatever another test has committed
			"counter_code": frappe.generate_hash(length=6).upper(),
			"company": company(),
			**values,
		}
	)


# ---- registers of the front desk ----------------------------------------------------------------------------------


def key_values(**values) -> dict:
	"""A key of a room of its own; `units` are names of units."""
	units = values.pop("units", None) or [unit().name]
	return {
		"doctype": "Property Key",
		"key_tag": f"K-{frappe.generate_hash(length=8).upper()}",
		"company": company(),
		"units": [{"property_unit": name} for name in units],
		**values,
	}


def key(**values):
	return insert(key_values(**values))


def loan_values(key: str, **values) -> dict:
	return {
		"doctype": "Key Loan",
		"property_key": key,
		"loan_kind": "Temporary",
		"borrower_kind": "Cleaner",
		"borrower_name": "王阿姨",
		"borrower_phone": mobile_number(),
		"purpose": "打扫卫生",
		**values,
	}


def loan(key: str, **values):
	return insert(loan_values(key, **values))


def plate() -> str:
	"""A number plate nobody else has."""
	return f"浙A{frappe.generate_hash(length=12).upper().translate(str.maketrans('IO', 'XY'))[:5]}"


def pass_values(**values) -> dict:
	"""An application of a resident company's employee whose four papers were seen."""
	return {
		"doctype": "Vehicle Pass",
		"company": company(),
		"plate": plate(),
		"vehicle": "比亚迪 秦",
		"colour": "白",
		"applicant_kind": "Resident Company Employee",
		"applicant_name": "林晓东",
		"phone": mobile_number(),
		"employer_name": "老鹰地矿业公司",
		"id_card_seen": 1,
		"driving_licence_seen": 1,
		"vehicle_licence_seen": 1,
		"employer_letter_seen": 1,
		**values,
	}


def vehicle_pass(**values):
	return insert(pass_values(**values))


def release_values(property_unit: str, **values) -> dict:
	return {
		"doctype": "Goods Release Pass",
		"company": company(),
		"property_unit": property_unit,
		"carrier_kind": "Owner",
		"carrier_name": "何家欢",
		"phone": mobile_number(),
		"valid_on": frappe.utils.nowdate(),
		"goods": [{"goods": "冰箱", "qty": 1, "unit": "台", "value": 1500}],
		**values,
	}


def release(property_unit: str, **values):
	return insert(release_values(property_unit, **values))


def gym_plan(**values):
	return insert(
		{
			"doctype": "Gym Plan",
			"plan_name": f"月卡 {frappe.generate_hash(length=6)}",
			"company": company(),
			"plan_kind": "Days",
			"days": 30,
			"price": 0,
			**values,
		}
	)


def membership_values(plan: str, resident: str, **values) -> dict:
	return {
		"doctype": "Gym Membership",
		"company": company(),
		"plan": plan,
		"resident": resident,
		"id_card_seen": 1,
		"start_on": frappe.utils.nowdate(),
		**values,
	}


def membership(plan: str, resident: str, **values):
	return insert(membership_values(plan, resident, **values))


def customer(**values) -> str:
	"""A resident company."""
	return insert(
		{
			"doctype": "Customer",
			"customer_name": f"老鹰地矿业 {frappe.generate_hash(length=6)}",
			"customer_type": "Company",
			**values,
		}
	).name


def water(rate: float = 12.5, stock: int = 0, returnable: int = 1, **values) -> str:
	"""An item that the settings name as drinking water of the company, with `stock` bottles in its warehouse."""
	item = insert(
		{
			"doctype": "Item",
			"item_code": f"桶装水 {frappe.generate_hash(length=6)}",
			"item_group": frappe.db.get_value("Item Group", {"is_group": 0}, order_by="lft"),
			"stock_uom": frappe.db.get_value("UOM", {"name": ("in", ("Nos", "个", "桶"))})
			or frappe.db.get_value("UOM", {}),
			"is_stock_item": 1,
			"valuation_rate": 5,
			**values,
		}
	).name
	settings = frappe.get_doc("Property Service Settings")
	settings.append(
		"water_items", {"company": company(), "item": item, "rate": rate, "returnable": returnable}
	)
	row = next(row for row in settings.companies if row.company == company())
	row.water_warehouse = row.water_warehouse or frappe.db.get_value(
		"Warehouse",
		{"company": company(), "is_group": 0, "warehouse_type": ("is", "not set")},
		order_by="lft",
	)
	settings.save()
	if stock:
		receive(item, stock, row.water_warehouse)
	return item


def receive(item: str, quantity: int, warehouse: str) -> None:
	entry = insert(
		{
			"doctype": "Stock Entry",
			"stock_entry_type": frappe.db.get_value(
				"Stock Entry Type", {"purpose": "Material Receipt"}, order_by="creation"
			),
			"company": company(),
			"to_warehouse": warehouse,
			"items": [{"item_code": item, "qty": quantity, "t_warehouse": warehouse, "basic_rate": 5}],
		}
	)
	entry.flags.inward_checked = (
		True  # what was there before the test; a company with the stores procedure plans it
	)
	entry.submit()


def water_order_values(**values) -> dict:
	return {
		"doctype": "Drinking Water Order",
		"company": company(),
		"contact_name": "何家欢",
		"contact_phone": mobile_number(),
		"qty": 2,
		"mode_of_payment": till.mode_of_payment("cash"),
		**values,
	}


def water_order(**values):
	return insert(water_order_values(**values))


# ---- residence ----------------------------------------------------------------------------------------------------


def household() -> str:
	"""Who pays for a unit."""
	return customer(customer_name=f"何家欢家庭 {frappe.generate_hash(length=6)}", customer_type="Individual")


def invoice(customer: str, amount: float) -> str:
	"""A submitted invoice of one service; returns its name."""
	item = f"服务 {frappe.generate_hash(length=6)}"
	insert(
		{
			"doctype": "Item",
			"item_code": item,
			"item_group": frappe.get_all("Item Group", {"is_group": 0}, pluck="name", order_by="lft")[0],
			"stock_uom": frappe.db.get_single_value("Stock Settings", "stock_uom"),
			"is_stock_item": 0,
		}
	)
	doc = insert(
		{
			"doctype": "Sales Invoice",
			"customer": customer,
			"company": company(),
			"items": [{"item_code": item, "qty": 1, "rate": amount}],
		}
	)
	doc.submit()
	return doc.name


def residence_values(**values) -> dict:
	return {
		"doctype": "Residence Application",
		"company": company(),
		"applicant_name": f"林晓东{next(_numbers)}",
		"mobile_no": mobile_number(),
		"gender": "Male",
		"employer": frappe.db.get_value("Customer", {"customer_name": "老鹰地矿业公司"}) or employer(),
		"emergency_contact": "林父",
		"emergency_phone": mobile_number(),
		"from_date": frappe.utils.nowdate(),
		**values,
	}


def employer() -> str:
	user = frappe.session.user
	frappe.set_user("Administrator")
	name = customer(customer_name="老鹰地矿业公司", customer_type="Company")
	frappe.set_user(user)
	return name


def residence(**values):
	return insert(residence_values(**values))


def employer_letter(application, **values) -> None:
	"""Attaches the employer's letter as the form's upload does, and writes down who confirmed."""
	letter = frappe.get_doc(
		{
			"doctype": "File",
			"file_name": "letter.txt",
			"content": f"单位证明 {frappe.generate_hash(length=6)}",
			"is_private": 1,
			"attached_to_doctype": application.doctype,
			"attached_to_name": application.name,
		}
	).insert()
	doc = frappe.get_doc(application.doctype, application.name)
	doc.update({"employer_letter": letter.file_url, "employer_confirmed_by": "何主任", **values})
	doc.save()
