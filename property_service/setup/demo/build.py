"""Builds the demo on the site that is connected: masters by their controllers, the history in bulk."""

from datetime import datetime

import click
import frappe
from frappe.utils import now_datetime

from property_service.setup.demo import people, plan
from property_service.setup.demo.fold import Names
from property_service.setup.demo.history import History
from property_service.setup.demo.masters import Masters


def build(
	seed: int | None = None, until: datetime | None = None, share: float = 1.0, show_progress: bool = False
) -> plan.Plan:
	"""Makes the centre as it stands at `until` (default: now, site time) and returns its plan; the caller commits.

	Raises frappe.ValidationError when the site has no company or does not use the service procedure.
	"""
	company = company_of_demo()
	centre = plan.make_plan(plan.SEED if seed is None else seed, until or now_datetime(), share)
	total = len(centre.staff) + len(centre.places) + len(centre.residents) + len(centre.stories)
	with click.progressbar(
		length=total, label="Demo service centre", file=None if show_progress else open_nothing()
	) as bar:

		def progress(_what: str, steps: int) -> None:
			bar.update(steps)

		masters = Masters(company, centre, progress)
		masters.make()
		History(centre, names_of(masters), progress).write()
	return centre


def open_nothing():
	import io

	return io.StringIO()


def company_of_demo() -> str:
	return (
		frappe.defaults.get_global_default("company")
		or frappe.get_all("Company", pluck="name", order_by="creation")[0]
	)


def names_of(masters: Masters) -> Names:
	staff = people.staff()
	return Names(
		company=masters.company,
		employees=masters.employees,
		full_names={member.user: member.full_name for member in staff},
		departments=masters.departments,
		units=masters.units,
		residents=masters.residents,
		roles={member.user: member.role_profile for member in staff},
	)
