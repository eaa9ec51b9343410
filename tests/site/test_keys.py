"""Keys: lent once at a time, asked back every day, never lost sight of (DESK-08)."""

import frappe
import pytest
from frappe.utils import add_days, add_to_date, get_datetime, getdate, now_datetime

from property_service import reception
from property_service.property_service.doctype.key_loan import chasing, counter, key_loan
from property_service.property_service.doctype.property_key import property_key
from property_service.property_service.report.key_loan_register import key_loan_register
from property_service.rules import keys as rules
from property_service.rules import register as register_rules
from tests.site import make
from tests.site.processes import run_at_once
from tests.site.repair_line import refused

pytestmark = pytest.mark.rule("DESK-08")


@pytest.fixture
def key():
	return make.key().name


@pytest.fixture
def lend(as_user):
	def lend(key, by="clerk", **values):
		with as_user(by):
			return make.loan(key, **values)

	return lend


def state_of(key):
	return frappe.db.get_value("Property Key", key, "status")


def let_pass(loan, **time):
	"""As if the loan had been made that much earlier."""
	back = {unit: -amount for unit, amount in time.items()}
	for field in ("borrowed_on", "due_on"):
		frappe.db.set_value("Key Loan", loan.name, field, add_to_date(loan.get(field), **back))
	loan.reload()


# ---- the key -------------------------------------------------------------------------------------------------------


class TestKey:
	def test_it_says_what_it_opens_and_is_found_by_its_tag(self, as_user):
		units = [make.unit().name, make.unit().name]
		with as_user("clerk"):
			key = make.key(key_tag=" ａ-301 ", units=units)
		assert key.name == key.key_tag == "A-301"
		assert key.property_unit == units[0]
		assert all(frappe.db.get_value("Property Unit", unit, "unit_name") in key.opens for unit in units)
		assert (key.status, key.registered_by) == (
			rules.IN_CABINET,
			frappe.db.get_value("Property Key", "A-301", "owner"),
		)

	def test_one_record_per_tag(self, key):
		with pytest.raises(frappe.DuplicateEntryError):
			make.key(key_tag=key.lower())

	def test_a_bad_tag_no_unit_or_a_foreign_unit_is_refused(self):
		refused(lambda: make.key(key_tag="A/1"), rules.BAD_TAG)
		refused(lambda: make.insert({**make.key_values(), "units": []}), rules.NO_UNIT)
		company = frappe.get_doc(
			{
				"doctype": "Company",
				"company_name": "湖景物业",
				"abbr": "HJ",
				"default_currency": "CNY",
				"country": "China",
			}
		).insert()
		unit = make.unit(company=company.name).name
		refused(lambda: make.key(units=[unit]), rules.FOREIGN_UNIT)

	def test_only_the_manager_gives_it_another_tag(self, key, lend, as_user):
		loan = lend(key)
		with as_user("clerk"):
			refused(
				lambda: frappe.rename_doc("Property Key", key, f"{key}X"),
				"Only the service manager gives a key another tag, one that is free (DESK-08).",
				frappe.PermissionError,
			)
		with as_user("service_manager"):
			frappe.rename_doc("Property Key", key, f"{key}x")
		loan.reload()
		assert (loan.property_key, loan.open_key) == (f"{key}X", f"{key}X")
		with as_user("clerk"):
			refused(lambda: make.loan(f"{key}X"), rules.IS_OUT)

	def test_it_is_not_deleted_and_its_state_is_not_written(self, key, as_user):
		with as_user("clerk"):
			doc = frappe.get_doc("Property Key", key)
			doc.update({"status": "Lost", "holder_name": "小偷", "registered_by": "Guest", "remarks": "备用"})
			doc.save()
		doc.reload()
		assert (doc.status, doc.holder_name, doc.remarks) == (rules.IN_CABINET, None, "备用")
		assert doc.registered_by == "Administrator"
		with pytest.raises(frappe.ValidationError):
			doc.delete()

	def test_what_a_key_that_is_out_opens_stays(self, key, lend):
		lend(key)
		doc = frappe.get_doc("Property Key", key)
		doc.append("units", {"property_unit": make.unit().name})
		refused(doc.save, rules.UNITS_OF_A_KEY_OUT)

	def test_missing_found_retired(self, key, as_user, cast):
		with as_user("clerk"):
			refused(lambda: property_key.report_missing(key, " "), register_rules.NO_REASON)
			order = property_key.report_missing(key, "盘点时不在")
			assert state_of(key) == rules.LOST
			refused(lambda: make.loan(key), rules.IS_LOST)
			property_key.put_back(key, "在抽屉里找到")
			assert state_of(key) == rules.IN_CABINET
			property_key.retire(key, "锁已更换")
			refused(lambda: make.loan(key), rules.IS_RETIRED)
			refused(lambda: property_key.put_back(key, "又找到"), register_rules.NOT_A_STEP)
		order = frappe.get_doc("Service Order", order)
		assert (order.service_type, order.status) == ("Lock Change", "Draft")
		assert key in order.matter
		steps = frappe.get_doc("Property Key", key).approval_steps
		assert [(row.to_state, row.actor, row.comment) for row in steps] == [
			(rules.LOST, cast.user("clerk"), "盘点时不在"),
			(rules.IN_CABINET, cast.user("clerk"), "在抽屉里找到"),
			(rules.RETIRED, cast.user("clerk"), "锁已更换"),
		]

	def test_a_key_that_is_out_is_neither_missing_nor_retired(self, key, lend):
		lend(key)
		refused(lambda: property_key.retire(key, "锁已更换"), rules.IS_OUT)
		refused(lambda: property_key.report_missing(key, "不在"), rules.IS_OUT)


