"""Vehicle passes: which papers were seen, one valid pass per plate, and until when (DESK-05, register B).

Source: customer-service procedure, "车辆出入证的办理": employees of the resident companies bring identity card, driving
licence, vehicle licence and their company's letter.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date, timedelta

from property_service.rules.refusal import Refusal, is_blank

APPLIED = "Applied"
ISSUED = "Issued"
EXPIRED = "Expired"
REVOKED = "Revoked"
LOST = "Lost"
CANCELLED = "Cancelled"
ENDED = (EXPIRED, REVOKED, LOST, CANCELLED)

STEPS = {
	(APPLIED, ISSUED): "Issue",
	(APPLIED, CANCELLED): "Cancel",
	(ISSUED, EXPIRED): "Expire",
	(ISSUED, REVOKED): "Revoke",
	(ISSUED, LOST): "Report Lost",
	(ISSUED, CANCELLED): "Cancel Issue",
}
REGISTER = "B"

ID_CARD = "id_card"
DRIVING_LICENCE = "driving_licence"
VEHICLE_LICENCE = "vehicle_licence"
EMPLOYER_LETTER = "employer_letter"
# The four papers of the procedure, by the prefix of their fields.
PAPERS = {
	ID_CARD: "Identity Card",
	DRIVING_LICENCE: "Driving Licence",
	VEHICLE_LICENCE: "Vehicle Licence",
	EMPLOYER_LETTER: "Employer Letter",
}
DEFAULT_MONTHS = 12

BAD_PLATE = (
	"{0} is no number plate (DESK-05). Enter it as it stands on the vehicle, the province's character first: 浙A12345, "
	"with six characters after it for a new-energy vehicle."
)
MISSING_PAPERS = (
	"These papers were neither seen nor attached: {0} (DESK-05, procedure 车辆出入证的办理: identity card, driving licence, "
	"vehicle licence, employer's letter). Tick what you have seen in the original, then issue the pass."
)
NO_APPLICANT = "Say who applies: choose the resident or employee, or enter name and telephone (DESK-05)."
NO_EMPLOYER = "Say for which company {0} works: the pass rests on its letter (DESK-05)."
ACTIVE_PASS = (
	"{0} has a valid pass already: {1}, until {2} (DESK-05: one per plate). Renew that pass, or revoke it or report it lost "
	"first."
)
APPLIED_ALREADY = (
	"A pass for {0} is applied for already: {1} (DESK-05: one per plate). Issue or cancel that one."
)
OTHER_PLATE = "The pass {0} that this one replaces is for another plate and another applicant (DESK-05)."
ENDS_BEFORE = "The pass would end before it begins (DESK-05): {0} to {1}. Correct the dates."
ENDS_TODAY = "The pass would have ended already, on {0} (DESK-05). Enter a later day."
NOT_PRIVATE = "{0} is attached as a file that everybody can read (ORG-03). Attach it again as a private file, or tick it as seen."
ISSUE_CANCELLED_BY_MANAGER = "Only the service manager cancels a pass that was issued by mistake (DESK-05). Revoke it, or ask the manager."
NOT_ISSUED = "Only the card of a pass that was issued is handed in (DESK-05); this one is {0}."
HANDED_IN_ALREADY = "The card of this pass was handed in on {0} already (DESK-05)."


@dataclass(frozen=True)
class Paper:
	"""What is known of one of the four papers."""

	seen: bool = False
	attached: bool = False

	@property
	def proven(self) -> bool:
		return self.seen or self.attached


def missing_papers(needed: Collection[str], papers: Mapping[str, Paper]) -> list[str]:
	"""Papers that are needed and neither seen in the original nor attached, in the order of the procedure."""
	return [paper for paper in PAPERS if paper in needed and not papers.get(paper, Paper()).proven]


def needed_papers(row: Mapping[str, object] | None) -> list[str]:
	"""What the settings ask of a kind of applicant; of a kind that has no row, all four."""
	if row is None:
		return list(PAPERS)
	return [paper for paper in PAPERS if row.get(paper)]


def refuse_papers(missing: Collection[str], labels: Mapping[str, str]) -> Refusal | None:
	"""`labels`: the papers in the reader's language."""
	return Refusal(MISSING_PAPERS, ("、".join(labels[paper] for paper in missing),)) if missing else None


def refuse_applicant(
	name: str | None, phone: str | None, needs_letter: bool, employer: str | None
) -> Refusal | None:
	if is_blank(name) or is_blank(phone):
		return Refusal(NO_APPLICANT)
	return Refusal(NO_EMPLOYER, (name,)) if needs_letter and is_blank(employer) else None


def last_day(first: date, months: int) -> date:
	"""The last day of a pass that is valid for whole months from `first` on: 2026-01-31 for one month ends 2026-02-27."""
	position = first.month - 1 + max(months, 1)
	year, month = first.year + position // 12, position % 12 + 1
	following = date(year + month // 12, month % 12 + 1, 1)
	length = (following - date(year, month, 1)).days
	return date(year, month, min(first.day, length)) - timedelta(days=1)


def refuse_validity(valid_from: date | None, valid_until: date | None, today: date) -> Refusal | None:
	"""A pass that is issued begins before it ends, and ends today or later."""
	if valid_from and valid_until and valid_until < valid_from:
		return Refusal(ENDS_BEFORE, (valid_from, valid_until))
	return Refusal(ENDS_TODAY, (valid_until,)) if valid_until and valid_until < today else None


def is_valid(status: str, valid_from: date | None, valid_until: date | None, today: date) -> bool:
	"""What the gate sees. The dates decide, whether or not the daily job has run."""
	return status == ISSUED and bool(valid_from and valid_until) and valid_from <= today <= valid_until


def refuse_handing_in(status: str, handed_in_on: object) -> Refusal | None:
	"""收回: the card comes back once, of a pass that was issued at some time."""
	if status in (APPLIED, CANCELLED):
		return Refusal(NOT_ISSUED, (status,))
	return Refusal(HANDED_IN_ALREADY, (handed_in_on,)) if handed_in_on else None
