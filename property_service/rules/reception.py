"""What a contact at the front desk becomes, and how a caller is found (procedure 3.2, 值班接待记录; SVC-01)."""

from dataclasses import dataclass

from pypinyin import Style, lazy_pinyin

CONSULTATION = "Consultation"
SUGGESTION = "Suggestion"
COMPLAINT = "Complaint"
PUBLIC_REPAIR = "Public Repair"
HOME_REPAIR = "Home Repair"
OTHER_SERVICE = "Other Service"
PRAISE = "Praise"
CATEGORIES = (CONSULTATION, SUGGESTION, COMPLAINT, PUBLIC_REPAIR, HOME_REPAIR, OTHER_SERVICE, PRAISE)

# The document that answers a contact of this category; the others end with the answer given.
DOCUMENT_OF = {
	COMPLAINT: "Customer Complaint",
	PUBLIC_REPAIR: "Repair Ticket",
	HOME_REPAIR: "Repair Ticket",
	OTHER_SERVICE: "Service Order",
}

NO_CALLER = "Nobody can be called back: enter a resident, a name with a telephone number, or a property unit (SVC-01)."
BECAME_ALREADY = "This contact became {0} already; open that document (SVC-01: counted once)."
WRONG_DOCUMENT = "A contact of the category {0} does not become {1} (SVC-01). Correct the category first."


@dataclass(frozen=True)
class Caller:
	"""Who called, as far as known."""

	resident: str | None = None
	name: str | None = None
	phone: str | None = None
	unit: str | None = None


def refuse_entry(caller: Caller) -> str | None:
	"""Return why the entry is refused: a matter needs somebody or some place it belongs to."""
	known = caller.resident or caller.unit or (caller.name and caller.phone)
	return None if known else NO_CALLER


def refuse_document(category: str, doctype: str, became: str | None) -> str | None:
	"""Return why a contact may not become a document of `doctype`; it becomes one document at most."""
	if became:
		return BECAME_ALREADY
	return None if DOCUMENT_OF.get(category) == doctype else WRONG_DOCUMENT


def category_of_repair(repair_kind: str | None) -> str:
	"""Return the category under which a ticket that was entered directly counts as a contact.

	What the developer has to put right (维保期) was reported for a home.
	"""
	return PUBLIC_REPAIR if repair_kind == PUBLIC_REPAIR else HOME_REPAIR


def initials(name: str | None) -> str:
	"""Return the first letters of a name as a clerk types them: 王晓燕 → wxy, "Li Lei 3" → lilei3."""
	letters = lazy_pinyin(name or "", style=Style.FIRST_LETTER, errors=_as_written)
	return "".join(letters).lower()[:140]


def _as_written(other: str) -> str:
	return "".join(character for character in other if character.isalnum())
