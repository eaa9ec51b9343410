"""Release passes: approved by another person, through the gate once, on their day (DESK-11)."""

import frappe
import pytest
from frappe.utils import add_days, get_datetime, getdate, now_datetime, nowdate

from property_service import approvals, reception
from property_service.property_service.doctype.goods_release_pass import counter, gate, goods_release_pass
from property_service.property_service.report.goods_release_register import goods_release_register
from property_service.rules import goods_release as rules
from property_service.rules import register as register_rules
from property_service.rules.vehicle_pass import BAD_PLATE, NOT_PRIVATE
from tests.site import make
from tests.site.processes import run_at_once
from tests.site.repair_line import refused

pytestmark = pytest.mark.rule("DESK-11")

OWN_ENTRY = "Whoever raised {0} does not sign it (ORG-01). Ask the next person who may sign."
OTHER_ROLE = "This step of {0} is for the {1} (ORG-01). Who may take it now: {2}."
EXPENSIVE = [{"goods": "钢琴", "qty": 1, "value": 2000.01}]
TENANTS = {"carrier_kind": "Tenant", "consent_by": "孙业主", "consent_method": "By Phone"}


@pytest.fixture
def ask(as_user):
	def ask(by="clerk", **values):
		unit = make.unit().name
		with as_user(by):
			return make.release(property_unit=unit, **values)

	return ask


@pytest.fixture
def approved(ask, as_user):
	def approved(**values):
		doc = ask(**values)
		with as_user("second_clerk"):
			goods_release_pass.approve(doc.name)
		return doc.reload()

	return approved


@pytest.fixture
def guard(cast):
	"""The environment department keeps the gate in these tests; its technician is the guard."""
	settings = frappe.get_doc("Property Service Settings")
	row = next(row for row in settings.companies if row.company == cast.company)
	row.gate_department = cast.departments["environment"]
	settings.save()
	yield "other_technician"
	frappe.clear_document_cache("Property Service Settings", "Property Service Settings")


def state_of(doc):
	return frappe.db.get_value("Goods Release Pass", doc.name, "status")


# ---- entry ---------------------------------------------------------------------------------------------------------


class TestEntry:
	def test_it_adds_up_and_is_valid_for_its_day(self, ask, cast):
		doc = ask(
			goods=[{"goods": "桌子", "qty": 2, "value": 0.1}, {"goods": "椅子", "qty": 4, "value": 0.2}]
		)
		assert (doc.declared_value, doc.status) == (0.3, "Awaiting Approval")
		assert getdate(doc.valid_until) == getdate(doc.valid_on) == getdate()
		assert (doc.registered_by, getdate(doc.registered_on)) == (cast.user("clerk"), getdate())

	@pytest.mark.parametrize(
		("values", "message"),
		[
			({"carrier_name": ""}, rules.NO_CARRIER),
			({"phone": ""}, rules.NO_CARRIER),
			({"goods": [{"goods": "桌子", "qty": 0}]}, rules.NO_GOODS),
			({"goods": [{"goods": "桌子", "qty": -1}]}, rules.BAD_FIGURE),
			({"goods": [{"goods": "桌子", "qty": 1, "value": 1e10}]}, rules.BAD_FIGURE),
			({"carrier_kind": "Tenant"}, rules.NO_CONSENT),
			({"carrier_kind": "Tenant", "consent_by": "孙业主"}, rules.NO_CONSENT),
			({"carrier_kind": "Own Employee"}, rules.NO_EMPLOYEE),
			({"valid_on": "2020-01-01"}, rules.PAST_DAY),
			({"plate": "X1"}, BAD_PLATE),
			({**TENANTS, "consent_file": "/files/letter.png"}, NOT_PRIVATE),
		],
	)
	def test_an_incomplete_pass_is_refused(self, ask, values, message):
		refused(lambda: ask(**values), message)

	def test_the_consent_is_recorded_by_whom_and_when(self, ask, as_user, cast):
		doc = ask(**TENANTS, consent_recorded_by="Guest", consent_recorded_on="2020-01-01")
		assert (doc.consent_recorded_by, getdate(doc.consent_recorded_on)) == (cast.user("clerk"), getdate())
		with as_user("second_clerk"):
			doc.consent_by = "李业主"
			doc.save()
		assert doc.consent_recorded_by == cast.user("second_clerk")

	def test_server_fields_are_not_taken_from_a_client(self, ask, as_user, cast):
		forged = {
			"status": "Approved",
			"approved_by": cast.user("service_manager"),
			"approved_as": "Service Manager",
			"checked_by": cast.user("service_manager"),
			"declared_value": 1,
			"valid_until": "2099-01-01",
			"approval_steps": [{"action": "Approve", "to_state": "Approved", "actor": "Guest"}],
		}
		doc = ask(**forged)
		with as_user("clerk"):
			doc.update(forged)
			doc.save()
		doc.reload()
		assert (doc.status, doc.declared_value, doc.approved_by, doc.checked_by) == (
			"Awaiting Approval",
			1500,
			None,
			None,
		)
		assert getdate(doc.valid_until) == getdate()
		assert doc.approval_steps == []


