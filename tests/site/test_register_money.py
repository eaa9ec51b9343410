"""What the registers' entries cost: taken with the entry, given back with it, and never by hand (CASH-01)."""

import frappe
import pytest
from frappe.utils import getdate, nowdate

from property_service import invariants, register_money, till
from property_service.property_service.doctype.drinking_water_order import drinking_water_order
from property_service.property_service.doctype.gym_membership import gym_membership
from property_service.property_service.doctype.key_loan import counter, key_loan
from property_service.property_service.doctype.vehicle_pass import vehicle_pass
from property_service.property_service.report.gym_membership_register import gym_membership_register
from property_service.property_service.report.key_loan_register import key_loan_register
from property_service.rules import keys as key_rules
from property_service.rules import register as register_rules
from property_service.rules import till as till_rules
from property_service.rules import vehicle_pass as pass_rules
from property_service.rules import water as water_rules
from tests.site import make
from tests.site.repair_line import refused
from tests.site.till_line import Till, mode

pytestmark = pytest.mark.rule("CASH-01")


@pytest.fixture(autouse=True)
def forget_settings():
	yield
	frappe.clear_document_cache("Property Service Settings", "Property Service Settings")


@pytest.fixture
def desk(cast, as_user):
	return Till(cast, as_user)


@pytest.fixture
def shift(desk):
	return desk.open("clerk")


def settings(**values):
	doc = frappe.get_doc("Property Service Settings")
	doc.update(values)
	doc.save()


def receipt(name):
	row = frappe.get_doc("Front Desk Receipt", name)
	return row.purpose, row.direction, row.amount, row.mode_of_payment, row.docstatus


def paid_as_said(entry) -> bool:
	"""What the register says is paid and what the receipts say."""
	said = {(doctype, name): amount for doctype, name, amount in register_money.paid_entries(make.company())}
	return till.paid(entry) == round(said[entry.doctype, entry.name], 2)


# ---- gym -----------------------------------------------------------------------------------------------------------


@pytest.mark.rule("DESK-07")
class TestGym:
	@pytest.fixture
	def values(self):
		return make.membership_values(make.gym_plan(price=120.5).name, make.resident().name)

	def test_a_card_is_sold_with_its_receipt(self, shift, values, as_user):
		with as_user("clerk"):
			doc = make.insert({**values, "mode_of_payment": mode("wechat")})
		assert receipt(doc.receipt) == ("Gym", "In", 120.5, mode("wechat"), 1)
		assert frappe.db.get_value("Front Desk Receipt", doc.receipt, "payer") == doc.member_name
		assert paid_as_said(doc)
		with as_user("clerk"):
			_columns, rows = gym_membership_register.execute({"from_date": nowdate(), "to_date": nowdate()})
		(row,) = [row for row in rows if row.membership == doc.name]
		assert (row.price, row.received) == (120.5, 120.5)
		assert row.receipt_no

	def test_without_a_mode_or_a_till_nothing_is_sold(self, desk, values, as_user):
		with as_user("clerk"):
			refused(lambda: make.insert({**values, "mode_of_payment": mode("cash")}), till_rules.NO_SHIFT)
		frappe.db.delete(
			"Gym Membership", {"resident": values["resident"]}
		)  # what the failed request would roll back
		frappe.db.delete("Gym Member", {"resident": values["resident"]})
		desk.open("clerk")
		with as_user("clerk"):
			refused(lambda: make.insert(values), register_rules.NO_MODE)

	def test_card_and_receipt_are_cancelled_together(self, shift, values, as_user):
		with as_user("clerk"):
			doc = make.insert({**values, "mode_of_payment": mode("cash")})
			gym_membership.cancel(doc.name, "录错")
		assert receipt(doc.receipt)[-1] == 2
		assert paid_as_said(doc.reload())

	def test_after_the_closing_the_money_is_paid_back_from_the_next_till(self, desk, shift, values, as_user):
		with as_user("clerk"):
			doc = make.insert({**values, "mode_of_payment": mode("wechat")})
		desk.close(shift, 500)
		with as_user("clerk"):
			refused(lambda: gym_membership.cancel(doc.name, "退卡"), till_rules.NOT_CANCELLED_IN)
			refused(lambda: gym_membership.cancel(doc.name, "退卡", mode("cash")), till_rules.NO_SHIFT)
		assert frappe.db.get_value("Gym Membership", doc.name, "status") == "Valid"
		desk.open("clerk")
		with as_user("clerk"):
			gym_membership.cancel(doc.name, "退卡", mode("cash"))
		doc.reload()
		assert doc.status == "Cancelled"
		assert receipt(doc.receipt)[-1] == 1  # it stays valid, and was paid back
		assert till.paid(doc) == 0
		assert paid_as_said(doc)

	def test_what_was_paid_before_the_app_is_not_taken_again(self, values, as_user):
		with as_user("service_manager"):
			doc = make.insert({**values, "taken_over": 1})
		assert doc.receipt is None
		assert (doc.doctype, doc.name) not in {row[:2] for row in register_money.paid_entries(make.company())}

	def test_the_mode_stays_and_the_receipt_is_the_servers(self, shift, values, as_user):
		with as_user("clerk"):
			doc = make.insert({**values, "mode_of_payment": mode("cash")})
			doc.mode_of_payment = mode("wechat")
			refused(doc.save, register_rules.FIXED)
			doc.reload()
			doc.receipt = None
			doc.save()
		assert doc.receipt


