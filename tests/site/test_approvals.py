"""The helper for approval steps, with every way past a workflow that Frappe leaves open (ORG-01)."""

import frappe
import pytest
from frappe.model.workflow import apply_workflow
from frappe.utils import add_days, now_datetime, nowdate

from property_service import approvals
from tests.site import scratch
from tests.site.scratch import APPROVED, DOCTYPE, DRAFT, HEAD, MANAGER

pytestmark = pytest.mark.rule("ORG-01")

NOT_SIGNED = "lacks these approval steps"
FROZEN = "waits for a signature"
OTHERS_STEP = "This step of"
OWN_DOCUMENT = "does not sign it"


@pytest.fixture(scope="session", autouse=True)
def scratch_doctype(cast):
	scratch.create()
	yield
	frappe.db.rollback()
	scratch.drop()


@pytest.fixture(autouse=True)
def controller(scratch_doctype):
	"""Frappe has no module for a custom DocType; here it finds this class for it."""
	frappe.controllers.setdefault(frappe.local.site, {})[DOCTYPE] = scratch.ApprovalScratch


@pytest.fixture
def request_of(cast, as_user):
	"""Let somebody raise a request and send it for approval."""

	def raise_request(person: str, department: str = "engineering", send: bool = True):
		with as_user(person):
			doc = frappe.get_doc(
				{
					"doctype": DOCTYPE,
					"department": cast.departments[department],
					"amount": 100,
					"needed_on": "2026-03-01",
					"rows": [{"item": "tap", "qty": 1}],
				}
			).insert()
			return apply_workflow(doc, "Scratch Send") if send else doc

	return raise_request


@pytest.fixture
def sign(as_user):
	def take_step(person: str, doc, action: str = "Scratch Sign"):
		with as_user(person):
			return apply_workflow(frappe.get_doc(DOCTYPE, doc.name), action)

	return take_step


def refused(text: str, exc=frappe.ValidationError):
	return pytest.raises(exc, match=text)


def steps_of(doc) -> list[tuple]:
	doc = frappe.get_doc(DOCTYPE, doc.name)
	return [(row.from_state, row.to_state, row.actor, row.actor_role) for row in doc.approval_steps]


class TestWhoSigns:
	def test_each_step_is_recorded_with_actor_role_and_server_time(self, cast, request_of, sign):
		before = now_datetime()
		doc = request_of("technician")
		sign("department_head", doc)
		done = sign("general_manager", doc)
		assert (done.docstatus, done.status) == (1, APPROVED)
		assert steps_of(doc) == [
			(DRAFT, HEAD, cast.user("technician"), None),
			(HEAD, MANAGER, cast.user("department_head"), "Department Head"),
			(MANAGER, APPROVED, cast.user("general_manager"), "General Manager"),
		]
		for row in frappe.get_doc(DOCTYPE, doc.name).approval_steps:
			assert before <= row.acted_on <= now_datetime()

	def test_holding_the_role_is_not_enough(self, request_of, sign):
		doc = request_of("technician")
		with refused(OTHERS_STEP, frappe.PermissionError) as refusal:
			sign("other_department_head", doc)
		assert "周伟" in str(refusal.value), "the message names who may"
		assert frappe.db.get_value(DOCTYPE, doc.name, "status") == HEAD

	@pytest.mark.parametrize(("days", "may_sign"), [(0, True), (1, True), (-1, False)])
	def test_acting_head_signs_until_the_date(self, cast, request_of, sign, days, may_sign):
		acting = {
			"acting_head": cast.user("other_department_head"),
			"acting_until": add_days(nowdate(), days),
		}
		frappe.db.set_value("Department", cast.departments["engineering"], acting)
		doc = request_of("technician")
		if may_sign:
			assert sign("other_department_head", doc).status == MANAGER
		else:
			with refused(OTHERS_STEP, frappe.PermissionError):
				sign("other_department_head", doc)

	def test_own_request_of_a_head_goes_to_the_parent_department(self, request_of, sign):
		doc = request_of("department_head")
		with refused(OWN_DOCUMENT, frappe.PermissionError):
			sign("department_head", doc)
		assert sign("office_head", doc).status == MANAGER

	def test_own_request_of_the_highest_head_goes_to_the_general_manager(self, cast, request_of, sign):
		doc = request_of("office_head", department="office")
		assert approvals.signatories("Department Head", doc) == {cast.user("general_manager")}
		assert sign("general_manager", doc).status == MANAGER

	def test_whoever_sends_it_raises_it_too(self, request_of, sign):
		doc = request_of("technician", send=False)
		sign("department_head", doc, "Scratch Send")
		with refused(OWN_DOCUMENT, frappe.PermissionError):
			sign("department_head", doc)

	def test_general_manager_does_not_sign_the_own_request(self, request_of, sign):
		doc = request_of("general_manager")
		sign("department_head", doc)
		with refused(OWN_DOCUMENT, frappe.PermissionError):
			sign("general_manager", doc)

	@pytest.mark.parametrize(("first", "last", "may_sign"), [(0, 0, True), (-2, -1, False), (1, 2, False)])
	def test_deputies_sign_within_their_dates(self, cast, request_of, sign, first, last, may_sign):
		frappe.get_doc("User", cast.user("finance_manager")).add_roles("General Manager")
		settings = frappe.get_doc("Property Service Settings")
		settings.append(
			"deputies",
			{
				"role": "General Manager",
				"user": cast.user("finance_manager"),
				"from_date": add_days(nowdate(), first),
				"until": add_days(nowdate(), last),
			},
		)
		settings.save()
		doc = request_of("technician")
		sign("department_head", doc)
		if may_sign:
			assert sign("finance_manager", doc).status == APPROVED
		else:
			with refused(OTHERS_STEP, frappe.PermissionError):
				sign("finance_manager", doc)


