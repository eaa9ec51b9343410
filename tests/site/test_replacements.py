"""First scrap, then buy; the supplier's invoice goes with receipt and acceptance (LV-12, LV-13)."""

import frappe
import pytest
from erpnext.stock.doctype.purchase_receipt.purchase_receipt import make_purchase_invoice

from property_service.buying import plan_making, plan_steps, replacements
from property_service.property_service.doctype.scrap_request import steps
from property_service.rules import replacement as rules
from property_service.rules import scrap as scrap_rules
from tests import low_value as line
from tests.site import purchasing, scrapping
from tests.site.scrapping import chairs, refused


@pytest.fixture
def shelf(stores, low_value, cast, as_user):
	shelf = scrapping.shelf(stores, cast, as_user)
	shelf.stores, shelf.low_value = stores, low_value
	shelf.chair = line.item("One-off", certificate_exempt=1).name
	return shelf


def scrapped(shelf, pieces=1) -> list[str]:
	names = chairs(shelf, shelf.low_value, "One-off", *[200] * pieces, amortised=200)
	scrapping.articles_until(shelf, scrapping.of_articles(shelf, *names), "Post Scrap")
	return names


def request(shelf, *articles, reason="Replacement", qty=None, **values):
	row = {"item_code": shelf.chair, "qty": qty or len(articles) or 1, "purchase_reason": reason}
	named = [{"article": name, "for_item": shelf.chair} for name in articles]
	return purchasing.plan(shelf.stores, shelf.as_user, row, replaced_articles=named, **values)


# ---- why it is bought ------------------------------------------------------------------------------------------------


@pytest.mark.rule("LV-12")
def test_a_low_value_row_says_why(shelf):
	for reason in (None, ""):
		with refused(rules.NO_REASON):
			request(shelf, reason=reason)
	assert request(shelf, reason="Additional", qty=9).items[0].purchase_reason == "Additional"
	plain = purchasing.plan(
		shelf.stores, shelf.as_user, {"item_code": shelf.lamp, "qty": 1, "purchase_reason": "Replacement"}
	)
	assert not plain.items[0].purchase_reason


@pytest.mark.rule("LV-12")
def test_a_replacement_names_what_was_scrapped(shelf):
	with refused(rules.NOT_NAMED):
		request(shelf)
	(in_use,) = chairs(shelf, shelf.low_value, "One-off", 200)
	with refused(rules.NOT_SCRAPPED):
		request(shelf, in_use)
	(gone,) = scrapped(shelf)
	with refused(rules.NOT_NAMED):
		request(shelf, gone, qty=2)
	with refused(rules.TWICE):
		request(shelf, gone, gone)
	with refused(rules.FOR_NOTHING):
		request(shelf, gone, reason="Additional")
	doc = request(shelf, gone)
	with refused(rules.USED):
		request(shelf, gone)
	with refused(scrap_rules.REPLACED), shelf.as_user("finance_manager"):
		steps.cancel(frappe.db.get_value("Low Value Article", gone, "ended_by"), "误报")
	# it goes all the way, and stays used
	assert purchasing.approve(shelf.as_user, doc).docstatus == 1
	with refused(rules.USED):
		request(shelf, gone)


@pytest.mark.rule("LV-12")
def test_a_rejected_or_cancelled_request_gives_its_articles_free(shelf):
	(gone,) = scrapped(shelf)
	doc = request(shelf, gone)
	purchasing.act(shelf.as_user, "storekeeper", doc, "Send to Finance")
	with shelf.as_user("finance_manager"):
		plan_steps.reject(doc.name, "预算不足")
	second = purchasing.approve(shelf.as_user, request(shelf, gone))
	with shelf.as_user("general_manager"):
		frappe.get_doc("Material Request", second.name).cancel()
	request(shelf, gone)


@pytest.mark.rule("LV-12")
def test_the_database_lets_no_two_requests_name_an_article(shelf, monkeypatch):
	(gone,) = scrapped(shelf)
	request(shelf, gone)
	monkeypatch.setattr(replacements, "used_by_others", lambda *_args: {})
	with pytest.raises(frappe.UniqueValidationError):
		request(shelf, gone)


@pytest.mark.rule("LV-12")
def test_what_the_system_plans_is_no_replacement(shelf):
	rows = [frappe._dict(item_code=shelf.chair), frappe._dict(item_code=shelf.lamp)]
	replacements.reason_for_the_system(rows, shelf.company)
	assert [row.purchase_reason for row in rows] == ["Additional", None]
	assert plan_making.replacements is replacements


# ---- the supplier's invoice ------------------------------------------------------------------------------------------


@pytest.fixture
def receipt(shelf):
	"""Ten chairs, planned, ordered, inspected and received."""
	row = {"item_code": shelf.chair, "qty": 10, "purchase_reason": "Additional"}
	order = purchasing.ordered(
		purchasing.approved(shelf.stores, shelf.as_user, row), shelf.stores, shelf.as_user
	)
	return purchasing.received(order, shelf.as_user)


def invoice(receipt, qty=None, **values):
	doc = make_purchase_invoice(receipt.name)
	for row in doc.items:
		row.qty = qty or row.qty
		row.update(values)
	return doc.insert()


@pytest.mark.rule("LV-13")
def test_an_invoice_goes_with_its_receipt(shelf, receipt):
	with refused(rules.NO_RECEIPT):
		invoice(receipt, pr_detail=None, purchase_receipt=None).submit()
	first = invoice(receipt, qty=6)
	first.submit()
	with refused(rules.TOO_MUCH):
		invoice(receipt, qty=6).submit()
	invoice(receipt, qty=4).submit()


@pytest.mark.rule("LV-13")
def test_what_was_not_accepted_is_not_claimed(shelf, receipt):
	frappe.db.set_value("Quality Inspection", receipt.items[0].quality_inspection, "status", "Rejected")
	with refused(rules.NOT_ACCEPTED):
		invoice(receipt).submit()


@pytest.mark.rule("LV-13")
def test_other_goods_and_companies_without_the_procedure_are_untouched(shelf, receipt):
	frappe.db.set_value("Item", shelf.chair, "low_value_class", None)
	invoice(receipt, pr_detail=None, purchase_receipt=None).submit()