# ---- lending and taking back ---------------------------------------------------------------------------------------


class TestLoan:
	def test_a_key_goes_out_for_a_day_and_comes_back(self, key, lend, as_user, cast):
		before = now_datetime()
		loan = lend(key)
		assert loan.issued_by == cast.user("clerk")
		assert before <= get_datetime(loan.borrowed_on) <= now_datetime()
		assert get_datetime(loan.due_on) == add_days(get_datetime(loan.borrowed_on), 1)
		row = frappe.get_doc("Property Key", key)
		assert (row.status, row.current_loan, row.holder_name) == (rules.LENT, loan.name, "王阿姨")
		with as_user("second_clerk"):
			answer = key_loan.take_back(key_tag=key.lower())
		assert answer == {
			"loan": loan.name,
			"key": key,
			"borrower_name": "王阿姨",
			"overdue": False,
			"deposit_refunded": 0,
			"deposit_held": 0,
		}
		loan.reload()
		assert (loan.status, loan.received_by, loan.condition) == (
			"Brought Back",
			cast.user("second_clerk"),
			"Good",
		)
		row.reload()
		assert (row.status, row.current_loan, row.holder_name, row.due_on) == (
			rules.IN_CABINET,
			None,
			None,
			None,
		)
		lend(key)

	def test_a_key_that_is_out_is_not_lent(self, key, lend):
		first = lend(key)
		text = refused(lambda: lend(key, by="second_clerk"), rules.IS_OUT)
		assert first.name in text
		assert "王阿姨" in text

	def test_the_database_itself_knows_one_open_loan_per_key(self, key, lend):
		"""The row lock decides in time; should it ever not, the unique key does."""
		first = lend(key)
		second = lend(make.key().name)
		with pytest.raises(Exception, match=r"1062|Duplicate"):
			frappe.db.sql(
				"update `tabKey Loan` set open_key = %s where name = %s", (first.open_key, second.name)
			)

	def test_the_longest_time_is_a_setting(self, key, lend, as_user):
		settings = frappe.get_doc("Property Service Settings")
		settings.key_loan_days = 3
		settings.save()
		try:
			loan = lend(key)
			assert get_datetime(loan.due_on) == add_days(get_datetime(loan.borrowed_on), 3)
			other = make.key().name
			refused(lambda: lend(other, due_on=add_days(now_datetime(), 4)), rules.DUE_TOO_LATE)
			lend(other, due_on=add_days(now_datetime(), 2))
		finally:
			frappe.clear_document_cache("Property Service Settings", "Property Service Settings")

	@pytest.mark.parametrize(
		("values", "message"),
		[
			({"borrower_phone": ""}, rules.NO_BORROWER),
			({"borrower_name": ""}, rules.NO_BORROWER),
			({"borrower_phone": "12"}, rules.NO_PHONE),
			({"purpose": " "}, rules.NO_PURPOSE),
			({"borrower_kind": "Resident"}, rules.NO_BORROWER),
			({"borrower_kind": "Employee"}, rules.NO_BORROWER),
			({"loan_kind": "Residence"}, rules.ONLY_RESIDENTS),
			({"due_on": "2020-01-01 00:00:00"}, rules.DUE_BEFORE_NOW),
			({"taken_over": 1}, register_rules.TAKEN_OVER_BY_MANAGER),
		],
	)
	def test_an_incomplete_or_wrong_entry_is_refused(self, key, lend, values, message):
		refused(lambda: lend(key, **values), message)
		assert state_of(key) == rules.IN_CABINET

	def test_a_person_brings_name_and_telephone(self, key, lend, cast):
		resident = make.resident()
		loan = lend(key, resident=resident.name, borrower_name="冒名", borrower_phone=None)
		assert (loan.borrower_kind, loan.borrower_name) == ("Resident", resident.resident_name)
		assert loan.borrower_phone == resident.mobile_no
		loan = lend(make.key().name, employee=cast.employee("technician"), borrower_phone=None)
		assert (loan.borrower_kind, loan.borrower_name, loan.borrower_unit) == (
			"Employee",
			"张建国",
			"工程部",
		)

	def test_whoever_left_gets_no_key(self, key, lend, cast):
		frappe.db.set_value("Employee", cast.employee("employee"), "status", "Left")
		refused(lambda: lend(key, employee=cast.employee("employee")), rules.HAS_LEFT)

	def test_who_has_a_key_does_not_change(self, key, lend, as_user):
		loan = lend(key)
		for field, value in (
			("borrower_name", "别人"),
			("property_key", make.key().name),
			("due_on", add_days(now_datetime(), 30)),
			("loan_kind", "Residence"),
		):
			with as_user("clerk"):
				doc = frappe.get_doc("Key Loan", loan.name)
				doc.set(field, value)
				with pytest.raises(frappe.ValidationError):
					doc.save()

	def test_server_fields_are_not_taken_from_a_client(self, key, lend, as_user, cast):
		forged = {
			"status": "Brought Back",
			"issued_by": cast.user("second_clerk"),
			"borrowed_on": "2020-01-01 00:00:00",
			"open_key": None,
			"returned_on": "2020-01-01 00:00:00",
			"received_by": cast.user("second_clerk"),
			"company": None,
			"chases": [{"chase_kind": "Issuer Told", "chase_date": "2020-01-01"}],
			"approval_steps": [{"action": "x", "actor": "Guest", "to_state": "Lost"}],
		}
		loan = lend(key, **forged)
		with as_user("clerk"):
			doc = frappe.get_doc("Key Loan", loan.name)
			doc.update(forged)
			doc.remarks = "请准时"
			doc.save()
		loan.reload()
		assert (loan.status, loan.issued_by, loan.open_key) == (rules.LENT, cast.user("clerk"), key)
		assert getdate(loan.borrowed_on) == getdate()
		assert (loan.returned_on, loan.received_by, loan.chases, loan.approval_steps) == (None, None, [], [])
		assert (loan.company, loan.remarks) == (make.company(), "请准时")
		assert state_of(key) == rules.LENT

	def test_a_closed_loan_is_closed(self, key, lend, as_user):
		loan = lend(key)
		with as_user("clerk"):
			key_loan.take_back(loan.name, condition="Damaged", remarks="齿磨损")
			assert frappe.db.get_value("Key Loan", loan.name, ["condition", "remarks"]) == (
				"Damaged",
				"齿磨损",
			)
			for call in (
				lambda: key_loan.take_back(loan.name),
				lambda: key_loan.report_lost(loan.name, "丢了"),
				lambda: key_loan.cancel(loan.name, "录错"),
				lambda: chasing.record_call(loan.name, "明天还"),
			):
				refused(call, register_rules.NOT_A_STEP)
			refused(lambda: key_loan.take_back(key_tag=key), rules.NOBODY_HAS_IT)
			doc = frappe.get_doc("Key Loan", loan.name)
			doc.purpose = "别的"
			refused(doc.save, register_rules.ENDED)

	def test_a_mistaken_entry_is_cancelled_with_a_reason(self, key, lend, as_user, cast):
		loan = lend(key)
		with as_user("clerk"):
			refused(lambda: key_loan.cancel(loan.name, ""), register_rules.NO_REASON)
			key_loan.cancel(loan.name, "拿错钥匙")
		loan.reload()
		step = loan.approval_steps[-1]
		assert (loan.status, step.comment, step.actor) == ("Cancelled", "拿错钥匙", cast.user("clerk"))
		assert state_of(key) == rules.IN_CABINET

	def test_only_the_manager_extends(self, key, lend, as_user):
		loan = lend(key)
		later = add_days(now_datetime(), 5)
		with as_user("clerk"):
			refused(lambda: key_loan.extend(loan.name, str(later), "装修"), rules.EXTENDED_BY_MANAGER)
		with as_user("service_manager"):
			refused(lambda: key_loan.extend(loan.name, str(later), " "), register_rules.NO_REASON)
			refused(lambda: key_loan.extend(loan.name, "2020-01-01", "装修"), rules.NOT_LATER)
			key_loan.extend(loan.name, str(later), "装修")
		loan.reload()
		assert abs(get_datetime(loan.due_on) - later).total_seconds() < 1
		assert get_datetime(frappe.db.get_value("Property Key", key, "due_on")) == get_datetime(loan.due_on)
		assert (loan.status, loan.approval_steps[-1].action) == (rules.LENT, "Extend")

	def test_a_lost_key_raises_a_lock_change(self, key, lend, as_user, cast):
		loan = lend(key)
		with as_user("clerk"):
			refused(lambda: key_loan.report_lost(loan.name, ""), register_rules.NO_REASON)
			answer = key_loan.report_lost(loan.name, "掉进下水道")
		loan.reload()
		order = frappe.get_doc("Service Order", answer["lock_change_order"])
		assert (order.service_type, order.property_unit) == ("Lock Change", loan.property_unit)
		assert (loan.status, loan.lock_change_order, bool(loan.lost_on)) == ("Lost", order.name, True)
		assert loan.open_key is None
		assert state_of(key) == rules.LOST
		refused(lambda: lend(key), rules.IS_LOST)

	def test_two_lost_keys_of_a_room_need_one_new_lock(self, lend, as_user):
		unit = make.unit().name
		first, second = (make.key(units=[unit]).name for _ in range(2))
		loans = [lend(first), lend(second)]
		with as_user("clerk"):
			orders = {key_loan.report_lost(loan.name, "丢失")["lock_change_order"] for loan in loans}
		assert len(orders) == 1

	def test_the_lock_change_goes_to_the_department_of_the_settings(self, key, lend, as_user, cast):
		settings = frappe.get_doc("Property Service Settings")
		row = next(row for row in settings.companies if row.company == cast.company)
		row.lock_change_department = cast.departments["engineering"]
		settings.save()
		try:
			loan = lend(key)
			with as_user("clerk"):
				order = key_loan.report_lost(loan.name, "丢失")["lock_change_order"]
			assert (
				frappe.db.get_value("Service Order", order, "department") == cast.departments["engineering"]
			)
		finally:
			frappe.clear_document_cache("Property Service Settings", "Property Service Settings")

	def test_the_switched_off_procedure_lends_nothing(self, key, lend, cast):
		settings = frappe.get_doc("Property Service Settings")
		next(row for row in settings.companies if row.company == cast.company).registers = 0
		settings.save()
		try:
			with pytest.raises(frappe.ValidationError, match="ORG-06"):
				lend(key)
		finally:
			frappe.clear_document_cache("Property Service Settings", "Property Service Settings")

	def test_a_copy_begins_anew(self, key, lend, as_user):
		loan = lend(key)
		with as_user("clerk"):
			key_loan.take_back(loan.name)
			copy = frappe.copy_doc(frappe.get_doc("Key Loan", loan.name)).insert()
		assert (copy.status, copy.returned_on, copy.approval_steps) == (rules.LENT, None, [])
		assert copy.open_key == key

	def test_the_manager_enters_what_the_old_register_holds(self, key, lend, as_user):
		out_since = add_days(now_datetime(), -20)
		resident = make.resident(status="Living In", property_unit=make.unit().name)
		loan = lend(
			key,
			by="service_manager",
			taken_over=1,
			borrowed_on=out_since,
			loan_kind="Residence",
			resident=resident.name,
		)
		assert getdate(loan.borrowed_on) == getdate(out_since)
		refused(
			lambda: lend(
				make.key().name, by="service_manager", taken_over=1, borrowed_on=add_days(now_datetime(), 1)
			),
			register_rules.TAKEN_OVER_LATER,
		)


