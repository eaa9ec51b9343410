"""Household surveys and their rates per aspect (SVC-19)."""

import frappe
import pytest

from property_service.property_service.doctype.satisfaction_survey.satisfaction_survey import (
	default_aspects,
	rates,
)
from property_service.property_service.report.satisfaction_by_aspect import satisfaction_by_aspect
from tests.site import make
from tests.site.rest import refusal

SURVEY, RESPONSE = "Satisfaction Survey", "Satisfaction Response"
RECEPTION, REPAIR, FOLLOW_UP = "接待工作", "接待电话报修", "回访工作"


def survey(*aspects, **values):
	return frappe.get_doc(
		{
			"doctype": SURVEY,
			"title": "入户服务意见调查",
			"company": make.company(),
			"from_date": "2026-06-01",
			"forms_issued": 38,
			"aspects": [{"aspect": aspect} for aspect in aspects or (RECEPTION, REPAIR, FOLLOW_UP)],
			**values,
		}
	).insert()


def response_values(survey, answers, **values):
	return {
		"doctype": RESPONSE,
		"survey": survey.name,
		"property_unit": values.pop("property_unit", None) or make.unit().name,
		"answers": [{"aspect": aspect, "answer": answer} for aspect, answer in answers.items()],
		**values,
	}


def respond(survey, answers, **values):
	return frappe.get_doc(response_values(survey, answers, **values)).insert()


def answer_of(number: int, satisfied: int, answered: int) -> str:
	return "Satisfied" if number < satisfied else "Not Satisfied" if number < answered else ""


@pytest.mark.rule("SVC-19")
def test_the_sources_38_forms_give_its_rates():
	"""27 of 30, 27 of 36 and 28 of 35 answers satisfied are 90, 75 and 80 %: who did not answer is no part of it."""
	doc = survey()
	for number in range(38):
		respond(
			doc,
			{
				RECEPTION: answer_of(number, 27, 30),
				REPAIR: answer_of(number, 27, 36),
				FOLLOW_UP: answer_of(number, 28, 35),
			},
			suggestion="无",
		)
	assert [(row.aspect, row.satisfied, row.answered, row.rate) for row in rates([doc.name])] == [
		(RECEPTION, 27, 30, 90),
		(REPAIR, 27, 36, 75),
		(FOLLOW_UP, 28, 35, 80),
	]
	_columns, rows, _message, chart, summary = satisfaction_by_aspect.execute({"survey": doc.name})
	assert [row.rate for row in rows] == [90, 75, 80]
	assert chart["data"]["labels"] == [RECEPTION, REPAIR, FOLLOW_UP]
	assert chart["data"]["datasets"][0]["values"] == [90, 75, 80]
	assert [card["value"] for card in summary] == [1, 38, 38]


@pytest.mark.rule("SVC-19")
def test_an_aspect_without_answers_has_no_rate_and_is_shown():
	doc = survey()
	respond(doc, {RECEPTION: "Satisfied"})
	assert [(row.answered, row.rate) for row in rates([doc.name])] == [(1, 100), (0, None), (0, None)]


@pytest.mark.rule("SVC-19")
def test_rates_take_one_statement_for_any_number_of_surveys(count_sql):
	surveys = [survey() for _ in range(3)]
	for doc in surveys:
		respond(doc, {RECEPTION: "Satisfied"})
	with count_sql() as count:
		assert len(rates([doc.name for doc in surveys])) == 9
	assert len(count) == 1


@pytest.mark.rule("SVC-19")
def test_one_response_per_household():
	doc = survey()
	unit = make.unit().name
	first = respond(doc, {RECEPTION: "Satisfied"}, property_unit=unit)
	with pytest.raises(frappe.ValidationError, match=first.name):
		respond(doc, {RECEPTION: "Not Satisfied"}, property_unit=unit)
	again = frappe.qb.into(frappe.qb.DocType(RESPONSE)).columns("name", "survey", "property_unit")
	with pytest.raises(Exception, match="one_per_household"):
		again.insert("another", doc.name, unit).run()


@pytest.mark.rule("SVC-19")
def test_a_response_has_every_aspect_of_the_survey_and_no_other(as_user, cast):
	doc, unit = survey(), make.unit().name
	with as_user("clerk"):
		response = respond(doc, {REPAIR: "Satisfied"}, property_unit=unit)
	assert {row.aspect for row in response.answers} == {RECEPTION, REPAIR, FOLLOW_UP}
	assert response.visited_by == cast.user("clerk")
	with pytest.raises(frappe.ValidationError, match="SVC-19"):
		respond(doc, {"绿化": "Satisfied"})
	with pytest.raises(frappe.ValidationError, match="SVC-19"):
		frappe.get_doc(
			{**response_values(doc, {}), "answers": [{"aspect": REPAIR, "answer": "Satisfied"}] * 2}
		).insert()


@pytest.mark.rule("SVC-19")
def test_an_empty_form_is_no_response_but_a_suggestion_is():
	doc = survey()
	with pytest.raises(frappe.ValidationError, match="SVC-19"):
		respond(doc, {})
	respond(doc, {}, suggestion="增加路灯")


@pytest.mark.rule("SVC-19")
def test_a_closed_survey_takes_no_response():
	doc = survey(status="Closed")
	with pytest.raises(frappe.ValidationError, match="SVC-19"):
		respond(doc, {RECEPTION: "Satisfied"})


@pytest.mark.rule("SVC-19")
def test_an_answered_aspect_keeps_its_name_and_the_survey_is_kept():
	doc = survey()
	respond(doc, {RECEPTION: "Satisfied"})
	doc.reload()
	doc.aspects[0].aspect = "前台接待"
	with pytest.raises(frappe.ValidationError, match="SVC-19"):
		doc.save()
	doc.reload()
	doc.aspects[1].aspect = "电话报修"  # nobody has answered it yet
	doc.save()
	with pytest.raises(frappe.ValidationError, match="SVC-19"):
		frappe.delete_doc(SURVEY, doc.name)


@pytest.mark.rule("SVC-19")
def test_an_aspect_stands_once_and_a_survey_ends_after_it_began():
	with pytest.raises(frappe.ValidationError, match="SVC-19"):
		survey(RECEPTION, f"{RECEPTION} ")
	with pytest.raises(frappe.ValidationError, match="SVC-19"):
		survey(to_date="2026-05-01")


@pytest.mark.rule("SVC-19")
def test_a_new_survey_offers_the_sources_three_aspects():
	assert len({row["aspect"] for row in default_aspects()}) == 3


@pytest.mark.rule("SVC-19")
def test_the_same_holds_over_rest(rest, committed, cast):
	doc = survey()
	unit = make.unit().name
	committed()
	clerk = rest("clerk")
	values = response_values(doc, {RECEPTION: "Satisfied"}, property_unit=unit)
	answer = clerk.insert(RESPONSE, {**values, "visited_by": cast.user("general_manager")})
	assert answer.status_code == 200, answer.text
	assert answer.json()["data"]["visited_by"] == cast.user("clerk")
	again = clerk.insert(RESPONSE, values)
	assert again.status_code == 417
	assert "SVC-19" in refusal(again)
	assert clerk.insert(SURVEY, title="x", company=cast.company, from_date="2026-01-01").status_code == 403
	assert rest("technician").insert(RESPONSE, values).status_code == 403
