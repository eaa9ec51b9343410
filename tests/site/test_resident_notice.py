"""Notices to residents: who gets them, once, by which channel, and what happens when a channel fails (SVC-20)."""

import threading
from http.server import BaseHTTPRequestHandler, HTTPServer
from urllib.parse import parse_qs, urlparse

import frappe
import pytest

from property_service.property_service.doctype.resident_notice import delivery, resident_notice
from property_service.www.notices import notices_of
from tests.site import make
from tests.site.rest import refusal

NOTICE, DELIVERY = "Resident Notice", "Notice Delivery"
METHODS = "property_service.property_service.doctype.resident_notice.resident_notice."


@pytest.fixture
def house(cast):
	"""A building with two rooms; a couple with one phone lives in the first, one person in the second."""
	frappe.db.set_value(
		"Resident", {"user": cast.user("resident")}, "user", None
	)  # a login belongs to one resident
	building = make.unit(unit_name="9 幢", unit_type="Building", is_group=1)
	rooms = [make.unit(parent_property_unit=building.name) for _ in range(2)]
	mobile = make.mobile_number()
	people = [
		make.resident(property_unit=rooms[0].name, mobile_no=mobile, tier="VIP"),
		make.resident(property_unit=rooms[0].name, mobile_no=mobile),
		make.resident(property_unit=rooms[1].name, mobile_no=make.mobile_number()),
	]
	return frappe._dict(building=building.name, rooms=[room.name for room in rooms], people=people)


def notice(house, **values):
	return frappe.get_doc(
		{
			"doctype": NOTICE,
			"subject": "停水通知",
			"company": make.company(),
			"content": "因管道检修,明日 9:00 至 17:00 停水。\n请提前储水。",
			"units": [{"property_unit": house.building}],
			"by_print": 0,
			"by_portal": 0,
			**values,
		}
	).insert()


@pytest.fixture
def gateway():
	"""A real SMS gateway on this machine: notes what it is sent, refuses the numbers in `refused`."""
	sent, refused = [], set()

	class Handler(BaseHTTPRequestHandler):
		def do_GET(self):
			query = parse_qs(urlparse(self.path).query)
			number = query["to"][0]
			self.send_response(503 if number in refused else 200)
			self.end_headers()
			if number not in refused:
				sent.append((number, query["text"][0]))

		def log_message(self, *_):
			pass

	server = HTTPServer(("127.0.0.1", 0), Handler)
	threading.Thread(target=server.serve_forever, daemon=True).start()
	settings = frappe.get_doc("SMS Settings")
	settings.update(
		{
			"sms_gateway_url": f"http://127.0.0.1:{server.server_port}/send",
			"message_parameter": "text",
			"receiver_parameter": "to",
			"use_post": 0,
		}
	)
	settings.flags.ignore_mandatory = True
	settings.save()
	yield frappe._dict(sent=sent, refused=refused)
	server.shutdown()


def rows(doc, **filters):
	return frappe.get_all(
		DELIVERY, filters={"notice": doc.name, **filters}, fields=["*"], order_by="channel, recipient_key"
	)


def run(doc):
	"""What the background worker does: step after step until nothing is left."""
	for _ in range(10):
		delivery.deliver(doc.name)
		claimed = [row.name for row in rows(doc, status="Sending")]
		if claimed:
			delivery.send_texts(doc.name, claimed)
		elif frappe.db.get_value(NOTICE, doc.name, "status") != "Publishing":
			break
	doc.reload()


# ---- audience and channels -------------------------------------------------------------------------------------


@pytest.mark.rule("SVC-20")
def test_each_channel_reaches_each_recipient_once(house, gateway):
	doc = notice(house, by_print=1, by_sms=1)
	resident_notice.publish(doc.name)
	run(doc)
	assert doc.status == "Published"
	assert sorted(number for number, _ in gateway.sent) == sorted({p.mobile_no for p in house.people})
	assert delivery.counts(doc.name) == {"Print": {"Pending": 2}, "SMS": {"Delivered": 2}}


