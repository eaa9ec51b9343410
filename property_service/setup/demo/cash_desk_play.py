"""Plays the month of the cash desk through the controllers, each act as its person at its moment.

Money, numbers and ledger entries of the till depend on each other too closely to be written in bulk: here the demo does
what the clerks do, with the clock set to when they did it.
"""

from collections import defaultdict
from collections.abc import Iterator
from decimal import Decimal

import frappe
from frappe.utils import get_datetime

from property_service import settings
from property_service.ledger import stock as stock_ledger
from property_service.property_service.doctype.card_day_posting import posting
from property_service.property_service.doctype.card_subsidy_batch import crediting
from property_service.property_service.doctype.card_transaction import actions, consumption
from property_service.property_service.doctype.drinking_water_order import drinking_water_order
from property_service.property_service.doctype.front_desk_closing import front_desk_closing as closings
from property_service.property_service.doctype.front_desk_receipt import front_desk_receipt as receipts
from property_service.property_service.doctype.front_desk_shift import front_desk_shift as shifts
from property_service.property_service.doctype.goods_release_pass import gate, goods_release_pass
from property_service.property_service.doctype.gym_membership import check_in, gym_membership
from property_service.property_service.doctype.key_loan import counter as key_counter
from property_service.property_service.doctype.key_loan import key_loan
from property_service.property_service.doctype.residence_application import (
	beds,
	moving_in,
	moving_out,
	residence_application,
)
from property_service.property_service.doctype.service_order import service_order
from property_service.property_service.doctype.shift_handover import shift_handover
from property_service.property_service.doctype.vehicle_pass import vehicle_pass
from property_service.rules import keys as key_rules
from property_service.rules import money
from property_service.rules import service_card as card_rules
from property_service.setup import till
from property_service.setup.demo import data, plan, stage
from property_service.setup.demo.cash_desk import Act
from property_service.setup.demo.cash_desk_masters import CashDeskMasters
from property_service.setup.demo.fold import Names, Stage
from property_service.setup.demo.history import Matter
from property_service.setup.demo.stage import insert

# What an act may leave behind, referring documents before those they refer to.
WRITTEN = (
	*(
		"Key Loan",
		"Property Key",
		"Vehicle Pass",
		"Goods Release Pass",
		"Gym Visit",
		"Gym Membership",
		"Gym Member",
	),
	*(
		"Drinking Water Order",
		"Water Account",
		"Residence Application",
		"Card Transaction",
		"Card Day Posting",
	),
	*("Card Subsidy Batch", "Service Card", "Front Desk Receipt", "Front Desk Closing", "Front Desk Shift"),
	*(
		"Shift Handover",
		"Reception Record",
		"Service Order",
		"Ledger Posting",
		"Journal Entry",
		"Stock Entry",
		"Resident",
		"File",
	),
)


