"""The statements of stock_months.py: how the stock ledger becomes monthly figures. Parameters are bound, never put in.

FIGURES is one row per posting: its effect on quantity, on value, and the kind of movement. A Stock Reconciliation writes
0 as its quantity in the ledger; its effect is the step from the balance before it.
"""

from property_service.rules import stock_movement as rules

_QTY = """coalesce(if(
			sle.voucher_type = 'Stock Reconciliation' and sle.actual_qty = 0,
			sle.qty_after_transaction - coalesce((
				select before_it.qty_after_transaction
				from `tabStock Ledger Entry` before_it
				where before_it.item_code = sle.item_code and before_it.warehouse = sle.warehouse
					and before_it.is_cancelled = 0
					and (before_it.posting_datetime < sle.posting_datetime
						or (before_it.posting_datetime = sle.posting_datetime and before_it.creation < sle.creation))
				order by before_it.posting_datetime desc, before_it.creation desc
				limit 1
			), 0),
			sle.actual_qty
		), 0) as qty"""
_EFFECT = f"""{_QTY},
		coalesce(sle.stock_value_difference, 0) as value,
		case
			when sle.voucher_type in ('Purchase Receipt', 'Purchase Invoice', 'Subcontracting Receipt') then 'purchase'
			when sle.voucher_type != 'Stock Entry' then 'other'
			when source.parent_warehouse = target.parent_warehouse
				and source.warehouse_type in %(types)s and target.warehouse_type in %(types)s then 'zone'
			when line.s_warehouse != '' and line.t_warehouse != '' then 'other'
			when entry.stores_kind = 'Return' then 'returned'
			when entry.stores_kind = 'Surplus' then 'surplus'
			when entry.stores_kind = 'Direct Issue' then 'direct_issue'
			when entry.stores_kind = 'Scrap' then 'scrap'
			when entry.stores_kind = 'Shortage' then 'shortage'
			when entry.stores_kind = 'Issue' or entry.purpose = 'Material Issue' then 'issue'
			else 'other'
		end as kind"""
_SOURCES = """left join `tabStock Entry` entry on sle.voucher_type = 'Stock Entry' and entry.name = sle.voucher_no
	left join `tabStock Entry Detail` line on sle.voucher_type = 'Stock Entry' and line.name = sle.voucher_detail_no
	left join `tabWarehouse` source on source.name = line.s_warehouse
	left join `tabWarehouse` target on target.name = line.t_warehouse"""

FIGURES = f"""
	select
		wanted.name, wanted.stale, wanted.company, wanted.warehouse, wanted.item_code, wanted.month,
		{_EFFECT}
	from {{wanted}} wanted
	left join `tabStock Ledger Entry` sle
		on sle.item_code = wanted.item_code and sle.warehouse = wanted.warehouse and sle.is_cancelled = 0
		and sle.posting_datetime >= wanted.month
		and sle.posting_datetime < date_add(wanted.month, interval 1 month)
	{_SOURCES}
"""


# A change of value alone (landed costs, revaluation) goes where its sign says.
_GOES_IN = "(qty > 0 or (qty = 0 and value > 0))"


def _column(column: str) -> str:
	"""Quantity and value of one column, each counted in its own direction."""
	inward = column in rules.IN_COLUMNS or column == "zone_in"
	sign = "" if inward else "-"
	kind = column.rsplit("_", 1)[0] if column in ("other_in", "other_out", "zone_in", "zone_out") else column
	condition = f"kind = '{kind}'"
	if kind in ("other", "zone"):
		condition += f" and {_GOES_IN}" if inward else f" and not {_GOES_IN}"
	return ",\n\t\t".join(
		f"sum(if({condition}, {sign}{measure}, 0)) as {column}_{measure}" for measure in ("qty", "value")
	)


MEASURED = ",\n\t\t".join(_column(column) for column in rules.COLUMNS)
STORED = ", ".join(f"{column}_qty, {column}_value" for column in rules.COLUMNS)
SUMMED = ", ".join(
	f"sum({column}_{measure}) as {column}_{measure}"
	for column in rules.COLUMNS
	for measure in ("qty", "value")
)

FROM_LEDGER = f"""
	select name, stale, company, warehouse, item_code, month, {MEASURED}
	from ({FIGURES}) figures
	group by name, stale, company, warehouse, item_code, month
"""

REFRESH = FROM_LEDGER.replace(
	"{wanted}", "(select * from `tabStock Month` where stale > 0 order by name limit %(limit)s)"
)

# Fresh rows as they are stored, stale ones from the ledger: always right, and cheap while few rows are stale.
_IN_PERIOD = """
	warehouse in %(warehouses)s and month >= %(first)s and month <= %(last)s
	and (%(all_items)s or item_code in %(items)s)
"""
CURRENT = f"""
	select warehouse, item_code, month, {STORED}
	from `tabStock Month`
	where stale = 0 and {_IN_PERIOD}
	union all
	select warehouse, item_code, month, {STORED}
	from ({FROM_LEDGER.replace("{wanted}", f"(select * from `tabStock Month` where stale > 0 and {_IN_PERIOD})")}) ledger
"""