@pytest.mark.rule("SVC-20")
def test_the_audience_is_narrowed_by_tier_employer_and_unit(house):
	employer = frappe.get_doc(
		{"doctype": "Customer", "customer_name": f"测试公司 {frappe.generate_hash(length=5)}"}
	).insert()
	house.people[2].db_set("employer", employer.name)

	def size(**values):
		return resident_notice.audience_size(notice(house, by_sms=1, **values).name)["SMS"]

	assert size() == 2
	assert size(tier_vip=1) == 1
	assert size(units=[{"property_unit": house.rooms[1]}]) == 1
	assert size(employers=[{"customer": employer.name}]) == 1
	assert size(employers=[{"customer": employer.name}], tier_vip=1) == 0


@pytest.mark.rule("SVC-20")
def test_who_moved_out_gets_no_notice(house):
	house.people[2].db_set("status", "Moved Out")
	assert resident_notice.audience_size(notice(house, by_sms=1).name) == {"SMS": 1}


@pytest.mark.rule("SVC-20")
def test_mails_wait_in_the_queue_and_their_result_is_taken_over(house, cast):
	house.people[2].db_set("user", cast.user("resident"))
	doc = notice(house, by_email=1)
	resident_notice.publish(doc.name)
	run(doc)
	(queued,) = rows(doc, status="Queued")
	assert queued.address == cast.user("resident")
	assert len(rows(doc, status="Failed", channel="Email")) == 2  # no address is known
	mail = frappe.get_doc("Email Queue", {"reference_doctype": DELIVERY, "reference_name": queued.name})
	mail.db_set("status", "Sent")
	delivery.take_mail_results()
	assert rows(doc, name=queued.name)[0].status == "Delivered"
	mail.db_set({"status": "Error", "error": "550 no such user"})
	frappe.db.set_value(DELIVERY, queued.name, "status", "Queued")
	delivery.take_mail_results()
	assert rows(doc, name=queued.name)[0].error == "550 no such user"


@pytest.mark.rule("SVC-20")
def test_the_portal_shows_a_resident_their_own_notices_until_withdrawn(house, cast):
	house.people[0].db_set("user", cast.user("resident"))
	doc = notice(house, by_portal=1)
	resident_notice.publish(doc.name)
	run(doc)
	assert [row.name for row in notices_of(cast.user("resident"))] == [doc.name]
	assert notices_of(cast.user("clerk")) == []
	resident_notice.withdraw(doc.name)
	assert notices_of(cast.user("resident")) == []


@pytest.mark.rule("SVC-20")
def test_withdrawn_between_two_steps_no_text_goes_out(house, gateway):
	doc = notice(house, by_sms=1)
	resident_notice.publish(doc.name)
	delivery.deliver(doc.name)
	claimed = frappe.get_all(
		DELIVERY, {"notice": doc.name, "status": "Sending"}, pluck="name", order_by="name"
	)
	assert claimed
	resident_notice.withdraw(doc.name)
	delivery.send_texts(doc.name, claimed)
	assert gateway.sent == []
	assert delivery.counts(doc.name) == {"SMS": {"Cancelled": len(claimed)}}


@pytest.mark.rule("SVC-20")
def test_an_outdated_notice_leaves_the_portal(house, cast):
	house.people[0].db_set("user", cast.user("resident"))
	doc = notice(house, by_portal=1, valid_until="2020-01-01")
	resident_notice.publish(doc.name)
	run(doc)
	assert notices_of(cast.user("resident")) == []


@pytest.mark.rule("SVC-20")
def test_printed_copies_are_counted_when_handed_out(house, as_user):
	doc = notice(house, by_print=1)
	resident_notice.publish(doc.name)
	run(doc)
	with as_user("clerk"):
		assert resident_notice.mark_printed(doc.name) == 2
	assert delivery.counts(doc.name) == {"Print": {"Delivered": 2}}


# ---- time, crash, retry ----------------------------------------------------------------------------------------


