"""Who receives a notice, and what may still become of it (SVC-20)."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from property_service.rules import notice as rules
from property_service.rules.notice import CHANNELS, EMAIL, PORTAL, PRINT, SMS, Person, deliveries, mobile_key

people = st.lists(
	st.builds(
		Person,
		resident=st.integers(1, 40).map("ZH-{:05d}".format),
		property_unit=st.sampled_from(["", "1-101", "1-102", "2-201"]),
		email=st.sampled_from(["", "a@example.com", "A@example.com ", "b@example.com"]),
		mobile_no=st.sampled_from(["", "13900001111", "+86 139 0000 1111", "13900002222"]),
		has_login=st.booleans(),
	),
	max_size=25,
	unique_by=lambda person: person.resident,
)


@pytest.mark.rule("SVC-20")
@given(people=people, channels=st.sets(st.sampled_from(CHANNELS)))
def test_each_recipient_is_there_once_and_only_on_the_channels_chosen(people, channels):
	found = deliveries(people, channels)
	keys = [(delivery.channel, delivery.recipient_key) for delivery in found]
	assert len(keys) == len(set(keys))
	assert {channel for channel, _ in keys} <= channels


@pytest.mark.rule("SVC-20")
@given(people=people)
def test_nobody_is_forgotten(people):
	texts = {delivery.recipient_key for delivery in deliveries(people, {SMS})}
	for person in people:
		assert (mobile_key(person.mobile_no) or person.resident) in texts


@pytest.mark.rule("SVC-20")
@given(people=people, channels=st.sets(st.sampled_from(CHANNELS)))
def test_the_order_of_the_audience_does_not_matter(people, channels):
	assert deliveries(people, channels) == deliveries(reversed(people), channels)


@pytest.mark.rule("SVC-20")
def test_a_couple_with_one_phone_gets_one_message_and_one_sheet():
	couple = [
		Person("ZH-1", "1-101", "", "139 0000 1111", has_login=True),
		Person("ZH-2", "1-101", "", "+8613900001111", has_login=False),
	]
	found = deliveries(couple, {PRINT, SMS, PORTAL})
	assert [(d.channel, d.recipient_key) for d in found] == [
		(PRINT, "1-101"),
		(SMS, "13900001111"),
		(PORTAL, "ZH-1"),
	]


@pytest.mark.rule("SVC-20")
def test_a_missing_address_is_listed_as_unreachable():
	(delivery,) = deliveries([Person("ZH-1", "1-101")], {EMAIL})
	assert (delivery.recipient_key, delivery.reachable) == ("ZH-1", False)


@pytest.mark.rule("SVC-20")
@pytest.mark.parametrize(
	("written", "key"),
	[
		("139-0000 1111", "13900001111"),
		("0086 13900001111", "13900001111"),
		("0571-8600 1234", "057186001234"),
		("8600123", "8600123"),
		(None, ""),
	],
)
def test_numbers_are_compared_by_their_digits(written, key):
	assert mobile_key(written) == key


def message(refusal):
	return refusal.message if refusal else None


STATES = (rules.DRAFT, rules.SCHEDULED, rules.PUBLISHING, rules.PUBLISHED, rules.WITHDRAWN)


@pytest.mark.rule("SVC-20")
@pytest.mark.parametrize(
	("step", "states"),
	[
		(rules.PUBLISH, {rules.DRAFT}),
		(rules.WITHDRAW, {rules.SCHEDULED, rules.PUBLISHING, rules.PUBLISHED}),
		(rules.RETRY, {rules.PUBLISHING, rules.PUBLISHED}),
		(rules.HAND_OUT, {rules.PUBLISHING, rules.PUBLISHED}),
	],
)
def test_each_step_has_its_states(step, states):
	for status in STATES:
		refusal = rules.refuse_step(step, "停水通知", status)
		assert message(refusal) == (None if status in states else rules.NOT_NOW)
		assert status in states or refusal.values == (rules.STEPS[step][1], "停水通知", status)


@pytest.mark.rule("SVC-20")
@pytest.mark.parametrize("status", STATES)
def test_what_residents_may_have_read_stays_and_is_kept(status):
	refused = status != rules.DRAFT
	assert message(rules.refuse_change("停水通知", status)) == (rules.TEXT_STAYS if refused else None)
	assert message(rules.refuse_deletion(status)) == (rules.IS_KEPT if refused else None)


@pytest.mark.rule("SVC-20")
@given(people=people, channels=st.sets(st.sampled_from(CHANNELS)))
def test_a_notice_has_a_channel_and_somebody_who_receives_it(people, channels):
	planned = deliveries(people, channels)
	assert message(rules.refuse_channels(channels)) == (None if channels else rules.NO_CHANNEL)
	assert message(rules.refuse_silence(planned)) == (None if planned else rules.NO_READERS)
