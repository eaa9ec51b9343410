"""The look that is taken at the books after every test sees what a test left wrong (Q-03)."""

import frappe
import pytest

from property_service.property_service.doctype.key_loan import key_loan
from tests.site import make
from tests.site.bare import bare

pytestmark = [pytest.mark.rule("Q-03"), pytest.mark.breaks_invariants]


@pytest.fixture
def loan(as_user):
	key = make.key().name
	with as_user("clerk"):
		return make.loan(key)


def lose_the_key(loan):
	frappe.db.set_value("Key Loan", loan.name, "open_key", None, update_modified=False)


def test_what_is_right_passes(test_transaction, loan):
	key_loan.take_back(loan.name)
	test_transaction.must_hold()


def test_what_is_wrong_is_named(test_transaction, loan):
	lose_the_key(loan)
	with pytest.raises(AssertionError, match=loan.name):
		test_transaction.must_hold()


def test_whoever_posted_nothing_is_not_asked(test_transaction):
	key = make.key().name
	frappe.db.set_value("Property Key", key, "status", "Lent")
	test_transaction.must_hold()


def test_what_a_refused_request_left_would_have_been_rolled_back(test_transaction, loan):
	lose_the_key(loan)
	with pytest.raises(frappe.ValidationError):
		frappe.throw("no")
	test_transaction.must_hold()


def test_documents_past_their_checks_are_not_asked(test_transaction, loan):
	lose_the_key(loan)
	bare("Property Unit")
	test_transaction.must_hold()
