"""The lines of the statistics: what each is called, how it is read, and which list stands behind it."""

from collections.abc import Iterator
from dataclasses import dataclass, field

import frappe
from frappe import _

from property_service.property_service.report.service_statistics.counts import REGISTERS, Cells
from property_service.rules.reception import CATEGORIES
from property_service.rules.service_statistics import COUNT, MEAN_HOURS, PER_DAY, RATE

KINDS = ("Home Repair", "Public Repair", "Developer Warranty")
DONE = ["in", ["Completed", "Closed"]]
JUDGED = ["in", ["Fulfilled", "Failed"]]
LABEL_OF_NOTHING = "Not Set"


@dataclass(frozen=True)
class Figure:
	"""One line. `key` names its cells; `filters` are those of the list that holds exactly the documents it is made of.

	PER_DAY reads the cells of the count that `key` names.
	"""

	key: str
	label: str
	kind: str = COUNT
	doctype: str = "Repair Ticket"
	filters: dict = field(default_factory=dict)
	indent: int = 1

	@property
	def date_field(self) -> str:
		return REGISTERS[self.doctype][1]


@dataclass(frozen=True)
class Section:
	label: str
	figures: tuple[Figure, ...]


def sections(cells: Cells) -> list[Section]:
	"""All lines in the order of the sheet; types, departments and aspects are those that occur."""
	return [
		Section(_("Calls and Visits"), tuple(contacts())),
		Section(_("Repairs"), tuple(repairs())),
		Section(_("Follow-Up and Satisfaction"), tuple(follow_ups(cells))),
		Section(_("Complaints"), tuple(complaints(cells))),
	]


def contacts() -> Iterator[Figure]:
	def figure(key, label, kind=COUNT, indent=1, **filters):
		return Figure(key, label, kind, "Reception Record", filters, indent)

	yield figure("contacts", _("Contacts in All"))
	for category in CATEGORIES:
		yield figure(f"category/{category}", _(category), indent=2, category=["=", category])
	yield figure("channel/Phone", _("Calls"), channel=["=", "Phone"])
	yield figure("channel/Phone", _("Calls a Day"), PER_DAY, channel=["=", "Phone"])
	yield figure("channel/Walk-in", _("Visits in Person"), channel=["=", "Walk-in"])
	yield figure("channel/Walk-in", _("Visits a Day"), PER_DAY, channel=["=", "Walk-in"])


def repairs() -> Iterator[Figure]:
	def figure(key, label, kind=COUNT, indent=1, **filters):
		return Figure(key, label, kind, "Repair Ticket", {"status": ["!=", "Cancelled"], **filters}, indent)

	yield figure("repairs", _("Repairs Reported"))
	for kind in KINDS:
		yield figure(f"kind/{kind}", _(kind), indent=2, repair_kind=["=", kind])
	yield figure("completed", _("Completed of These"), status=DONE)
	yield figure("completion_rate", _("Completion Rate"), RATE)
	yield figure("response_on_time", _("On Site in Time"), RATE, response_result=JUDGED)
	yield figure("resolution_on_time", _("Completed in Time"), RATE, resolution_result=JUDGED)
	yield figure("response_hours", _("Mean Time until on Site"), MEAN_HOURS, first_responded_on=["is", "set"])
	yield figure("resolution_hours", _("Mean Time until Completed"), MEAN_HOURS, completed_on=["is", "set"])
	yield figure("reopened", _("Repairs Reopened"), reopened_count=[">", 0])


def follow_ups(cells: Cells) -> Iterator[Figure]:
	done = {"status": ["in", ["Reached", "Not Reached"]]}
	yield Figure(
		"follow_up_rate",
		_("Followed Up of Those Drawn"),
		RATE,
		"Repair Ticket",
		{"status": DONE, "follow_up_required": ["=", 1]},
	)
	yield Figure("follow_ups", _("Follow-Ups Made"), COUNT, "Follow Up", done)
	yield Figure("follow_ups", _("Follow-Ups a Day"), PER_DAY, "Follow Up", done)
	yield Figure(
		"satisfied_rate",
		_("Satisfied in Follow-Ups"),
		RATE,
		"Follow Up",
		{**done, "score": [">", 0]},
	)
	for aspect in keys_of(cells, "aspect"):
		yield Figure(
			f"aspect/{aspect}",
			_("Survey: {0}").format(_(aspect)),
			RATE,
			"Satisfaction Response",
			{
				"Satisfaction Response Answer.aspect": ["=", aspect],
				"Satisfaction Response Answer.answer": ["in", ["Satisfied", "Not Satisfied"]],
			},
		)


def complaints(cells: Cells) -> Iterator[Figure]:
	def figure(key, label, kind=COUNT, indent=1, **filters):
		return Figure(key, label, kind, "Customer Complaint", filters, indent)

	yield figure("complaints", _("Complaints in All"))
	for kind in keys_of(cells, "type"):
		yield figure(
			f"type/{kind}",
			_("Type: {0}").format(_(kind or LABEL_OF_NOTHING)),
			indent=2,
			complaint_type=is_(kind),
		)
	names = department_names()
	for department in keys_of(cells, "department"):
		label = names.get(department) or _("Not Assigned Yet")
		yield figure(
			f"department/{department}",
			_("Department: {0}").format(label),
			indent=2,
			department=is_(department),
		)
	yield figure("complaint_answer_on_time", _("Answered in Time"), RATE, response_result=JUDGED)
	yield figure("remedy_on_time", _("Remedied in Time"), RATE, remedy_result=JUDGED)
	yield figure("complaints_reopened", _("Complaints Reopened"), reopened_count=[">", 0])
	yield figure("complaints_repeated", _("Complaints Repeated"), repeated=["=", 1])


def is_(value: str) -> list:
	return ["=", value] if value else ["is", "not set"]


def keys_of(cells: Cells, prefix: str) -> list[str]:
	"""What follows `prefix/` in the figures counted, in the order of the alphabet, nothing last."""
	found = [key.split("/", 1)[1] for key in cells if key.startswith(f"{prefix}/")]
	return sorted(found, key=lambda name: (not name, name))


def department_names() -> dict[str, str]:
	return dict(
		frappe.get_all("Department", fields=["name", "department_name"], order_by="name", as_list=True)
	)
