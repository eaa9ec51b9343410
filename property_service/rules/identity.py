"""Identity-card numbers, telephone numbers and number plates of mainland China (ORG-03).

Each function returns the value as it is kept and raises ValueError for one that cannot be right.
"""

import re
import unicodedata

import phonenumbers
from phonenumbers import NumberParseException, PhoneNumberType
from stdnum.cn import ric
from stdnum.exceptions import ValidationError

REGION = "CN"
COUNTRY_CODE = 86
MOBILE_TYPES = (PhoneNumberType.MOBILE, PhoneNumberType.FIXED_LINE_OR_MOBILE)

# How extensions are written here, 021-58883333-801 or 转801, which the library does not know.
EXTENSION = re.compile(r"(?P<number>.+?)\s*(?:-|转|#)\s*(?P<extension>[0-9]{1,6})")

PROVINCES = "京津沪渝冀豫云辽黑湘皖鲁新苏浙赣鄂桂甘晋蒙陕吉闽贵粤青藏川宁琼"
# No library keeps plates. GA 36: five characters, the last may name a use; new-energy plates have
# six, with a letter A-H, J or K first (small cars) or last (large ones). I and O are not used.
PLATE = re.compile(
	f"[{PROVINCES}][A-HJ-NP-Z](?:"
	"[A-HJ-NP-Z0-9]{4}[A-HJ-NP-Z0-9挂学警港澳]|"
	"[A-HJK][A-HJ-NP-Z0-9][0-9]{4}|"
	"[0-9]{5}[A-HJK])"
)


def id_card(text: str) -> str:
	"""Return an 18-digit resident identity number; checks place, date of birth and check digit."""
	try:
		return ric.validate(re.sub(r"\s", "", _plain(text)))
	except (ValidationError, ValueError, IndexError) as problem:
		raise ValueError("not an identity-card number") from problem


def gender_of(id_number: str) -> str:
	"""Return "Male" or "Female" as the 17th digit of a valid number says."""
	return "Male" if int(id_number[16]) % 2 else "Female"


def mobile(text: str) -> str:
	"""Return a mobile number: eleven digits for the mainland, `+852…` for others."""
	number = _parsed(text)
	if phonenumbers.number_type(number) not in MOBILE_TYPES:
		raise ValueError("not a mobile number")
	return _kept(number)


def phone(text: str) -> str:
	"""Return any reachable number, landline, service number or mobile, as digits without separators."""
	return _kept(_parsed(text))


def _parsed(text: str) -> phonenumbers.PhoneNumber:
	plain = _plain(text)
	number = _valid(plain)
	if number is None and (found := EXTENSION.fullmatch(plain)):
		number = _valid(found["number"])
		if number:
			number.extension = found["extension"]
	if number is None:
		raise ValueError("not a telephone number")
	return number


def _valid(plain: str) -> phonenumbers.PhoneNumber | None:
	try:
		number = phonenumbers.parse(plain, REGION)
	except NumberParseException:
		return None
	return number if phonenumbers.is_valid_number(number) else None


def _kept(number: phonenumbers.PhoneNumber) -> str:
	if number.country_code != COUNTRY_CODE:
		return phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)
	national = phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.NATIONAL)
	extension = f"-{number.extension}" if number.extension else ""
	return re.sub(r"\D", "", national.split("ext")[0]) + extension


def plate(text: str) -> str:
	"""Return a number plate in capitals without separators, new-energy plates included."""
	kept = re.sub(r"[\s·•.\-]", "", _plain(text)).upper()
	if not PLATE.fullmatch(kept):
		raise ValueError("not a number plate")
	return kept


def _plain(text: str) -> str:
	"""Full-width digits and letters are what a Chinese keyboard easily gives."""
	return unicodedata.normalize("NFKC", text or "").strip()