# ---- residence keys ------------------------------------------------------------------------------------------------


class TestResidenceKeys:
	@pytest.fixture
	def resident(self):
		return make.resident(status="Living In", property_unit=make.unit().name)

	def test_a_residence_key_stays_until_moving_out(self, key, lend, resident, as_user, cast):
		loan = lend(key, loan_kind="Residence", resident=resident.name, purpose=None)
		assert loan.due_on is None
		assert counter.open_keys_of(resident=resident.name) == [
			{
				"loan": loan.name,
				"property_key": key,
				"opens": loan.opens,
				"loan_kind": "Residence",
				"borrowed_on": loan.borrowed_on,
				"due_on": None,
			}
		]
		with as_user("clerk"):
			doc = frappe.get_doc("Resident", resident.name)
			doc.status = "Moved Out"
			doc.save()
		loan.reload()
		assert get_datetime(loan.due_on) <= now_datetime()
		assert loan.name in chasing.chase_overdue()
		with as_user("clerk"):
			key_loan.take_back(loan.name)
		assert counter.open_keys_of(resident=resident.name) == []

	def test_nobody_who_moved_out_gets_one(self, key, lend, resident):
		resident.status = "Moved Out"
		resident.save()
		refused(lambda: lend(key, loan_kind="Residence", resident=resident.name), rules.HAS_MOVED_OUT)

	def test_open_keys_of_an_employee(self, key, lend, cast):
		loan = lend(key, employee=cast.employee("technician"))
		assert [row["loan"] for row in counter.open_keys_of(employee=cast.employee("technician"))] == [
			loan.name
		]
		assert counter.open_keys_of() == []


