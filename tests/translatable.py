"""Collects every English text of the app that a user can read, from its files alone.

Used by the test that asks for a Chinese text of each.
"""

import ast
import json
import re
from collections.abc import Iterator
from pathlib import Path

APP = Path(__file__).resolve().parent.parent / "property_service"

# Demo data is Chinese to begin with and stays in the database, not on the screen's frame.
DATA = ("setup/demo/", "public/dist/", "node_modules/")


def all_texts(app: Path = APP) -> dict[str, str]:
	"""English text -> the first file that has it."""
	readers = {".py": python_texts, ".json": json_texts, ".js": javascript_texts, ".html": html_texts}
	found: dict[str, str] = {}
	for path in sorted(app.rglob("*")):
		relative = path.relative_to(app).as_posix()
		if path.suffix not in readers or any(part in relative for part in DATA):
			continue
		source = path.read_text(encoding="utf-8")
		texts = readers[path.suffix](source)
		if relative.startswith("rules/"):
			texts = rule_texts(source)
		elif relative.startswith("setup/"):
			texts = (*texts, *definition_texts(source))
		for text in texts:
			if is_readable(text):
				found.setdefault(text, relative)
	return found


def is_readable(text: str) -> bool:
	"""Placeholders, numbers and naming series (BX-.YYYY.-.#####) are not text."""
	return bool(re.search(r"[A-Za-z]{2}", re.sub(r"\{[^}]*\}", "", text))) and ".#" not in text


# ---- Python ------------------------------------------------------------------------------------------------------


def python_texts(source: str) -> Iterator[str]:
	"""Arguments of `_()`, and what people are told: `tell()` translates its subject for each reader."""
	for node in ast.walk(ast.parse(source)):
		if not isinstance(node, ast.Call):
			continue
		function = ast.unparse(node.func)
		if function in ("_", "frappe._", "_lt", "frappe._lt"):
			yield from constants(node.args[:1])
		elif function.split(".")[-1] == "tell":
			yield from constants(node.args)


def constants(arguments: list[ast.expr]) -> Iterator[str]:
	for argument in arguments:
		if isinstance(argument, ast.Constant) and isinstance(argument.value, str):
			yield argument.value


def rule_texts(source: str) -> Iterator[str]:
	"""Rules do not translate: their sentences and names are constants that a controller passes to `_()`."""
	tree = ast.parse(source)
	for node in strings_outside_docstrings(tree):
		if re.match(r"[A-Za-z{]", node.value) and " " in node.value.strip():
			yield node.value


def strings_outside_docstrings(tree: ast.Module) -> Iterator[ast.Constant]:
	statements = {id(n.value) for n in ast.walk(tree) if isinstance(n, ast.Expr)}
	parts = {id(p) for n in ast.walk(tree) if isinstance(n, ast.JoinedStr) for p in n.values}
	for node in ast.walk(tree):
		if (
			isinstance(node, ast.Constant)
			and isinstance(node.value, str)
			and id(node) not in statements | parts
		):
			yield node


# Position of the text among the arguments of what set-up makes.
SETUP_CALLS = {"words": 0, "Board": 1}


def definition_texts(source: str) -> Iterator[str]:
	"""Labels and descriptions of fields that set-up defines as dictionaries, and names of the records that it makes."""
	for node in ast.walk(ast.parse(source)):
		if isinstance(node, ast.Call) and (position := SETUP_CALLS.get(ast.unparse(node.func))) is not None:
			yield from (a.value for a in node.args[position : position + 1] if isinstance(a, ast.Constant))
		if not isinstance(node, ast.Dict):
			continue
		for key, value in zip(node.keys, node.values, strict=True):
			if (
				isinstance(key, ast.Constant)
				and key.value in ("label", "description")
				and isinstance(value, ast.Constant)
			):
				yield value.value


# ---- JavaScript, HTML --------------------------------------------------------------------------------------------

LITERAL = r"""(?:"(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*'|`(?:[^`\\]|\\.)*`)"""
JS_CALL = re.compile(rf"\b__\(\s*({LITERAL}(?:\s*\+\s*{LITERAL})*)")
JINJA_CALL = re.compile(rf"(?<![\w.])_\(\s*({LITERAL}(?:\s*{LITERAL})*)")


def javascript_texts(source: str) -> Iterator[str]:
	yield from (joined(match) for match in JS_CALL.findall(source))


def html_texts(source: str) -> Iterator[str]:
	yield from javascript_texts(source)
	yield from (joined(match) for match in JINJA_CALL.findall(source))


def joined(literals: str) -> str:
	return "".join(re.sub(r"\\(.)", r"\1", literal[1:-1]) for literal in re.findall(LITERAL, literals))


# ---- JSON --------------------------------------------------------------------------------------------------------

TEXT_KEYS = (
	*("label", "title", "description", "placeholder", "group", "introduction_text", "success_message"),
	*("subtitle", "action_label", "callback_title", "callback_message", "report_description"),
)
# The name of such a record is what the user reads.
NAME_IS_TEXT = (
	*(
		"DocType",
		"Report",
		"Print Format",
		"Workflow",
		"Workflow State",
		"Workflow Action Master",
		"Notification",
	),
	*(
		"Role",
		"Role Profile",
		"Issue Priority",
		"Workspace",
		"Number Card",
		"Dashboard Chart",
		"Kanban Board",
	),
	*("Web Form", "Module Onboarding"),
)


def json_texts(source: str) -> Iterator[str]:
	records = json.loads(source)
	for record in records if isinstance(records, list) else [records]:
		if record.get("doctype") in NAME_IS_TEXT:
			yield record["name"]
		yield from texts_of(record)


def texts_of(value) -> Iterator[str]:
	"""Texts in a record and everything nested in it."""
	if isinstance(value, list):
		for item in value:
			yield from texts_of(item)
	if not isinstance(value, dict):
		return
	for key in TEXT_KEYS:
		if isinstance(value.get(key), str):
			yield value[key]
	if value.get("fieldtype") == "Select":
		yield from (value.get("options") or "").split("\n")
	for key in ("message", "html", "subject"):
		if isinstance(value.get(key), str):
			yield from html_texts(value[key])
	if isinstance(value.get("content"), str):
		yield from workspace_headings(value["content"])
	for nested in value.values():
		yield from texts_of(nested)


def workspace_headings(content: str) -> Iterator[str]:
	try:
		blocks = json.loads(content)
	except ValueError:
		return
	for block in blocks if isinstance(blocks, list) else []:
		if block.get("type") in ("header", "paragraph"):
			yield re.sub(r"<[^>]+>", "", block["data"]["text"]).strip()
