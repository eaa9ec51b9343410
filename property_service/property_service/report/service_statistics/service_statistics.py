"""Service Statistics (月度统计表): the figures of the monthly meeting by month, project or building (SVC-23).

A document counts in the month in which it began: a contact and a complaint when received, a repair when reported (its
completion, reopening and follow-up with it), a follow-up and a survey's answer when asked. A rate without a document to
judge is empty, a count of nothing is 0. Times are by the clock on the wall, from the report to the event, including nights.
"""

from collections.abc import Iterable
from datetime import date

import frappe
from frappe import _
from frappe.utils import cint, getdate, nowdate

from property_service.property_service.report.service_statistics import counts, figures
from property_service.property_service.report.service_statistics.counts import ELSEWHERE, MONTH, Question
from property_service.property_service.report.service_statistics.figures import Figure
from property_service.rules import service_statistics as rules
from property_service.rules.reception import CATEGORIES

GROUPS = (MONTH, "Project", "Building")
MOST_MONTHS = 13
MOST_PLACES = 60
TOTAL = "total"


class Column:
	"""A month or a place: its fieldname in the report, the bucket whose cells it shows, and the days it lasts."""

	def __init__(self, bucket: str, label: str, first: date, last: date, place: str | None = None):
		self.bucket, self.label, self.first, self.last, self.place = bucket, label, first, last, place

	@property
	def fieldname(self) -> str:
		return "bucket_" + frappe.scrub(self.bucket or "elsewhere")


def execute(filters: dict | None = None) -> tuple:
	question = question_of(frappe._dict(filters or {}))
	cells = counts.count(question)
	buckets = columns_of(question, cells)
	cells = counts.fold(cells, {column.bucket for column in buckets})
	rows = list(lines(cells, buckets, question))
	return columns(buckets, question), rows, note(question), chart(cells, buckets), summary(rows)


def question_of(filters: frappe._dict) -> Question:
	"""Raises ValidationError for a bad period, grouping or place, PermissionError for those not meant to read this."""
	for doctype in counts.REGISTERS:
		frappe.has_permission(doctype, "report", throw=True)
	if not (filters.from_date and filters.to_date):
		frappe.throw(_("Choose the period of the report."))
	first, last = getdate(filters.from_date), getdate(filters.to_date)
	if first > last or len(rules.months(first, last)) > MOST_MONTHS:
		frappe.throw(_("The period ends before it begins or is longer than a year."))
	group_by = filters.group_by or MONTH
	if group_by not in GROUPS:
		frappe.throw(_("Choose one of the groupings offered."))
	if filters.property_unit and not frappe.db.exists("Property Unit", filters.property_unit):
		frappe.throw(_("Choose one of the places offered."))
	return Question(first, last, group_by, filters.company or None, filters.property_unit or None)


# ---- columns -----------------------------------------------------------------------------------------------------


def columns_of(question: Question, cells: counts.Cells) -> list[Column]:
	if question.group_by == MONTH:
		return [
			Column(month.key, month.key, max(month.first, question.first), min(month.last, question.last))
			for month in rules.months(question.first, question.last)
		]
	places = places_of(question, {bucket for found in cells.values() for bucket in found})
	return [Column(*place, question.first, question.last, place[0]) for place in places] + [
		Column(ELSEWHERE, _("Elsewhere"), question.first, question.last)
	]


def places_of(question: Question, busy: set[str]) -> list[tuple[str, str]]:
	"""(name, spoken name) of the places of the level, left to right, busy or not; disabled ones only when busy.

	Raises ValidationError when they fill no sheet.
	"""
	outermost = set(counts.places_by_unit(question.group_by).values())
	conditions = [
		["unit_type", "=", question.group_by],
		["name", "in", sorted(outermost) or [""]],
		*(["name", *condition] for condition in within(question.unit)),
	]
	if question.company:
		conditions.append(["company", "=", question.company])
	places = [
		(place.name, place.unit_name)
		for place in frappe.get_list(
			"Property Unit",
			filters=conditions,
			fields=["name", "unit_name", "disabled"],
			order_by="lft asc",
			limit_page_length=0,
		)
		if place.name in busy or not place.disabled
	]
	if len(places) > MOST_PLACES:
		frappe.throw(
			_("More than {0} places stand beside each other. Choose the place they belong to.").format(
				MOST_PLACES
			)
		)
	return places