# ---- asking for the key --------------------------------------------------------------------------------------------


class TestChasing:
	def told(self, loan, user):
		return frappe.db.count("Notification Log", {"document_name": loan.name, "for_user": user})

	def test_the_issuer_is_told_every_day_until_it_is_back(self, key, lend, as_user, cast):
		loan = lend(key)
		assert loan.name not in chasing.chase_overdue()
		let_pass(loan, days=1, minutes=1)
		assert loan.name in chasing.chase_overdue()
		assert self.told(loan, cast.user("clerk")) == 1
		assert loan.name not in chasing.chase_overdue()
		assert self.told(loan, cast.user("clerk")) == 1
		loan.reload()
		(row,) = loan.chases
		assert (row.chase_kind, row.told, getdate(row.chase_date)) == (
			"Issuer Told",
			cast.user("clerk"),
			getdate(),
		)
		with as_user("clerk"):
			key_loan.take_back(loan.name)
		frappe.db.delete("Key Loan Chase", {"parent": loan.name})
		assert loan.name not in chasing.chase_overdue()

	def test_missed_days_are_made_up_for_once(self, key, lend, cast):
		loan = lend(key)
		let_pass(loan, days=4, minutes=1)
		chasing.chase_overdue()
		loan.reload()
		days = [getdate(row.chase_date) for row in loan.chases]
		assert days == [getdate(add_days(getdate(), -n)) for n in (3, 2, 1, 0)]
		assert self.told(loan, cast.user("clerk")) == 1

	def test_a_day_is_told_once_even_in_the_database(self, key, lend):
		loan = lend(key)
		let_pass(loan, days=1, minutes=1)
		chasing.chase_overdue()
		loan.reload()
		(row,) = loan.chases
		loan.append("chases", {"chase_kind": "Issuer Told", "reminder_key": row.reminder_key})
		loan.flags.server_write = True
		with pytest.raises(frappe.UniqueValidationError):
			loan.save()

	def test_an_issuer_who_is_gone_is_replaced_by_the_manager(self, key, lend, cast):
		loan = lend(key)
		let_pass(loan, days=1, minutes=1)
		frappe.db.set_value("Key Loan", loan.name, "issued_by", "Guest")
		frappe.db.set_value("User", "Guest", "enabled", 0)
		chasing.chase_overdue()
		loan.reload()
		assert "Service Manager" in frappe.get_roles(loan.chases[0].told)

	def test_one_loan_that_fails_does_not_keep_the_others(self, lend, monkeypatch):
		loans = [lend(make.key().name) for _ in range(2)]
		for loan in loans:
			let_pass(loan, days=1, minutes=1)
		tell = chasing.tell

		def stumble(loan, reader):
			if loan.name == loans[0].name:
				raise ValueError("cannot be told")
			tell(loan, reader)

		monkeypatch.setattr(chasing, "tell", stumble)
		done = chasing.chase_overdue()
		assert loans[0].name not in done
		assert loans[1].name in done
		assert not frappe.db.exists("Key Loan Chase", {"parent": loans[0].name})

	def test_what_the_borrower_said_is_recorded(self, key, lend, as_user, cast):
		loan = lend(key)
		with as_user("clerk"):
			refused(
				lambda: chasing.record_call(loan.name, " "), "Write down what the borrower said (DESK-08)."
			)
			chasing.record_call(loan.name, "下午三点送来")
			chasing.record_call(loan.name, "堵车, 五点到")
		loan.reload()
		assert [(row.chase_kind, row.note, row.told) for row in loan.chases] == [
			("Borrower Asked", "下午三点送来", cast.user("clerk")),
			("Borrower Asked", "堵车, 五点到", cast.user("clerk")),
		]


