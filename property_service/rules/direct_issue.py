"""Direct issue (物资直拨): goods that a department takes over the day they arrive (procedure 4.4.1; WH-18)."""

from property_service.rules.refusal import Refusal

NO_DEPARTMENT = "Say which department takes the goods over directly, and who uses them (WH-18)."
NOT_SIGNED = (
	"The head of {0} has not signed for these goods (WH-18). Ask for the signature, then submit the receipt."
)
SIGNED_ALREADY = "{0} is signed already, is no direct issue, or is not a draft any more (WH-18)."
NOT_COMPLETE = (
	"Row {0}: {1} waits for its certificate or its inspection and cannot be taken over directly (WH-11, WH-18). Receive it "
	"into the store."
)
NOTHING_ACCEPTED = "No goods were accepted, so there is nothing to take over (WH-18)."
NOT_EMPTY = (
	"{0} of {1} would stay in {2}, which is empty but for the moment of a direct issue (WH-18). Ask the stores accountant to "
	"look into it."
)
WITH_RECEIPT = "{0} was posted with the receipt {1} and is cancelled with it (WH-18). Cancel the receipt."


def refuse_direct_issue(
	department: str | None, user: str | None, signed: bool, incomplete: list[tuple[int, str]], accepted: bool
) -> Refusal | None:
	"""WH-18: whether a receipt may be taken over as it arrives.

	`incomplete`: row number and item of what something is missing for; `accepted`: whether anything was.
	"""
	if not department or not user:
		return Refusal(NO_DEPARTMENT)
	if incomplete:
		return Refusal(NOT_COMPLETE, incomplete[0])
	if not accepted:
		return Refusal(NOTHING_ACCEPTED)
	return None if signed else Refusal(NOT_SIGNED, (department,))
