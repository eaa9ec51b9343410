"""Plays the stores through the controllers, each act as its person at its moment: plan, purchase, acceptance, issue, count.

What an act speaks of by a handle ("order 2026-10 …") is looked up in `there`; an act about something that never came to be,
like the order of a supplier who had nothing to deliver, is left out.
"""

from datetime import date
from math import ceil

import frappe
from frappe.model.workflow import apply_workflow
from frappe.utils import flt, getdate, nowdate

from property_service.buying import plan_making, plan_steps
from property_service.property_service.doctype.document_handover import document_handover
from property_service.property_service.doctype.slip_handover import slip_handover
from property_service.property_service.doctype.stock_count import checking, counting, posting
from property_service.rules import stock_count as count_rules
from property_service.rules import stores as rules
from property_service.rules import warehouse_check as check_rules
from property_service.setup.demo import stage, stores_plan
from property_service.setup.demo.cash_desk import Act
from property_service.setup.demo.masters import Masters
from property_service.setup.demo.stage import insert
from property_service.setup.demo.store_goods import texts
from property_service.setup.demo.store_history import Voucher
from property_service.setup.demo.stores_past import Past
from property_service.stock import (
	direct_issues,
	inspections,
	month_end,
	receipt_steps,
	returns,
	stock_months,
)
from property_service.stock import slips as stock_slips
from property_service.stock import stores as places

REQUEST, RECEIPT = "Material Request", "Purchase Receipt"
# What an act may leave behind, referring documents before those they refer to.
WRITTEN = (
	*(
		"Slip Handover",
		"Stores Month End",
		"Document Handover",
		"Stock Count Entry",
		"Stock Count",
		"Warehouse Check",
		"Quality Inspection",
	),
	*("Purchase Receipt", "Purchase Order", "Stock Entry", "Material Request", "Stock Reconciliation"),
	*("Ledger Posting", "Journal Entry"),
)
REJECTED_SHARE = 4
PERSON_PAYS = 0.3


