"""hooks.py as a table of contents: what stands in it counts."""

import ast
from collections import Counter

from property_service import hooks


def test_no_name_is_given_twice():
	"""The second would take the place of the first without a word."""
	with open(hooks.__file__, encoding="utf-8") as file:
		tree = ast.parse(file.read())
	names = Counter(
		target.id for node in tree.body if isinstance(node, ast.Assign) for target in node.targets
	)
	assert [name for name, times in names.items() if times > 1] == []