_GROUPED = f"select {{keys}}, {SUMMED} from ({CURRENT}) months group by {{keys}} order by {{keys}}"
TOTALS = {
	keys: _GROUPED.replace("{keys}", ", ".join(keys))
	for keys in (
		("item_code",),
		("item_code", "month"),
		("item_code", "warehouse"),
		("item_code", "warehouse", "month"),
		("warehouse",),
		("warehouse", "month"),
	)
}

# Consumption asks for quantities of a few columns only, and is added up by whoever reads it: grouping so many rows in SQL
# takes longer than reading them.
_CONSUMED = "issue_qty + direct_issue_qty - returned_qty as qty"
CONSUMED = f"""
	select item_code, month, {_CONSUMED}
	from `tabStock Month`
	where stale = 0 and {_IN_PERIOD}
"""
CONSUMED_STALE = f"""
	select item_code, month, {_CONSUMED}
	from ({FROM_LEDGER.replace("{wanted}", f"(select * from `tabStock Month` where stale > 0 and {_IN_PERIOD})")}) ledger
"""

BALANCES = """
	select item_code, warehouse, actual_qty as qty, stock_value as value
	from `tabBin`
	where warehouse in %(warehouses)s and (%(all_items)s or item_code in %(items)s)
		and (actual_qty != 0 or stock_value != 0)
"""

# ---- the movement statement (movement_statement.py) --------------------------------------------------------------

# Rows as they are, added up by whoever reads them: in SQL the sums of so many columns go through a table on the disk.
ROWS = f"""
	select item_code, warehouse, month, {STORED}
	from `tabStock Month`
	where stale = 0 and {_IN_PERIOD}
"""
STALE_ROWS = f"""
	select item_code, warehouse, month, {STORED}
	from ({FROM_LEDGER.replace("{wanted}", f"(select * from `tabStock Month` where stale > 0 and {_IN_PERIOD})")}) ledger
"""

# What the statement is compared with: the columns from the stock ledger itself, month by month, and the balance that the
# last entry left (the greatest text is the latest entry, for moments are written in one width). A row per column that
# something happened in; whoever reads turns the sign of what went out.
LEDGER_MONTHS = f"""
	select
		item_code, warehouse, month,
		if(kind in ('other', 'zone'), concat(kind, if({_GOES_IN}, '_in', '_out')), kind) as moved_as,
		sum(qty), sum(value), max(balance)
	from (
		select
			sle.item_code, sle.warehouse, extract(year_month from sle.posting_datetime) as month,
			concat(
				date_format(sle.posting_datetime, '%%Y%%m%%d%%H%%i%%s%%f'), date_format(sle.creation, '%%Y%%m%%d%%H%%i%%s%%f'),
				'|', coalesce(sle.qty_after_transaction, 0), '|', coalesce(sle.stock_value, 0)
			) as balance,
			{_EFFECT}
		from `tabStock Ledger Entry` sle
		{_SOURCES}
		where sle.warehouse in %(warehouses)s and sle.is_cancelled = 0
			and sle.posting_datetime >= %(first)s and sle.posting_datetime < %(end)s
	) figures
	group by item_code, warehouse, month, moved_as
"""
# The balance that the last entry before the period left, of all that these warehouses ever held.
LEDGER_OPENING = """
	select held.item_code, held.warehouse, (
		select concat(coalesce(entry.qty_after_transaction, 0), '|', coalesce(entry.stock_value, 0))
		from `tabStock Ledger Entry` entry
		where entry.item_code = held.item_code and entry.warehouse = held.warehouse and entry.is_cancelled = 0
			and entry.posting_datetime < %(first)s
		order by entry.posting_datetime desc, entry.creation desc
		limit 1
	) as balance
	from (
		select item_code, warehouse
		from `tabStock Ledger Entry`
		where warehouse in %(warehouses)s
		group by item_code, warehouse
	) held
"""

# ---- rebuilding --------------------------------------------------------------------------------------------------

LEDGER_KEYS = """
	select warehouse, item_code, date_format(posting_date, '%%Y-%%m-01') as month
	from `tabStock Ledger Entry`
	where company = %(company)s and item_code in %(items)s and is_cancelled = 0
	group by warehouse, item_code, date_format(posting_date, '%%Y-%%m-01')
"""

# ---- checking ----------------------------------------------------------------------------------------------------

CHECK = FROM_LEDGER.replace(
	"{wanted}", "(select * from `tabStock Month` where stale = 0 and company = %(company)s)"
)
MISSING = """
	select sle.warehouse, sle.item_code, date_format(sle.posting_date, '%%Y-%%m-01') as month
	from `tabStock Ledger Entry` sle
	left join `tabStock Month` known
		on known.warehouse = sle.warehouse and known.item_code = sle.item_code
		and known.month = date_format(sle.posting_date, '%%Y-%%m-01')
	where sle.company = %(company)s and sle.is_cancelled = 0 and known.name is null
	group by sle.warehouse, sle.item_code, month
	limit 100
"""
