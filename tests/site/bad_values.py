"""What no field can hold, for "nothing ever answers 5xx" (Q-05)."""

BAD = (
	*(None, [], [1], {}, {"a": 1}, "", "Nonsense", 5, 1e308, "\u202e", "' or 1=1 --", "{{ 7*7 }}"),
	*("😀" * 300, "长" * 30_000),
)


def broken_answers(attempts) -> dict:
	"""`attempts(bad)` yields an answer per call; returns {(number of the value, number of the call): text} of 5xx."""
	return {
		(number, call): answer.text[:300]
		for number, bad in enumerate(BAD)
		for call, answer in enumerate(attempts(bad))
		if answer.status_code >= 500
	}