# ---- counter, hooks, register --------------------------------------------------------------------------------------


class TestCounter:
	def test_a_scan_shows_the_key_and_who_has_it(self, key, lend, as_user):
		with as_user("clerk"):
			assert counter.scan(f" {key.lower()} ")["loan"] is None
			refused(lambda: counter.scan("NIRGENDS"), rules.UNKNOWN_TAG)
		loan = lend(key)
		let_pass(loan, days=2)
		with as_user("clerk"):
			seen = counter.scan(key)
		assert (seen["key"].name, seen["loan"].name, seen["overdue"]) == (key, loan.name, True)

	def test_borrowers_are_found_by_badge_name_and_telephone(self, as_user, cast):
		resident = make.resident(resident_name="欧阳借钥", status="Living In", property_unit=make.unit().name)
		with as_user("clerk"):
			assert counter.find_borrower(cast.employee("technician"))[0]["id"] == cast.employee("technician")
			assert counter.find_borrower("张建国")[0]["kind"] == "Employee"
			assert counter.find_borrower(resident.mobile_no)[0]["id"] == resident.name
			assert counter.find_borrower(" ") == []

	def test_lending_there_is_a_loan(self, key, as_user, cast):
		with as_user("clerk"):
			made = counter.lend(key, employee=cast.employee("technician"), purpose="修门")
			assert made["key"] == key
			assert [row.name for row in counter.keys_out() if row.property_key == key] == [made["loan"]]

	def test_the_calendar_shows_what_is_due(self, key, lend, as_user):
		loan = lend(key)
		with as_user("clerk"):
			rows = counter.due_in(str(now_datetime()), str(add_days(now_datetime(), 2)))
		(row,) = [row for row in rows if row["name"] == loan.name]
		assert (row["title"], row["overdue"]) == (f"{key} 王阿姨", False)

	def test_the_reception_counter_finds_the_holder_and_the_open_key(self, key, lend, as_user):
		resident = make.resident()
		loan = lend(key, resident=resident.name)
		with as_user("clerk"):
			assert [row["name"] for row in reception.search(key.lower())] == [resident.name]
			known = reception.caller(resident.name)
			assert ("Key Loan", loan.name) in [(row["doctype"], row["name"]) for row in known["open"]]
			assert "Key Loan" in [row["doctype"] for row in known["entries"]]

	def test_the_day_lists_the_loan(self, key, lend):
		loan = lend(key)
		start = get_datetime(getdate())
		rows = counter.day_summary(make.company(), start, add_days(start, 1))
		assert loan.name in [row["reference_name"] for row in rows]

	def test_strangers_get_nothing(self, key, lend, as_user):
		loan = lend(key)
		for person in ("technician", "cashier"):
			with as_user(person):
				for call in (
					lambda: counter.scan(key),
					lambda: counter.find_borrower("张"),
					lambda: counter.lend(key),
					lambda: key_loan.take_back(loan.name),
					lambda: counter.keys_out(),
				):
					with pytest.raises(frappe.PermissionError):
						call()