class CashDeskPlay:
	def __init__(self, centre: plan.Plan, names: Names, masters: CashDeskMasters):
		self.acts = (
			[]
			if frappe.db.exists("Front Desk Shift", {"counter": masters.counter})
			else centre.cash_desk.acts
		)
		"""None where the counter has its shifts already: what stayed at a reset goes on from where it is."""
		self.names, self.masters = names, masters
		self.signatures = data.load("signatures")
		self.letter = (data.FOLDER / "signed-slip.png").read_bytes()
		self.texts = data.load("cash-desk")
		self.there: dict[str, str] = {}
		"""{handle of the plan: name of the document}"""
		self.shift = self.closing = self.handover = ""
		self.unaccepted: list[str] = []

	def perform(self, act: Act) -> None:
		stage.become(act.actor)
		getattr(self, act.kind.replace(" ", "_"))(**act.facts)

	def remember(self, handle: str | None, name: str) -> None:
		if handle:
			self.there[handle] = name

	def resident(self, person) -> str:
		return self.names.residents[person.mobile_no]

	# ---- the till ----------------------------------------------------------------------------------------------------

	def open_till(self) -> None:
		"""The cashier makes the float up to what it should be."""
		wanted = self.texts["float"]
		self.shift = insert(
			"Front Desk Shift",
			counter=self.masters.counter,
			opening_float=wanted,
			float_from_cashier=float(wanted - shifts.float_left(self.masters.counter)),
			planned_end=frappe.utils.now_datetime().replace(hour=18, minute=0, second=0, microsecond=0),
		).name

	def close_till(self, short: Decimal, reason: str | None) -> None:
		self.closing = closings.begin(self.shift)
		self.unaccepted.append(self.closing)
		self.count_again(short, reason)

	def count_again(self, short: Decimal, reason: str | None) -> None:
		doc = frappe.get_doc("Front Desk Closing", self.closing)
		counted = money.cents(doc.cash_expected) - short
		count_out(doc, counted)
		doc.float_kept = min(self.texts["float"], float(counted))
		doc.difference_reason = reason
		doc.save()
		closings.sign(doc.name)

	def send_back(self, reason: str) -> None:
		closings.send_back(self.closing, reason)

	def accept(self) -> None:
		closings.accept(self.unaccepted.pop(0))

	def hand_over(self, to: str) -> None:
		doc = frappe.get_doc(
			{
				"doctype": "Shift Handover",
				"counter": self.masters.counter,
				"shift_label": "Morning Shift",
				"incoming_clerk": to,
			}
		).insert()
		doc.cash_counted = doc.till_cash
		doc.save()
		shift_handover.sign_outgoing(doc.name)
		self.handover = doc.name

	def take_over(self) -> None:
		shift_handover.sign_incoming(self.handover)

	def take_money(self, purpose: str, mode: str, amount, remarks=None, person=None, handle=None) -> None:
		answer = receipts.issue(
			purpose=purpose,
			amount=amount,
			mode_of_payment=till.mode_of_payment(mode),
			payer=person.full_name if person else "散客",
			resident=self.resident(person) if person else None,
			remarks=remarks,
		)
		self.remember(handle, answer["name"])

	def pay_back(self, purpose: str, mode: str, amount, person, of: str) -> None:
		receipts.issue(
			purpose=purpose,
			amount=amount,
			mode_of_payment=till.mode_of_payment(mode),
			direction="Out",
			payer=person.full_name,
			resident=self.resident(person),
			original_receipt=self.there[of],
			remarks="验收合格,退还押金",
		)

	def cancel_receipt(self, of: str) -> None:
		doc = frappe.get_doc("Front Desk Receipt", self.there[of])
		doc.flags.cancel_reason = "金额录错,重开"
		doc.cancel()

	# ---- keys --------------------------------------------------------------------------------------------------------

	def register_key(self, tag: str, room: str) -> None:
		insert(
			"Property Key",
			key_tag=tag,
			company=self.names.company,
			units=[{"property_unit": self.names.units[room]}],
			storage_place="钥匙柜",
		)

	def lend_key(self, loan, tag, purpose, employee=None, contractor=None, mode=None) -> None:
		who = {"borrower_kind": key_rules.EMPLOYEE, "employee": self.names.employees.get(employee)}
		if contractor:
			who = {
				"borrower_kind": "Contractor",
				"borrower_name": contractor["name"],
				"borrower_phone": contractor["phone"],
				"deposit": contractor["deposit"],
				"mode_of_payment": till.mode_of_payment(mode),
			}
		self.remember(loan, key_counter.lend(tag, purpose=purpose, **who)["loan"])

	def take_key_back(self, loan: str) -> None:
		key_loan.take_back(self.there[loan])

	def lose_key(self, loan: str, reason: str, mode: str) -> None:
		key_loan.report_lost(self.there[loan], reason, mode_of_payment=till.mode_of_payment(mode))

	# ---- one-card accounts -------------------------------------------------------------------------------------------

	def register_card(self, card: str, person, amount, mode: str) -> None:
		actions.open_card(
			card,
			self.resident(person),
			company=self.names.company,
			amount=amount,
			mode_of_payment=till.mode_of_payment(mode),
		)

	def top_up(self, card: str, amount, mode: str) -> None:
		actions.make(card, card_rules.CASH_TOP_UP, amount=amount, mode_of_payment=till.mode_of_payment(mode))

	def grant_access(self, card: str, area: str) -> None:
		actions.make(card, card_rules.GRANT_ACCESS, access_area=self.masters.areas[area])

	def pay(self, card: str, amount: Decimal, terminal: str) -> None:
		consumption.consume(card, float(amount), frappe.generate_hash(length=20), terminal)

	def lose_card(self, card: str) -> None:
		actions.make(card, card_rules.REPORT_LOSS, reason=self.texts["lost_card"])

	def replace_card(self, card: str, new: str) -> None:
		actions.make(card, card_rules.REPLACE, new_card_no=new)

	def close_card(self, card: str, reason: str, mode: str) -> None:
		actions.make(card, card_rules.CLOSE, reason=reason, mode_of_payment=till.mode_of_payment(mode))

	def subsidise(self, employer: str, cards: list[str], amount) -> None:
		batch = insert(
			"Card Subsidy Batch",
			customer=self.names.customers[employer],
			company=self.names.company,
			month=frappe.utils.nowdate()[:7],
			rows=[{"service_card": card, "amount": amount} for card in cards],
		)
		batch.submit()
		while frappe.db.get_value("Card Subsidy Batch", batch.name, "status") == crediting.CREDITING:
			crediting.credit(batch.name)

	def post_card_day(self) -> None:
		posting.post_company(self.names.company)

	# ---- gym, water --------------------------------------------------------------------------------------------------

	def sell_gym_card(self, gym: str, person, plan: str, mode: str) -> None:
		membership = insert(
			"Gym Membership",
			company=self.names.company,
			plan=self.masters.gym_plans[plan],
			resident=self.resident(person),
			id_card_seen=1,
			start_on=frappe.utils.nowdate(),
			mode_of_payment=till.mode_of_payment(mode),
		)
		self.remember(gym, membership.name)

	def check_in(self, gym: str) -> None:
		check_in.check_in(frappe.db.get_value("Gym Membership", self.there[gym], "card_no"))

	def freeze(self, gym: str, reason: str) -> None:
		gym_membership.freeze(self.there[gym], reason)

	def receive_water(self, bottles: int) -> None:
		entry = frappe.get_doc(
			{
				"doctype": "Stock Entry",
				"stock_entry_type": stock_ledger.entry_type("Material Receipt"),
				"company": self.names.company,
				"items": [
					{
						"item_code": self.masters.water,
						"qty": bottles,
						"t_warehouse": settings.required(self.names.company, "water_warehouse"),
						"basic_rate": self.texts["water"]["cost"],
					}
				],
			}
		)
		entry.insert()
		entry.flags.inward_checked = (
			True  # what was there before the month; the stores procedure would plan it
		)
		entry.submit()

	def order_water(self, water: str, person, qty: int, mode: str, deposits: int, empties: int) -> None:
		order = insert(
			"Drinking Water Order",
			company=self.names.company,
			resident=self.resident(person),
			item=self.masters.water,
			qty=qty,
			mode_of_payment=till.mode_of_payment(mode),
			deposit_bottles=deposits,
			empties_back=empties,
		)
		self.remember(water, order.name)

	def slip_of(self, water: str) -> str:
		return frappe.db.get_value("Drinking Water Order", self.there[water], "service_order")

	def send_water(self, water: str, carrier: str) -> None:
		employee = self.names.employees[carrier]
		department = frappe.db.get_value("Employee", employee, "department")
		service_order.dispatch(self.slip_of(water), department, employee)

	def bring_water(self, water: str, person) -> None:
		name = self.slip_of(water)
		service_order.arrive(name)
		slip = frappe.get_doc("Service Order", name)
		slip.update(
			{
				"sign_off_method": "Drawn Signature",
				"customer_signature": self.signatures[0],
				"sign_off_name": person.full_name,
			}
		)
		slip.save()
		service_order.finish(name, work_done="已送达,空桶已带回")

	def record_delivery(self, water: str) -> None:
		drinking_water_order.deliver(self.there[water])
		service_order.archive(self.slip_of(water))

	# ---- passes ------------------------------------------------------------------------------------------------------

	def ask_for_pass(self, pass_: str, person, plate: str, vehicle: str, colour: str) -> None:
		papers = ("id_card", "driving_licence", "vehicle_licence", "employer_letter")
		doc = insert(
			"Vehicle Pass",
			company=self.names.company,
			resident=self.resident(person),
			applicant_kind="Resident Company Employee",
			applicant_name=person.full_name,
			phone=person.mobile_no,
			employer=self.names.customers[person.employer],
			plate=plate,
			vehicle=vehicle,
			colour=colour,
			**{f"{paper}_seen": 1 for paper in papers},
		)
		self.remember(pass_, doc.name)

	def issue_pass(self, pass_: str, mode: str) -> None:
		vehicle_pass.issue(self.there[pass_], till.mode_of_payment(mode))

	def lose_pass(self, pass_: str) -> None:
		vehicle_pass.report_lost(self.there[pass_], "车内被盗,证件遗失")

	def ask_to_take_goods(self, goods: str, person, load: dict) -> None:
		doc = insert(
			"Goods Release Pass",
			company=self.names.company,
			property_unit=self.names.units[person.room],
			carrier_kind="Tenant",
			resident=self.resident(person),
			carrier_name=person.full_name,
			phone=person.mobile_no,
			goods=[dict(load)],
			valid_on=frappe.utils.nowdate(),
			consent_by="业主代表 郭先生",
			consent_method="By Phone",
		)
		self.remember(goods, doc.name)

	def approve_goods(self, goods: str) -> None:
		goods_release_pass.approve(self.there[goods])

	def let_goods_out(self, goods: str) -> None:
		gate.release(self.there[goods])

	# ---- moving in and out -------------------------------------------------------------------------------------------

	def ask_for_room(self, stay: str, name: str, gender: str, mobile: str, employer: str) -> None:
		doc = insert(
			"Residence Application",
			company=self.names.company,
			applicant_name=name,
			mobile_no=mobile,
			gender=gender,
			employer=self.names.customers[employer],
			emergency_contact=f"{name[0]}先生",
			emergency_phone="13705710001",
			from_date=frappe.utils.nowdate(),
			id_card_seen=1,
		)
		letter = insert(
			"File",
			file_name=f"{doc.name}.png",
			content=self.letter,
			is_private=1,
			attached_to_doctype=doc.doctype,
			attached_to_name=doc.name,
		)
		doc.reload()
		doc.update({"employer_letter": letter.file_url, "employer_confirmed_by": "人事部 何主任"})
		doc.save()
		self.remember(stay, doc.name)

	def confirm_employer(self, stay: str) -> None:
		residence_application.confirm_employer(self.there[stay])

	def assign_room(self, stay: str, room: str) -> None:
		beds.assign_room(self.there[stay], self.names.units[room])

	def move_in(self, stay: str, tag: str, card: str) -> None:
		doc = frappe.get_doc("Residence Application", self.there[stay])
		doc.update(
			{
				"signed_on_paper": 1,
				"room_items": [{"item_name": "床", "qty": 1}, {"item_name": "衣柜", "qty": 1}],
			}
		)
		doc.save()
		moving_in.move_in(doc.name, [tag], card)

	def move_out(self, stay: str, mode: str) -> None:
		"""The list is settled first: the key comes back, the card is closed with what is on it."""
		name = self.there[stay]
		given = {"mode_of_payment": till.mode_of_payment(mode)}
		for matter in moving_out.checklist(name):
			moving_out.settle(name, matter["doctype"], matter["name"], matter["ways"][0], given)
		moving_out.move_out(name)

	# ---- what handovers and summaries list ---------------------------------------------------------------------------

	def matters_of(self, orders: set[str]) -> Iterator[Matter]:
		"""The service orders that came of it, as handovers and summaries list them."""
		rows = frappe.get_all(
			"Service Order",
			filters={"name": ("in", sorted(orders) or [""])},
			fields=["name", "service_type", "property_unit", "matter", "creation"],
			order_by="creation",
		)
		steps = defaultdict(list)
		for step in frappe.get_all(
			"Approval Step",
			filters={"parenttype": "Service Order", "parent": ("in", sorted(orders) or [""])},
			fields=["parent", "to_state", "acted_on"],
			order_by="parent, idx",
		):
			steps[step.parent].append(Stage(get_datetime(step.acted_on), step.to_state, None))
		for row in rows:
			course = [Stage(row.creation, "Draft", None), *steps[row.name]]
			yield Matter(
				"Service Order",
				row.name,
				row.service_type,
				row.property_unit,
				row.matter,
				row.creation,
				course,
			)


# ---- helpers ---------------------------------------------------------------------------------------------------------


def count_out(closing, amount: Decimal) -> None:
	"""The fewest notes and coins that make up `amount`; what is smaller than the smallest coin is left over."""
	for row in sorted(closing.denominations, key=lambda row: -row.face_value):
		face = money.cents(row.face_value)
		row.pieces = int(amount // face)
		amount -= row.pieces * face