# ---- approval ------------------------------------------------------------------------------------------------------


class TestApproval:
	def test_another_clerk_approves(self, ask, as_user, cast):
		doc = ask()
		with as_user("second_clerk"):
			goods_release_pass.approve(doc.name)
		doc.reload()
		assert (doc.status, doc.approved_by, doc.approved_as) == (
			"Approved",
			cast.user("second_clerk"),
			"Front Desk Clerk",
		)
		step = doc.approval_steps[-1]
		assert (step.actor, step.actor_role, step.to_state) == (
			doc.approved_by,
			"Front Desk Clerk",
			"Approved",
		)

	def test_nobody_approves_the_own_entry(self, ask, as_user):
		doc = ask()
		with as_user("clerk"):
			refused(lambda: goods_release_pass.approve(doc.name), OWN_ENTRY, frappe.PermissionError)
		assert state_of(doc) == "Awaiting Approval"

	def test_nobody_approves_what_he_changed(self, ask, as_user):
		doc = ask()
		with as_user("second_clerk"):
			doc.goods[0].value = 100
			doc.save()
			refused(lambda: goods_release_pass.approve(doc.name), OWN_ENTRY, frappe.PermissionError)
		with as_user("service_manager"):
			goods_release_pass.approve(doc.name)
		assert state_of(doc) == "Approved"

	def test_whoever_carries_the_goods_does_not_approve(self, ask, as_user, cast):
		doc = ask(by="service_manager", carrier_kind="Own Employee", requested_by=cast.employee("clerk"))
		with as_user("clerk"):
			refused(lambda: goods_release_pass.approve(doc.name), OWN_ENTRY, frappe.PermissionError)

	def test_above_the_value_of_the_settings_only_the_manager_approves(self, ask, as_user):
		doc = ask(goods=EXPENSIVE)
		with as_user("second_clerk"):
			refused(lambda: goods_release_pass.approve(doc.name), OTHER_ROLE, frappe.PermissionError)
			refused(lambda: goods_release_pass.reject(doc.name, "太贵"), OTHER_ROLE, frappe.PermissionError)
		with as_user("service_manager"):
			goods_release_pass.approve(doc.name)
		doc.reload()
		assert (doc.status, doc.approved_as) == ("Approved", "Service Manager")

	def test_the_value_is_a_setting(self, ask, as_user):
		settings = frappe.get_doc("Property Service Settings")
		settings.goods_pass_manager_value = 5000
		settings.save()
		try:
			doc = ask(goods=EXPENSIVE)
			with as_user("second_clerk"):
				goods_release_pass.approve(doc.name)
			assert state_of(doc) == "Approved"
		finally:
			frappe.clear_document_cache("Property Service Settings", "Property Service Settings")

	def test_strangers_approve_nothing(self, ask, as_user):
		doc = ask()
		for person in ("technician", "general_manager", "cashier"):
			with as_user(person), pytest.raises(frappe.PermissionError):
				goods_release_pass.approve(doc.name)

	def test_what_was_approved_stays(self, approved, as_user):
		doc = approved()
		for field, value in (
			("carrier_name", "别人"),
			("valid_on", add_days(nowdate(), 1)),
			("plate", make.plate()),
		):
			with as_user("clerk"):
				fresh = frappe.get_doc("Goods Release Pass", doc.name)
				fresh.set(field, value)
				refused(fresh.save, register_rules.ENDED)
		with as_user("clerk"):
			fresh = frappe.get_doc("Goods Release Pass", doc.name)
			fresh.append("goods", {"goods": "保险箱", "qty": 1})
			refused(fresh.save, register_rules.ENDED)

	def test_rejected_and_cancelled_with_a_reason(self, ask, approved, as_user):
		doc = ask()
		with as_user("second_clerk"):
			refused(lambda: goods_release_pass.reject(doc.name, ""), register_rules.NO_REASON)
			goods_release_pass.reject(doc.name, "不是业主的")
			refused(lambda: goods_release_pass.approve(doc.name), register_rules.NOT_A_STEP)
		other = approved()
		with as_user("clerk"):
			refused(lambda: goods_release_pass.cancel(other.name, " "), register_rules.NO_REASON)
			goods_release_pass.cancel(other.name, "改天再搬")
		assert (state_of(doc), state_of(other)) == ("Rejected", "Cancelled")
		with pytest.raises(frappe.ValidationError):
			frappe.delete_doc("Goods Release Pass", doc.name, ignore_permissions=True)

	def test_a_day_that_is_over_is_not_approved(self, ask, as_user):
		doc = ask()
		frappe.db.set_value(
			"Goods Release Pass",
			doc.name,
			{"valid_on": add_days(nowdate(), -1), "valid_until": add_days(nowdate(), -1)},
		)
		with as_user("second_clerk"):
			refused(lambda: goods_release_pass.approve(doc.name), rules.TOO_LATE)