def columns(buckets: list[Column], question: Question) -> list[dict]:
	first = {"fieldname": "label", "label": _("Figure"), "fieldtype": "Data", "width": 230}
	shown = [
		{
			"fieldname": column.fieldname,
			"label": column.label,
			"fieldtype": "Float",
			"precision": 1,
			"width": 110,
			"from_date": str(column.first),
			"to_date": str(column.last),
			"place": place_filters(column, buckets, question),
		}
		for column in buckets
	]
	whole = {
		"fieldname": TOTAL,
		"label": _("Total", context="Service Statistics"),
		"fieldtype": "Float",
		"precision": 1,
		"width": 110,
		"from_date": str(question.first),
		"to_date": str(question.last),
		"place": within(question.unit),
	}
	return [first, *shown, whole]


def place_filters(column: Column, buckets: list[Column], question: Question) -> list[list[str]]:
	"""Conditions on `property_unit` of the list behind a cell."""
	if question.group_by == MONTH:
		return within(question.unit)
	if column.place:
		return within(column.place)
	others = [other.place for other in buckets if other.place]
	outside = [[operator, place] for place in others for operator in ("!=", "not descendants of")]
	return within(question.unit) + outside


def within(place: str | None) -> list[list[str]]:
	return [["descendants of (inclusive)", place]] if place else []


# ---- lines -------------------------------------------------------------------------------------------------------


def lines(cells: counts.Cells, buckets: list[Column], question: Question) -> Iterable[dict]:
	today = getdate(nowdate())
	for section in figures.sections(cells):
		yield {"label": section.label, "indent": 0, "is_section": 1}
		for figure in section.figures:
			yield line(figure, cells.get(figure.key, {}), buckets, question, today)


def line(figure: Figure, found: dict, buckets: list[Column], question: Question, today: date) -> dict:
	row = {
		"label": figure.label,
		"indent": figure.indent,
		"figure": figure.key,
		"kind": figure.kind,
		"doctype": figure.doctype,
		"date_field": figure.date_field,
		"filters": figure.filters,
	}
	for column in buckets:
		row[column.fieldname] = shown(
			figure, found.get(column.bucket, rules.Cell()), column.first, column.last, today
		)
	row[TOTAL] = shown(figure, rules.total(found.values()), question.first, question.last, today)
	return row


def shown(figure: Figure, cell: rules.Cell, first: date, last: date, today: date) -> float | int | None:
	if figure.kind == rules.PER_DAY:
		cell = rules.Cell(cell.part, rules.days_so_far(first, last, today))
	return rules.value(figure.kind, cell)


# ---- around the table ----------------------------------------------------------------------------------------------


def note(question: Question) -> str | None:
	"""Which level a figure is for: nothing is inherited silently (ORG-04)."""
	if question.group_by == MONTH:
		return None
	return _(
		"Each column holds what belongs to the {0} itself and to everything in it; what lies in none of them is in the column Elsewhere."
	).format(_(question.group_by))


def chart(cells: counts.Cells, buckets: list[Column]) -> dict | None:
	"""Contacts by category; one bar alone compares nothing."""
	if len(buckets) < 2:
		return None
	return {
		"data": {
			"labels": [column.label for column in buckets],
			"datasets": [
				{
					"name": _(category),
					"values": [
						cells.get(f"category/{category}", {}).get(column.bucket, rules.Cell()).part
						for column in buckets
					],
				}
				for category in CATEGORIES
			],
		},
		"type": "bar",
		"fieldtype": "Int",
		"barOptions": {"stacked": 1},
		"axisOptions": {"shortenYAxisNumbers": 1},
	}


SUMMARY = (
	("contacts", "Blue"),
	("repairs", "Blue"),
	("completion_rate", "Green"),
	("resolution_on_time", "Green"),
	("complaints", "Orange"),
)


def summary(rows: list[dict]) -> list[dict]:
	by_key = {row["figure"]: row for row in reversed(rows) if row.get("figure")}
	return [
		{
			"label": by_key[key]["label"],
			"value": reading(by_key[key]["kind"], by_key[key][TOTAL]),
			"datatype": "Data",
			"indicator": indicator,
		}
		for key, indicator in SUMMARY
	]


def reading(kind: str, figure: float | int | None) -> str:
	if figure is None:
		return "–"
	return f"{cint(figure)} %" if kind == rules.RATE else str(figure)
