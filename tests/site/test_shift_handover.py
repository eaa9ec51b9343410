"""A counter changes hands: what is open, two signatures of two people, and the next shift (SVC-21)."""

import frappe
import pytest
from frappe.utils import add_to_date, now_datetime

from property_service.property_service.doctype.shift_handover import custody, sources
from property_service.property_service.doctype.shift_handover import shift_handover as handovers
from tests.site import make
from tests.site.rest import refusal

pytestmark = pytest.mark.rule("SVC-21")

HANDOVER = "Shift Handover"
METHODS = "property_service.property_service.doctype.shift_handover.shift_handover."


def begin(counter, **values):
	return frappe.get_doc({"doctype": HANDOVER, "counter": counter.name, **values}).insert()


def stored(name, *fields):
	return frappe.db.get_value(HANDOVER, name, fields)


@pytest.fixture
def counter():
	return make.counter()


@pytest.fixture
def hand_over(as_user, cast):
	"""hand_over(counter, "clerk", "second_clerk"): a completed handover between the two; returns its name."""

	def run(counter, outgoing, incoming):
		with as_user(outgoing):
			name = begin(counter, incoming_clerk=cast.user(incoming)).name
			handovers.sign_outgoing(name)
		with as_user(incoming):
			handovers.sign_incoming(name)
		return name

	return run


def test_what_is_open_is_filled_in_and_what_is_done_is_not(counter, as_user):
	ticket, order = make.ticket(), make.order(service_type="Water Delivery")
	done = make.ticket()
	done.db_set("status", "Closed")
	of_ticket = make.order(repair_ticket=ticket.name)
	with as_user("clerk"):
		doc = begin(counter)
	listed = {(row.reference_doctype, row.reference_name) for row in doc.lines}
	assert {("Repair Ticket", ticket.name), ("Service Order", order.name)} <= listed
	assert not listed & {("Repair Ticket", done.name), ("Service Order", of_ticket.name)}
	assert doc.company == make.company()
	assert doc.collected_on


def test_registers_join_by_the_hook(counter, as_user, monkeypatch):
	hooks, attribute = frappe.get_hooks, frappe.get_attr
	monkeypatch.setattr(
		frappe, "get_hooks", lambda h=None, *a, **k: ["keys_out"] if h == sources.HOOK else hooks(h, *a, **k)
	)
	monkeypatch.setattr(frappe, "get_attr", lambda path: keys_out if path == "keys_out" else attribute(path))
	with as_user("clerk"):
		doc = begin(counter, cash_counted=495)
	assert [(row.category, row.matter) for row in doc.lines] == [
		(frappe._("Key Loan", lang="zh"), counter.name)
	]
	assert (doc.till_cash, doc.cash_difference) == (500, -5)


def keys_out(counter, company):
	return [{"category": "Key Loan", "matter": counter, "cash": 500}]


def test_each_source_is_asked_once_whatever_is_open(counter, count_sql):
	counts = []
	for _ in range(2):
		make.ticket()
		with count_sql() as count:
			sources.lines_of(counter.name, counter.company)
		counts.append(len(count))
	assert counts[0] == counts[1] <= 6


def test_two_people_sign_and_the_server_says_who_and_when(counter, as_user, cast):
	with as_user("clerk"):
		doc = begin(counter, matters_to_note="302 室今晚有人来取快递")
		name = doc.name
		with pytest.raises(frappe.ValidationError, match="SVC-21"):
			handovers.sign_incoming(name)
		assert handovers.sign_outgoing(name) == "Awaiting Incoming Clerk"
		with pytest.raises(frappe.PermissionError, match="SVC-21"):
			handovers.sign_incoming(name)
	with as_user("second_clerk"):
		assert handovers.sign_incoming(name, remarks="已核对") == "Completed"
	doc = frappe.get_doc(HANDOVER, name)
	assert (doc.outgoing_signed_by, doc.incoming_signed_by) == (cast.user("clerk"), cast.user("second_clerk"))
	assert doc.incoming_clerk == cast.user("second_clerk")
	assert doc.outgoing_signed_on <= doc.incoming_signed_on
	assert doc.incoming_remarks == "已核对"
	assert doc.open_key is None


