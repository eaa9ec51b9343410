"""Using a shared article in turn: what stands on a label, and who may take it over (procedure 4.3.3, LV-03)."""

from urllib.parse import unquote

from property_service.rules.refusal import Refusal

GOOD, WORN, DAMAGED = CONDITIONS = ("Good", "Worn", "Damaged")
LONGEST_REMARK = 500

NO_SUCH_LABEL = "No article has the number {0} (LV-03). Scan the label again, or type the number that stands below the code."
NOT_AN_EMPLOYEE = "Only employees of {0} with a login use its articles (LV-03). Ask the keeper."
HAS_IT_ALREADY = "You have {0} already (LV-03). Give it back when you are done."
NOT_OUT = "Nobody has {0} in turn (LV-03). Take it over first."
NO_CONDITION = "Say in which condition it is: good, worn or damaged (procedure 4.3.3, LV-03)."


def number_on_label(code: object) -> str:
	"""The number in what a scanner read: the number itself, or the address on the label, whatever stands behind it."""
	text = unquote(code).strip() if isinstance(code, str) else ""
	text = text.split("#")[0].split("?")[0].rstrip("/")
	return text.rsplit("/", 1)[-1].strip().upper()


def refuse_condition(condition: object) -> Refusal | None:
	return None if condition in CONDITIONS else Refusal(NO_CONDITION)


def refuse_taking(name: str, has_it: bool) -> Refusal | None:
	return Refusal(HAS_IT_ALREADY, (name,)) if has_it else None


def shortened(remarks: object) -> str | None:
	"""A remark of a phone, cut to what the log shows; anything but text is none."""
	text = remarks.strip() if isinstance(remarks, str) else ""
	return text[:LONGEST_REMARK] or None