# ---- vehicle passes ------------------------------------------------------------------------------------------------


@pytest.mark.rule("DESK-05")
class TestVehiclePass:
	@pytest.fixture(autouse=True)
	def fee(self):
		doc = frappe.get_doc("Property Service Settings")
		next(row for row in doc.vehicle_pass_requirements if row.applicant_kind == "Contractor").fee = 30
		doc.save()

	@pytest.fixture
	def applied(self, as_user):
		with as_user("clerk"):
			return make.vehicle_pass(applicant_kind="Contractor")

	def test_the_fee_is_taken_when_the_pass_is_issued(self, shift, applied, as_user):
		with as_user("clerk"):
			refused(lambda: vehicle_pass.issue(applied.name), register_rules.NO_MODE)
			vehicle_pass.issue(applied.name, mode("alipay"))
		applied.reload()
		assert (applied.fee, applied.status) == (30, "Issued")
		assert receipt(applied.receipt) == ("Vehicle Pass", "In", 30, mode("alipay"), 1)
		assert paid_as_said(applied)

	def test_no_till_no_pass_and_a_kind_without_fee_needs_none(self, applied, as_user):
		with as_user("clerk"):
			refused(lambda: vehicle_pass.issue(applied.name, mode("cash")), till_rules.NO_SHIFT)
			free = make.vehicle_pass()
			vehicle_pass.issue(free.name)
		assert frappe.db.get_value("Vehicle Pass", applied.name, "status") == "Applied"
		assert frappe.db.get_value("Vehicle Pass", free.name, ["status", "receipt"]) == ("Issued", None)

	def test_an_issue_by_mistake_is_cancelled_by_the_manager_with_its_receipt(self, shift, applied, as_user):
		with as_user("clerk"):
			vehicle_pass.issue(applied.name, mode("cash"))
			refused(
				lambda: vehicle_pass.cancel(applied.name, "发错"),
				pass_rules.ISSUE_CANCELLED_BY_MANAGER,
				frappe.PermissionError,
			)
		with as_user("service_manager"):
			vehicle_pass.cancel(applied.name, "发错")
		applied.reload()
		assert (applied.status, applied.active_plate, receipt(applied.receipt)[-1]) == ("Cancelled", None, 2)
		assert paid_as_said(applied)

	def test_revoking_gives_no_fee_back(self, shift, applied, as_user):
		with as_user("clerk"):
			vehicle_pass.issue(applied.name, mode("cash"))
			vehicle_pass.revoke(applied.name, "完工离场")
		assert receipt(applied.reload().receipt)[-1] == 1
		assert paid_as_said(applied)


# ---- water ---------------------------------------------------------------------------------------------------------