def test_the_manager_signs_for_an_absent_clerk_and_says_why(counter, as_user, cast, hand_over):
	hand_over(counter, "second_clerk", "clerk")
	with as_user("service_manager"):
		doc = begin(counter, incoming_clerk=cast.user("second_clerk"))
		assert doc.outgoing_clerk == cast.user("clerk")
		with pytest.raises(frappe.ValidationError, match="SVC-21"):
			handovers.sign_outgoing(doc.name)
		handovers.sign_outgoing(doc.name, absence_reason="王晓燕生病离岗")
		with pytest.raises(frappe.PermissionError, match="SVC-21"):
			handovers.sign_incoming(doc.name, absence_reason="代签")
	with as_user("second_clerk"):
		handovers.sign_incoming(doc.name)
	assert stored(doc.name, "outgoing_signed_by", "outgoing_absence_reason") == (
		cast.user("service_manager"),
		"王晓燕生病离岗",
	)
	assert custody.custodian(counter.name) == cast.user("second_clerk")


def test_the_manager_signs_for_an_absent_incoming_clerk(counter, as_user, cast):
	with as_user("clerk"):
		doc = begin(counter, incoming_clerk=cast.user("second_clerk"))
		handovers.sign_outgoing(doc.name)
	with as_user("service_manager"):
		handovers.sign_incoming(doc.name, absence_reason="路上堵车, 电话确认")
	assert stored(doc.name, "incoming_signed_by", "incoming_clerk") == (
		cast.user("service_manager"),
		cast.user("second_clerk"),
	)


def test_only_whoever_has_the_counter_opens_it(counter, cast, hand_over):
	for person in ("clerk", "second_clerk"):
		custody.require_handover(counter.name, cast.user(person))
	hand_over(counter, "clerk", "second_clerk")
	custody.require_handover(counter.name, cast.user("second_clerk"))
	with pytest.raises(frappe.ValidationError, match="SVC-21"):
		custody.require_handover(counter.name, cast.user("clerk"))
	hand_over(counter, "second_clerk", "clerk")
	custody.require_handover(counter.name, cast.user("clerk"))


def test_only_whoever_has_the_counter_hands_it_over(counter, as_user, hand_over):
	hand_over(counter, "clerk", "second_clerk")
	with as_user("clerk"), pytest.raises(frappe.PermissionError, match="SVC-21"):
		begin(counter)
	with as_user("technician"), pytest.raises(frappe.PermissionError):
		begin(counter)


def test_a_cancelled_handover_changes_nothing(counter, as_user, cast):
	with as_user("clerk"):
		name = begin(counter).name
		handovers.sign_outgoing(name)
		with pytest.raises(frappe.ValidationError, match="SVC-21"):
			handovers.cancel_handover(name, " ")
		handovers.cancel_handover(name, "来人换了")
		assert stored(name, "status", "cancelled_by") == ("Cancelled", cast.user("clerk"))
		begin(counter)
	assert custody.custodian(counter.name) is None


def test_one_unfinished_handover_per_counter(counter, as_user):
	other = make.counter()
	with as_user("clerk"):
		begin(counter)
		with pytest.raises(frappe.UniqueValidationError, match="SVC-21"):
			begin(counter)
		begin(other)


def test_what_was_signed_does_not_change(counter, as_user, cast):
	with as_user("clerk"):
		name = begin(counter, cash_counted=0).name
		doc = frappe.get_doc(HANDOVER, name)
		doc.matters_to_note = "改一下"
		doc.save()
		handovers.sign_outgoing(name)
		doc = frappe.get_doc(HANDOVER, name)
		doc.matters_to_note = "再改"
		with pytest.raises(frappe.ValidationError, match="SVC-21"):
			doc.save()
	with as_user("second_clerk"):
		doc = frappe.get_doc(HANDOVER, name)
		doc.cash_counted = 5
		with pytest.raises(frappe.ValidationError, match="SVC-21"):
			doc.save()


def test_notes_are_written_and_the_records_stay(counter, as_user):
	ticket = make.ticket()
	with as_user("clerk"):
		doc = begin(counter)
		row = next(row for row in doc.lines if row.reference_name == ticket.name)
		row.update({"note": "等配件", "state": "已关闭", "matter": "没有事"})
		doc.flags.server_write = False
		doc.save()
		doc.reload()
		doc.set("lines", [row for row in doc.lines if row.reference_name != ticket.name])
		doc.save()
		handovers.collect_again(doc.name)
	row = next(r for r in frappe.get_doc(HANDOVER, doc.name).lines if r.reference_name == ticket.name)
	assert (row.note, row.matter) == ("等配件", ticket.description)
	assert row.state != "已关闭"


