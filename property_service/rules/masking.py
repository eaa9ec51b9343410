"""How a protected number is shown (ORG-03): `3301**********1234`."""

STAR = "*"
SHOWN_AT_EACH_END = 4


def mask(number: str | None) -> str:
	"""Return `number` with its middle starred out; the length stays.

	Shorter numbers show less, so that at least half of the characters stay hidden.
	"""
	number = number or ""
	shown = min(SHOWN_AT_EACH_END, len(number) // 4)
	if not shown:
		return STAR * len(number)
	return number[:shown] + STAR * (len(number) - 2 * shown) + number[-shown:]


def is_masked(text: str | None) -> bool:
	"""Return whether `text` is a mask and so no number."""
	return STAR in (text or "")
