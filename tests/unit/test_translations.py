"""The desk is complete in Chinese: every text of the app has its row in translations/zh.csv."""

import csv
import re
from collections import Counter

from tests import translatable

ROWS = list(csv.reader((translatable.APP / "translations" / "zh.csv").open(encoding="utf-8", newline="")))
CHINESE = {row[0]: row[1] for row in ROWS}
TEXTS = translatable.all_texts()

PLACEHOLDER = re.compile(r"\{\w*\}")


def test_every_text_is_translated():
	missing = [f"{path}: {text}" for text, path in TEXTS.items() if text not in CHINESE]
	assert missing == []


def test_translations_are_chinese():
	assert [text for text, chinese in CHINESE.items() if not re.search(r"[\u4e00-\u9fff]", chinese)] == []


def test_translations_keep_their_placeholders():
	changed = [
		text
		for text, chinese in CHINESE.items()
		if sorted(PLACEHOLDER.findall(chinese)) != sorted(PLACEHOLDER.findall(text))
	]
	assert changed == []


def test_rows_are_well_formed_sorted_and_single():
	assert all(len(row) == 3 for row in ROWS)
	sources = [(row[0], row[2]) for row in ROWS]
	assert [source for source, count in Counter(sources).items() if count > 1] == []
	assert sources == sorted(sources)


def test_texts_of_each_kind_of_file_are_seen():
	assert list(translatable.python_texts('frappe.throw(_("Not" " here {0}").format(x))')) == ["Not here {0}"]
	assert list(translatable.python_texts('notices.tell(doc, [user], "{0} is late", 1, mail=False)')) == [
		"{0} is late"
	]
	assert list(
		translatable.rule_texts('"""A docstring."""\nWHY = "Write it down ({0})."\nKEY = "draft"')
	) == ["Write it down ({0})."]
	assert list(translatable.javascript_texts("""__('It\\'s') + __("One " + "two", [a])""")) == [
		"It's",
		"One two",
	]
	assert list(translatable.html_texts('{{ _("Matter") }} {{ doc_("no") }}')) == ["Matter"]
	doctype = """{"doctype": "DocType", "name": "Key", "fields": [
		{"fieldtype": "Select", "label": "State", "options": "In\\nOut", "description": "Where it is"}]}"""
	assert list(translatable.json_texts(doctype)) == ["Key", "State", "Where it is", "In", "Out"]
