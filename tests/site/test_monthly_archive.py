"""The documents of a month are listed, checked and locked with their attachments (LV-15)."""

import frappe
import pytest
from frappe.utils import getdate, nowdate

from property_service.archive import documents
from property_service.property_service.doctype.monthly_archive import monthly_archive
from property_service.rules import monthly_archive as rules
from property_service.stock import stores as places
from tests import stores as make
from tests.site import scrapping
from tests.site.scrapping import refused

pytestmark = pytest.mark.rule("LV-15")

ARCHIVE = documents.ARCHIVE


@pytest.fixture
def month(stores, cast, as_user):
	"""A month with a receipt and an issue, and a file on the issue; the storekeeper's list of it."""
	store = make.store(stores.company)
	qualified = places.zone_warehouse(store, "Qualified")
	item = make.item().name
	day = make.months_ago(1)
	receipt = make.put_in(item, qualified, 10, posting_date=day)
	issue = make.take_out(item, qualified, 2, posting_date=day)
	file = attach(issue)
	return frappe._dict(
		company=stores.company,
		cast=cast,
		as_user=as_user,
		store=store,
		qualified=qualified,
		item=item,
		day=day,
		receipt=receipt,
		issue=issue,
		file=file,
	)


def attach(doc, name="签字联.txt"):
	return frappe.get_doc(
		{
			"doctype": "File",
			"file_name": name,
			"attached_to_doctype": doc.doctype,
			"attached_to_name": doc.name,
			"content": f"{name} {frappe.generate_hash(length=6)}",
			"is_private": 1,
		}
	).insert()


def listed(month, day=None, person="storekeeper"):
	with month.as_user(person):
		return frappe.get_doc(
			{"doctype": ARCHIVE, "company": month.company, "month": day or month.day}
		).insert()


def act(month, person, function, doc, *args):
	with month.as_user(person):
		function(doc.name, *args)
	doc.reload()
	return doc


def checked(month):
	doc = listed(month)
	act(month, "storekeeper", monthly_archive.hand_in, doc)
	return act(month, "finance_manager", monthly_archive.check, doc)


def test_the_list_has_every_document_of_the_month_with_its_attachments(month):
	doc = listed(month)
	lines = {line.document: line for line in doc.lines}
	assert lines[month.issue.name].attachments == 1
	assert lines[month.receipt.name].document_type == "Stock Entry"
	assert (doc.month, doc.document_count) == (getdate(month.day).replace(day=1), len(doc.lines))
	assert doc.attachment_count == sum(line.attachments for line in doc.lines)
	with pytest.raises(frappe.UniqueValidationError):
		listed(month)


def test_handed_in_by_the_store_and_checked_by_the_finance_manager(month):
	doc = listed(month)
	with refused(rules.NOT_A_STEP):
		act(month, "finance_manager", monthly_archive.check, doc)
	act(month, "stores_accountant", monthly_archive.hand_in, doc)
	with pytest.raises(frappe.PermissionError):
		act(month, "stores_accountant", monthly_archive.check, doc)
	with refused(rules.NO_REASON):
		act(month, "finance_manager", monthly_archive.send_back, doc, " ")
	act(month, "finance_manager", monthly_archive.send_back, doc, "缺签字联")
	assert (doc.status, doc.decision_reason) == ("Returned", "缺签字联")
	attach(month.receipt)
	act(month, "storekeeper", monthly_archive.hand_in, doc)
	act(month, "finance_manager", monthly_archive.check, doc)
	assert (doc.status, doc.checked_by) == ("Checked", month.cast.user("finance_manager"))
	assert [step.actor_role for step in doc.approval_steps] == [
		None,
		"Finance Manager",
		None,
		"Finance Manager",
	]


def test_what_came_since_is_not_locked_unseen(month):
	doc = listed(month)
	act(month, "storekeeper", monthly_archive.hand_in, doc)
	attach(month.receipt)
	with refused(rules.LIST_CHANGED):
		act(month, "finance_manager", monthly_archive.check, doc)


def test_a_month_that_runs_or_has_drafts_is_not_locked(month):
	now = listed(month, nowdate())
	act(month, "storekeeper", monthly_archive.hand_in, now)
	with refused(rules.NOT_OVER):
		act(month, "finance_manager", monthly_archive.check, now)
	draft = frappe.copy_doc(month.issue)
	draft.update({"docstatus": 0, "set_posting_time": 1, "posting_date": month.day})
	with make.before_the_procedure():
		draft.insert()
	doc = listed(month)
	assert draft.name in doc.unfinished
	act(month, "storekeeper", monthly_archive.hand_in, doc)
	with refused(rules.UNFINISHED):
		act(month, "finance_manager", monthly_archive.check, doc)