def test_the_register_has_the_columns_of_form_e(key, lend, as_user):
	loan = lend(key)
	let_pass(loan, days=1, minutes=1)
	chasing.chase_overdue()
	with as_user("clerk"):
		chasing.record_call(loan.name, "下午还")
		columns, rows = key_loan_register.execute(
			{"from_date": add_days(getdate(), -5), "to_date": getdate(), "company": make.company()}
		)
	printed = [column["label"] for column in columns if column["share"]]
	assert len(printed) == 14
	(row,) = [row for row in rows if row.loan == loan.name]
	assert (row.property_key, row.borrower_name, row.purpose, row.issued_by) == (
		key,
		"王阿姨",
		"打扫卫生",
		"王晓燕",
	)
	assert "下午还" in row.chases
	with as_user("clerk"):
		_columns, rows = key_loan_register.execute({"only_out": 1, "property_key": key})
		assert [row.loan for row in rows] == [loan.name]
		with pytest.raises(frappe.ValidationError):
			key_loan_register.execute({"from_date": "2026-02-01", "to_date": "2026-01-01"})


# ---- sixteen clerks, one key (Q-02) --------------------------------------------------------------------------------

LEND = """
def act(values):
	return frappe.get_doc(values).insert().name
"""


@pytest.mark.rule("Q-02")
def test_sixteen_clerks_lend_one_key_and_one_wins(cast, committed):
	key = make.key().name
	committed()
	answers = run_at_once(LEND, [make.loan_values(key) for _ in range(16)], cast.user("clerk"))
	committed()
	winners = [name for kind, name in answers if kind == "done"]
	assert len(winners) == 1, answers
	assert frappe.get_all("Key Loan", {"property_key": key}, pluck="name", order_by="name") == winners
	assert frappe.db.get_value("Property Key", key, ["status", "current_loan"]) == (rules.LENT, winners[0])
	assert all(kind == "ValidationError" and "DESK-08" in text for kind, text in answers if kind != "done"), (
		answers
	)


# ---- switching over ------------------------------------------------------------------------------------------------


def test_the_import_template_enters_keys(as_user, import_template):
	if not frappe.db.exists("Property Unit", "XM-1-1-1-101"):
		make.unit(unit_code="XM-1-1-1-101")
	with as_user("service_manager"):
		import_template("Property Key")
	keys = frappe.get_all(
		"Property Key",
		filters={"name": ("like", "1-1-%")},
		fields=["name", "status", "property_unit", "storage_place"],
		order_by="name",
	)
	assert [(key.name, key.status, key.property_unit) for key in keys] == [
		(tag, rules.IN_CABINET, "XM-1-1-1-101") for tag in ("1-1-101-1", "1-1-101-2", "1-1-ALL")
	]