def put(doc, values: dict):
	"""What PUT /api/resource does."""
	fresh = frappe.get_doc(DOCTYPE, doc.name)
	fresh.update(values)
	fresh.save()
	return fresh


def save_from_the_client(doc, values: dict):
	return frappe.client.save({**frappe.get_doc(DOCTYPE, doc.name).as_dict(), **values})


def set_value(doc, values: dict):
	return frappe.client.set_value(DOCTYPE, doc.name, values)


DOORS = pytest.mark.parametrize("door", [put, save_from_the_client, set_value])
TABLE_DOORS = pytest.mark.parametrize("door", [put, save_from_the_client])  # set_value takes no tables


class TestWaysPastTheWorkflow:
	@pytest.mark.parametrize("state", [DRAFT, HEAD, MANAGER])
	def test_submit_without_the_steps(self, request_of, sign, as_user, state):
		doc = request_of("technician", send=state != DRAFT)
		if state == MANAGER:
			sign("department_head", doc)
		with as_user("technician"), pytest.raises(frappe.ValidationError):
			frappe.get_doc(DOCTYPE, doc.name).submit()
		assert frappe.db.get_value(DOCTYPE, doc.name, "docstatus") == 0

	def test_submit_is_refused_by_the_recorded_steps_alone(self, request_of, as_user):
		"""Also where no workflow is active."""
		doc = request_of("technician", send=False)
		with as_user("technician"), refused(NOT_SIGNED):
			approvals.require(frappe.get_doc(DOCTYPE, doc.name), scratch.CHAIN)
		frappe.db.set_value("Workflow", DOCTYPE, "is_active", 0)
		frappe.clear_cache(doctype=DOCTYPE)
		frappe.cache.delete_key("workflow")
		frappe.controllers[frappe.local.site][DOCTYPE] = scratch.ApprovalScratch
		with as_user("technician"), refused(NOT_SIGNED):
			frappe.get_doc(DOCTYPE, doc.name).submit()

	def test_insert_as_submitted(self, cast, as_user):
		values = {
			"doctype": DOCTYPE,
			"docstatus": 1,
			"status": APPROVED,
			"department": cast.departments["engineering"],
		}
		with as_user("technician"), pytest.raises(frappe.ValidationError):
			frappe.get_doc(values).insert()

	def test_insert_in_a_later_state_starts_at_the_beginning(self, cast, as_user):
		with as_user("technician"):
			doc = frappe.get_doc(
				{"doctype": DOCTYPE, "status": MANAGER, "department": cast.departments["engineering"]}
			).insert()
		assert frappe.db.get_value(DOCTYPE, doc.name, "status") == DRAFT

	@DOORS
	def test_state_sent_along(self, request_of, as_user, door):
		doc = request_of("technician")
		with as_user("technician"), pytest.raises((frappe.ValidationError, frappe.PermissionError)):
			door(doc, {"status": MANAGER})
		assert frappe.db.get_value(DOCTYPE, doc.name, "status") == HEAD

	@DOORS
	@pytest.mark.parametrize("change", [{"amount": 100000}, {"note": "more"}, {"needed_on": "2026-04-01"}])
	def test_content_changed_while_pending(self, request_of, as_user, door, change):
		doc = request_of("technician")
		with as_user("technician"), refused(FROZEN):
			door(doc, change)

	@TABLE_DOORS
	@pytest.mark.parametrize("change", [{"rows": [{"item": "tap", "qty": 9}]}, {"rows": []}])
	def test_rows_changed_while_pending(self, request_of, as_user, door, change):
		doc = request_of("technician")
		with as_user("technician"), refused(FROZEN):
			door(doc, change)

	def test_content_changed_by_the_signatory_in_the_same_save(self, request_of, as_user):
		doc = request_of("technician")
		with as_user("department_head"), refused(FROZEN):
			put(doc, {"status": MANAGER, "amount": 1})

	def test_same_content_in_other_types_is_no_change(self, request_of, as_user):
		doc = request_of("technician")
		with as_user("technician"):
			assert put(doc, {"amount": "100", "note": "", "needed_on": "2026-03-01"}).status == HEAD

	@TABLE_DOORS
	def test_steps_sent_by_the_client(self, cast, request_of, as_user, door):
		forged = {
			"doctype": "Approval Step",
			"from_state": HEAD,
			"to_state": MANAGER,
			"actor": cast.user("department_head"),
			"actor_role": "Department Head",
			"acted_on": "2026-01-01 08:00:00",
		}
		doc = request_of("technician")
		before = steps_of(doc)
		with as_user("technician"):
			door(doc, {"approval_steps": [forged]})
			assert steps_of(doc) == before
			door(doc, {"approval_steps": []})
			assert steps_of(doc) == before

	def test_recorded_row_changed_by_the_client(self, cast, request_of, sign):
		doc = request_of("technician")
		sign("department_head", doc)
		fresh = frappe.get_doc(DOCTYPE, doc.name)
		fresh.approval_steps[1].actor = cast.user("office_head")
		fresh.approval_steps[1].acted_on = "2020-01-01 00:00:00"
		before = steps_of(doc)
		fresh.save()
		assert steps_of(doc) == before

	def test_row_written_directly(self, cast, request_of, as_user):
		doc = request_of("technician")
		with as_user("technician"):
			row = frappe.get_doc(
				{
					"doctype": "Approval Step",
					"parenttype": DOCTYPE,
					"parent": doc.name,
					"parentfield": "approval_steps",
					"from_state": HEAD,
					"to_state": MANAGER,
					"actor": cast.user("department_head"),
				}
			)
			with refused("only in the document", frappe.PermissionError):
				row.insert()
			stored = frappe.get_doc("Approval Step", frappe.get_doc(DOCTYPE, doc.name).approval_steps[0].name)
			stored.actor = cast.user("department_head")
			with refused("only in the document", frappe.PermissionError):
				stored.save()
			with refused("only in the document", frappe.PermissionError):
				stored.delete()

	@DOORS
	def test_owner_sent_along(self, cast, request_of, as_user, door):
		doc = request_of("department_head")
		with as_user("department_head"):
			door(doc, {"owner": cast.user("technician"), "note": None})
		assert frappe.db.get_value(DOCTYPE, doc.name, "owner") == cast.user("department_head")

	def test_copies_start_at_the_beginning(self, request_of, sign, as_user):
		doc = request_of("technician")
		sign("department_head", doc)
		sign("general_manager", doc)
		with as_user("technician"):
			copies = [
				frappe.copy_doc(frappe.get_doc(DOCTYPE, doc.name), ignore_no_copy=keep)
				for keep in (True, False)
			]
			for copy in copies:
				copy.docstatus = 0  # as the desk sends it; frappe.copy_doc keeps it in test mode
				copy.insert()
				assert (copy.docstatus, copy.status, copy.approval_steps) == (0, DRAFT, [])


