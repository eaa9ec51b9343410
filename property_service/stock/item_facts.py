"""What the procedure asks of the items of a document: once per save of it, from Frappe's cache of documents."""

from collections.abc import Iterable, Iterator
from typing import NamedTuple

import frappe
from frappe.model.document import Document
from frappe.utils import cint


class ItemFacts(NamedTuple):
	"""`sample_percent` and `sample_floor` are the strictest of the item's group and the groups above it, 0 for none."""

	is_stock_item: bool
	storage_class: str | None
	certificate_exempt: bool
	specification: str | None
	sample_percent: int
	sample_floor: int
	is_tool: bool
	stock_class: str | None
	low_value_class: str | None


NONE = ItemFacts(False, None, False, None, 0, 0, False, None, None)


def of_document(doc: Document) -> dict[str, ItemFacts]:
	"""Item -> facts, for the rows of a document; remembered for one save of it, while its items stay the same."""
	items = frozenset(row.item_code for row in doc.get("items") or [] if row.item_code)
	known = doc.flags.item_facts
	if not known or known[0] != items:
		found = ((item, of_item(item)) for item in sorted(items))
		known = doc.flags.item_facts = (items, {item: facts for item, facts in found if facts})
	return known[1]


def of_item(item: str) -> ItemFacts | None:
	"""ERPNext reads the item of each row from this cache as well, so that nothing more is asked of the database."""
	fields = ("is_stock_item", "storage_class", "certificate_exempt", "specification")
	classes = ("stock_class", "low_value_class")
	found = frappe.get_cached_value("Item", item, (*fields, "item_group", "is_tool", *classes), as_dict=True)
	if not found:
		return None
	samples = list(_samples_upwards(found.item_group))
	return ItemFacts(
		*(bool(found.is_stock_item), found.storage_class, bool(found.certificate_exempt)),
		found.specification,
		*(max((cint(row[key]) for row in samples), default=0) for key in ("sample_percent", "sample_floor")),
		bool(found.is_tool),
		*(found[key] for key in classes),
	)


def _samples_upwards(group: str | None) -> Iterator[frappe._dict]:
	"""Of the group and of those above it."""
	fields = ("sample_percent", "sample_floor", "parent_item_group")
	while group and (found := frappe.get_cached_value("Item Group", group, fields, as_dict=True)):
		yield found
		group = found.parent_item_group


def low_value(doc: Document) -> list[str]:
	"""The items of a document that are of a low-value class."""
	return [item for item, facts in of_document(doc).items() if facts.low_value_class]


def forget(doc: Document) -> None:
	"""A save begins: items may have changed since the last one."""
	doc.flags.item_facts = None


def storage_classes(items: Iterable[str]) -> dict[str, str | None]:
	"""Of any number of items. One statement."""
	return dict(
		frappe.get_all(
			"Item",
			filters={"name": ("in", sorted(items) or [""])},
			fields=["name", "storage_class"],
			order_by="name",
			as_list=True,
		)
	)
