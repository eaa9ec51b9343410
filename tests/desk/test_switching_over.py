"""The day of switching over at the desk: articles in use come in with what of them is expense already (ORG-06, LV-02)."""

import frappe
import pytest
from frappe.utils import nowdate

from property_service import settings
from property_service.rules import amortisation as rules
from tests import low_value as make
from tests.desk.pages import CHINESE, FormPage, ListPage

OPENING, ARTICLE = "Article Opening", "Low Value Article"
PIECES, PRICE = 12, 240


@pytest.fixture(scope="module")
def door(low_value, stage, cast):
	"""The finance manager has opened it until today; a desk of twelve instalments and a chair halved are in use."""
	frappe.set_user("Administrator")
	frappe.db.rollback()
	row = settings.company_row(low_value.company)
	before = row.opening_data_until
	frappe.db.set_value(row.doctype, row.name, "opening_data_until", nowdate())
	things = frappe._dict(
		desk=make.item(rules.INSTALMENTS, 12, item_name="办公桌").name,
		chair=make.item(rules.FIFTY_FIFTY).name,
		department=cast.departments["engineering"],
		company=low_value.company,
	)
	frappe.db.commit()
	frappe.clear_document_cache(settings.DOCTYPE, settings.DOCTYPE)
	yield things
	frappe.db.rollback()
	frappe.set_user("Administrator")
	frappe.db.set_value(row.doctype, row.name, "opening_data_until", before)
	frappe.db.commit()
	frappe.clear_document_cache(settings.DOCTYPE, settings.DOCTYPE)


@pytest.mark.rule("ORG-06", "LV-02", "LV-05")
def test_articles_in_use_are_taken_over(sit_down, door, shots):
	desk = sit_down("stores_accountant")
	form = FormPage(desk, OPENING).new(company=door.company, posting_date=nowdate())
	since = make.months_ago(6)
	desk.js(
		"""async rows => {
			cur_frm.clear_table("items");
			for (const values of rows) {
				const row = cur_frm.add_child("items");
				for (const [name, value] of Object.entries(values)) {
					await frappe.model.set_value(row.doctype, row.name, name, value);
				}
			}
			cur_frm.refresh_field("items");
		}""",
		[
			{
				"item": door.desk,
				"qty": PIECES,
				"in_use_since": since,
				"cost": PRICE,
				"amortised_amount": 100,
				"department": door.department,
			},
			{
				"item": door.chair,
				"qty": 1,
				"in_use_since": since,
				"cost": 180,
				"amortised_amount": 90,
				"department": door.department,
			},
		],
	)
	desk.idle()
	form.press_save()
	# six of twelve instalments of 240 are 120
	said = desk.message()
	assert "120" in said and CHINESE.search(said)
	desk.dismiss_message()
	desk.js(
		"() => frappe.model.set_value(cur_frm.doc.items[0].doctype, cur_frm.doc.items[0].name, 'amortised_amount', 120)"
	)
	form.save()
	assert form.english() == []
	assert (form.value("pieces"), form.value("total_cost"), form.value("total_amortised")) == (
		PIECES + 1,
		PIECES * PRICE + 180,
		PIECES * 120 + 90,
	)
	form.press("Submit")
	desk.click(desk.page.locator(".modal.show .btn-primary:visible").last)
	desk.page.wait_for_function("() => cur_frm.doc.docstatus === 1 && cur_frm.doc.journal_entry")
	desk.idle()
	desk.picture(shots, "article-opening")
	opening = form.name

	form.press("Articles")
	ListPage(desk, ARTICLE).rows.first.wait_for()
	desk.idle()
	desk.picture(shots, "article-opening-articles")
	frappe.db.rollback()
	found = frappe.get_all(
		ARTICLE,
		{"article_opening": opening},
		["cost", "amortised_amount", "net_value", "status"],
		order_by="name",
	)
	assert len(found) == PIECES + 1
	assert {(row.cost, row.amortised_amount, row.net_value, row.status) for row in found} == {
		(240, 120, 120, "In Use"),
		(180, 90, 90, "In Use"),
	}
	assert make.broken() == []
