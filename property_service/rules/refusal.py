"""What a rule answers when it refuses; property_service/refusals.py makes the message of it."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Refusal:
	"""Why a step is refused: English source text with {0}, {1} … and what stands there."""

	message: str
	values: tuple = ()


def is_blank(value: object) -> bool:
	return value is None or not str(value).strip()
