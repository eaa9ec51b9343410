"""What a document reads before it is saved, and what it need not read again (saving.py)."""

import re

import frappe
import pytest

from property_service.saving import ParentLocked
from tests.site.complaint_line import Line as Complaint
from tests.site.repair_line import Line

CHASER = {"chased_on": "2026-01-05 09:00:00", "note": "又来电"}


@pytest.fixture
def line(cast, as_user):
	return Line(cast, as_user)


@pytest.fixture
def ticket(line):
	"""With a row in one of its tables; as the clerk read it."""
	doc = line.report()
	doc.append("chasers", CHASER)
	doc.flags.server_write = True
	doc.save()
	frappe.db.value_cache.clear()  # as another request finds it
	return frappe.get_doc(doc.doctype, doc.name)


def reads_of(count, table: str) -> int:
	return sum(bool(re.match(rf"select .*from `tab{table}`", text, re.I)) for text in count.statements)


def write_as_somebody_else(ticket) -> None:
	"""A row of the ticket and the ticket, as another request would have left them."""
	row = frappe.get_doc(
		{
			"doctype": "Repair Ticket Chaser",
			"parent": ticket.name,
			"parenttype": ticket.doctype,
			"parentfield": "chasers",
			"idx": 2,
			**CHASER,
		}
	)
	row.name = frappe.generate_hash(length=10)
	row.db_insert()
	frappe.db.set_value(ticket.doctype, ticket.name, "modified", frappe.utils.now())


@pytest.mark.rule("Q-02")
class TestRowsReadOnce:
	def test_between_reading_and_saving(self, ticket, as_user, count_sql):
		with as_user("clerk"), count_sql() as count:
			doc = frappe.get_doc(ticket.doctype, ticket.name)
			doc.description = "水管也漏"
			doc.save()
		assert reads_of(count, "Repair Ticket Chaser") == 1
		assert sum("FOR UPDATE" in text for text in count.statements) == 1  # the ticket's own row

	def test_they_are_those_that_stood_there(self, ticket):
		ticket.chasers[0].note = "改过"
		ticket.load_doc_before_save()
		(before,) = ticket.get_doc_before_save().chasers
		assert (before.note, before.name) == (CHASER["note"], ticket.chasers[0].name)
		assert not before.is_new()

	def test_a_ticket_that_changed_meanwhile_is_read_anew(self, ticket):
		write_as_somebody_else(ticket)
		ticket.load_doc_before_save()
		assert len(ticket.get_doc_before_save().chasers) == 2
		with pytest.raises(frappe.TimestampMismatchError):
			ticket.save()

	def test_a_second_save_reads_what_the_first_wrote(self, ticket):
		ticket.flags.server_write = True
		ticket.append("chasers", {**CHASER, "note": "第二次"})
		ticket.save()
		ticket.load_doc_before_save()
		assert [row.note for row in ticket.get_doc_before_save().chasers] == [CHASER["note"], "第二次"]

	def test_of_the_document_that_is_saved_alone(self, ticket, line):
		"""What was read of one document is no other one's."""
		other = frappe.get_doc("Repair Ticket", line.report().name)
		frappe.db.set_value(other.doctype, other.name, "modified", ticket.modified)
		other.reload()
		other.flags.rows_read = ticket.flags.rows_read
		other.load_doc_before_save()
		assert other.get_doc_before_save().chasers == []


@pytest.mark.rule("Q-05")
class TestLinksLookedUp:
	def test_not_again_where_they_stay(self, ticket, as_user, count_sql):
		with as_user("clerk"), count_sql() as count:
			doc = frappe.get_doc(ticket.doctype, ticket.name)
			doc.description = "水管也漏"
			doc.save()
		assert reads_of(count, "Company") == reads_of(count, "Issue Priority") == 0

	def test_when_one_changes(self, ticket):
		ticket.department = "没有这个部门"
		with pytest.raises(frappe.LinkValidationError):
			ticket.save()

	def test_of_a_row_that_changed_or_is_new(self, ticket):
		ticket.flags.server_write = True
		ticket.append("handler_transfers", {"from_user": "Administrator", "to_user": "nobody@example.com"})
		with pytest.raises(frappe.LinkValidationError):
			ticket.save()

	def test_always_of_what_is_submitted(self, ticket, monkeypatch, count_sql):
		"""What it links to may have been cancelled since."""
		monkeypatch.setattr(ticket.meta, "is_submittable", 1)
		with count_sql() as count:
			ticket.save()
		assert reads_of(count, "Company") == 1

	@pytest.mark.rule("Q-02")
	def test_of_one_that_somebody_else_saved_meanwhile(self, ticket, monkeypatch, count_sql):
		"""The transaction waited for the ticket and reads all else as it was before it was saved (scrapping: test_scrap)."""
		monkeypatch.setattr(ParentLocked, "_load_from_snapshot", lambda *_args, **_kwargs: False)
		locked = frappe.get_doc(ticket.doctype, ticket.name, for_update=True)
		with count_sql() as count:
			locked.save()
		assert reads_of(count, "Company") == 1

	def test_where_a_value_is_taken_over_from_there(self, cast, as_user):
		"""A program sends another name; the field shows what stands behind the link."""
		complaint = Complaint(cast, as_user).acted()
		complaint.action_owner_name = "别人"
		complaint.flags.server_write = True
		complaint.save()
		assert complaint.action_owner_name == frappe.db.get_value(
			"Employee", complaint.action_owner, "employee_name"
		)