def test_a_difference_of_cash_is_explained_before_signing(counter, as_user):
	with as_user("clerk"):
		name = begin(counter, cash_counted=3).name
		with pytest.raises(frappe.ValidationError, match="SVC-21"):
			handovers.sign_outgoing(name)
		doc = frappe.get_doc(HANDOVER, name)
		doc.matters_to_note = "抽屉里多 3 元, 待查"
		doc.save()
		handovers.sign_outgoing(name)


def test_a_handover_is_not_deleted(counter):
	name = begin(counter).name
	with pytest.raises(frappe.ValidationError, match="SVC-21"):
		frappe.delete_doc(HANDOVER, name)


def test_a_disabled_counter_is_handed_to_nobody(counter, as_user):
	counter.disabled = 1
	counter.save()
	with as_user("clerk"), pytest.raises(frappe.ValidationError, match="CASH-01"):
		begin(counter)


def test_a_department_of_another_company_is_refused(counter, cast):
	frappe.db.set_value("Department", cast.departments["service"], "company", "另一家公司")
	frappe.clear_document_cache("Department", cast.departments["service"])
	counter.department = cast.departments["service"]
	with pytest.raises(frappe.ValidationError, match="CASH-01"):
		counter.save()


def test_the_day_a_company_switches_the_service_off(counter, as_user):
	doc = frappe.get_doc("Property Service Settings")
	next(row for row in doc.companies if row.company == counter.company).service = 0
	doc.save()
	with as_user("clerk"), pytest.raises(frappe.ValidationError, match="ORG-06"):
		begin(counter)


def test_the_same_over_rest(rest, committed, cast):
	counter = make.counter().name
	committed()
	clerk, second, manager = rest("clerk"), rest("second_clerk"), rest("service_manager")
	answer = clerk.insert(
		HANDOVER,
		counter=counter,
		status="Completed",
		outgoing_clerk=cast.user("second_clerk"),
		incoming_signed_by=cast.user("second_clerk"),
		incoming_signed_on=str(add_to_date(now_datetime(), days=1)),
		lines=[{"matter": "自己写的"}],
		open_key=None,
	)
	assert answer.status_code == 200, answer.text
	data = answer.json()["data"]
	assert (data["status"], data["outgoing_clerk"]) == ("Open", cast.user("clerk"))
	assert data.get("incoming_signed_by") is None
	assert "自己写的" not in {row["matter"] for row in data["lines"]}
	name = data["name"]
	answer = clerk.insert(HANDOVER, counter=counter)
	assert (answer.status_code, "SVC-21" in refusal(answer)) == (409, True) or answer.status_code == 417

	put = clerk.update(HANDOVER, name, status="Completed", cash_difference=7, till_cash=7).json()["data"]
	assert (put["status"], put["till_cash"], put["cash_difference"]) == ("Open", 0, 0)
	assert clerk.set_value(HANDOVER, name, "status", "Completed").json()["message"]["status"] == "Open"
	for bad in ({"a": 1}, "1e308", float("1e20"), [1]):
		answer = clerk.update(HANDOVER, name, cash_counted=bad)
		assert answer.status_code == 417, answer.text[:300]
	assert clerk.update(HANDOVER, name, keys_counted=2**40).status_code == 417

	assert second.call(METHODS + "sign_outgoing", handover=name).status_code == 403
	assert rest("technician").call(METHODS + "sign_outgoing", handover=name).status_code == 403
	assert clerk.call(METHODS + "sign_outgoing", handover=name).status_code == 200
	assert clerk.call(METHODS + "sign_incoming", handover=name).status_code == 403
	answer = manager.update(HANDOVER, name, matters_to_note="改")
	assert (answer.status_code, "SVC-21" in refusal(answer)) == (417, True)
	assert clerk.request("GET", f"/api/method/{METHODS}sign_incoming?handover={name}").status_code == 403
	assert second.call(METHODS + "sign_incoming", handover=name).status_code == 200
	assert clerk.delete(HANDOVER, name).status_code == 403
	line = frappe.get_doc(HANDOVER, name).lines
	if line:
		assert clerk.delete("Shift Handover Line", line[0].name).status_code == 403
	for bad in (None, {"a": 1}, "no such handover"):
		assert clerk.call(METHODS + "sign_incoming", handover=bad).status_code in (403, 404, 417)
	answer = clerk.insert(HANDOVER, counter={"a": 1})
	assert answer.status_code == 417, answer.text[:300]
	assert clerk.insert(HANDOVER, counter="没有这个柜台").status_code in (404, 417)