@pytest.mark.rule("SVC-20")
def test_nothing_is_sent_before_the_publish_time(house, gateway):
	doc = notice(house, by_sms=1, publish_on=frappe.utils.add_days(frappe.utils.now_datetime(), 1))
	resident_notice.publish(doc.name)
	run(doc)
	assert doc.status == "Scheduled"
	assert not rows(doc)
	doc.db_set("publish_on", frappe.utils.add_days(frappe.utils.now_datetime(), -1))
	assert doc.name in delivery._due_or_stalled()
	run(doc)
	assert doc.status == "Published"
	assert len(gateway.sent) == 2


@pytest.mark.rule("SVC-20")
def test_a_step_that_runs_twice_sends_nothing_twice(house, gateway, monkeypatch):
	monkeypatch.setattr(delivery, "CHUNK", 1)
	doc = notice(house, by_sms=1, by_print=1)
	resident_notice.publish(doc.name)
	delivery.deliver(doc.name)
	(claimed,) = [row.name for row in rows(doc, status="Sending")]
	delivery.send_texts(doc.name, [claimed])
	delivery.send_texts(doc.name, [claimed])  # the same job, delivered twice by the queue
	delivery.list_recipients(frappe.get_doc(NOTICE, doc.name))  # and the recipients listed again
	run(doc)
	run(doc)
	assert len(gateway.sent) == 2
	assert len(rows(doc)) == 4


@pytest.mark.rule("SVC-20")
def test_a_crash_while_sending_is_listed_and_not_repeated_unasked(house, gateway):
	doc = notice(house, by_sms=1)
	resident_notice.publish(doc.name)
	delivery.deliver(doc.name)
	long_ago = frappe.utils.add_to_date(None, minutes=-20)
	frappe.db.set_value(DELIVERY, {"notice": doc.name}, "attempted_on", long_ago)
	assert doc.name in delivery._due_or_stalled()
	delivery.fail_interrupted()
	run(doc)
	assert gateway.sent == []
	assert {row.status for row in rows(doc)} == {"Failed"}
	assert doc.status == "Published"


@pytest.mark.rule("SVC-20")
def test_failures_are_listed_with_their_reason_and_retried(house, gateway, as_user):
	gateway.refused.add(house.people[2].mobile_no)
	doc = notice(house, by_sms=1)
	resident_notice.publish(doc.name)
	run(doc)
	(failed,) = rows(doc, status="Failed")
	assert "503" in failed.error
	gateway.refused.clear()
	with as_user("clerk"):
		assert resident_notice.retry_failed(doc.name) == 1
	run(doc)
	assert delivery.counts(doc.name) == {"SMS": {"Delivered": 2}}
	assert rows(doc, name=failed.name)[0].attempts == 2
	assert len(gateway.sent) == 2


@pytest.mark.rule("SVC-20")
def test_a_retry_uses_the_corrected_number_and_tells_nobody_twice(house, gateway):
	frappe.db.set_value("Resident", house.people[2].name, "mobile_no", "")
	doc = notice(house, by_sms=1)
	resident_notice.publish(doc.name)
	run(doc)
	assert resident_notice.retry_failed(doc.name) == 0
	frappe.db.set_value("Resident", house.people[2].name, "mobile_no", house.people[0].mobile_no)
	assert resident_notice.retry_failed(doc.name) == 0
	assert [row.status for row in rows(doc, resident=house.people[2].name)] == ["Cancelled"]
	assert len(gateway.sent) == 1


@pytest.mark.rule("SVC-20")
def test_the_database_holds_one_delivery_per_recipient(house):
	doc = notice(house, by_print=1)
	resident_notice.publish(doc.name)
	run(doc)
	row = rows(doc)[0]
	again = frappe.qb.into(frappe.qb.DocType(DELIVERY)).columns("name", "notice", "channel", "recipient_key")
	with pytest.raises(Exception, match="one_per_recipient"):
		again.insert("another", row.notice, row.channel, row.recipient_key).run()


# ---- refusals --------------------------------------------------------------------------------------------------


