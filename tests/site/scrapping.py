"""A scrap request through its signatures: helpers of the tests about scrapping (WH-25, WH-26)."""

import frappe
import pytest
from frappe.model.workflow import apply_workflow
from frappe.utils import flt

from property_service import settings
from property_service.stock import stores as places
from tests import stores as make

DOCTYPE = "Scrap Request"
SIGNED = (
	("storekeeper", "Send for Signature"),
	("other_department_head", "Approve"),
	("finance_manager", "Pass to General Manager"),
	("general_manager", "Approve"),
	("stores_accountant", "Post Scrap"),
)


def shelf(stores, cast, as_user):
	"""A store of its own with 10 lamps in two layers (5 at 2, 5 at 6); the storekeeper's department has a head."""
	store = make.store(stores.company)
	qualified = places.zone_warehouse(store, "Qualified")
	lamp = make.item(item_name="灯管", valuation_method="FIFO").name
	for rate in (2, 6):
		make.put_in(lamp, qualified, 5, rate)
	frappe.db.set_value(
		"Department", cast.department_of("storekeeper"), "department_head", cast.user("other_department_head")
	)
	row = settings.company_row(stores.company)
	return frappe._dict(
		company=stores.company,
		store=store,
		qualified=qualified,
		lamp=lamp,
		cast=cast,
		as_user=as_user,
		expense=row.scrap_expense_account,
		receivable=row.other_receivable_account,
	)


def row_values(shelf, **values) -> dict:
	return {
		"item_code": shelf.lamp,
		"warehouse": shelf.qualified,
		"qty": 3,
		"reason": "Unusable",
		"years_in_use": 1,
		**values,
	}


def values(shelf, *rows, **values) -> dict:
	return {
		"doctype": DOCTYPE,
		"company": shelf.company,
		"source": "Stock",
		"store": shelf.store,
		"manual_at_hand": 1,
		"items": [row_values(shelf, **row) for row in (rows or ({},))],
		**values,
	}


def written(shelf, *rows, person="storekeeper", **others):
	with shelf.as_user(person):
		return frappe.get_doc(values(shelf, *rows, **others)).insert()


def act(shelf, person: str, doc, action: str):
	with shelf.as_user(person):
		return apply_workflow(frappe.get_doc(DOCTYPE, doc.name), action)


def verify(shelf, doc, person="finance_manager", **found):
	"""What finance enters while it verifies; `found` goes to the first row."""
	with shelf.as_user(person):
		doc = frappe.get_doc(DOCTYPE, doc.name)
		doc.finding = "已锈蚀,无法修复"
		doc.set("verifiers", [{"employee": shelf.cast.employee("stores_accountant")}])
		doc.items[0].update(found)
		return doc.save()


def until(shelf, doc, action: str, **found):
	"""The request with all steps up to the last one of this name, each by whose step it is."""
	last = max(i for i, (_person, name) in enumerate(SIGNED) if name == action)
	for person, name in SIGNED[: last + 1]:
		if name == "Pass to General Manager":
			verify(shelf, doc, **found)
		act(shelf, person, doc, name)
	return frappe.get_doc(DOCTYPE, doc.name)


def posted(shelf, *rows, **found):
	return until(shelf, written(shelf, *rows), "Post Scrap", **found)


def ledger(*vouchers: str) -> dict[str, float]:
	"""Account -> debit less credit, of these vouchers as the ledger has them now."""
	found: dict[str, float] = {}
	for entry in frappe.get_all(
		"GL Entry",
		filters={"voucher_no": ("in", [name for name in vouchers if name]), "is_cancelled": 0},
		fields=["account", "debit", "credit"],
		order_by="name",
	):
		found[entry.account] = flt(found.get(entry.account, 0) + entry.debit - entry.credit, 2)
	return found


def refused(message: str, exc=frappe.ValidationError):
	"""`with refused(rules.NO_REASON):` the English text of the rule, its values left open."""
	import re

	return pytest.raises(exc, match=".*".join(re.escape(part) for part in re.split(r"\{\d\}", message)))


# ---- low-value articles (LV-11) --------------------------------------------------------------------------------------


def chairs(shelf, low_value, method: str, *costs: float, amortised: float = 0, **values) -> list[str]:
	"""Articles of the technician's department as an issue left them, `amortised` of each being expense already."""
	names = []
	for piece, cost in enumerate(costs, start=1):
		article = frappe.get_doc(
			{
				"doctype": "Low Value Article",
				"item": values.get("item") or shelf.chair,
				"item_name": "办公椅",
				"low_value_class": "Office",
				"status": "In Use",
				"company": shelf.company,
				"department": shelf.cast.department_of("technician"),
				"cost": cost,
				"amortised_amount": amortised,
				"net_value": flt(cost - amortised, 2),
				"issue_value": cost,
				"amortisation_method": method,
				"instalments": 10 if method == "Instalments" else 0,
				"expense_account": low_value.expense,
				"cost_center": frappe.get_cached_value("Company", shelf.company, "cost_center"),
				"in_use_since": frappe.utils.add_days(frappe.utils.nowdate(), -366),
				"issue_row": frappe.generate_hash(length=10),
				"piece": piece,
			}
		)
		article.flags.server_write = True
		names.append(article.insert(ignore_permissions=True).name)
	return names


def of_articles(shelf, *names: str, person="technician", rows=(), **values):
	"""A request for articles; `rows` are further values of each row."""
	lines = [
		{"low_value_article": name, "reason": "Unusable", **(rows[at] if at < len(rows) else {})}
		for at, name in enumerate(names)
	]
	with shelf.as_user(person):
		return frappe.get_doc(
			{
				"doctype": DOCTYPE,
				"company": shelf.company,
				"source": "Low Value Article",
				"items": lines,
				**values,
			}
		).insert()


ARTICLE_STEPS = (
	("technician", "Send for Signature"),
	("department_head", "Approve"),
	("finance_manager", "Pass to General Manager"),
	("general_manager", "Approve"),
	("stores_accountant", "Post Scrap"),
)


def investigate(shelf, doc, cause="Natural", person="admin_hr"):
	from property_service.property_service.doctype.scrap_request import steps

	with shelf.as_user(person):
		rows = [{"row": row.name, "cause": cause} for row in doc.items]
		steps.investigate(doc.name, rows, "现场查看")


def articles_until(shelf, doc, action: str, cause="Natural", decide=None, **found):
	"""The request with all steps up to the last one of this name; `found` goes to the first row, the cause to every row."""
	last = max(i for i, (_person, name) in enumerate(ARTICLE_STEPS) if name == action)
	for position, (person, name) in enumerate(ARTICLE_STEPS[: last + 1]):
		if name == "Pass to General Manager":
			investigate(shelf, doc, cause)
			with shelf.as_user("finance_manager"):
				verified = frappe.get_doc(DOCTYPE, doc.name)
				verified.finding = "椅腿断裂"
				verified.set("verifiers", [{"employee": shelf.cast.employee("stores_accountant")}])
				for row in verified.items:
					row.cause = cause
				verified.items[0].update(found)
				verified.save()
		if position == 3 and decide:
			decide(frappe.get_doc(DOCTYPE, doc.name))
		act(shelf, person, doc, name)
	return frappe.get_doc(DOCTYPE, doc.name)
