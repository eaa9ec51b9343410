"""Our Chinese stays ours: a word that Frappe or ERPNext translate keeps their translation on their screens.

A label or option of our forms that needs another word gets it in the context of its DocType (third column of zh.csv).
"""

import csv
import re
from pathlib import Path

import frappe
from frappe.translate import get_all_translations

# Words that the bundled translations of 15 get wrong for anybody (会诊 for a consultation, 草案 for a draft), and the
# states and actions of our workflows, which Frappe shows without a context.
WORDS_OF_OUR_OWN = {
	*(
		"Applied",
		"Archive",
		"Archived",
		"Assign",
		"Assigned",
		"Cancelled",
		"Cashier",
		"Complaint",
		"Consultation",
	),
	"Counter",
	*("Delivered", "Dismiss", "Dispatch", "Draft", "Finish", "Finished", "Follow Up", "Issued", "Letter"),
	*("Normal", "Occupied", "Open", "Page {0} of {1}", "Pending", "Published", "Publishing", "Queued"),
	*(
		"Received",
		"Register",
		"Registered",
		"Returned",
		"Scheduled",
		"Vacant",
		"Verified",
		"Verifier",
		"Verify",
	),
	"Withdrawn",
}
# ERPNext names records by the translation of these words when a company is made.
NAMES_OF_RECORDS = {"Main", "Stores", "Left", "Small", "Customer Service"}


def is_chinese(text: str) -> bool:
	return bool(re.search(r"[\u4e00-\u9fff]", text))


def rows_of(app: str) -> list[list[str]]:
	path = Path(frappe.get_app_path(app, "translations", "zh.csv"))
	if not path.exists():  # Frappe and ERPNext 16 keep theirs in .po files
		return []
	with path.open(encoding="utf-8", newline="") as file:
		return [(row + ["", ""])[:3] for row in csv.reader(file) if row]


def test_words_of_frappe_and_erpnext_keep_their_chinese():
	theirs = {}
	for app in ("frappe", "erpnext"):
		rows = rows_of(app)
		theirs.update({source: text for source, text, context in rows if not context and is_chinese(text)})
	ours = {source: chinese for source, chinese, context in rows_of("property_service") if not context}
	changed = {source for source, chinese in ours.items() if theirs.get(source, chinese) != chinese}
	assert changed - WORDS_OF_OUR_OWN == set()


def test_words_that_name_records_are_translated_in_context_only():
	assert {row[0] for row in rows_of("property_service") if not row[2]} & NAMES_OF_RECORDS == set()


def test_every_word_of_a_form_is_chinese_on_that_form():
	"""A word that has Chinese in the context of another DocType only would be English here."""
	messages = get_all_translations("zh")
	missing = {
		(doctype, word)
		for doctype, word in words_of_forms()
		if not is_chinese(messages.get(f"{word}:{doctype}") or messages.get(word) or "")
	}
	assert missing == set()


def words_of_forms() -> set[tuple[str, str]]:
	"""(DocType, word): labels, options, help texts, as the desk looks them up."""
	found = set()
	for doctype in frappe.get_all("DocType", {"module": "Property Service"}, pluck="name", order_by="name"):
		for field in frappe.get_meta(doctype).fields:
			words = [field.label, field.description]
			if field.fieldtype == "Select" and field.fieldname != "naming_series":
				words += (field.options or "").split("\n")
			found |= {(doctype, word) for word in words if word and re.search("[A-Za-z]{2}", word)}
	return found
