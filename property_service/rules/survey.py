"""A survey among households and what one of them answers (入户服务意见调查, SVC-19).

A rule answers with a `Refusal` or None. The text of a refusal is its English source; the controller translates it.
"""

from collections.abc import Collection, Iterable, Sequence
from datetime import date
from typing import NamedTuple

from property_service.rules.refusal import Refusal, is_blank

COLLECTING = "Collecting"

ENDS_BEFORE = "The survey ends before it begins (SVC-19). Choose a later last day."
ASKED_TWICE = "The aspect {0} stands twice (SVC-19); its rate would be counted in two places. Remove one row."
ANSWERED_ALREADY = "{0} has been answered already and keeps its name (SVC-19). Add a new aspect instead."
HAS_RESPONSES = "A survey with responses is kept (SVC-19). Close it instead of deleting it."
IS_CLOSED = "The survey {0} is closed and takes no more responses (SVC-19). Open it again, or choose another."
NOT_ASKED = "The survey does not ask {0}, or it stands twice (SVC-19). Answer each aspect of the survey once."
NOTHING_ANSWERED = "The household answered nothing (SVC-19). Enter an answer or a suggestion."


class Answer(NamedTuple):
	"""What a household says to one aspect; nothing where it was not asked."""

	aspect: str
	answer: str | None = None


# ---- the survey ----------------------------------------------------------------------------------------------------


def refuse_survey(first: date | None, last: date | None, aspects: Iterable[str]) -> Refusal | None:
	"""A survey runs from its first to its last day, if it has one, and asks each aspect once."""
	if first and last and last < first:
		return Refusal(ENDS_BEFORE)
	seen = set()
	for aspect in aspects:
		if aspect in seen:
			return Refusal(ASKED_TWICE, (aspect,))
		seen.add(aspect)
	return None


def refuse_renaming(
	before: Collection[str], after: Collection[str], answered: Collection[str]
) -> Refusal | None:
	"""Answers are counted by the aspect's name: one that was answered keeps it. `answered`: by at least one household."""
	lost = (set(before) - set(after)) & set(answered)
	return Refusal(ANSWERED_ALREADY, (", ".join(sorted(lost)),)) if lost else None


def refuse_deletion(has_responses: bool) -> Refusal | None:
	return Refusal(HAS_RESPONSES) if has_responses else None


# ---- a response ----------------------------------------------------------------------------------------------------


def refuse_response(survey: str, status: str) -> Refusal | None:
	"""`survey`: its title."""
	return None if status == COLLECTING else Refusal(IS_CLOSED, (survey,))


def refuse_answers(asked: Collection[str], given: Sequence[Answer], suggestion: str | None) -> Refusal | None:
	"""A response answers aspects of the survey, each once, and says something."""
	aspects = [answer.aspect for answer in given]
	wrong = {str(aspect) for aspect in aspects if aspect not in asked or aspects.count(aspect) > 1}
	if wrong:
		return Refusal(NOT_ASKED, (", ".join(sorted(wrong)),))
	if not any(answer.answer for answer in given) and is_blank(suggestion):
		return Refusal(NOTHING_ANSWERED)
	return None
