"""What the procedure asks of the items of a document: read once per document, in one statement."""

from collections.abc import Iterable
from typing import NamedTuple

import frappe
from frappe.model.document import Document
from frappe.query_builder.functions import Coalesce, Max
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


NONE = ItemFacts(False, None, False, None, 0, 0, False)


def of_document(doc: Document) -> dict[str, ItemFacts]:
	"""Item -> facts, for the rows of a document; remembered for one save of it, while its items stay the same."""
	items = frozenset(row.item_code for row in doc.get("items") or [] if row.item_code)
	known = doc.flags.item_facts
	if not known or known[0] != items:
		known = doc.flags.item_facts = (items, of(items))
	return known[1]


def forget(doc: Document) -> None:
	"""A save begins: items may have changed since the last one."""
	doc.flags.item_facts = None


def of(items: Iterable[str]) -> dict[str, ItemFacts]:
	items = sorted(set(items))
	if not items:
		return {}
	item = frappe.qb.DocType("Item")
	own, above = frappe.qb.DocType("Item Group").as_("own"), frappe.qb.DocType("Item Group").as_("above")
	rows = (
		frappe.qb.from_(item)
		.left_join(own)
		.on(own.name == item.item_group)
		.left_join(above)
		.on((above.lft <= own.lft) & (above.rgt >= own.rgt))
		.select(
			*(item.name, item.is_stock_item, item.storage_class, item.certificate_exempt, item.specification),
			*(Coalesce(Max(above.sample_percent), 0), Coalesce(Max(above.sample_floor), 0)),
			item.is_tool,
		)
		.where(item.name.isin(items))
		.groupby(item.name)
		.run()
	)
	return {
		name: ItemFacts(
			bool(stock), storage, bool(exempt), specification, cint(percent), cint(floor), bool(tool)
		)
		for name, stock, storage, exempt, specification, percent, floor, tool in rows
	}
