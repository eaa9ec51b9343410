"""Which companies, items and accounts the procedure concerns (LV-01, LV-04)."""

from collections.abc import Iterable
from typing import NamedTuple

import frappe
from frappe.utils import cint

from property_service import settings
from property_service.guards import procedure_is_on
from property_service.rules import amortisation as rules

IN_USE_ACCOUNT, AMORTISATION_ACCOUNT = "low_value_in_use_account", "low_value_amortisation_account"
EXPENSE_ACCOUNT = "low_value_expense_account"


class LowValueItem(NamedTuple):
	"""An item of a low-value class, and how its cost becomes expense."""

	low_value_class: str
	specification: str | None
	plan: rules.Plan


def is_on(company: str | None) -> bool:
	return bool(company) and procedure_is_on("low_value", company)


def accounts(company: str) -> rules.Accounts:
	"""Raises frappe.ValidationError that names the setting that is missing (ORG-06)."""
	return rules.Accounts(
		settings.required(company, IN_USE_ACCOUNT), settings.required(company, AMORTISATION_ACCOUNT)
	)


def expense_account(company: str) -> str:
	return settings.required(company, EXPENSE_ACCOUNT)


def items(names: Iterable[str | None]) -> dict[str, LowValueItem]:
	"""Those of `names` that are of a low-value class; two statements, whatever their number."""
	wanted = sorted({name for name in names if name})
	if not wanted:
		return {}
	found = frappe.get_all(
		"Item",
		filters={"name": ("in", wanted), "low_value_class": ("is", "set")},
		fields=[
			*("name", "low_value_class", "specification", "item_group"),
			*("amortisation_method", "instalments"),
		],
		order_by="name",
	)
	of_groups = group_choices({row.item_group for row in found})
	return {
		row.name: LowValueItem(
			row.low_value_class,
			row.specification,
			rules.plan(
				[(row.amortisation_method, cint(row.instalments)), *of_groups.get(row.item_group, [])]
			),
		)
		for row in found
	}


def group_choices(groups: set[str]) -> dict[str, list[tuple[str, int]]]:
	"""Group -> (method, instalments) of those above it and its own that name a method, the nearest first."""
	if not groups:
		return {}
	own, above = frappe.qb.DocType("Item Group").as_("own"), frappe.qb.DocType("Item Group").as_("above")
	rows = (
		frappe.qb.from_(own)
		.join(above)
		.on((above.lft <= own.lft) & (above.rgt >= own.rgt))
		.select(own.name, above.amortisation_method, above.instalments)
		.where(own.name.isin(sorted(groups)) & (above.amortisation_method != ""))
		.orderby(above.lft, order=frappe.qb.desc)
		.run()
	)
	choices: dict[str, list[tuple[str, int]]] = {}
	for group, method, instalments in rows:
		choices.setdefault(group, []).append((method, cint(instalments)))
	return choices
