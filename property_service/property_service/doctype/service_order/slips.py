"""Slips that are late on their way back to the desk (SVC-10)."""

from collections import defaultdict
from collections.abc import Collection
from datetime import date

import frappe
from frappe.utils import add_days, cint, format_datetime, getdate, nowdate

from property_service import notifications, settings
from property_service.rules import service_order as rules


def remind_first_handlers() -> list[str]:
	"""Daily job: tells the first handler of each late slip, once a day however often it runs; returns the orders."""
	today = getdate(nowdate())
	reminded = [order for order in late_slips(today) if claim(order.name, today)]
	for order in reminded:
		notifications.tell(
			[order.first_handler or order.dispatched_by],
			"The slip of service order {0} has not come back to the desk",
			(order.name,),
			doctype="Service Order",
			name=order.name,
			details=[
				("Assigned To", order.assigned_to_name),
				("Finished On", format_datetime(order.finished_on, "yyyy-MM-dd HH:mm")),
				("Customer Address", order.customer_address),
			],
			mail=False,
		)
	return [order.name for order in reminded]


def claim(order: str, today: date) -> bool:
	"""Whether this run is the one that reminds today: one conditional update decides between two runs."""
	table = frappe.qb.DocType("Service Order")
	(
		frappe.qb.update(table)
		.set(table.chased_on, today)
		.where(table.name == order)
		.where(table.chased_on.isnull() | (table.chased_on < today))
		.run()
	)
	return frappe.db._cursor.rowcount == 1


def late_slips(today: date) -> list[frappe._dict]:
	"""Finished orders whose slip is overdue and was not chased today."""
	days = cint(settings.get().chase_after_working_days)
	free = holidays(add_days(today, -60), today)
	return [
		order
		for order in unreturned(today)
		if rules.slip_is_late(getdate(order.finished_on), today, days, free[order.company])
	]


def unreturned(today: date) -> list[frappe._dict]:
	order, ticket = frappe.qb.DocType("Service Order"), frappe.qb.DocType("Repair Ticket")
	return (
		frappe.qb.from_(order)
		.left_join(ticket)
		.on(ticket.name == order.repair_ticket)
		.select(order.name, order.company, order.finished_on, order.assigned_to_name, order.customer_address)
		.select(order.dispatched_by, ticket.first_handler)
		.where(order.status == rules.FINISHED)
		.where(order.finished_on < today)
		.where(order.chased_on.isnull() | (order.chased_on < today))
		.orderby(order.name)
		.run(as_dict=True)
	)


def holidays(start: date, end: date) -> dict[str, Collection[date]]:
	"""{company: its days off between two dates}, from the list in the settings or else the company's own."""
	lists = {row.company: row.holiday_list for row in settings.get().companies}
	for company in frappe.get_all("Company", fields=["name", "default_holiday_list"], order_by="name"):
		lists[company.name] = lists.get(company.name) or company.default_holiday_list
	days = defaultdict(set)
	for row in frappe.get_all(
		"Holiday",
		filters={
			"parent": ("in", [name for name in lists.values() if name]),
			"holiday_date": ("between", [start, end]),
		},
		fields=["parent", "holiday_date"],
		order_by="holiday_date",
	):
		days[row.parent].add(row.holiday_date)
	return defaultdict(set, {company: days[name] for company, name in lists.items()})
