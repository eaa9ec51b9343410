"""What a company leaves in ERPNext's books by working with every procedure: money, cards, stock, articles, tools, scrap.

`python -m tests.site.lived_in SITE` lets the cast do it on a site of its own, for good, and prints the names of documents that
lead to a record of the app.
"""

import json
import sys

import frappe
from frappe.utils import getdate, nowdate

from property_service import compat
from property_service.property_service.doctype.card_day_posting import posting
from property_service.property_service.doctype.drinking_water_order import drinking_water_order
from property_service.property_service.doctype.service_order import service_order
from property_service.stock import issues, returns
from property_service.stock import stores as places
from tests import cast as people
from tests import low_value as articles
from tests import stores as shelves
from tests.site import committed_data, make, purchasing, scrapping
from tests.site.card_line import Cards, customer
from tests.site.repair_line import DRAWING, Line
from tests.site.till_line import mode
from tests.site.tool_line import Tools

SIGNED = {"sign_off_method": "Drawn Signature", "customer_signature": DRAWING}


def live() -> dict[str, str]:
	cast = people.assemble()
	invoice = at_the_desk(cast)
	line = shelves.set_up_stores(cast)
	in_use = articles.set_up(line)
	emergency = in_the_store(cast, line)
	with_articles(cast, line, in_use)
	return {"invoice": invoice, "emergency": emergency}


def at_the_desk(cast) -> str:
	"""A till day with its closing in the ledger, a card that moves, water out of stock, a repair that is billed."""
	cards = Cards(cast, cast.acting)
	shift = cards.open_till()
	for purpose, amount, how in (("Other", 20, "cash"), ("Key Deposit", 50, "wechat")):
		cards.till.take(purpose, amount, how)
	employer = customer()
	card = cards.card(cash=100, subsidy=50, employer=employer)
	cards.pay(card, 12.5)
	cards.move(card, "Cash Deduction", 10, reason="多输一个零")
	posting.post_company(cast.company, getdate())
	deliver_water(cast)
	cash = {"shift": shift.name, "mode_of_payment": mode("cash")}
	received = frappe.get_all("Front Desk Receipt", cash, pluck="amount", order_by="name")
	cards.till.accept(cards.till.close(shift, 500 + sum(received)))
	return bill(cast)


def deliver_water(cast) -> None:
	unit = make.unit().name
	with shelves.before_the_procedure():
		item = make.water(stock=10)
	with cast.acting("clerk"):
		order = make.water_order(item=item, property_unit=unit)
		service_order.dispatch(
			order.service_order, cast.department_of("technician"), cast.employee("technician")
		)
	line = Line(cast, cast.acting)
	line.arrive(order.service_order)
	line.finish(order.service_order, **SIGNED, sign_off_name="前台小李")
	with cast.acting("clerk"):
		drinking_water_order.deliver(order.name)


def bill(cast) -> str:
	"""The draft of a priced order, submitted by whoever keeps the books; returns the invoice."""
	household = make.household()
	unit = make.unit()
	resident = make.resident(property_unit=unit.name, household=household)
	line = Line(cast, cast.acting)
	order = line.dispatch(line.report(reported_by=resident.name, property_unit=unit.name))
	line.arrive(order)
	with cast.acting("clerk"):
		doc = frappe.get_doc("Service Order", order)
		doc.append("charges", {"charge_type": "Labour", "description": "上门服务费", "amount": 30})
		doc.save()
	line.finish(order)
	invoice = frappe.get_doc("Sales Invoice", {"service_order": order})
	invoice.submit()
	return invoice.name


def in_the_store(cast, line) -> str:
	"""Bought, received with goods that went back, issued, some of it returned; out for an emergency, whose entry is the
	answer; scrapped; a tool kept and one lent.
	"""
	acting = cast.acting
	lamp = shelves.item().name
	request = purchasing.approved(line, acting, lamp)
	receipt = purchasing.received(purchasing.ordered(request, line, acting), acting, qty=8, rejected=2)
	purchasing.returned(receipt, acting, from_rejected=True)
	store = places.store_of(receipt.items[0].warehouse)
	qualified = places.zone_warehouse(store, "Qualified")
	entry = articles.hand_out(
		acting, purchasing.issue_request(line, acting, lamp, qualified, qty=4, store=store)
	)
	with acting("storekeeper"):
		back = returns.make_return(entry.name)
		back.items[0].qty = 1
		back.insert()
		back.submit()
	emergency = in_an_emergency(cast, line, lamp, qualified)
	scrapping.posted(scrapping.shelf(line, cast, acting))
	tools = Tools(line, cast, acting)
	tools.issue(tools.tool(), holder="technician")
	tools.lend(tools.tool())
	return emergency


def in_an_emergency(cast, line, item: str, warehouse: str) -> str:
	with cast.acting("clerk"):
		ticket = make.ticket(priority="Emergency", department=cast.department_of("technician")).name
	with cast.acting("storekeeper"):
		entry = frappe.get_doc(
			{
				"doctype": "Stock Entry",
				"stock_entry_type": "Material Issue",
				"purpose": "Material Issue",
				"company": line.company,
				"emergency_ticket": ticket,
				"items": [{"item_code": item, "qty": 1, "s_warehouse": warehouse}],
			}
		).insert()
		entry.submit()
	with cast.acting("department_head"):
		issues.sign_emergency(entry.name)
	return entry.name


def with_articles(cast, line, in_use) -> None:
	"""Issued, amortised; one of them is scrapped."""
	chair = articles.item("Instalments", 10).name
	entry = articles.issue(line, cast.acting, chair, qty=2, rate=300)
	articles.amortise(cast.acting, line.company, getdate(nowdate()).replace(day=1))
	shelf = scrapping.shelf(line, cast, cast.acting)
	first = articles.articles_of(entry)[0].name
	scrapping.articles_until(shelf, scrapping.of_articles(shelf, first), "Post Scrap")


if __name__ == "__main__":
	frappe.init(sys.argv[1])
	frappe.connect()
	compat.set_test_mode(True)
	frappe.set_user("Administrator")
	named = live()
	frappe.db.commit()
	committed_data.wait_for_jobs()
	print(json.dumps(named))
	frappe.destroy()