# ---- the gate ------------------------------------------------------------------------------------------------------


class TestGate:
	def test_goods_leave_once(self, approved, guard, as_user, cast):
		doc = approved()
		before = now_datetime()
		with as_user(guard):
			seen = gate.look_up(doc.name)
			assert (seen["may_leave"], seen["goods"][0]["goods"]) == (True, "冰箱")
			gate.release(doc.name, "两人搬运")
			text = refused(lambda: gate.release(doc.name), rules.USED)
		doc.reload()
		assert (doc.status, doc.checked_by, doc.gate_note) == ("Released", cast.user(guard), "两人搬运")
		assert before <= get_datetime(doc.checked_on) <= now_datetime()
		assert doc.approval_steps[-1].actor_role == "Employee"
		assert "赵敏" in text

	def test_nothing_leaves_unapproved_or_on_another_day(self, ask, approved, guard, as_user):
		waiting, early, late = ask(), approved(valid_on=add_days(nowdate(), 1)), approved()
		frappe.db.set_value("Goods Release Pass", late.name, "valid_on", add_days(nowdate(), -1))
		frappe.db.set_value("Goods Release Pass", late.name, "valid_until", add_days(nowdate(), -1))
		with as_user(guard):
			for doc, message in (
				(waiting, rules.NOT_APPROVED),
				(early, rules.TOO_EARLY),
				(late, rules.TOO_LATE),
			):
				assert gate.look_up(doc.name)["may_leave"] is False
				refused(lambda doc=doc: gate.release(doc.name), message)

	def test_the_gate_reads_the_recorded_approval_not_the_state(self, ask, guard, as_user):
		doc = ask()
		frappe.db.set_value(
			"Goods Release Pass", doc.name, {"status": "Approved", "approved_as": "Front Desk Clerk"}
		)
		with as_user(guard), pytest.raises(frappe.ValidationError, match="ORG-01"):
			gate.release(doc.name)

	def test_only_the_desk_and_the_gates_people_check(self, approved, as_user, guard):
		doc = approved()
		for person in ("technician", "employee", "storekeeper"):
			with as_user(person):
				refused(lambda: gate.look_up(doc.name), rules.NOT_A_GUARD, frappe.PermissionError)
				refused(lambda: gate.release(doc.name), rules.NOT_A_GUARD, frappe.PermissionError)
				refused(lambda: gate.look_up("FX-0000"), rules.NOT_A_GUARD, frappe.PermissionError)
		with as_user(guard):
			refused(lambda: gate.look_up("FX-0000"), rules.UNKNOWN)
		with as_user("clerk"):
			gate.release(doc.name)
		assert (
			frappe.get_doc("Goods Release Pass", doc.name).approval_steps[-1].actor_role == "Front Desk Clerk"
		)

	def test_two_days_where_the_settings_say_so(self, approved, as_user):
		settings = frappe.get_doc("Property Service Settings")
		settings.goods_pass_valid_days = 2
		settings.save()
		try:
			doc = approved()
			assert getdate(doc.valid_until) == getdate(add_days(nowdate(), 1))
		finally:
			frappe.clear_document_cache("Property Service Settings", "Property Service Settings")

	def test_the_daily_job_ends_what_did_not_leave(self, ask, approved):
		over = [ask(), approved()]
		current = approved()
		for doc in over:
			frappe.db.set_value("Goods Release Pass", doc.name, "valid_until", add_days(nowdate(), -1))
		done = goods_release_pass.expire_due()
		assert {doc.name for doc in over} <= set(done)
		assert [state_of(doc) for doc in (*over, current)] == ["Expired", "Expired", "Approved"]
		assert not {doc.name for doc in over} & set(goods_release_pass.expire_due())


