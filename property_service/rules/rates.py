"""Rates as the monthly meeting reads them: whole percent, rounded half up.

The source prints 32 % for 28 of 86 (32.56 %) and 43 % for 88 of 204 (43.14 %): cut once, right once. Here every rate
is rounded the same way (SVC-07, SVC-19, SVC-23).
"""


def percent(part: int, whole: int) -> int | None:
	"""`part` of `whole` in whole percent, rounded half up; None when there is nothing to be a part of.

	Raises ValueError for a negative count and for a part larger than the whole.
	"""
	if part < 0 or whole < 0:
		raise ValueError(f"{part} of {whole}: a count is not negative")
	if part > whole:
		raise ValueError(f"{part} of {whole}: a part is not larger than the whole")
	if whole == 0:
		return None
	return (200 * part + whole) // (2 * whole)
