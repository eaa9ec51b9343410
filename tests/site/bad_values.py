"""What no field can hold, for "nothing ever answers 5xx" (Q-05)."""

import functools
import random

BAD = (
	*(None, [], [1], {}, {"a": 1}, "", "Nonsense", 5, 1e308, "\u202e", "' or 1=1 --", "{{ 7*7 }}"),
	*("😀" * 300, "长" * 30_000),
)

PER_CLASS = 20
LONGEST_STRUCTURE = 2000
WIDE_DIGITS = "".join(chr(code) for code in range(0xFF10, 0xFF1A))
ARABIC_DIGITS = "٠١٢٣٤٥٦٧٨٩"
EMOJI = ("😀", "👨‍👩‍👧", "🇨🇳", "🏽", "\ufe0f", "🧑‍🔧", "❤️", "🈚")
MARKS = {
	"right to left": ("\u202e", "\u202b", "\u200f", "\u2067", "שלום", "مرحبا"),
	"zero width": ("\u200b", "\u200c", "\u200d", "\ufeff", "\u2060", "\u00ad"),
	"control": ("\x00", "\x08", "\x1b", "\x7f", "\u2028", "\ud800", "\udfff", "\r\n"),
}
# Pieces of which a class puts its values together, and what may stand around them.
PIECES = {
	"SQL": (
		*(
			"' or 1=1 --",
			"'; drop table `tabUser`; --",
			'" union select 1,2 -- ',
			"1) or sleep(0) #",
			"\\' or '%'='",
		),
		*("`name`", "/**/", "%%%", "_", "0x27"),
	),
	"script": (
		*(
			"<script>alert(1)</script>",
			"<img src=x onerror=alert(1)>",
			"javascript:alert(1)",
			"<svg/onload=alert(1)>",
		),
		*("</textarea>", "<!--", "&#60;b&#62;", "<style>*{}</style>"),
	),
	"template": (
		*("{{ 7*7 }}", "{% raise %}", "${7*7}", "#{7*7}", "{0}", "{0.__class__}", "{}", "%s%s%n", "%(name)s"),
		*("{{ frappe.db.sql('x') }}", "{{ self.__init__ }}", "}}{{"),
	),
	"path": (
		"../",
		"..\\",
		"/etc/passwd",
		"%2e%2e%2f",
		"file:///",
		"\\\\host\\share",
		"/private/files/",
		"C:\\",
		"..",
	),
}


@functools.cache
def classes() -> dict[str, tuple]:
	"""Class -> its values; the same in every run."""
	draw = random.Random(2026)

	def some(pieces, low: int, high: int) -> str:
		return "".join(draw.choice(pieces) for _ in range(draw.randint(low, high)))

	made = {
		"nothing": (
			None,
			"",
			" ",
			"\t",
			"\n",
			"null",
			"None",
			"undefined",
			"NaN",
			"nan",
			"-",
			"0",
			False,
			True,
			[],
			{},
			"[]",
			"{}",
			'""',
			"''",
		),
		"number": (
			*(
				float("nan"),
				float("inf"),
				float("-inf"),
				1e308,
				-1e308,
				5e-324,
				-0.0,
				0.1 + 0.2,
				10**400,
				-(10**400),
			),
			*(2**31, -(2**31) - 1, 2**63, 2**64, 1e15, -1, "1e309", "0x1F", "1,000.5", "--1"),
		),
		"digits": tuple(some(draw.choice((WIDE_DIGITS, ARABIC_DIGITS)), 1, 30) for _ in range(PER_CLASS)),
		"moment": (
			*(
				"9999-99-99",
				"0000-00-00",
				"2026-02-30",
				"2026-13-01",
				"99:99:99",
				"24:61:61",
				"2026-01-01T25:00:00Z",
			),
			*(
				"10000-01-01",
				"-1-1-1",
				"1e10-1-1",
				"yesterday",
				"２０２６-０１-０１",
				"2026年1月1日",
				"01/02/03",
				"0001-01-01",
			),
			*("2026-01-01 00:00:00.0000000001", "1000000000000000", "::", "--", "9999-12-31 23:59:59.999999"),
		),
		"emoji": tuple(some(EMOJI, 1, 60) for _ in range(PER_CLASS)),
		**{
			name: tuple(some((*marks, "a", "长", "1"), 1, 40) for _ in range(PER_CLASS))
			for name, marks in MARKS.items()
		},
		**{name: tuple(some(pieces, 1, 4) for _ in range(PER_CLASS)) for name, pieces in PIECES.items()},
		"structure": tuple(_structure(draw, depth) for depth in range(1, PER_CLASS)) + (_deep(60),),
		"long": tuple(
			draw.choice(("长", "a", "😀", "' ", "<b>")) * (3**power)
			for power in range(4, 11)
			for _ in (1, 2, 3)
		)[:PER_CLASS],
		"kind": (
			*(
				{"a": 1},
				[1],
				[[]],
				[None],
				[{}],
				{"": ""},
				{"name": {"name": 1}},
				{"doctype": "User"},
				["in", ["x"]],
			),
			*(
				["like", "%"],
				["is", "set"],
				[1, 2, 3],
				{"$ne": 1},
				[True],
				'["a"]',
				'{"a": {}}',
				"[[",
				"[null]",
				"[1, {}]",
				'"x"',
			),
		),
	}
	assert len(made) * PER_CLASS == 300 and all(len(values) == PER_CLASS for values in made.values())
	return made


def _structure(draw: random.Random, depth: int):
	value = draw.choice((None, 1, "x", "'", 1e308))
	for _ in range(depth):
		value = draw.choice(([value], {"name": value}, [value, value], {"a": value, "doctype": "User"}))
		if len(str(value)) > LONGEST_STRUCTURE:
			value = [1]
	return value


def _deep(depth: int):
	value: object = 1
	for _ in range(depth):
		value = [value]
	return value


def values() -> list:
	"""All 300, a value of each class in turn."""
	return [value for row in zip(*classes().values(), strict=True) for value in row]


def broken_answers(attempts) -> dict:
	"""`attempts(bad)` yields an answer per call; returns {(number of the value, number of the call): text} of 5xx."""
	return {
		(number, call): answer.text[:300]
		for number, bad in enumerate(BAD)
		for call, answer in enumerate(attempts(bad))
		if answer.status_code >= 500
	}