class StoresPlay:
	def __init__(self, plan: stores_plan.StoresPlan, masters: Masters):
		self.plan, self.masters, self.company = plan, masters, masters.company
		self.stores = masters.stores.stores
		self.texts = texts()
		self.goods = {good.code: good for good in plan.goods}
		self.past = Past(plan, masters)
		self.acts = [] if self.has_begun else [*plan.history, *plan.acts]
		"""None where the stores have moved already: what stayed at a reset goes on from where it is."""
		self.procedure_is_on = False
		self.there: dict[str, str] = {}
		"""{handle of the plan: name of the document}"""

	@property
	def has_begun(self) -> bool:
		zones = [name for store in self.stores.values() for name in places.warehouses(store)]
		return bool(frappe.db.exists("Stock Ledger Entry", {"warehouse": ("in", zones)}))

	def perform(self, act: Voucher | Act) -> None:
		if isinstance(act, Voucher):
			stage.become("Administrator")
			self.past.post(act)
			return
		if not self.procedure_is_on:
			self.begin_procedure()
		stage.become(self.stands_for(act.actor))
		getattr(self, act.kind.replace(" ", "_"))(**act.facts)

	def begin_procedure(self) -> None:
		"""The company switches the procedure on: its monthly figures are made of what the ledger says (WH-02)."""
		stock_months.mark_everything(self.company)
		while stock_months.refresh_some() == stock_months.REFRESH_AT_ONCE:
			pass
		self.procedure_is_on = True

	def stands_for(self, user: str) -> str:
		"""A department that the company had already keeps its head, who signs for it."""
		for title, head in self.masters.heads.items():
			if head == user:
				department = self.masters.departments[title]
				return frappe.db.get_value("Department", department, "department_head") or user
		return user

	# ---- plans -----------------------------------------------------------------------------------------------------------

	def make_plan(self, plan: str, store: str, month: date) -> None:
		name = plan_making.build_monthly(self.stores[store], str(month), frappe.session.user)
		if name:
			self.there[plan] = name

	def step(self, handle: str, action: str) -> None:
		if handle in self.there:
			apply_workflow(frappe.get_doc(REQUEST, self.there[handle]), action)

	def send_plan(self, plan: str) -> None:
		self.step(plan, "Send to Finance")

	def pass_plan(self, plan: str) -> None:
		self.step(plan, "Pass to General Manager")

	def approve_plan(self, plan: str) -> None:
		self.step(plan, "Approve")

	def send_plan_back(self, plan: str, reason: str) -> None:
		if plan in self.there:
			plan_steps.send_back(self.there[plan], reason)

	def reduce_plan(self, plan: str, reason: str) -> None:
		"""Finance halves what costs most."""
		if plan not in self.there:
			return
		rows = frappe.get_doc(REQUEST, self.there[plan]).items
		dearest = max(rows, key=lambda row: (row.estimated_amount, row.idx))
		half = ceil(dearest.qty / 2)
		if half != dearest.qty:
			plan_steps.change_quantity(self.there[plan], dearest.name, half, reason)

	def ask_urgently(self, plan: str, code: str, qty: int, department: str) -> None:
		store = self.stores[self.goods[code].store]
		self.there[plan] = insert(
			REQUEST,
			material_request_type="Purchase",
			company=self.company,
			store=store,
			plan_type="Urgent",
			urgent_reason=self.texts["urgent_reason"],
			transaction_date=nowdate(),
			schedule_date=nowdate(),
			items=[{"item_code": code, "qty": qty, "schedule_date": nowdate()}],
		).name
		self.step(plan, "Send to Finance")

	# ---- purchase and acceptance -----------------------------------------------------------------------------------------

	def order(self, plan: str, order: str, supplier: str) -> None:
		"""What the plan asks of one supplier."""
		from erpnext.stock.doctype.material_request.material_request import make_purchase_order

		if plan not in self.there:
			return
		request = frappe.get_doc(REQUEST, self.there[plan])
		rows = [row for row in request.items if self.goods[row.item_code].supplier == supplier]
		if not rows or request.docstatus != 1:
			return
		document = make_purchase_order(request.name, args={"filtered_children": [row.name for row in rows]})
		document.supplier = self.masters.stores.suppliers[supplier]
		document.schedule_date = nowdate()
		rates = {row.name: row.estimated_rate for row in rows}
		for row in document.items:
			row.schedule_date = nowdate()
			row.rate = rates[row.material_request_item] or float(self.goods[row.item_code].rate)
		document.insert()
		document.submit()
		self.there[order] = document.name

	def receive(self, order: str, papers: bool, brought: bool, questions: dict[str, str]) -> None:
		"""`questions`: what may be wrong with this delivery or with a later one, and by which handle that is known then."""
		if order not in self.there:
			return
		receipt = self.receipt_of(order, brought)
		if not receipt.items:
			return
		self.certify(receipt)
		for question, handle in questions.items():
			if handle not in self.there and self.raise_question(question, receipt):
				self.there[handle] = self.there[order]
				break
		if papers:
			self.add_papers(receipt)
		receipt.insert()
		self.inspect(receipt).submit()
		for handle in (order, *questions.values()):
			if self.there.get(handle) == self.there[order]:
				self.there[f"receipt of {handle}"] = receipt.name

	def raise_question(self, question: str, receipt) -> bool:
		"""Rejects a part of a row, or leaves out a certificate; False where no row of the delivery is fit for it."""
		if question == stores_plan.REJECTED:
			row = next((row for row in receipt.items if row.qty > 1), None)
			if row:
				rejected = ceil(row.qty / REJECTED_SHARE)
				row.update({"qty": row.qty - rejected, "rejected_qty": rejected, "received_qty": row.qty})
		else:
			row = next((row for row in receipt.items if row.certificate_no), None)
			if row:
				row.certificate_no = None
		return bool(row)

	def receipt_of(self, order: str, brought: bool):
		"""The draft that the desk would map from an order. `brought`: by the supplier, the buyer being present (WH-13)."""
		from erpnext.buying.doctype.purchase_order.purchase_order import make_purchase_receipt

		receipt = make_purchase_receipt(self.there[order])
		receipt.update({"delivered_by_supplier": int(brought), "buyer_present": int(brought)})
		return receipt

	def certify(self, receipt) -> None:
		for row in receipt.items:
			if not self.goods[row.item_code].certificate_exempt_reason:
				row.certificate_no = certificate(row.idx)

	def add_papers(self, receipt) -> None:
		row = receipt.items[0]
		for kind, title in self.texts["papers"]:
			receipt.append(
				"receipt_documents",
				{
					"item_code": row.item_code,
					"document_type": kind,
					"document_title": f"{row.item_name}{title}",
					"copies": 1,
				},
			)

	def inspect(self, receipt):
		"""Every row, as many pieces as the rule asks for; a reading where the template asks for one."""
		for row in receipt.items:
			inspections.record(
				RECEIPT,
				receipt.name,
				row.name,
				"Accepted" if row.qty else "Rejected",
				row.required_sample,
				readings=self.readings(row.item_code),
				remarks=self.texts["rejected"] if row.rejected_qty else None,
			)
		return receipt.reload()

	def readings(self, code: str) -> list[dict]:
		template = frappe.get_cached_value(
			"Item Group", self.masters.stores.groups[self.goods[code].group], "inspection_template"
		)
		points = frappe.get_all(
			"Item Quality Inspection Parameter",
			filters={"parent": template or "", "numeric": 1},
			pluck="specification",
			order_by="idx",
		)
		return [{"specification": point, "reading": "0.4"} for point in points]

	def record_certificate(self, order: str) -> None:
		receipt = self.there.get(f"receipt of {order}")
		waiting = frappe.get_all(
			"Purchase Receipt Item",
			filters={"parent": receipt or "", "waiting_qty": (">", 0)},
			fields=["name", "idx"],
			order_by="idx",
		)
		for row in waiting:
			receipt_steps.record_certificate(receipt, row.name, number=certificate(row.idx))

	def return_rejected(self, order: str) -> None:
		"""What was rejected goes back to the supplier; the order is open for what replaces it (WH-12)."""
		from erpnext.stock.doctype.purchase_receipt import purchase_receipt

		receipt = self.there.get(f"receipt of {order}")
		if receipt and frappe.db.exists(
			"Purchase Receipt Item", {"parent": receipt, "rejected_qty": (">", 0)}
		):
			back = purchase_receipt.make_purchase_return_against_rejected_warehouse(receipt)
			back.insert()
			back.submit()

	# ---- direct issue ----------------------------------------------------------------------------------------------------

	def receive_directly(self, order: str, department: str, user: str) -> None:
		receipt = self.receipt_of(order, brought=False)
		receipt.update(
			{
				"direct_issue": 1,
				"issue_department": self.masters.departments[department],
				"issue_user": self.masters.employees[user],
			}
		)
		self.certify(receipt)
		receipt.insert()
		self.inspect(receipt)
		self.there[f"receipt of {order}"] = receipt.name

	def sign_direct_issue(self, order: str) -> None:
		direct_issues.sign_direct_issue(self.there[f"receipt of {order}"])

	def hand_over_directly(self, order: str) -> None:
		with stage.time_passes():
			frappe.get_doc(RECEIPT, self.there[f"receipt of {order}"]).submit()

	# ---- issue and return ------------------------------------------------------------------------------------------------

	def ask(self, request: str, store: str, lines: dict[str, int], purpose: str) -> None:
		document = insert(
			REQUEST,
			material_request_type="Material Issue",
			company=self.company,
			store=self.stores[store],
			transaction_date=nowdate(),
			schedule_date=nowdate(),
			title=purpose,
			items=[
				{
					"item_code": code,
					"qty": qty,
					"warehouse": places.zone_warehouse(
						self.stores[store], rules.QUALIFIED, self.goods[code].storage_class
					),
					"schedule_date": nowdate(),
				}
				for code, qty in lines.items()
			],
		)
		self.there[request] = document.name
		self.step(request, "Send for Signature")

	def sign_request(self, request: str) -> None:
		self.step(request, "Approve")

	def issue(self, request: str) -> None:
		from erpnext.stock.doctype.material_request.material_request import make_stock_entry

		entry = make_stock_entry(self.there[request])
		entry.insert()
		entry.submit()
		self.there[f"issue on {request}"] = entry.name

	def bring_back(self, request: str, remark: str) -> None:
		"""One piece of the first row comes back, as good as it went."""
		entry = returns.make_return(self.there[f"issue on {request}"])
		entry.set("items", entry.items[:1])
		entry.items[0].update({"qty": 1, "transfer_qty": 1})
		entry.remarks = remark
		entry.insert()
		entry.submit()

	# ---- places and papers -----------------------------------------------------------------------------------------------

	def check_warehouse(self, store: str, storage_class: str) -> None:
		check = insert("Warehouse Check", warehouse=self.stores[store], storage_class=storage_class)
		for point in check.points:
			point.result = check_rules.OK
		check.save()
		check.submit()

	def hand_documents_over(self, handover: str) -> None:
		if document_handover.papers_left(self.company):
			self.there[handover] = document_handover.collect(self.company)
			document_handover.hand_over(self.there[handover])

	def take_documents_over(self, handover: str) -> None:
		if handover in self.there:
			document_handover.receive(self.there[handover])

	def hand_slips_over(self, handover: str, slips: str) -> None:
		if stock_slips.left(self.company, slips, getdate()):
			self.there[handover] = slip_handover.collect(self.company, slips)
			slip_handover.hand_over(self.there[handover])

	def send_slip_back(self, handover: str, remark: str) -> None:
		if handover in self.there:
			rows = frappe.get_doc("Slip Handover", self.there[handover]).slips
			if len(rows) > 1:
				slip_handover.send_back(self.there[handover], rows[-1].name, remark)

	def accept_slips(self, handover: str) -> None:
		if handover in self.there:
			slip_handover.accept(self.there[handover])

	# ---- the count -------------------------------------------------------------------------------------------------------

	def begin_count(self, count: str, store: str) -> None:
		self.there[count] = insert(
			"Stock Count", company=self.company, store=self.stores[store], kind="Monthly", blind=1
		).name

	def count_goods(self, count: str, differences: dict[str, int]) -> None:
		"""As the books have it, but for the differences; these lie in one zone of the store."""
		document = frappe.get_doc("Stock Count", self.there[count])
		counting.record(
			document.name,
			[
				{
					"item_code": line.item_code,
					"warehouse": line.warehouse,
					"qty": line.book_qty + self.found(line, differences),
				}
				for line in document.lines
			],
		)

	def found(self, line, differences: dict[str, int]) -> int:
		if places.zone_of(line.warehouse) != rules.QUALIFIED:
			return 0
		return differences.get(line.item_code, 0)

	def finish_count(self, count: str) -> None:
		name = self.there[count]
		document = frappe.get_doc("Stock Count", name)
		reasons = self.texts["difference_reasons"]
		for line in document.lines:
			if line.difference_qty:
				line.reason = reasons["surplus" if line.difference_qty > 0 else "shortage"]
		document.save()
		counting.finish(name)

	def draw_statement(self, count: str, store: str) -> None:
		"""After the count, before the plan (WH-30)."""
		month_end.make_statement(self.stores[store])

	def check_count(self, count: str) -> None:
		name = self.there[count]
		sample = [line for line in frappe.get_doc("Stock Count", name).lines if line.in_sample]
		checking.record_check(name, [{"line": line.name, "qty": line.counted_qty} for line in sample])
		checking.check(name)

	def approve_count(self, count: str) -> None:
		posting.approve(self.there[count])

	def decide(self, count: str) -> None:
		"""A surplus lowers expenses; of a shortage the keeper bears a part of the dearest."""
		name = self.there[count]
		lines = [line for line in frappe.get_doc("Stock Count", name).lines if line.posted_value]
		dearest = min((line.posted_value for line in lines), default=0)
		for line in lines:
			posting.decide(name, line.name, self.decisions(line, line.posted_value == dearest))

	def decisions(self, line, with_person: bool) -> list[dict]:
		remarks = self.texts["decisions"]
		value = abs(line.posted_value)
		if line.posted_value > 0:
			return [{"decision": count_rules.TO_SURPLUS, "amount": value, "remark": remarks["surplus"]}]
		paid = flt(value * PERSON_PAYS, 2) if with_person else 0
		rows = [
			{
				"decision": count_rules.TO_MANAGEMENT,
				"amount": flt(value - paid, 2),
				"remark": remarks["management"],
			}
		]
		if paid:
			rows.append(
				{
					"decision": count_rules.TO_PERSON,
					"amount": paid,
					"party_type": "Employee",
					"party": self.masters.employees[self.plan.keeper],
					"remark": remarks["person"],
				}
			)
		return rows


def certificate(row: int) -> str:
	return f"HGZ{nowdate().replace('-', '')}-{row:02d}"
