"""Identity numbers never leave the server in clear, except by `reveal` (ORG-03)."""

import json

import frappe
import pytest
from cryptography.fernet import Fernet
from frappe.desk.form.load import getdoc
from frappe.desk.form.save import savedocs
from frappe.desk.reportview import export_query
from frappe.desk.reportview import get as reportview
from frappe.utils import add_days, add_months, nowdate
from frappe.utils.global_search import search as global_search
from frappe.utils.password import get_decrypted_password

from property_service import sensitive_data, settings
from tests.site import make
from tests.site.rest import refusal

pytestmark = pytest.mark.rule("ORG-03")

NUMBER, MASK = "11010519491231002X", "1101**********002X"
OTHER, OTHER_MASK = "110105199001010010", "1101**********0010"
METHOD = "property_service.sensitive_data.reveal"


@pytest.fixture
def resident(as_user):
	with as_user("clerk"):
		return make.resident(id_number=NUMBER)


def in_clear(doc) -> str | None:
	return get_decrypted_password("Resident", doc.name, "id_number", raise_exception=False)


def accesses(doc) -> list:
	return frappe.get_all(
		"Sensitive Data Access",
		filters={"reference_name": doc.name},
		fields=["name", "user", "reason", "sensitive_field", "reference_doctype", "accessed_on"],
		order_by="creation",
	)


def refused(text: str, exc=frappe.ValidationError):
	return pytest.raises(exc, match=text)


class TestSaving:
	def test_column_holds_the_mask_and_the_number_is_encrypted(self, resident):
		assert frappe.db.get_value("Resident", resident.name, "id_number") == MASK == resident.id_number
		assert in_clear(resident) == NUMBER
		stored = frappe.db.sql("select password from __Auth where name = %s", resident.name)[0][0]
		assert NUMBER not in stored

	def test_saving_with_the_mask_keeps_the_number(self, resident, as_user):
		with as_user("clerk"):
			resident.remarks = "vegetarian"
			resident.save()
		assert in_clear(resident) == NUMBER

	def test_new_number_replaces_the_old_one(self, resident):
		resident.id_number = OTHER
		resident.save()
		assert (resident.id_number, in_clear(resident)) == (OTHER_MASK, OTHER)

	def test_emptied_field_forgets_the_number(self, resident):
		resident.id_number = ""
		resident.save()
		assert in_clear(resident) is None

	@pytest.mark.parametrize(
		"entered", ["110105194912310021", "123", "张三", "<b>1</b>", "A" * 200, "1e308", "\u200b"]
	)
	def test_wrong_number_is_refused_without_repeating_it(self, resident, entered):
		resident.id_number = entered
		with refused("is not valid") as refusal:
			resident.save()
		assert entered not in str(refusal.value)

	@pytest.mark.parametrize("entered", [OTHER_MASK, "3301**********1234"])
	def test_somebody_elses_mask_is_refused(self, resident, entered):
		resident.id_number = entered
		with refused("masked number"):
			resident.save()

	def test_a_copy_takes_no_number_along(self, resident):
		copy = frappe.copy_doc(resident, ignore_no_copy=False).insert()
		assert not copy.id_number
		assert in_clear(copy) is None

	def test_renaming_and_deleting_take_the_number_along(self, resident):
		name = frappe.rename_doc("Resident", resident.name, "ZH-RENAMED", force=True)
		renamed = frappe.get_doc("Resident", name)
		assert in_clear(renamed) == NUMBER
		renamed.delete()
		assert in_clear(renamed) is None


def everything_stored() -> str:
	"""Every text of every table that could have taken the number along."""
	tables = (
		"Resident",
		"Version",
		"Comment",
		"Communication",
		"Error Log",
		"Deleted Document",
		"Activity Log",
		"Access Log",
		"__global_search",
	)
	texts = []
	for table in tables:
		name = table if table.startswith("__") else f"tab{table}"
		texts.append(frappe.as_json(frappe.db.sql(f"select * from `{name}`", as_dict=True)))
	return "".join(texts)


