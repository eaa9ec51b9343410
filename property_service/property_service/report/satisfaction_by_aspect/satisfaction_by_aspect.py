"""Rates per aspect of the household surveys: satisfied ÷ answered (SVC-19)."""

import frappe
from frappe import _

from property_service.property_service.doctype.satisfaction_survey.satisfaction_survey import rates

SURVEY = "Satisfaction Survey"


def execute(filters: dict | None = None):
	surveys = chosen_surveys(frappe._dict(filters or {}))
	rows = rates(list(surveys))
	for row in rows:
		row.title = surveys[row.survey].title
	return columns(), rows, None, chart(rows), summary(surveys)


def chosen_surveys(filters: frappe._dict) -> dict[str, frappe._dict]:
	conditions = []
	if filters.survey:
		conditions.append(["name", "=", filters.survey])
	if filters.company:
		conditions.append(["company", "=", filters.company])
	if filters.from_date:
		conditions.append(["from_date", ">=", filters.from_date])
	if filters.to_date:
		conditions.append(["from_date", "<=", filters.to_date])
	# get_list: the reader's permissions hold here as in the list
	found = frappe.get_list(
		SURVEY,
		filters=conditions,
		fields=["name", "title", "forms_issued"],
		order_by="from_date desc",
		limit_page_length=0,
	)
	return {row.name: row for row in found}


def columns() -> list[dict]:
	return [
		{"fieldname": "survey", "label": _("Survey"), "fieldtype": "Link", "options": SURVEY, "width": 160},
		{"fieldname": "title", "label": _("Title"), "fieldtype": "Data", "width": 220},
		{"fieldname": "aspect", "label": _("Aspect"), "fieldtype": "Data", "width": 200},
		{"fieldname": "satisfied", "label": _("Satisfied"), "fieldtype": "Int", "width": 100},
		{"fieldname": "answered", "label": _("Answered"), "fieldtype": "Int", "width": 100},
		{"fieldname": "rate", "label": _("Satisfaction Rate (%)"), "fieldtype": "Int", "width": 100},
	]


def chart(rows: list[frappe._dict]) -> dict | None:
	"""One bar per aspect; several surveys stand side by side."""
	aspects = list(dict.fromkeys(row.aspect for row in rows))
	titles = list(dict.fromkeys((row.survey, row.title) for row in rows))
	if not aspects:
		return None
	rate = {(row.survey, row.aspect): row.rate or 0 for row in rows}
	return {
		"data": {
			"labels": aspects,
			"datasets": [
				{"name": title, "values": [rate.get((survey, aspect), 0) for aspect in aspects]}
				for survey, title in titles
			],
		},
		"type": "bar",
		"axisOptions": {"shortenYAxisNumbers": 1},
	}


def summary(surveys: dict[str, frappe._dict]) -> list[dict]:
	responses = frappe.db.count("Satisfaction Response", {"survey": ("in", list(surveys) or [""])})
	issued = sum(survey.forms_issued or 0 for survey in surveys.values())
	return [
		{"label": _("Surveys"), "value": len(surveys), "datatype": "Int"},
		{"label": _("Forms Handed Out"), "value": issued, "datatype": "Int"},
		{"label": _("Responses"), "value": responses, "datatype": "Int", "indicator": "Blue"},
	]
