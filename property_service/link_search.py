"""What link fields suggest, with the options of our DocTypes in the reader's words (hooks: override_whitelisted_methods).

Frappe finds, filters, limits and orders, and nobody is shown another document than it shows. It joins the values as they
are stored, though, and an option is stored in English. Ours are put into the words that list and form have for them: in
the DocType's context (an active card is 正常, not 活动), and the names of kinds that Frappe translates where they are
chosen themselves, such as the purpose of a receipt.
"""

from collections.abc import Callable, Sequence
from functools import partial

import frappe
from frappe import _
from frappe.desk import search
from frappe.model.meta import Meta

from property_service.desk_doors import MODULE, require_doctype


@frappe.whitelist(methods=["GET", "POST"])
def search_link(doctype: str, txt: str, **arguments) -> list[dict]:
	"""What a link field lists below itself. Raises frappe.DoesNotExistError for a kind that there is not."""
	shown = words(doctype, arguments)
	if not shown:
		return frappe.call(search.search_link, doctype=doctype, txt=txt, **arguments)
	asked = {name: arguments[name] for name in frappe.get_newargs(search.search_link, arguments)}
	rows = frappe.call(search.search_widget, doctype=doctype, txt=txt.strip(), **asked)
	return search.build_for_autosuggest(in_words(rows, shown), doctype=doctype)


@frappe.whitelist(methods=["GET", "POST"])
def search_widget(doctype: str, txt: str, **arguments) -> list:
	"""What the window of the advanced search lists, a row of columns for each document. Raises as `search_link` does."""
	shown = words(doctype, arguments)
	rows = frappe.call(search.search_widget, doctype=doctype, txt=txt, **arguments)
	return in_words(rows, shown) if shown else rows


def words(doctype: str, arguments: dict) -> dict[int, Callable[[str], str]]:
	"""For each column of Frappe's own search that holds a word of ours, by its position: what translates it.

	Empty for other kinds of documents, for queries that choose their columns, and where documents are asked for whole.
	"""
	require_doctype(doctype)
	meta = frappe.get_meta(doctype)
	own_columns = ("query", "filter_fields", "as_dict")
	if meta.module != MODULE or any(map(arguments.get, own_columns)):
		return {}
	if doctype in frappe.get_hooks("standard_queries"):
		return {}
	fields = search.get_std_fields_list(meta, arguments.get("searchfield") or "name")
	if meta.show_title_field_in_link and meta.title_field:
		fields.insert(1, "")  # the title is asked for twice
	translators = {place: translator(meta, fieldname) for place, fieldname in enumerate(fields)}
	return {place: translate for place, translate in translators.items() if translate}


def translator(meta: Meta, fieldname: str) -> Callable[[str], str] | None:
	df = meta.get_field(fieldname)
	if df and df.fieldtype == "Select":
		return partial(_, context=meta.name)
	if df and df.fieldtype == "Link" and frappe.get_meta(df.options).translated_doctype:
		return _
	return None


def in_words(rows: Sequence[Sequence], shown: dict[int, Callable[[str], str]]) -> list:
	return [
		[shown[place](value) if value and place in shown else value for place, value in enumerate(row)]
		for row in rows
	]
