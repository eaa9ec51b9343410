"""hooks.py is a table of contents: what stands there twice is lost without a word."""

import ast
from collections import Counter
from pathlib import Path

HOOKS = Path(__file__).resolve().parents[2] / "property_service" / "hooks.py"
TREE = ast.parse(HOOKS.read_text(encoding="utf-8"))


def test_each_hook_is_given_once():
	names = [
		ast.unparse(target) for node in TREE.body if isinstance(node, ast.Assign) for target in node.targets
	]
	assert len(names) > 20
	assert [name for name, times in Counter(names).items() if times > 1] == []


def test_no_key_of_a_table_is_given_twice():
	tables = [node for node in ast.walk(TREE) if isinstance(node, ast.Dict)]
	assert len(tables) > 20
	for table in tables:
		keys = Counter(ast.unparse(key) for key in table.keys if key)
		assert [key for key, times in keys.items() if times > 1] == []