@pytest.mark.rule("SVC-20")
def test_a_notice_without_channel_or_reader_is_refused(house):
	with pytest.raises(frappe.ValidationError, match="SVC-20"):
		notice(house)
	empty = make.unit()
	doc = notice(house, by_print=1, units=[{"property_unit": empty.name}])
	with pytest.raises(frappe.ValidationError, match="SVC-20"):
		resident_notice.publish(doc.name)
	assert frappe.db.get_value(NOTICE, doc.name, "status") == "Draft"


@pytest.mark.rule("SVC-20")
def test_sms_without_a_gateway_is_refused_before_anything_is_sent(house):
	frappe.db.set_single_value("SMS Settings", "sms_gateway_url", "")
	doc = notice(house, by_sms=1)
	with pytest.raises(frappe.ValidationError, match="SVC-20"):
		resident_notice.publish(doc.name)


@pytest.mark.rule("SVC-20")
@pytest.mark.parametrize(
	"change", [{"content": "别的"}, {"tier_vip": 1}, {"units": []}, {"publish_on": None}]
)
def test_a_published_notice_keeps_text_and_audience(house, change):
	doc = notice(house, by_print=1)
	resident_notice.publish(doc.name)
	doc.reload()
	doc.update(change)
	with pytest.raises(frappe.ValidationError, match="SVC-20"):
		doc.save()


@pytest.mark.rule("SVC-20")
def test_a_published_notice_is_neither_published_again_nor_deleted(house):
	doc = notice(house, by_print=1)
	resident_notice.publish(doc.name)
	with pytest.raises(frappe.ValidationError, match="SVC-20"):
		resident_notice.publish(doc.name)
	with pytest.raises(frappe.ValidationError, match="SVC-20"):
		frappe.delete_doc(NOTICE, doc.name)


@pytest.mark.rule("SVC-20")
def test_the_same_holds_over_rest(rest, house, committed, cast):
	committed()
	values = {
		"subject": "停电通知",
		"company": cast.company,
		"content": "明日停电",
		"units": [{"property_unit": house.building}],
		"by_portal": 0,
		"by_print": 1,
	}
	clerk = rest("clerk")
	answer = clerk.insert(
		NOTICE, {**values, "status": "Published", "published_by": cast.user("general_manager")}
	)
	assert answer.status_code == 200, answer.text
	name = answer.json()["data"]["name"]
	assert (answer.json()["data"]["status"], answer.json()["data"].get("published_by")) == ("Draft", None)
	assert clerk.insert(NOTICE, {**values, "by_print": 0}).status_code == 417
	assert rest("technician").call(METHODS + "publish", name=name).status_code == 403
	assert clerk.request("GET", f"/api/method/{METHODS}publish?name={name}").status_code == 403
	assert clerk.call(METHODS + "publish", name=name).status_code == 200
	assert clerk.update(NOTICE, name, status="Draft").json()["data"]["status"] != "Draft"
	answer = clerk.update(NOTICE, name, content="别的")
	assert answer.status_code == 417
	assert "SVC-20" in refusal(answer)
	answer = clerk.insert(DELIVERY, notice=name, channel="SMS", recipient_key="1", status="Delivered")
	assert answer.status_code == 403
	assert (
		clerk.insert(
			"Resident Notice Unit",
			parent=name,
			parenttype=NOTICE,
			parentfield="units",
			property_unit=house.building,
		).status_code
		== 403
	)
	for bad in (None, {"a": 1}, ["x"], "no such notice", "😀", "' OR 1=1"):
		assert clerk.call(METHODS + "publish", name=bad).status_code in (403, 404, 417)


@pytest.mark.rule("SVC-20")
def test_the_sheet_escapes_what_was_typed(house):
	doc = notice(house, by_print=1, content="<script>alert(1)</script> & 注意")
	html = frappe.get_print(NOTICE, doc.name, print_format="Resident Notice Sheet")
	assert "<script>alert(1)" not in html
	assert "停水通知" in html


@pytest.mark.rule("SVC-20")
def test_counting_takes_one_statement_for_any_number_of_deliveries(house, count_sql):
	doc = notice(house, by_print=1)
	resident_notice.publish(doc.name)
	run(doc)
	with count_sql() as count:
		delivery.counts(doc.name)
	assert len(count) == 1