class TestSendingBack:
	def test_sent_back_content_needs_every_signature_again(self, request_of, sign, as_user):
		doc = request_of("technician")
		sign("department_head", doc)
		sign("general_manager", doc, "Scratch Back")
		with as_user("technician"):
			put(doc, {"amount": 5000})
		sign("technician", doc, "Scratch Send")
		frappe.db.set_value(DOCTYPE, doc.name, "status", MANAGER)  # a state that no step led to
		with refused(NOT_SIGNED):
			sign("general_manager", doc)

	def test_the_requester_withdraws(self, request_of, sign, cast):
		doc = request_of("technician")
		assert sign("technician", doc, "Scratch Back").status == DRAFT
		assert steps_of(doc)[-1] == (HEAD, DRAFT, cast.user("technician"), None)

	def test_nobody_else_sends_it_back(self, request_of, sign):
		doc = request_of("technician")
		with refused(OTHERS_STEP, frappe.PermissionError):
			sign("second_technician", doc, "Scratch Back")


def test_steps_are_kept_after_cancel(request_of, sign):
	doc = request_of("technician")
	sign("department_head", doc)
	sign("general_manager", doc)
	before = steps_of(doc)
	frappe.db.set_value("Workflow", DOCTYPE, "is_active", 0)
	frappe.clear_cache(doctype=DOCTYPE)
	frappe.cache.delete_key("workflow")
	frappe.controllers[frappe.local.site][DOCTYPE] = scratch.ApprovalScratch
	frappe.get_doc(DOCTYPE, doc.name).cancel()
	assert steps_of(doc) == before


def test_comment_and_action_are_kept(cast, request_of, as_user):
	doc = request_of("technician")
	with as_user("department_head"):
		fresh = frappe.get_doc(DOCTYPE, doc.name)
		approvals.record(fresh, HEAD, HEAD, "Department Head", comment="checked", action="Look")
		fresh.save()
		fresh.save()
	assert len(fresh.approval_steps) == 2
	row = frappe.get_doc(DOCTYPE, doc.name).approval_steps[-1]
	assert (row.action, row.comment, row.actor) == ("Look", "checked", cast.user("department_head"))
	assert len(steps_of(doc)) == 2


def test_department_with_an_acting_head_needs_the_last_day(cast):
	department = frappe.get_doc("Department", cast.departments["engineering"])
	department.acting_head = cast.user("other_department_head")
	department.acting_until = None
	with refused("date until which"):
		department.save()