class TestNoWayOut:
	def test_lists_forms_reports_prints_exports(self, resident, as_user):
		with as_user("service_manager"):
			answers = [
				frappe.as_json(frappe.get_list("Resident", fields=["*"], order_by="name")),
				frappe.as_json(frappe.client.get("Resident", resident.name)),
				frappe.as_json(frappe.client.get_value("Resident", ["id_number"], resident.name)),
				frappe.get_print("Resident", resident.name),
				self.form(resident),
				self.report_view(resident),
				self.export(resident),
			]
		for answer in answers:
			assert NUMBER not in answer
		assert sum(MASK in answer for answer in answers) >= 6, "the mask stands where the number would"

	def form(self, resident) -> str:
		frappe.response.docs = []
		getdoc("Resident", resident.name)
		return frappe.as_json(frappe.response)

	def report_view(self, resident) -> str:
		self.ask_for(resident)
		return frappe.as_json(reportview())

	def export(self, resident) -> str:
		self.ask_for(resident, file_format_type="CSV", title="Resident")
		export_query()
		content = frappe.response.pop("filecontent")
		return content.decode() if isinstance(content, bytes) else content

	def ask_for(self, resident, **more):
		frappe.local.form_dict = frappe._dict(
			doctype="Resident",
			fields=json.dumps(["`tabResident`.`name`", "`tabResident`.`id_number`"]),
			filters=json.dumps([["Resident", "name", "=", resident.name]]),
			order_by="`tabResident`.`name`",
			start=0,
			page_length=20,
			view="Report",
			**more,
		)

	def test_search_finds_nobody_by_number(self, resident):
		assert not global_search(NUMBER)
		assert not frappe.get_list("Resident", filters={"id_number": NUMBER}, order_by="name")

	def test_nothing_that_is_stored_holds_it(self, resident, as_user):
		with as_user("clerk"):
			resident.id_number = OTHER
			resident.save()
			resident.add_comment("Comment", "changed")
		resident.delete()
		stored = everything_stored()
		assert resident.name in stored
		assert NUMBER not in stored
		assert OTHER not in stored

	def test_answer_to_saving_holds_the_mask(self, as_user):
		with as_user("clerk"):
			frappe.response.docs = []
			savedocs(
				json.dumps(
					{**make.resident_values(id_number=NUMBER), "__islocal": 1, "name": "new-resident-1"}
				),
				"Save",
			)
			answer = frappe.as_json(frappe.response.docs)
		assert MASK in answer
		assert NUMBER not in answer

	def test_error_log_masks_what_was_just_entered(self):
		log = frappe.log_error(title="save failed", message=f"form_dict = {{'id_number': '{NUMBER}'}}")
		text = frappe.db.get_value("Error Log", log.name, "error")
		assert NUMBER not in text
		assert MASK in text

	def test_by_rest(self, rest, committed, resident):
		committed()
		client = rest("clerk")
		for answer in (
			client.get("Resident", resident.name),
			client.list("Resident", fields=["name", "id_number"], limit_page_length=0),
			client.update("Resident", resident.name, id_number=OTHER),
			client.insert("Resident", make.resident_values(id_number=OTHER)),
		):
			assert answer.status_code == 200
			assert NUMBER not in answer.text
			assert OTHER not in answer.text
		wrong = client.update("Resident", resident.name, id_number="110105194912310021")
		assert wrong.status_code == 417
		assert "110105194912310021" not in refusal(wrong)


class TestReveal:
	@pytest.mark.parametrize("person", ["clerk", "service_manager"])
	def test_returns_the_number_and_records_the_access(self, resident, cast, as_user, person):
		with as_user(person):
			assert sensitive_data.reveal("Resident", resident.name, "id_number", " police request ") == NUMBER
		(access,) = accesses(resident)
		assert (access.user, access.reason, access.sensitive_field, access.reference_doctype) == (
			cast.user(person),
			"police request",
			"id_number",
			"Resident",
		)
		assert access.accessed_on

	def test_a_lost_key_is_not_called_a_missing_number(self, resident, as_user, monkeypatch):
		"""As on a site that was restored without the site_config.json of its backup."""
		monkeypatch.setitem(frappe.local.conf, "encryption_key", Fernet.generate_key().decode())
		with as_user("clerk"), refused("encryption key"):
			sensitive_data.reveal("Resident", resident.name, "id_number", "police request")
		assert not accesses(resident)
		assert ("Resident", resident.name) in sensitive_data.unreadable()

	@pytest.mark.parametrize(
		"person", ["technician", "general_manager", "cashier", "department_head", "resident", "Guest"]
	)
	def test_other_roles_are_refused(self, resident, as_user, person):
		with as_user(person), pytest.raises(frappe.PermissionError):
			sensitive_data.reveal("Resident", resident.name, "id_number", "curious")
		assert not accesses(resident)

	@pytest.fixture
	def clerk_of_somebody_else(self, cast):
		frappe.permissions.add_user_permission("Resident", make.resident().name, cast.user("clerk"))
		yield
		frappe.db.rollback()
		frappe.cache.hdel("user_permissions", cast.user("clerk"))  # the rollback does not reach the cache

	def test_only_of_residents_one_may_read(self, resident, clerk_of_somebody_else, as_user):
		with as_user("clerk"), pytest.raises(frappe.PermissionError):
			sensitive_data.reveal("Resident", resident.name, "id_number", "curious")

	@pytest.mark.parametrize("reason", ["", "   ", "\u3000"])
	def test_needs_a_reason(self, resident, as_user, reason):
		with as_user("clerk"), refused("Say why"):
			sensitive_data.reveal("Resident", resident.name, "id_number", reason)

	@pytest.mark.parametrize(
		("doctype", "field"), [("Resident", "mobile_no"), ("User", "password"), ("Email Account", "password")]
	)
	def test_reveals_nothing_but_declared_fields(self, resident, as_user, doctype, field):
		with as_user("clerk"), refused("no protected number"):
			sensitive_data.reveal(doctype, resident.name, field, "curious")

	def test_without_a_number(self, as_user):
		empty = make.resident()
		with as_user("clerk"), refused("There is no number"):
			sensitive_data.reveal("Resident", empty.name, "id_number", "curious")
		assert not accesses(empty)

	def test_by_rest(self, rest, committed, resident):
		committed()
		arguments = {"doctype": "Resident", "name": resident.name, "fieldname": "id_number", "reason": "visa"}
		assert rest("clerk").request("GET", f"/api/method/{METHOD}", params=arguments).status_code == 403
		assert rest("clerk").call(METHOD, **arguments).json()["message"] == NUMBER
		assert rest("technician").call(METHOD, **arguments).status_code == 403
		assert rest("Guest").call(METHOD, **arguments).status_code == 403
		assert rest("clerk").call(METHOD, **{**arguments, "reason": {"a": 1}}).status_code == 417
		assert rest("clerk").call(METHOD, **{**arguments, "name": "nobody"}).status_code == 404
		committed()
		assert len(accesses(resident)) == 1


