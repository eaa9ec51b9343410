"""Drinking Water Order (饮用水, register C), see README.md. Rule DESK-06.

Lock order: Service Order → Water Account → Drinking Water Order.
"""

import frappe
from frappe import _
from frappe.utils import cint, get_link_to_form, now_datetime

from property_service import approvals, commands, register_money, settings, till
from property_service.ledger import stock
from property_service.property_service.doctype.drinking_water_order import delivery_order
from property_service.property_service.doctype.water_account import water_account
from property_service.refusals import stop
from property_service.register_entry import RegisterEntry, is_manager, locked
from property_service.rules import identity, money
from property_service.rules import water as rules
from property_service.rules.refusal import Refusal

DOCTYPE = "Drinking Water Order"


class DrinkingWaterOrder(RegisterEntry):
	REGISTER = rules.REGISTER
	STEPS = rules.STEPS
	SERVER_FIELDS = (
		*("holder", "item_name", "rate", "amount", "empties_before", "empties_after", "service_order"),
		*("order_status", "delivered_qty", "delivered_on", "delivered_by", "received_by", "recorded_by"),
		*("recorded_on", "stock_entry", "water_bill", "water_account"),
		*("receipt", "deposit", "deposit_receipt", "deposit_refunded"),
	)
	# The order was sent out with these, and its price was told.
	FIXED_FIELDS = (
		*("customer", "property_unit", "resident", "company", "item", "qty", "payment_method", "wanted_on"),
		*("empties_back", "mode_of_payment", "deposit_bottles"),
	)
	ENDED = rules.ENDED

	def load_from_db(self) -> "DrinkingWaterOrder":
		"""An order that is about to change locks its service order and its account first."""
		is_one = self.flags.for_update and isinstance(self.name, str)
		known = is_one and frappe.db.get_value(
			DOCTYPE, self.name, ["service_order", "water_account"], as_dict=True
		)
		if known:
			delivery_order.lock(known.service_order)
			self.flags.account = water_account.lock(known.water_account)
		return super().load_from_db()

	def before_insert(self) -> None:
		approvals.clear_on_copy(self)

	def before_validate(self) -> None:
		super().before_validate()
		if self.is_new():
			self.take_from_resident()
			self.take_from_settings()
		self.normalise_phone()

	def validate(self) -> None:
		super().validate()
		if self.is_new():
			self.check_entry()
			self.open_account()

	def after_insert(self) -> None:
		if cint(self.qty):
			order = delivery_order.make(self)
			self.db_set({"service_order": order.name, "order_status": order.status}, update_modified=False)

		self.take_payment()

	# ---- a new order -----------------------------------------------------------------------------------------------

	def take_from_resident(self) -> None:
		if self.resident:
			fields = ["resident_name", "mobile_no", "property_unit"]
			person = frappe.db.get_value("Resident", self.resident, fields, as_dict=True) or frappe._dict()
			self.contact_name = self.contact_name or person.resident_name
			self.contact_phone = self.contact_phone or person.mobile_no
			self.property_unit = self.property_unit or person.property_unit
		self.holder = water_account.title_of(self.customer, self.property_unit)

	def take_from_settings(self) -> None:
		"""Which water, and at what price, say the settings; the price of an order stays what it was."""
		row = water_of(self.company, self.item)
		self.item = row.item
		self.item_name = frappe.get_cached_value("Item", row.item, "item_name")
		self.rate = row.rate
		self.amount = float(rules.amount(max(cint(self.qty), 0), row.rate))
		self.deposit = float(rules.amount(max(cint(self.deposit_bottles), 0), row.deposit))

	def normalise_phone(self) -> None:
		if self.contact_phone and self.has_value_changed("contact_phone"):
			try:
				self.contact_phone = identity.phone(self.contact_phone)
			except ValueError:
				self.contact_phone = self.contact_phone.strip()

	def bottles(self, quantity: int | None = None) -> rules.Bottles:
		row = settings_row(self.company, self.item)
		return rules.Bottles(
			cint(self.qty) if quantity is None else quantity,
			cint(self.empties_back),
			bool(cint(row.returnable)) if row else True,
			self.item_name or "",
		)

	def check_entry(self) -> None:
		stop(rules.refuse_order(self.holder, self.contact_name, self.contact_phone, self.bottles()))

	def open_account(self) -> None:
		account = water_account.lock_for(self.company, self.customer, self.property_unit)
		self.water_account, self.holder = account.name, account.holder
		pays_monthly = bool(self.customer) and bool(account.pays_monthly)
		stop(rules.refuse_payment(self.payment_method, account.holder, pays_monthly))

	def take_payment(self) -> None:
		"""An order that is paid at the desk is valid with its receipts, or not at all (CASH-01)."""
		who = {"payer": self.contact_name, "customer": self.customer, "resident": self.resident}
		at_the_desk = self.amount if self.payment_method == rules.AT_THE_DESK else 0
		taken = {
			"receipt": register_money.collect(
				self, "Water", at_the_desk, self.mode_of_payment, remarks=self.holder, **who
			),
			"deposit_receipt": register_money.collect(
				self, "Water Deposit", self.deposit, self.mode_of_payment, remarks=self.holder, **who
			),
		}
		self.db_set(taken, update_modified=False)

	# ---- delivered -------------------------------------------------------------------------------------------------

	def record_delivery(self, quantity: int, empties_back: int, received_by: str | None) -> None:
		"""What was brought and taken away: empties on the locked account, stock by the ledger. The caller has locked."""
		action = self.require_step(rules.DELIVERED)
		facts = delivery_order.facts(self.service_order)
		paid = self.payment_method == rules.AT_THE_DESK
		stop(
			rules.refuse_delivery(
				cint(self.qty), quantity, self.service_order, _(facts.status or ""), facts.finished, paid
			)
		)
		self.empties_back = empties_back
		stop(rules.refuse_bottles(self.bottles(quantity)))
		self.count_empties(quantity)
		self.update(
			{
				"delivered_qty": quantity,
				"amount": float(rules.amount(quantity, self.rate)),
				"delivered_on": facts.finished_on or now_datetime(),
				"delivered_by": facts.delivered_by,
				"received_by": (received_by or facts.received_by or self.contact_name or "")[:140],
				"recorded_by": frappe.session.user,
				"recorded_on": now_datetime(),
			}
		)
		if quantity:
			self.stock_entry = stock.issue(
				self,
				self.item,
				quantity,
				settings.required(self.company, "water_warehouse"),
				_("Drinking water"),
			)
		self.take_step(rules.DELIVERED, action)

	def count_empties(self, quantity: int) -> None:
		account = self.flags.account
		after = rules.empties_after(self.holder, cint(account.empties_out), self.bottles(quantity))
		if isinstance(after, Refusal):
			stop(after)
		self.update({"empties_before": cint(account.empties_out), "empties_after": after})
		water_account.set_empties(account, after)

	def take_delivery_back(self) -> None:
		if not is_manager():
			stop(Refusal(rules.CANCELLED_BY_MANAGER), exc=frappe.PermissionError)
		if self.water_bill:
			stop(Refusal(rules.BILLED, (self.water_bill,)))
		account = self.flags.account
		empties = rules.empties_without(
			self.holder, cint(account.empties_out), self.bottles(cint(self.delivered_qty))
		)
		if isinstance(empties, Refusal):
			stop(empties)
		water_account.set_empties(account, empties)
		stock.cancel(self.stock_entry)


