#!/usr/bin/env python3
"""Looks for known traps of the platform in the app's code: `make lint`. Exits 1 and lists them as file:line: what.

In Python: SQL put together from strings, messages that are not translated, `frappe.db.commit()` and `rollback()` (a request
or job is one transaction), permissions ignored or the user changed without a reason beside it, whitelisted methods that do
not say their HTTP verbs (by default a GET changes data), that change data on a GET, or that belong to a class (they run on
the values that the client sent), jobs that may start before what they are about is committed, the sum of the stock ledger
taken for a balance, lists without an order, constants of a class asked of the document (Frappe writes whatever key a client
sends into the document, where it hides the class's own).
In DocTypes: numbers that begin anew each day, for the first insert under a new prefix deadlocks.
In print formats and templates: values that are not escaped.
That no workflow leads back into its initial state is a unit test's matter (tests/unit/test_workflow_files.py).
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
	functions = {node.name: node for node in tree.body if isinstance(node, ast.FunctionDef)}
	for node in ast.walk(tree):
		if isinstance(node, ast.Call):
			yield from check_call(node, lines, in_script=id(node) in scripts)
		elif isinstance(node, ast.Assign):
			yield from check_assignment(node, lines)
		elif isinstance(node, ast.Attribute):
			yield from check_attribute(node)
		elif isinstance(node, ast.Constant):
			yield from check_text(node)
		elif isinstance(node, ast.ClassDef):
			yield from check_methods(node)
		elif isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
			yield from check_decorators(node, functions)
			yield from check_sums(node)


def check_assignment(node: ast.Assign, lines: list[str]) -> Iterator[Finding]:
	target = ast.unparse(node.targets[0])
	if "flags.ignore_permissions" in target:
		yield from without_reason(node, lines)
	if target.isupper() and STATEMENT.match(first_words(node.value)) and not is_constant(node.value):
		yield node.lineno, f"{target}: SQL put together from more than constants"


def check_attribute(node: ast.Attribute) -> Iterator[Finding]:
	if isinstance(node.value, ast.Name) and node.value.id == "self" and node.attr.isupper():
		yield node.lineno, f"self.{node.attr}: a client may send a value of that name; ask type(self)"


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
		and not is_constant(node.args[0])
	):
		if not is_literal(node.args[0]):
			yield node.lineno, "SQL put together from strings: use frappe.qb or parameters"
		else:
			yield from without_reason(node, lines, "SQL that is no constant")
	if name.endswith(".db.commit") and not in_script:
		yield node.lineno, "frappe.db.commit(): the request or job commits, or nothing does"
	if name.endswith(".db.rollback") and "save_point" not in keywords and not in_script:
		yield from without_reason(
			node, lines, "frappe.db.rollback() undoes the caller's work, too: use a savepoint. It stands"
		)
	if name == "frappe.set_user" and not in_script:
		yield from without_reason(node, lines, "the user is changed")
	if name == "frappe.enqueue" and not {"enqueue_after_commit", "now", None} & set(keywords):
		yield (
			node.lineno,
			"frappe.enqueue without enqueue_after_commit: the job may run before its data is there",
		)
	if name in LISTS and not {"order_by", None} & set(keywords):
		yield node.lineno, f"{name} without order_by: the order differs between Frappe 15 and 16"
	if name.endswith((".db.get_value", ".db.get_values")) and not says_direction(keywords.get("order_by")):
		yield node.lineno, f"{name} sorts downwards where order_by says neither asc nor desc"
	if name in MESSAGES and node.args and isinstance(node.args[0], ast.Constant | ast.JoinedStr):
		yield node.lineno, f"{name} with a text that is not translated: _(…)"
	if name in ("_", "frappe._") and node.args and not is_literal(node.args[0]):
		yield node.lineno, 'translated after it was put together: _("… {0}").format(…)'
	if ast.unparse(keywords.get("ignore_permissions", ast.Constant(False))) in ("True", "1"):
		yield from without_reason(node, lines)


def says_direction(order_by: ast.expr | None) -> bool:
	if not isinstance(order_by, ast.Constant) or order_by.value is None:
		return True
	return all(part.strip().lower().endswith((" asc", " desc")) for part in str(order_by.value).split(","))


def is_literal(node: ast.expr) -> bool:
	return isinstance(node, ast.Constant) or not any(
		isinstance(part, ast.JoinedStr | ast.BinOp)
		or (isinstance(part, ast.Attribute) and part.attr == "format")
		for part in ast.walk(node)
	)


STATEMENT = re.compile(r"\s*(select|insert|update|delete|replace|with)\b", re.IGNORECASE)


def first_words(node: ast.expr) -> str:
	"""The text that an expression begins with, as far as it is written out."""
	while isinstance(node, ast.BinOp):
		node = node.left
	if isinstance(node, ast.JoinedStr) and node.values:
		node = node.values[0]
	return node.value if isinstance(node, ast.Constant) and isinstance(node.value, str) else ""


def is_constant(node: ast.expr) -> bool:
	"""A text, or the name of a constant (of this module or another), or put together from nothing else."""
	if isinstance(node, ast.Name | ast.Attribute):
		return ast.unparse(node).rpartition(".")[2].isupper()
	if isinstance(node, ast.JoinedStr | ast.BinOp | ast.FormattedValue):
		parts = node.values if isinstance(node, ast.JoinedStr) else operands(node)
		return all(map(is_constant, parts))
	if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr == "replace":
		return all(map(is_constant, [node.func.value, *node.args]))
	return isinstance(node, ast.Constant)


def operands(node: ast.BinOp | ast.FormattedValue) -> list[ast.expr]:
	return [node.value] if isinstance(node, ast.FormattedValue) else [node.left, node.right]


def without_reason(
	node: ast.stmt | ast.Call, lines: list[str], what: str = "ignore_permissions"
) -> Iterator[Finding]:
	"""The comment may stand anywhere in the statement or on the line above it."""
	nearby = lines[max(node.lineno - 2, 0) : node.end_lineno]
	if not any("#" in line for line in nearby):
		yield node.lineno, f"{what} without the reason in a comment beside it"


# ---- the stock ledger --------------------------------------------------------------------------------------------

LEDGER = "Stock Ledger Entry"
NO_BALANCE = (
	"the sum of actual_qty over the stock ledger is no balance, reconciliations carry 0 there: Bin, or "
	"the last qty_after_transaction"
)


def check_text(node: ast.Constant) -> Iterator[Finding]:
	"""SQL written out. A statement that reads Bin as well may sum that."""
	text = node.value if isinstance(node.value, str) else ""
	if (
		f"`tab{LEDGER}`" in text
		and "`tabBin`" not in text
		and re.search(r"(?i)\bsum\([^()]*\bactual_qty", text)
	):
		yield node.lineno, NO_BALANCE


def check_sums(function: ast.FunctionDef | ast.AsyncFunctionDef) -> Iterator[Finding]:
	"""frappe.qb: Sum(ledger.actual_qty), where `ledger` is that table in the same function."""
	ledgers = {
		ast.unparse(node.targets[0])
		for node in ast.walk(function)
		if isinstance(node, ast.Assign) and f"DocType('{LEDGER}')" in ast.unparse(node.value)
	}
	for node in ast.walk(function):
		if isinstance(node, ast.Call) and ast.unparse(node.func).rpartition(".")[2] == "Sum" and node.args:
			table, _dot, column = ast.unparse(node.args[0]).rpartition(".")
			if column == "actual_qty" and table in ledgers:
				yield node.lineno, NO_BALANCE


# ---- whitelisted methods -----------------------------------------------------------------------------------------

WRITING_METHODS = ("save", "submit", "cancel", "delete", "db_set", "db_insert", "db_update")
WRITING_FUNCTIONS = ("frappe.db.set_value", "frappe.db.delete", "frappe.delete_doc", "frappe.enqueue")


def check_decorators(
	node: ast.FunctionDef | ast.AsyncFunctionDef, functions: dict[str, ast.FunctionDef]
) -> Iterator[Finding]:
	for decorator in node.decorator_list:
		if "whitelist" not in ast.unparse(decorator):
			continue
		verbs = {k.arg: ast.unparse(k.value) for k in getattr(decorator, "keywords", [])}.get("methods")
		if verbs is None:
			yield (
				node.lineno,
				f"{node.name} does not say its HTTP verbs: POST, or GET and POST when it only reads",
			)
		elif "GET" in verbs and (writing := first_write(node, functions, {node.name})):
			yield node.lineno, f"{node.name} answers a GET and changes data: {writing}"


def first_write(node: ast.AST, functions: dict[str, ast.FunctionDef], seen: set[str]) -> str | None:
	"""The first call that writes, in the function or in one of the same module that it calls."""
	for call in ast.walk(node):
		if not isinstance(call, ast.Call):
			continue
		name = ast.unparse(call.func)
		method = call.func.attr if isinstance(call.func, ast.Attribute) else ""
		# a list's insert has arguments, a document's has none but by keyword
		inserts = method == "insert" and not call.args
		if name in WRITING_FUNCTIONS or method in WRITING_METHODS or inserts:
			return name
		if name in functions and name not in seen:
			seen.add(name)
			if found := first_write(functions[name], functions, seen):
				return found
	return None


def check_methods(node: ast.ClassDef) -> Iterator[Finding]:
	for method in node.body:
		decorators = getattr(method, "decorator_list", [])
		if any("whitelist" in ast.unparse(decorator) for decorator in decorators):
			yield (
				method.lineno,
				f"{node.name}.{method.name} would run on a document as the client sends it: whitelist a function that reads it",
			)


# ---- DocTypes ----------------------------------------------------------------------------------------------------

DAY = re.compile(r"\.DD\.|\{DD\}|\{#?dd?\}")


def check_doctype(source: str) -> Iterator[Finding]:
	doc = json.loads(source)
	series = [field for field in doc.get("fields", []) if field.get("fieldname") == "naming_series"]
	patterns = [doc.get("autoname"), *(f.get("options") for f in series), *(f.get("default") for f in series)]
	for pattern in filter(None, patterns):
		if DAY.search(pattern):
			yield 1, f"numbers that begin anew each day deadlock on the day's first inserts: {pattern!r}"


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
		("**/doctype/**/*.json", check_doctype),
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