# ---- hooks, register -----------------------------------------------------------------------------------------------


def test_the_reception_counter_and_the_day_know_it(ask, as_user):
	resident = make.resident()
	doc = ask(resident=resident.name, carrier_name=None, phone=None)
	assert doc.carrier_name == resident.resident_name
	with as_user("clerk"):
		known = reception.caller(resident.name)
	assert ("Goods Release Pass", doc.name) in [(row["doctype"], row["name"]) for row in known["open"]]
	assert "Goods Release Pass" in [row["doctype"] for row in known["entries"]]
	start = get_datetime(getdate())
	rows = counter.day_summary(make.company(), start, add_days(start, 1))
	assert doc.name in [row["reference_name"] for row in rows]


def test_the_register_lists_goods_approval_and_gate(approved, as_user):
	doc = approved(goods=[{"goods": "桌子", "qty": 2, "unit": "张"}, {"goods": "床", "qty": 1}])
	with as_user("clerk"):
		gate.release(doc.name)
		_columns, rows = goods_release_register.execute({"from_date": nowdate(), "to_date": nowdate()})
	(row,) = [row for row in rows if row.pass_number == doc.name]
	assert (row.goods, row.approved_by, row.checked_by) == ("桌子 2张、床 1", "李丽", "王晓燕")


# ---- two guards, one pass ------------------------------------------------------------------------------------------

RELEASE = """
from property_service.property_service.doctype.goods_release_pass import gate
def act(arguments):
	return gate.release(arguments["name"])["name"]
"""


@pytest.mark.rule("Q-02")
def test_eight_guards_let_goods_out_once(cast, committed):
	unit = make.unit().name
	frappe.set_user(cast.user("clerk"))
	doc = make.release(property_unit=unit)
	frappe.set_user(cast.user("second_clerk"))
	goods_release_pass.approve(doc.name)
	committed()
	answers = run_at_once(RELEASE, [{"name": doc.name}] * 8, cast.user("clerk"))
	committed()
	assert sorted(kind for kind, _text in answers) == ["ValidationError"] * 7 + ["done"], answers
	steps = frappe.get_all("Approval Step", {"parent": doc.name, "to_state": "Released"}, order_by="name")
	assert len(steps) == 1
	assert approvals.requesters(frappe.get_doc("Goods Release Pass", doc.name)) == {cast.user("clerk")}