@pytest.mark.rule("DESK-06")
class TestWater:
	@pytest.fixture
	def item(self):
		item = make.water(rate=12.5, stock=20)
		doc = frappe.get_doc("Property Service Settings")
		next(row for row in doc.water_items if row.item == item).deposit = 30
		doc.save()
		return item

	@pytest.fixture
	def order(self, item, as_user):
		unit = make.unit().name

		def order(**values):
			with as_user("clerk"):
				return make.water_order(item=item, property_unit=unit, **values)

		return order

	def test_water_and_deposit_have_a_receipt_each(self, shift, order, as_user):
		doc = order(qty=2, deposit_bottles=2, mode_of_payment=mode("wechat"))
		assert receipt(doc.receipt) == ("Water", "In", 25, mode("wechat"), 1)
		assert receipt(doc.deposit_receipt) == ("Water Deposit", "In", 60, mode("wechat"), 1)
		assert paid_as_said(doc)
		with as_user("clerk"):
			back = drinking_water_order.refund_deposit(doc.name, mode("cash"))
			refused(
				lambda: drinking_water_order.refund_deposit(doc.name, mode("cash")), water_rules.NO_DEPOSIT
			)
		assert receipt(back) == ("Water Deposit Refund", "Out", 60, mode("cash"), 1)
		doc.reload()
		assert doc.deposit_refunded == 60
		assert paid_as_said(doc)

	def test_without_a_mode_or_a_till_nothing_is_ordered(self, desk, order):
		refused(lambda: order(), till_rules.NO_SHIFT)
		desk.open("clerk")
		refused(lambda: order(mode_of_payment=None), register_rules.NO_MODE)

	def test_order_and_receipts_are_cancelled_together_or_not_at_all(self, desk, shift, order, as_user):
		first, second = order(deposit_bottles=1), order()
		with as_user("clerk"):
			drinking_water_order.cancel(first.name, "不要了")
		assert {receipt(name)[-1] for name in (first.receipt, first.deposit_receipt)} == {2}
		assert paid_as_said(first.reload())
		desk.close(shift, 525)
		with as_user("clerk"):
			refused(lambda: drinking_water_order.cancel(second.name, "不要了"), till_rules.NOT_CANCELLED_IN)

	def test_on_account_nothing_is_taken_but_the_deposit(self, shift, item, as_user):
		customer = make.customer()
		make.insert(
			{"doctype": "Water Account", "company": make.company(), "customer": customer, "pays_monthly": 1}
		)
		with as_user("clerk"):
			doc = make.water_order(
				item=item, customer=customer, payment_method="Monthly Account", deposit_bottles=1
			)
		assert doc.receipt is None
		assert receipt(doc.deposit_receipt)[2] == 30
		assert paid_as_said(doc)


# ---- keys ----------------------------------------------------------------------------------------------------------


