"""Register G, the cost report and the dispatch slip."""

import frappe
import pytest
from frappe.utils import nowdate

from property_service import sheets
from property_service.property_service.doctype.service_order import service_order
from property_service.property_service.report.repair_cost import repair_cost
from property_service.property_service.report.repair_register import repair_register
from property_service.rules import service_order as rules
from tests.site import make


def today():
	return {"from_date": nowdate(), "to_date": nowdate()}


@pytest.fixture
def repaired(as_user, cast):
	"""`repaired(rate, …)`: a ticket with one finished, signed order whose material costs `rate`."""

	def repair(rate=12.5, hours=0, **values):
		with as_user("clerk"):
			ticket = make.ticket(department=cast.departments["engineering"], **values)
			order = service_order.make_for_ticket(
				ticket.name, cast.departments["engineering"], cast.employee("technician")
			)
			order.dispatch()
		with as_user("technician"):
			service_order.arrive(order.name)
			order = frappe.get_doc("Service Order", order.name)
			order.append("materials", {"item_name": "垫片", "specification": "DN15", "qty": 2, "rate": rate})
			order.sign_off_method = rules.PHONE
			order.save()
			service_order.finish(order.name, "换了水龙头垫片", labour_hours=hours)
		with as_user("clerk"):
			service_order.confirm_by_phone(order.name, "何家欢", "Satisfied")
		return ticket.name, order.name

	return repair


def register(**filters):
	return {row.ticket: row for row in repair_register.execute({**today(), **filters})[1]}


def test_a_line_of_the_register_holds_every_column_of_the_form(repaired, as_user):
	ticket, order = repaired(rate=12.5)
	with as_user("clerk"):
		row = register()[ticket]
	assert (row.contact_name, row.place, row.description) == ("何家欢", "三楼走廊", "水龙头漏水")
	assert (row.orders, row.total_cost) == (order, 25)
	assert "张建国" in row.assignees and "何家欢" in row.signed_by
	assert {column["fieldname"] for column in repair_register.columns()} <= set(row)


def test_the_register_takes_one_statement_however_many_tickets(repaired, as_user, count_sql):
	repaired()
	with as_user("clerk"):
		register()
		with count_sql() as few:
			register()
		for _ in range(3):
			make.ticket()
		with count_sql() as many:
			register()
	assert len(few) == len(many)
	assert sum("group_concat" in statement for statement in many.statements) == 1


@pytest.mark.rule("ORG-02")
def test_a_department_head_reads_the_own_departments_lines_only(repaired, as_user):
	ticket, _order = repaired()
	with as_user("department_head"):
		assert ticket in register()
	with as_user("other_department_head"):
		assert ticket not in register()
		assert not repair_cost.execute({**today(), "group_by": "Repair Ticket"})[1]


@pytest.mark.parametrize(
	"period",
	[
		{},
		{"from_date": "2026-03-01"},
		{"from_date": "2026-03-02", "to_date": "2026-03-01"},
		{"from_date": "2020-01-01", "to_date": "2026-01-01"},
	],
)
def test_a_period_that_is_none_is_refused(period):
	for report in (repair_register, repair_cost):
		with pytest.raises(frappe.ValidationError):
			report.execute(period)


@pytest.mark.rule("SVC-11")
def test_the_cost_report_adds_up_to_the_tickets(repaired, as_user):
	first, _ = repaired(rate=12.5)
	second, _ = repaired(rate=2.335, repair_kind="Home Repair")
	with as_user("service_manager"):
		by_ticket = {
			row.grouped: row for row in repair_cost.execute({**today(), "group_by": "Repair Ticket"})[1]
		}
		by_kind = repair_cost.execute({**today(), "group_by": "Repair Kind"})[1]
	assert (by_ticket[first].total_cost, by_ticket[second].total_cost) == (25, 4.67)
	assert sum(row.total_cost for row in by_kind) == pytest.approx(
		sum(row.total_cost for row in by_ticket.values())
	)
	for ticket, row in by_ticket.items():
		assert row.total_cost == frappe.db.get_value("Repair Ticket", ticket, "total_cost")


@pytest.mark.rule("SVC-11")
@pytest.mark.parametrize("group_by", list(repair_cost.GROUPS))
def test_every_grouping_has_the_same_total(repaired, as_user, group_by):
	repaired(rate=12.5)
	repaired(rate=0.335)
	with as_user("service_manager"):
		total = sum(row.total_cost for row in repair_cost.execute({**today(), "group_by": group_by})[1])
		single = sum(
			row.total_cost for row in repair_cost.execute({**today(), "group_by": "Repair Ticket"})[1]
		)
	assert total == pytest.approx(single)


def test_the_cost_report_takes_no_grouping_of_its_own(as_user):
	with pytest.raises(frappe.ValidationError):
		repair_cost.execute({**today(), "group_by": "1; drop table x"})


def test_the_slip_prints_the_order_and_escapes_what_people_typed(repaired):
	_ticket, name = repaired(description="<script>alert(1)</script> 漏水")
	order = frappe.get_doc("Service Order", name)
	html = frappe.get_print("Service Order", name, "Dispatch Slip", doc=order, no_letterhead=1)
	assert "<script>alert(1)" not in html and "&lt;script&gt;alert(1)" in html
	for text in (name, order.customer_name, order.customer_phone, "垫片", "DN15", "换了水龙头垫片", "张建国"):
		assert text in html
	assert 'src="data:image/png;base64,' in html


def test_lines_of_a_slip_fill_pages_of_ten():
	order = frappe.new_doc("Service Order")
	order.name = "PG-TEST"
	for number in range(13):
		order.append("materials", {"item_name": f"{number}", "qty": 1})
	pages = sheets.dispatch_slip(order).pages
	assert [len(page) for page in pages] == [10, 10]
	assert sum(row is not None for page in pages for row in page) == 13