def water_of(company: str, item: str | None):
	"""The settings' row of the water that is ordered, by default the company's first. Raises ValidationError."""
	row = settings_row(company, item)
	if row:
		return row
	if not settings_row(company, None):
		link = get_link_to_form(settings.DOCTYPE, settings.DOCTYPE, _(settings.DOCTYPE))
		frappe.throw(_(rules.NO_ITEM).format(frappe.bold(company), link), title=_("Setting Missing"))
	stop(Refusal(rules.OTHER_ITEM, (item, company)))


def settings_row(company: str, item: str | None):
	rows = [row for row in settings.get().water_items if row.company == company]
	return next((row for row in rows if not item or row.item == item), None)


# ---- what buttons and programs call --------------------------------------------------------------------------------


@frappe.whitelist(methods=["POST"])
@commands.carried_out_again
def deliver(
	name: str,
	delivered_qty: int | None = None,
	empties_back: int | None = None,
	received_by: str | None = None,
) -> dict:
	"""Ordered → Delivered, once the service order is finished; posts the stock and counts the empties.

	Returns {"name", "stock_entry", "empties_after"}.
	"""
	doc = locked(DOCTYPE, name)
	quantity = cint(doc.qty) if delivered_qty is None else delivered_qty
	empties = cint(doc.empties_back) if empties_back is None else empties_back
	doc.record_delivery(quantity, empties, received_by)
	return {"name": doc.name, "stock_entry": doc.stock_entry, "empties_after": doc.empties_after}


@frappe.whitelist(methods=["POST"])
@commands.carried_out_again
def refund_deposit(name: str, mode_of_payment: str) -> str:
	"""The bottles on deposit came back: the deposit is paid back. Returns the receipt's name."""
	doc = locked(DOCTYPE, name)
	left = money.cents(doc.deposit) - money.cents(doc.deposit_refunded)
	if doc.status == rules.CANCELLED or not left:
		stop(Refusal(rules.NO_DEPOSIT, (doc.name,)))
	receipt = till.pay_out(
		doc,
		"Water Deposit Refund",
		left,
		mode_of_payment,
		payer=doc.contact_name,
		original_receipt=doc.deposit_receipt,
	)
	doc.deposit_refunded = doc.deposit
	doc.flags.server_write = True
	doc.save()
	return receipt.name


@frappe.whitelist(methods=["POST"])
@commands.carried_out_again
def cancel(name: str, reason: str, mode_of_payment: str | None = None) -> None:
	"""Ordered → Cancelled with its service order; Delivered → Cancelled by the service manager, with stock and empties.

	Its receipts are cancelled with it; once their till is closed, the money is paid back by `mode_of_payment` from the
	user's open till.
	"""
	doc = locked(DOCTYPE, name)
	action = doc.require_step(rules.CANCELLED, reason, needs_reason=True)
	if doc.status == rules.DELIVERED:
		doc.take_delivery_back()
	else:
		doc.order_status = delivery_order.cancel(doc.service_order, reason)
	register_money.give_back(doc, reason, mode_of_payment)
	doc.take_step(rules.CANCELLED, action, reason)


@frappe.whitelist(methods=["GET", "POST"])
@frappe.validate_and_sanitize_search_inputs
def waters(doctype: str, txt: str, searchfield: str, start: int, page_len: int, filters: dict) -> list[tuple]:
	"""Link search: the drinking water of `filters["company"]`, with its price."""
	frappe.has_permission(DOCTYPE, "read", throw=True)
	rows = [row for row in settings.get().water_items if row.company == filters.get("company")]
	found = [(row.item, frappe.get_cached_value("Item", row.item, "item_name"), row.rate) for row in rows]
	return [row for row in found if txt.lower() in f"{row[0]} {row[1]}".lower()][start : start + page_len]