class TestAccessRecord:
	@pytest.fixture
	def record(self, resident, as_user):
		with as_user("clerk"):
			sensitive_data.reveal("Resident", resident.name, "id_number", "visa")
		return frappe.get_doc("Sensitive Data Access", accesses(resident)[0].name)

	def test_nobody_changes_or_deletes_it(self, record):
		record.reason = "forged"
		with refused("kept as they are"):
			record.save()
		with refused("kept as they are"):
			record.delete()
		with refused("kept as they are"):
			frappe.delete_doc("Sensitive Data Access", record.name, force=True, ignore_permissions=True)

	def test_nobody_writes_one_by_hand(self, resident):
		forged = {
			"doctype": "Sensitive Data Access",
			"reference_doctype": "Resident",
			"reference_name": resident.name,
		}
		with refused("kept as they are"):
			frappe.get_doc({**forged, "flags": {"server_write": 1}}).insert()

	def test_manager_reads_it_and_clerk_does_not(self, record, as_user):
		with as_user("service_manager"):
			assert record.has_permission("read")
			assert not record.has_permission("write")
		with as_user("clerk"):
			assert not record.has_permission("read")

	def test_resident_with_a_record_is_kept(self, record):
		with pytest.raises(frappe.LinkExistsError):
			frappe.delete_doc("Resident", record.reference_name)

	def test_by_rest(self, rest, committed, record):
		committed()
		for person in ("clerk", "service_manager"):
			client = rest(person)
			assert client.update("Sensitive Data Access", record.name, reason="forged").status_code == 403
			assert client.delete("Sensitive Data Access", record.name).status_code == 403
			assert client.insert("Sensitive Data Access", reason="forged").status_code == 403


class TestRetention:
	def moved_out(self, day) -> object:
		return make.resident(id_number=NUMBER, status="Moved Out", moved_in_on="2015-01-01", moved_out_on=day)

	def test_numbers_are_blanked_when_their_time_is_over(self, resident):
		cutoff = add_months(nowdate(), -24)
		over, kept = self.moved_out(cutoff), self.moved_out(add_days(cutoff, 1))
		sensitive_data.blank_expired()
		assert (frappe.db.get_value("Resident", over.name, "id_number"), in_clear(over)) == (None, None)
		for doc in (kept, resident):
			assert frappe.db.get_value("Resident", doc.name, "id_number") == MASK
			assert in_clear(doc) == NUMBER
		sensitive_data.blank_expired()

	def test_months_are_a_setting(self):
		frappe.db.set_single_value("Property Service Settings", "retention_months", 1)
		doc = self.moved_out(add_months(nowdate(), -2))
		sensitive_data.blank_expired()
		assert in_clear(doc) is None

	def test_zero_keeps_them(self):
		frappe.db.set_single_value("Property Service Settings", "retention_months", 0)
		doc = self.moved_out("2015-02-01")
		sensitive_data.blank_expired()
		assert in_clear(doc) == NUMBER

	def test_open_form_does_not_send_the_mask_back(self):
		doc = self.moved_out("2015-02-01")
		sensitive_data.blank_expired()
		with pytest.raises(frappe.TimestampMismatchError):
			doc.save()

	def test_set_based(self, count_sql):
		for _resident in range(5):
			self.moved_out("2015-02-01")
		settings.get()  # read once per request, and not under test here
		with count_sql() as count:
			sensitive_data.blank_expired()
		assert len(count) <= 6, count.statements

	def test_runs_daily(self):
		from property_service import hooks

		assert "property_service.sensitive_data.blank_expired" in hooks.scheduler_events["daily"]