def test_afterwards_neither_the_documents_nor_their_attachments_change(month):
	doc = checked(month)
	with refused(rules.DOCUMENT_LOCKED), month.as_user("stores_accountant"):
		frappe.get_doc("Stock Entry", month.issue.name).cancel()
	with refused(rules.DOCUMENT_LOCKED):
		attach(month.issue)
	with refused(rules.DOCUMENT_LOCKED):
		month.file.file_name = "另一份.txt"
		month.file.save()
	other = attach(frappe.get_doc("Item", month.item))
	with refused(rules.DOCUMENT_LOCKED):
		other.update({"attached_to_doctype": "Stock Entry", "attached_to_name": month.issue.name})
		other.save()
	with refused(rules.IS_CHECKED):
		doc.remarks = "改一下"
		doc.save()


def test_afterwards_nothing_is_posted_in_the_month(month):
	doc = checked(month)
	entry = frappe.get_doc(
		{
			"doctype": "Stock Entry",
			"stock_entry_type": "Material Issue",
			"company": month.company,
			"set_posting_time": 1,
			"posting_date": month.day,
			"items": [{"item_code": month.item, "qty": 1, "s_warehouse": month.qualified}],
		}
	)
	with pytest.raises(frappe.ValidationError), month.as_user("stores_accountant"):
		entry.insert()
	# ERPNext's period may be taken away; the app's own lock stands
	frappe.delete_doc("Accounting Period", doc.accounting_period, force=True)
	with refused(rules.MONTH_LOCKED), month.as_user("stores_accountant"):
		entry.insert()
	entry.posting_date = nowdate()
	entry.insert()


def test_the_accounting_period_closes_the_stock_documents_of_the_month(month):
	doc = checked(month)
	period = frappe.get_doc("Accounting Period", doc.accounting_period)
	assert period.start_date == doc.month
	assert {row.document_type for row in period.closed_documents if row.closed} == set(documents.POSTING)


def test_a_period_of_the_companys_own_closes_the_stock_as_well(month):
	first, last = getdate(month.day).replace(day=1), frappe.utils.get_last_day(month.day)
	own = frappe.get_doc(
		{
			"doctype": "Accounting Period",
			"period_name": "自有期间",
			"company": month.company,
			"start_date": first,
			"end_date": last,
			"closed_documents": [{"document_type": "Sales Invoice", "closed": 1}],
		}
	).insert()
	doc = checked(month)
	assert doc.accounting_period == own.name
	closed = {row.document_type for row in own.reload().closed_documents if row.closed}
	assert closed == {"Sales Invoice", *documents.POSTING}


def test_nothing_that_is_kept_is_deleted(month):
	with month.as_user("stores_accountant"):  # who may change the books of a day that is over (WH-20)
		frappe.get_doc("Stock Entry", month.issue.name).cancel()
	with refused(rules.KEPT):
		frappe.delete_doc("Stock Entry", month.issue.name)
	with refused(rules.KEPT):
		frappe.delete_doc("File", month.file.name)


def test_what_was_completed_late_comes_with_the_next_list(month, stores):
	shelf = scrapping.shelf(stores, month.cast, month.as_user)
	late = scrapping.written(shelf)
	frappe.db.set_value("Scrap Request", late.name, "creation", f"{month.day} 10:00:00")
	first = checked(month)
	assert late.name not in {line.document for line in first.lines}
	late = scrapping.until(shelf, late, "Post Scrap")
	second = listed(month, nowdate())
	names = {line.document for line in second.lines}
	assert {late.name, late.stock_entry} <= names
	assert month.issue.name not in names


def test_over_rest_the_server_keeps_what_is_its_own(committed, rest, stores, cast):
	answer = rest("storekeeper").insert(
		ARCHIVE,
		company=stores.company,
		month=make.months_ago(2),
		status="Checked",
		checked_by=cast.user("clerk"),
		document_count=99,
		lines=[{"document_type": "DocType", "document": "Item"}],
	)
	assert answer.status_code == 200, answer.text[:400]
	doc = answer.json()["data"]
	assert (doc["status"], doc.get("checked_by")) == ("Open", None)
	assert rest("storekeeper").set_value(ARCHIVE, doc["name"], "status", "Checked").status_code == 200
	after = rest("storekeeper").get(ARCHIVE, doc["name"]).json()["data"]
	assert (after["status"], after["document_count"]) == ("Open", len(after["lines"]))
	assert rest("storekeeper").delete(ARCHIVE, doc["name"]).status_code == 403
	assert rest("clerk").get(ARCHIVE, doc["name"]).status_code == 403
	method = f"{monthly_archive.__name__}.check"
	assert rest("storekeeper").call(method, name=doc["name"]).status_code in (403, 417)
	assert rest("clerk").call(method, name=doc["name"]).status_code == 403
