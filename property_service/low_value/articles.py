"""What documents do with articles: hand them over and change their state. Money is `endings`' and `runs`' affair.

Lock order: the document that acts, rows of the issue, articles in the order of their names.
"""

from collections.abc import Iterable

import frappe
from frappe.utils import getdate, nowdate

from property_service.low_value import article_ledger
from property_service.low_value.article_ledger import Article
from property_service.refusals import stop
from property_service.rules import amortisation as rules
from property_service.rules.refusal import Refusal

ARTICLE = article_ledger.ARTICLE
AS_IT_IS = object()


def lock(names: Iterable[str], company: str, *, live: bool = True) -> list[Article]:
	"""The articles of these names, locked until the end of the transaction, in the order of their names.

	Raises frappe.ValidationError for a name that is no article of `company`, and, if `live`, for one that is lost,
	scrapped, returned or cancelled (LV-02).
	"""
	wanted = sorted(set(names))
	found = article_ledger.locked(lambda table: table.name.isin(wanted)) if wanted else []
	known = {article.name for article in found if article.company == company}
	for name in wanted:
		if name not in known:
			stop(Refusal(rules.UNKNOWN_ARTICLE, (name, company)))
	if live:
		for article in found:
			stop(rules.refuse_gone(article.name, article.status), context=ARTICLE)
	return found


def move(
	names: Iterable[str],
	company: str,
	*,
	department: str,
	keeper: str | None = None,
	user_employee: str | None = None,
	cost_center: str | None = None,
	location: str | None = None,
) -> list[Article]:
	"""Hand articles over to `department`, its `keeper` and `user_employee` (Employee); server-side, locked (LV-08).

	`keeper` empty: the one the department has named. What is still to be amortised goes to `cost_center` from the next run
	on (default: the department's, and where it has none the article's own); what was posted stays. `location` empty leaves
	the place as it is. The caller has checked who signs, and records it. Returns the articles as they were before, raises
	frappe.ValidationError for one that is gone.
	"""
	found = lock(names, company)
	keeper = keeper or keeper_of(department)
	cost_center = cost_center or frappe.get_cached_value("Department", department, "cost_center")
	values = {
		"department": department,
		"keeper": keeper,
		"keeper_name": name_of(keeper),
		"user_employee": user_employee,
		"user_name": name_of(user_employee),
	}
	if cost_center:
		values["cost_center"] = cost_center
	if location:
		values["location"] = location
	table = frappe.qb.DocType(ARTICLE)
	article_ledger.set_values([article.name for article in found], {**values, "moves": table.moves + 1})
	return found


def settle(names: Iterable[str], company: str, status: str) -> list[Article]:
	"""Change articles to In Use, Idle or Under Repair (LV-09, LV-10); nothing is posted.

	Returns them as they were before. Raises frappe.ValidationError for one that is gone or is in that state already. The end
	of an article is `endings.life_end`.
	"""
	found = lock(names, company)
	for article in found:
		stop(rules.refuse_state(article.name, article.status, status), context=ARTICLE)
	article_ledger.set_values([article.name for article in found], {"status": status})
	return found


def open_of(employee: str) -> list[frappe._dict]:
	"""What an employee has in use or keeps: name, item, item_name, department, status (WH-24, LV-08)."""
	table = frappe.qb.DocType(ARTICLE)
	return (
		frappe.qb.from_(table)
		.select(table.name, table.item, table.item_name, table.department, table.status, table.company)
		.where((table.user_employee == employee) | (table.keeper == employee))
		.where(table.status.isin(rules.LIVE))
		.orderby(table.name)
		.run(as_dict=True)
	)


def keeper_of(department: str | None) -> str | None:
	"""The employee a department has named for its articles; its head where nobody is named (procedure 4.3.2)."""
	if not department:
		return None
	keeper, head = frappe.get_cached_value("Department", department, ["low_value_keeper", "department_head"])
	return keeper or employee_of(head)


def employee_of(user: str | None) -> str | None:
	"""The employee with this login."""
	return frappe.db.get_value("Employee", {"user_id": user, "status": "Active"}) if user else None


def name_of(employee: str | None) -> str | None:
	return frappe.get_cached_value("Employee", employee, "employee_name") if employee else None


def today():
	return getdate(nowdate())
