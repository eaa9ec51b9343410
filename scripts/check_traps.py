#!/usr/bin/env python3
"""Looks for known traps of the platform in the app's code: `make lint`. Exits 1 and lists them as file:line: what.

In Python: SQL put together from strings, messages that are not translated, `frappe.db.commit()` (a request or job is one
transaction), permissions ignored without a reason beside it, whitelisted methods that do not say their HTTP verbs (by
default a GET changes data), lists without an order.
In print formats and templates: values that are not escaped.
"""

import ast
import json
import re
import sys
from collections.abc import Iterator
from pathlib import Path

APP = Path(__file__).resolve().parent.parent / "property_service"

Finding = tuple[int, str]


LISTS = ("frappe.get_all", "frappe.get_list", "frappe.db.get_all", "frappe.db.get_list")

MESSAGES = ("frappe.throw", "frappe.msgprint", "refuse", "guards.refuse")


# ---- Python ------------------------------------------------------------------------------------------------------


def check_python(source: str) -> Iterator[Finding]:
	tree, lines = ast.parse(source), source.splitlines()
	scripts = {id(node) for node in main_blocks(tree)}
	for node in ast.walk(tree):
		if isinstance(node, ast.Call):
			yield from check_call(node, lines, in_script=id(node) in scripts)
		elif isinstance(node, ast.Assign) and "flags.ignore_permissions" in ast.unparse(node.targets[0]):
			yield from without_reason(node, lines)
		elif isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
			yield from check_decorators(node)


def main_blocks(tree: ast.Module) -> Iterator[ast.AST]:
	"""Everything under `if __name__ == "__main__"`: a script of its own decides about its transaction."""
	for node in tree.body:
		if isinstance(node, ast.If) and ast.unparse(node.test) == "__name__ == '__main__'":
			yield from ast.walk(node)


def check_call(node: ast.Call, lines: list[str], in_script: bool) -> Iterator[Finding]:
	name = ast.unparse(node.func)
	keywords = {keyword.arg: keyword.value for keyword in node.keywords}
	if (
		name.endswith((".db.sql", ".db.sql_ddl", ".db.multisql"))
		and node.args
		and not is_literal(node.args[0])
	):
		yield node.lineno, "SQL put together from strings: use frappe.qb or parameters"
	if name.endswith(".db.commit") and not in_script:
		yield node.lineno, "frappe.db.commit(): the request or job commits, or nothing does"
	if name in LISTS and not {"order_by", None} & set(keywords):
		yield node.lineno, f"{name} without order_by: the order differs between Frappe 15 and 16"
	if name in MESSAGES and node.args and isinstance(node.args[0], ast.Constant | ast.JoinedStr):
		yield node.lineno, f"{name} with a text that is not translated: _(…)"
	if name in ("_", "frappe._") and node.args and not is_literal(node.args[0]):
		yield node.lineno, 'translated after it was put together: _("… {0}").format(…)'
	if ast.unparse(keywords.get("ignore_permissions", ast.Constant(False))) in ("True", "1"):
		yield from without_reason(node, lines)


def is_literal(node: ast.expr) -> bool:
	return isinstance(node, ast.Constant) or not any(
		isinstance(part, ast.JoinedStr | ast.BinOp)
		or (isinstance(part, ast.Attribute) and part.attr == "format")
		for part in ast.walk(node)
	)


def without_reason(node: ast.stmt | ast.Call, lines: list[str]) -> Iterator[Finding]:
	"""The comment may stand anywhere in the statement or on the line above it."""
	nearby = lines[max(node.lineno - 2, 0) : node.end_lineno]
	if not any("#" in line for line in nearby):
		yield node.lineno, "ignore_permissions without its reason in a comment beside it"


def check_decorators(node: ast.FunctionDef | ast.AsyncFunctionDef) -> Iterator[Finding]:
	for decorator in node.decorator_list:
		if "whitelist" not in ast.unparse(decorator):
			continue
		if not (isinstance(decorator, ast.Call) and any(k.arg == "methods" for k in decorator.keywords)):
			yield (
				node.lineno,
				f"{node.name} does not say its HTTP verbs: POST, or GET and POST when it only reads",
			)


# ---- templates ---------------------------------------------------------------------------------------------------

EXPRESSION = re.compile(r"\{\{(.*?)\}\}", re.DOTALL)
ESCAPED = re.compile(r"\|\s*(e|escape|tojson|int|length)\b")
# What can hold no HTML: a translated literal, a formatted number or date, a counter, one literal or another.
HARMLESS = re.compile(
	r"""^\s*(_\(\s*("[^"]*"|'[^']*')\s*\)\s*$|"%[.,\d]*[dfg]"\s*\|\s*format\(|frappe\.(format_date|utils\.formatdate)\(
	|(\w+\s*\+\s*)?loop\.index0?\s*$|"[^"<>]*"\s+if\s+((?!\belse\b).)+?(\s+else\s+"[^"<>]*")?\s*$)""",
	re.VERBOSE,
)


def check_template(source: str) -> Iterator[Finding]:
	"""An expression is escaped, or harmless, or its line says why it is left as it is: {# safe: … #}."""
	lines = source.splitlines()
	for match in EXPRESSION.finditer(source):
		line = source.count("\n", 0, match.start())
		expression = match.group(1)
		if ESCAPED.search(expression) or HARMLESS.match(expression) or "{# safe" in lines[line]:
			continue
		yield line + 1, f"not escaped: {{{{{expression}}}}} needs |e"


def check_print_format(source: str) -> Iterator[Finding]:
	html = json.loads(source).get("html") or ""
	yield from ((1, message) for _, message in check_template(html))


# ---- the whole app -----------------------------------------------------------------------------------------------


def findings(app: Path = APP) -> Iterator[str]:
	checks = (
		("**/*.py", check_python),
		("**/print_format/**/*.html", check_template),
		("**/print_format/**/*.json", check_print_format),
		("templates/**/*.html", check_template),
		("www/**/*.html", check_template),
	)
	for pattern, check in checks:
		for path in sorted(app.glob(pattern)):
			for line, message in check(path.read_text(encoding="utf-8")):
				yield f"{path.relative_to(app.parent)}:{line}: {message}"


if __name__ == "__main__":
	found = list(findings())
	print("\n".join(found))
	sys.exit(bool(found))
