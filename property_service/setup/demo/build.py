"""Builds the demo on the site that is connected: masters by their controllers, the history in bulk."""

from collections.abc import Callable
from datetime import datetime

import click
import frappe
from frappe.utils import now_datetime

from property_service.setup.demo import articles_play, cash_desk_play, people, plan, stage, stores_play
from property_service.setup.demo.articles_play import ArticlesPlay
from property_service.setup.demo.cash_desk_play import CashDeskPlay
from property_service.setup.demo.desk_days import DeskDays
from property_service.setup.demo.fold import Names
from property_service.setup.demo.history import History, Matter
from property_service.setup.demo.masters import Masters
from property_service.setup.demo.outreach_fold import Outreach
from property_service.setup.demo.stores_play import StoresPlay
from property_service.setup.demo.timetable_fold import Timetable


def build(
	seed: int | None = None, until: datetime | None = None, share: float = 1.0, show_progress: bool = False
) -> plan.Plan:
	"""Makes the centre as it stands at `until` (default: now, site time) and returns its plan; the caller commits.

	Raises frappe.ValidationError when the site has no company or does not use the service procedure.
	"""
	company = company_of_demo()
	centre = plan.make_plan(plan.SEED if seed is None else seed, until or now_datetime(), share)
	total = sum(map(len, (centre.staff, centre.places, centre.residents, centre.stories, centre.errands)))
	total += len(centre.contacts) + len(centre.complaints) + len(centre.stores.goods) + 6
	with click.progressbar(
		length=total, label="Demo service centre", file=None if show_progress else open_nothing()
	) as bar:

		def progress(_what: str, steps: int) -> None:
			bar.update(steps)

		masters = Masters(company, centre, progress)
		masters.make()
		names = names_of(masters)
		history = History(centre, names, progress)
		history.write()
		history.matters += play(centre, masters, names)
		progress("cash desk and stores", 2)
		history.numbers.forget()
		write_afterwards(centre, names, history, masters.counter, progress)
	return centre


def play(centre: plan.Plan, masters: Masters, names: Names) -> list[Matter]:
	"""Cash desk and stores, in one course of time: what the desk takes from the stores is in the stores' handovers."""
	stores = StoresPlay(centre.stores, masters)
	desk = CashDeskPlay(centre, names, masters.cash_desk)
	articles = ArticlesPlay(centre.articles, masters, stores)
	written = dict.fromkeys((*articles_play.WRITTEN, *cash_desk_play.WRITTEN, *stores_play.WRITTEN))
	left = stage.perform([stores, articles, desk], written)
	return list(desk.matters_of(left["Service Order"]))


def write_afterwards(
	centre: plan.Plan, names: Names, history: History, counter: str, progress: Callable[[str, int], None]
) -> None:
	"""What looks back on the matters of the desk, or goes out to the residents."""
	outreach = Outreach(centre, names, history.numbers)
	outreach.write()
	progress("outreach", 1)
	asked = [*history.rows["Follow Up"], *outreach.follow_ups]
	DeskDays(centre, names, history, counter, asked).write()
	progress("days of the desk", 1)
	Timetable(centre, names, outreach.reminders).write()
	progress("calendar", 1)
	history.numbers.save()


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
		customers=masters.customers,
		roles={member.user: member.role_profile for member in staff},
	)
