"""Numbers of people who do not exist: well-formed, so that every check passes, and nobody's."""

import random
from datetime import date

# A district that was abolished in 2010, and a birthday two centuries ago: the library's checks of place, date and check
# digit pass, and nobody alive or dead was ever given such a number.
ABOLISHED_DISTRICT = "110103"
BIRTH_YEAR = 1800
WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
CHECK_DIGITS = "10X98765432"


def check_digit(body: str) -> str:
	"""The eighteenth character of an identity number by GB 11643 (ISO 7064 MOD 11-2) for its first seventeen digits."""
	return CHECK_DIGITS[sum(int(d) * w for d, w in zip(body, WEIGHTS, strict=True)) % 11]


def identity_number(rng: random.Random, gender: str, sequence: int) -> str:
	"""A well-formed identity number that is nobody's; odd order numbers are men's. `sequence` keeps numbers apart."""
	born = date.fromordinal(date(BIRTH_YEAR, 1, 1).toordinal() + rng.randrange(365))
	order = (sequence % 499) * 2 + (1 if gender == "Male" else 2)
	body = f"{ABOLISHED_DISTRICT}{born:%Y%m%d}{order:03d}"
	return body + check_digit(body)


def mobile_number(sequence: int) -> str:
	"""A distinct eleven-digit number of the form of a mobile number, in a block that reads as invented."""
	return f"1390000{sequence:04d}"
