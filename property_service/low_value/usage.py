"""Using a shared article in turn (轮流使用): the label is scanned, the server writes who and when (procedure 4.3.3, LV-03).

Any employee of the article's company with a login may: articles go from hand to hand between departments. What one scans is
the address on the label or the number itself.
"""

import frappe
from frappe.utils import escape_html, now_datetime

from property_service import commands
from property_service.low_value import articles
from property_service.refusals import stop
from property_service.rules import amortisation as rules
from property_service.rules import article_usage
from property_service.rules.refusal import Refusal

USAGE = "Article Usage"
RECENT = 5


@frappe.whitelist(methods=["GET", "POST"])
def look_at(code: str) -> dict:
	"""What a scanned label stands for: the article, who has it now, the last turns, and whether that is the reader.

	Raises frappe.PermissionError for whoever is no employee of its company, frappe.ValidationError for an unknown label.
	"""
	name, employee = article_of(code)
	article = frappe.db.get_value(
		articles.ARTICLE,
		name,
		[
			*("name", "item_name", "specification", "status", "department", "keeper_name", "user_name"),
			"location",
		],
		as_dict=True,
	)
	turns = frappe.get_all(
		USAGE,
		filters={"article": name},
		fields=[
			*("employee", "employee_name", "used_from", "used_to", "condition_before", "condition_after"),
			"open_key",
		],
		order_by="used_from desc, name desc",
		limit=RECENT,
	)
	current = next((turn for turn in turns if turn.open_key), None)
	return {
		"article": article,
		"turns": turns,
		"current": current,
		"mine": bool(current and current.employee == employee),
	}


@frappe.whitelist(methods=["POST"])
@commands.carried_out_again
def take_over(code: str, condition: str = "Good", remarks: str | None = None) -> dict:
	"""Begin the reader's turn, ending the one that is open; the condition is that of the hand-over. Returns `look_at`.

	Raises frappe.PermissionError and frappe.ValidationError as `look_at`, for an article that is gone, and when the reader has
	it already.
	"""
	name, employee = article_of(code)
	article = locked(name)
	stop(rules.refuse_gone(name, article.status), context=articles.ARTICLE)
	stop(article_usage.refuse_condition(condition))
	current = open_turn(name)
	stop(article_usage.refuse_taking(name, bool(current and current.employee == employee)))
	if current:
		end(current.name, condition)
	turn = frappe.get_doc(
		{
			"doctype": USAGE,
			"article": name,
			"item_name": article.item_name,
			"company": article.company,
			"employee": employee,
			"employee_name": articles.name_of(employee),
			"department": frappe.get_cached_value("Employee", employee, "department"),
			"used_from": now_datetime(),
			"condition_before": condition,
			"remarks": article_usage.shortened(remarks),
			"open_key": name,
		}
	)
	turn.flags.server_write = True
	turn.insert(ignore_permissions=True)  # any employee of the company, see above
	return look_at(name)


@frappe.whitelist(methods=["POST"])
@commands.carried_out_again
def give_back(code: str, condition: str = "Good") -> dict:
	"""End the turn that is open; returns `look_at`. Raises as `take_over`, and when nobody has the article."""
	name, _employee = article_of(code)
	locked(name)
	stop(article_usage.refuse_condition(condition))
	current = open_turn(name)
	if not current:
		stop(Refusal(article_usage.NOT_OUT, (name,)))
	end(current.name, condition)
	return look_at(name)


def article_of(code: str) -> tuple[str, str]:
	"""(article, employee who scans)."""
	name = article_usage.number_on_label(code)
	found = frappe.db.get_value(articles.ARTICLE, name, ["name", "company"], as_dict=True) if name else None
	if not found:
		stop(Refusal(article_usage.NO_SUCH_LABEL, (escape_html(str(name))[:60],)))
	employee = articles.employee_of(frappe.session.user)
	if not employee or frappe.get_cached_value("Employee", employee, "company") != found.company:
		stop(
			Refusal(article_usage.NOT_AN_EMPLOYEE, (found.company,)),
			another_persons=(article_usage.NOT_AN_EMPLOYEE,),
		)
	return found.name, employee


def locked(name: str) -> frappe._dict:
	return frappe.db.get_value(
		articles.ARTICLE, name, ["status", "item_name", "company"], as_dict=True, for_update=True
	)


def open_turn(name: str) -> frappe._dict | None:
	"""The article is locked."""
	return frappe.db.get_value(USAGE, {"open_key": name}, ["name", "employee"], as_dict=True, for_update=True)


def end(turn: str, condition: str) -> None:
	frappe.db.set_value(
		USAGE, turn, {"used_to": now_datetime(), "condition_after": condition, "open_key": None}
	)
