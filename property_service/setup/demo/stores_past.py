"""Posts what the stores moved before the procedure: set-like documents of ERPNext, on their days, nothing into the ledgers."""

from collections.abc import Iterator
from contextlib import contextmanager

import frappe

from property_service import settings
from property_service.ledger import stock as stock_ledger
from property_service.rules import stores as rules
from property_service.setup.demo import store_history, stores_plan
from property_service.setup.demo.masters import Masters
from property_service.stock import stores as places

# ERPNext submits longer reconciliations in a background job.
ROWS_AT_ONCE = 100


class Past:
	def __init__(self, plan: stores_plan.StoresPlan, masters: Masters):
		self.plan, self.masters, self.company = plan, masters, masters.company
		goods = {good.code: good for good in plan.goods}
		self.warehouse = {
			code: places.zone_warehouse(
				masters.stores.stores[good.store], rules.QUALIFIED, good.storage_class
			)
			for code, good in goods.items()
		}
		self.account = settings.required(self.company, "stores_expense_account")

	def post(self, voucher: store_history.Voucher) -> None:
		"""As the company's own clerks entered it then; rights had not been given yet."""
		with before_the_procedure(self.company):
			getattr(self, f"post_{voucher.kind}")(voucher)

	def submit(self, document) -> None:
		document.flags.ignore_permissions = True  # set-up script
		document.insert()
		document.submit()

	def post_opening(self, voucher: store_history.Voucher) -> None:
		difference = frappe.db.get_value(
			"Account",
			{"company": self.company, "account_type": "Temporary", "is_group": 0},
			order_by="lft asc",
		)
		for start in range(0, len(voucher.lines), ROWS_AT_ONCE):
			self.submit(
				frappe.get_doc(
					{
						"doctype": "Stock Reconciliation",
						"purpose": "Opening Stock",
						"company": self.company,
						"expense_account": difference,
						"items": [
							{
								"item_code": line.code,
								"warehouse": self.warehouse[line.code],
								"qty": line.qty,
								"valuation_rate": float(line.rate),
							}
							for line in voucher.lines[start : start + ROWS_AT_ONCE]
						],
					}
				)
			)

	def post_receipt(self, voucher: store_history.Voucher) -> None:
		self.submit(
			frappe.get_doc(
				{
					"doctype": "Purchase Receipt",
					"supplier": self.masters.stores.suppliers[voucher.partner],
					"company": self.company,
					"ignore_pricing_rule": 1,
					"items": [
						{
							"item_code": line.code,
							"qty": line.qty,
							"rate": float(line.rate),
							"warehouse": self.warehouse[line.code],
						}
						for line in voucher.lines
					],
				}
			)
		)

	def post_issue(self, voucher: store_history.Voucher) -> None:
		department = self.masters.departments[voucher.partner]
		cost_center = frappe.db.get_value("Department", department, "cost_center")
		self.submit(
			frappe.get_doc(
				{
					"doctype": "Stock Entry",
					"stock_entry_type": stock_ledger.issue_type(),
					"purpose": "Material Issue",
					"company": self.company,
					"department": department,
					"items": [
						{
							"item_code": line.code,
							"qty": line.qty,
							"s_warehouse": self.warehouse[line.code],
							"expense_account": self.account,
							"cost_center": cost_center,
						}
						for line in voucher.lines
					],
				}
			)
		)


@contextmanager
def before_the_procedure(company: str) -> Iterator[None]:
	"""What is posted inside was posted when the company did not use the stores procedure yet. Only this process is concerned."""
	real = settings.company_row

	def without_stores(asked: str | None):
		row = real(asked)
		return frappe._dict({**row.as_dict(), "stores": 0}) if row and asked == company else row

	settings.company_row = without_stores
	try:
		yield
	finally:
		settings.company_row = real