@pytest.mark.rule("DESK-08")
class TestKeys:
	@pytest.fixture
	def key(self):
		return make.key().name

	@pytest.fixture
	def lend(self, key, as_user):
		def lend(**values):
			with as_user("clerk"):
				return make.loan(key, borrower_kind="Contractor", **values)

		return lend

	def on_deposit(self, lend):
		return lend(deposit=100, mode_of_payment=mode("wechat"))

	def test_a_deposit_is_taken_with_the_key_and_paid_back_with_it(self, shift, lend, as_user):
		loan = self.on_deposit(lend)
		assert receipt(loan.deposit_receipt) == ("Key Deposit", "In", 100, mode("wechat"), 1)
		assert (loan.deposit_held, paid_as_said(loan)) == (100, True)
		with as_user("clerk"):
			answer = key_loan.take_back(loan.name)
		assert (answer["deposit_refunded"], answer["deposit_held"]) == (100, 0)
		loan.reload()
		assert receipt(loan.deposit_refund) == ("Key Deposit Refund", "Out", 100, mode("wechat"), 1)
		assert (loan.status, loan.deposit_held, paid_as_said(loan)) == ("Brought Back", 0, True)

	def test_a_key_comes_back_without_a_till_and_the_deposit_waits(self, shift, lend, as_user):
		loan = self.on_deposit(lend)
		with as_user("second_clerk"):
			answer = key_loan.take_back(loan.name)
		assert (answer["deposit_refunded"], answer["deposit_held"]) == (0, 100)
		assert paid_as_said(loan.reload())
		with as_user("clerk"):
			key_loan.refund_deposit(loan.name, mode("cash"))
			refused(lambda: key_loan.refund_deposit(loan.name), key_rules.NO_DEPOSIT)
		assert paid_as_said(loan.reload())

	def test_without_a_mode_or_a_till_no_key_goes_out_on_a_deposit(self, desk, lend, as_user):
		refused(lambda: self.on_deposit(lend), till_rules.NO_SHIFT)

	def test_a_deposit_that_is_none_is_refused(self, shift, lend):
		refused(lambda: lend(deposit=50), register_rules.NO_MODE)

	@pytest.mark.parametrize("deposit", [-5, 1e12])
	def test_a_deposit_is_an_amount(self, shift, lend, deposit):
		with pytest.raises(frappe.ValidationError):
			lend(deposit=deposit, mode_of_payment=mode("cash"))

	def test_no_deposit_is_paid_back_while_the_key_is_out(self, shift, lend, as_user):
		loan = self.on_deposit(lend)
		with as_user("clerk"):
			refused(lambda: key_loan.refund_deposit(loan.name), key_rules.NO_DEPOSIT)

	def test_a_mistaken_loan_takes_its_receipt_along(self, shift, lend, as_user):
		loan = self.on_deposit(lend)
		with as_user("clerk"):
			key_loan.cancel(loan.name, "拿错")
		loan.reload()
		assert (receipt(loan.deposit_receipt)[-1], loan.deposit_held) == (2, 0)
		assert paid_as_said(loan)

	def test_a_lost_key_is_charged_as_the_settings_say(self, shift, lend, as_user):
		settings(lost_key_compensation=80)
		loan = lend()
		with as_user("clerk"):
			refused(lambda: key_loan.report_lost(loan.name, "丢失", 10), key_rules.LESS_BY_MANAGER)
			answer = key_loan.report_lost(loan.name, "丢失")
			assert answer["compensation"] == 80
			paid = key_loan.pay_compensation(loan.name, mode("cash"))
			refused(lambda: key_loan.pay_compensation(loan.name, mode("cash")), key_rules.NOTHING_TO_PAY)
		assert receipt(paid) == ("Compensation", "In", 80, mode("cash"), 1)
		assert paid_as_said(loan.reload())
		with as_user("clerk"):
			_columns, rows = key_loan_register.execute({"from_date": nowdate(), "to_date": nowdate()})
		assert [row.compensation for row in rows if row.loan == loan.name] == [80]

	def test_it_may_be_paid_at_once_and_the_deposit_is_paid_back_apart(self, shift, lend, as_user):
		loan = self.on_deposit(lend)
		with as_user("clerk"):
			key_loan.report_lost(loan.name, "丢失", mode_of_payment=mode("cash"))
		loan.reload()
		assert receipt(loan.compensation_receipt)[:3] == ("Compensation", "In", 50)
		assert paid_as_said(loan)
		with as_user("clerk"):
			key_loan.refund_deposit(loan.name)
		assert paid_as_said(loan.reload())

	def test_only_the_manager_charges_less_or_waives(self, shift, key, as_user, cast):
		resident = make.resident().name
		with as_user("clerk"):
			loan = make.loan(key, resident=resident)
			key_loan.report_lost(loan.name, "丢失")
		assert counter.open_charges_of(resident=resident) == [
			{"loan": loan.name, "property_key": key, "compensation": 50}
		]
		with as_user("clerk"):
			refused(
				lambda: key_loan.waive_compensation(loan.name, "困难"),
				key_rules.WAIVED_BY_MANAGER,
				frappe.PermissionError,
			)
		with as_user("service_manager"):
			refused(lambda: key_loan.waive_compensation(loan.name, ""), register_rules.NO_REASON)
			key_loan.waive_compensation(loan.name, "困难")
		loan.reload()
		assert (loan.compensation, loan.status, loan.approval_steps[-1].comment) == (0, "Lost", "困难")
		assert counter.open_charges_of(resident=resident) == []


# ---- all of them ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
	"purpose", ["Gym", "Water", "Water Deposit", "Vehicle Pass", "Key Deposit", "Key Deposit Refund"]
)
def test_nobody_takes_a_registers_money_by_hand(desk, shift, purpose):
	with pytest.raises(frappe.ValidationError, match="CASH-01"):
		desk.take(purpose, 20, by_hand=True)


@pytest.mark.rule("Q-03", "CASH-05")
def test_a_days_money_of_the_registers_reaches_the_ledger(desk, shift, as_user):
	plan, resident = make.gym_plan(price=106).name, make.resident().name
	key = make.key().name
	with as_user("clerk"):
		make.membership(plan, resident, mode_of_payment=mode("cash"))
		loan = make.loan(key, borrower_kind="Contractor", deposit=100, mode_of_payment=mode("cash"))
		key_loan.take_back(loan.name)
	closing = desk.accept(desk.close(shift, 606))
	assert closing.journal_entry
	assert getdate(closing.business_date) == getdate()
	found = {f.invariant for f in invariants.check(make.company()) if f.rule.startswith("CASH")}
	assert found == set()
