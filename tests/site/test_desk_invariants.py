"""The invariants of keys and of recorded steps, broken on purpose, say so (Q-03)."""

import frappe
import pytest

from property_service import invariants
from property_service.property_service.doctype.key_loan import key_loan
from tests.site import make

pytestmark = pytest.mark.breaks_invariants

MODULES = ("property_service.invariants.keys", "property_service.invariants.approvals")


@pytest.fixture
def loan(as_user):
	key = make.key().name
	with as_user("clerk"):
		return make.loan(key)


def write(doctype, name, **values):
	frappe.db.set_value(doctype, name, values, update_modified=False)
	return name


def forget_that_a_key_is_out(loan):
	return write("Key Loan", loan.name, open_key=None)


def keep_the_key_of_a_loan_that_ended(loan):
	return write("Key Loan", loan.name, status="Brought Back")


def hang_a_key_back_that_is_out(loan):
	return write("Property Key", loan.property_key, status="In Cabinet")


def name_another_loan(loan):
	return write("Property Key", loan.property_key, current_loan="another")


def forget_who_took_a_step(loan):
	key_loan.take_back(loan.name)
	frappe.db.set_value("Approval Step", {"parent": loan.name}, "actor", None, update_modified=False)
	return f"Key Loan {loan.name}"


BREAKAGES = (
	("an_open_loan_holds_its_key", forget_that_a_key_is_out),
	("an_open_loan_holds_its_key", keep_the_key_of_a_loan_that_ended),
	("a_key_is_out_with_its_open_loan", hang_a_key_back_that_is_out),
	("a_key_is_out_with_its_open_loan", name_another_loan),
	("steps_are_complete", forget_who_took_a_step),
)


@pytest.mark.rule("Q-03", "DESK-08", "ORG-01")
@pytest.mark.parametrize(("name", "breakage"), BREAKAGES)
def test_what_is_broken_on_purpose_is_reported(cast, loan, name, breakage):
	assert not [finding for finding in invariants.check(cast.company) if finding.invariant == name]
	broken = breakage(loan)
	assert (name, broken) in {(one.invariant, one.name) for one in invariants.check(cast.company)}


@pytest.mark.rule("Q-03")
def test_every_invariant_is_broken_once():
	checks = {entry.check.__name__ for entry in invariants.invariants() if entry.check.__module__ in MODULES}
	assert {name for name, _breakage in BREAKAGES} == checks
