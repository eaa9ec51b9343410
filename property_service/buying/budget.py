"""What a plan may cost: the funds of its month and year, what is spoken for, what is left (procedure 4.2.5 e; WH-06).

Our own computation: ERPNext's check of budgets at request time multiplies by the rate of any row. A period's commitments
are those of the requests planned for it, so that an order placed late still uses the funds of its plan.

	budget   ERPNext's Budget for the rows' accounts and cost centres (or a cost centre above), else the store's monthly
	         figure of the settings, twelve of them for a year
	ledger   with ERPNext's budgets what the general ledger shows there; with a store's figure what was bought into it
	used     ledger + approved and not ordered + ordered and not received
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

import frappe
from erpnext.accounts.utils import FiscalYearError, get_fiscal_year
from frappe.model.document import Document
from frappe.query_builder import Case, Criterion
from frappe.query_builder.functions import Coalesce, Sum
from frappe.utils import get_first_day, get_last_day, getdate

from property_service import compat
from property_service.rules import purchase_plan as rules
from property_service.rules.stock_limit import exact
from property_service.stock import stock_months, stores

# As ERPNext writes them in a monthly distribution, whatever the language.
MONTHS = (
	*("January", "February", "March", "April", "May", "June", "July"),
	*("August", "September", "October", "November", "December"),
)
ERPNEXT_BUDGET, STORE_SETTINGS, NONE = "Budget", "Store Settings", "None"


@dataclass(frozen=True)
class Period:
	first: date
	last: date
	fiscal_year: str | None = None


@dataclass(frozen=True)
class Scope:
	"""What a budget is for: pairs of cost centre and account, or else a store."""

	store: str
	pairs: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True)
class Picture:
	source: str
	month: rules.Funds
	year: rules.Funds


def figures(doc: Document) -> dict[str, object]:
	"""Budget, used and left of month and year as they are now, by the fieldnames of the plan."""
	picture = of(doc)
	plan = exact(doc.plan_amount)
	found = {"budget_source": picture.source}
	for name, funds_of_period in (("month", picture.month), ("year", picture.year)):
		found[f"{name}_budget"] = float(funds_of_period.budget or 0)
		found[f"{name}_used"] = float(funds_of_period.used)
		found[f"{name}_left"] = float(funds_of_period.left(plan))
	return found


def of(doc: Document) -> Picture:
	month, year = periods(doc)
	pairs = {(row.cost_center, row.expense_account) for row in doc.items if row.cost_center}
	lines = erpnext_budgets(doc.company, pairs, month, year)
	if lines:
		scope = Scope(doc.store, covered_by(lines))
		monthly, yearly = sum(line.month for line in lines), sum(line.year for line in lines)
		source = ERPNEXT_BUDGET
	else:
		scope, figure = Scope(doc.store), exact(stores.monthly_budget(doc.store))
		monthly, yearly = (figure, figure * 12) if figure else (None, None)
		source = STORE_SETTINGS if figure else NONE
	return Picture(source, *funds(doc, scope, (month, year), (monthly, yearly)))


def periods(doc: Document) -> tuple[Period, Period]:
	"""Month and fiscal year that the plan is for; the calendar year where the fiscal year is not made yet."""
	day = getdate(doc.plan_month or doc.transaction_date)
	try:
		name, first, last = get_fiscal_year(day, company=doc.company, verbose=0)[:3]
	except FiscalYearError:
		name, first, last = None, date(day.year, 1, 1), date(day.year, 12, 31)
	return Period(getdate(get_first_day(day)), getdate(get_last_day(day))), Period(
		getdate(first), getdate(last), name
	)


def funds(
	doc: Document, scope: Scope, periods: Sequence[Period], budgets: Sequence[Decimal | None]
) -> list[rules.Funds]:
	"""The funds of each period. Three statements, however many."""
	unordered, ordered = commitments(doc.company, scope, periods, without=doc.name)
	spent = (
		spent_by_accounts(doc.company, scope, periods) if scope.pairs else bought_into(scope.store, periods)
	)
	return [rules.Funds(*amounts) for amounts in zip(budgets, spent, unordered, ordered, strict=True)]


def within(day: object, period: Period) -> Criterion:
	return (day >= period.first) & (day <= period.last)


def in_each(day: object, amount: object, periods: Sequence[Period]) -> list:
	"""A sum for each period, of one read of all of them."""
	return [Sum(Case().when(within(day, period), amount).else_(0)) for period in periods]


# ---- budget ------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class BudgetLine:
	"""One account of a budget; `lft` and `rgt` are the place of its cost centre in the tree."""

	name: str
	account: str
	lft: int
	rgt: int
	year: Decimal
	month: Decimal


def erpnext_budgets(
	company: str, pairs: Collection[tuple[str, str]], month: Period, year: Period
) -> list[BudgetLine]:
	"""The lines of submitted budgets that cover one of these pairs of cost centre and account, each once. One statement.

	A budget of a cost centre above covers those below.
	"""
	if not (pairs and year.fiscal_year):
		return []
	budget = frappe.qb.DocType("Budget")
	own, above = frappe.qb.DocType("Cost Center").as_("own"), frappe.qb.DocType("Cost Center").as_("above")
	covering = (
		frappe.qb.from_(budget)
		.join(above)
		.on(above.name == budget.cost_center)
		.join(own)
		.on((above.lft <= own.lft) & (above.rgt >= own.rgt))
		.select(own.name.as_("cost_center"), above.lft, above.rgt)
		.where((budget.docstatus == 1) & (budget.company == company))
		.where(own.name.isin(sorted({cost_center for cost_center, _account in pairs})))
	)
	read = _shared_out if compat.BUDGET_SHARES_ITSELF_OUT else _with_accounts
	found = {row.name: row for row in read(covering, month, year) if (row.cost_center, row.account) in pairs}
	return [
		BudgetLine(name, row.account, row.lft, row.rgt, row.year, row.month)
		for name, row in sorted(found.items())
	]


def _with_accounts(covering: object, month: Period, year: Period) -> list[frappe._dict]:
	"""Budgets of one fiscal year with rows of accounts; a month takes its share of the distribution, else a twelfth."""
	budget, line = frappe.qb.DocType("Budget"), frappe.qb.DocType("Budget Account")
	share = frappe.qb.DocType("Monthly Distribution Percentage")
	rows = (
		covering.join(line)
		.on(line.parent == budget.name)
		.left_join(share)
		.on((share.parent == budget.monthly_distribution) & (share.month == MONTHS[month.first.month - 1]))
		.select(
			line.name,
			line.account,
			line.budget_amount,
			budget.monthly_distribution,
			share.percentage_allocation,
		)
		.where(budget.fiscal_year == year.fiscal_year)
		.run(as_dict=True)
	)
	for row in rows:
		part = exact(row.percentage_allocation) / 100 if row.monthly_distribution else Decimal(1) / 12
		row.year = exact(row.budget_amount)
		row.month = row.year * part
	return rows


def _shared_out(covering: object, month: Period, year: Period) -> list[frappe._dict]:
	"""Budgets of one account over one or more fiscal years, shared out in rows of a month up to a year.

	A month takes an equal part of the row that it lies in.
	"""
	budget, share = frappe.qb.DocType("Budget"), frappe.qb.DocType("Budget Distribution")
	rows = (
		covering.join(share)
		.on((share.parent == budget.name) & (share.parenttype == "Budget"))
		.select(budget.name, budget.account, share.start_date, share.end_date, share.amount)
		.where((share.start_date >= year.first) & (share.start_date <= year.last))
		.run(as_dict=True)
	)
	found = {}
	for row in rows:
		first, last = getdate(row.start_date), getdate(row.end_date)
		months = (last.year - first.year) * 12 + last.month - first.month + 1
		whole = found.setdefault(
			(row.cost_center, row.name), frappe._dict(row, year=Decimal(0), month=Decimal(0))
		)
		whole.year += exact(row.amount)
		if first <= month.first <= last:
			whole.month += exact(row.amount) / months
	return list(found.values())


def covered_by(lines: list[BudgetLine]) -> tuple[tuple[str, str], ...]:
	"""Every pair of cost centre and account that spends from these lines. One statement."""
	centre = frappe.qb.DocType("Cost Center")
	rows = (
		frappe.qb.from_(centre)
		.select(centre.name, centre.lft)
		.where(Criterion.any([(centre.lft >= line.lft) & (centre.rgt <= line.rgt) for line in lines]))
		.run()
	)
	return tuple(
		sorted({(name, line.account) for name, lft in rows for line in lines if line.lft <= lft <= line.rgt})
	)


# ---- ledger ------------------------------------------------------------------------------------------------------


def spent_by_accounts(company: str, scope: Scope, periods: Sequence[Period]) -> list[Decimal]:
	"""What the general ledger shows on these cost centres and accounts in each period. One statement."""
	entry = frappe.qb.DocType("GL Entry")
	query = (
		frappe.qb.from_(entry)
		.select(
			entry.cost_center,
			entry.account,
			*in_each(entry.posting_date, entry.debit - entry.credit, periods),
		)
		.where((entry.company == company) & (entry.is_cancelled == 0))
		.where(Criterion.any([within(entry.posting_date, period) for period in periods]))
		.where(
			entry.account.isin([pair[1] for pair in scope.pairs])
			& entry.cost_center.isin([pair[0] for pair in scope.pairs])
		)
		.groupby(entry.cost_center, entry.account)
	)
	return _sums(query, scope, periods)


def bought_into(store: str, periods: Sequence[Period]) -> list[Decimal]:
	"""What was bought into the store in the months of each period, purchase returns taken off, at its value. One statement."""
	first, last = min(period.first for period in periods), max(period.last for period in periods)
	rows = stock_months.totals(stores.warehouses(store), first, last, by=("warehouse", "month"))

	def bought(period: Period) -> Decimal:
		begin = stock_months.month_of(period.first)
		values = (exact(row.purchase_value) for row in rows if begin <= row.month <= period.last)
		return sum(values, Decimal(0))

	return [bought(period) for period in periods]


# ---- commitments -------------------------------------------------------------------------------------------------


def commitments(
	company: str, scope: Scope, periods: Sequence[Period], without: str | None
) -> tuple[list[Decimal], list[Decimal]]:
	"""(approved and not ordered, ordered and not accepted) of the requests planned for each period. Two statements."""
	request, row = frappe.qb.DocType("Material Request"), frappe.qb.DocType("Material Request Item")
	ordered_row, order = frappe.qb.DocType("Purchase Order Item"), frappe.qb.DocType("Purchase Order")
	held = Case().when(row.committed_qty > row.accepted_qty, row.committed_qty).else_(row.accepted_qty)
	not_ordered = Case().when(row.stock_qty > held, row.stock_qty - held).else_(0)
	planned = Coalesce(request.plan_month, request.transaction_date)
	approved = (
		(request.company == company)
		& (request.docstatus == 1)
		& (request.approval_state == rules.APPROVED)
		& (request.approval_route == rules.PURCHASE_PLAN)
		& (request.status != "Stopped")
		& (request.name != (without or ""))
		& Criterion.any([within(planned, period) for period in periods])
	)
	unordered = _of_scope(
		frappe.qb.from_(row)
		.join(request)
		.on(request.name == row.parent)
		.select(
			row.cost_center,
			row.expense_account,
			*in_each(planned, not_ordered * row.estimated_rate, periods),
		)
		.where(approved)
		.groupby(row.cost_center, row.expense_account),
		request,
		scope,
		periods,
	)
	left = Case().when(
		ordered_row.committed_qty > ordered_row.accepted_qty,
		ordered_row.committed_qty - ordered_row.accepted_qty,
	)
	per_stock_unit = ordered_row.base_net_amount / ordered_row.stock_qty
	ordered = _of_scope(
		frappe.qb.from_(ordered_row)
		.join(order)
		.on((order.name == ordered_row.parent) & (order.docstatus == 1))
		.join(row)
		.on(row.name == ordered_row.material_request_item)
		.join(request)
		.on(request.name == row.parent)
		.select(
			row.cost_center,
			row.expense_account,
			*in_each(planned, left.else_(0) * per_stock_unit, periods),
		)
		.where(approved & (ordered_row.stock_qty > 0))
		.groupby(row.cost_center, row.expense_account),
		request,
		scope,
		periods,
	)
	return unordered, ordered


def _of_scope(query, request, scope: Scope, periods: Sequence[Period]) -> list[Decimal]:
	if not scope.pairs:
		query = query.where(request.store == scope.store)
	return _sums(query, scope, periods)


def _sums(query, scope: Scope, periods: Sequence[Period]) -> list[Decimal]:
	"""Of rows (cost centre, account, an amount for each period)."""
	amounts = [row[2:] for row in query.run() if not scope.pairs or (row[0], row[1]) in scope.pairs] or [
		(0,) * len(periods)
	]
	return [sum(map(exact, of_period), Decimal(0)) for of_period in zip(*amounts, strict=True)]
