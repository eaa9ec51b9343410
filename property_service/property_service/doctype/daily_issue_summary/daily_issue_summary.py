from datetime import date, datetime, time, timedelta

import frappe
from frappe import _
from frappe.model.document import Document
from frappe.utils import get_datetime, get_time, getdate, now_datetime

from property_service import settings
from property_service.guards import refuse, require_procedure
from property_service.refusals import stop
from property_service.rules import daily_summary as rules
from property_service.sent_values import CheckedValues

SUMMARY = "Daily Issue Summary"
HOOK = "daily_summary_lines"
SERVER_FIELDS = ("status", "collected_on", "closed_by", "closed_on")


class DailyIssueSummary(CheckedValues, Document):
	"""What reached the desk on one day, drafted by the system and closed by the manager (每日问题汇总, SVC-22)."""

	def autoname(self):
		abbr = frappe.get_cached_value("Company", self.company, "abbr")
		self.name = f"{getdate(self.summary_date):%Y-%m-%d}-{abbr}"

	def before_insert(self):
		self.require_drafting_by_the_system()

	def before_validate(self):
		self.restore_server_content()

	def validate(self):
		self.refuse_change_when_closed()

	def on_trash(self):
		refuse(_("Daily summaries are kept (SVC-22). Close it instead of deleting it."))

	def require_drafting_by_the_system(self):
		if not self.flags.server_write:
			refuse(
				_(
					"Daily summaries are drafted by the system from the day's records (SVC-22). Use Draft Now in the list."
				),
				exc=frappe.PermissionError,
			)

	def restore_server_content(self):
		"""The manager writes remarks, problems and measures; what the records say stays as collected."""
		stored = self.get_doc_before_save()
		if self.flags.server_write or not stored:
			return
		for field in (*SERVER_FIELDS, "summary_date", "company"):
			self.set(field, stored.get(field))
		sent = {row.name: row for row in self.lines}
		self.set("lines", [])
		for row in stored.lines:
			kept = row.as_dict()
			if row.name in sent:
				kept.update({"matter": sent[row.name].matter, "remark": sent[row.name].remark})
			self.append("lines", kept)

	def refuse_change_when_closed(self):
		stored = self.get_doc_before_save()
		if stored and _written_by_hand(stored) != _written_by_hand(self):
			stop(rules.refuse_change(stored.status, getdate(self.summary_date), self.closed_by))

	# ---- collecting ------------------------------------------------------------------------------------------

	def collect(self) -> None:
		"""Adds what the day's records hold and is not listed yet, brings the states up to date, keeps remarks."""
		listed = {(row.reference_doctype, row.reference_name): row for row in self.lines}
		language = frappe.db.get_default("lang") or "en"
		for line in lines_of(self.company, getdate(self.summary_date)):
			# kept as text, so that the summary reads the same after a state has been renamed
			line = {
				**line,
				**{field: _(line.get(field) or "", lang=language) for field in ("category", "state")},
			}
			key = (line["reference_doctype"], line["reference_name"])
			if key in listed:
				listed[key].update({"state": line.get("state"), "handled_by": line.get("handled_by")})
			else:
				listed[key] = self.append("lines", line)
		self.collected_on = now_datetime()
		self.flags.server_write = True


def _written_by_hand(doc: Document) -> list:
	lines = [(row.name, row.matter or "", row.remark or "") for row in doc.lines]
	return [doc.problems or "", doc.measures or "", lines]


def lines_of(company: str, day: date) -> list[dict]:
	"""The lines of every register that joined the hook `daily_summary_lines`.

	A function of the hook takes (company, start, end), both datetimes, the end excluded, and returns dicts with
	category, reference_doctype, reference_name, property_unit, matter, state and handled_by (a user or None).
	"""
	start = datetime.combine(day, time.min)
	lines = []
	for path in frappe.get_hooks(HOOK):
		lines += frappe.get_attr(path)(company, start, start + timedelta(days=1))
	return lines


# ---- drafting ----------------------------------------------------------------------------------------------------


def draft_due() -> None:
	"""Drafts the summary of each company whose desk has closed, and of the days that were missed (hourly).

	A draft goes on collecting until the day is over; a closed summary is left alone.
	"""
	now = now_datetime()
	last_day = rules.last_day(now, get_time(settings.get().desk_closes_at or "17:30:00"))
	for row in settings.get().companies:
		if row.service:
			_draft_until(row.company, last_day)


def _draft_until(company: str, last_day: date) -> None:
	latest = frappe.db.get_value(SUMMARY, {"company": company}, "summary_date", order_by="summary_date desc")
	for day in rules.days_to_draft(latest and getdate(latest), last_day):
		draft(company, day)
	for name in frappe.get_all(
		SUMMARY,
		filters={
			"company": company,
			"status": rules.DRAFT,
			"summary_date": ("between", list(rules.days_to_top_up(last_day))),
		},
		pluck="name",
		order_by="summary_date",
	):
		top_up(name)


def draft(company: str, day: date) -> str:
	"""Makes the summary of the day unless it is there; returns its name. The table's unique key settles a race."""
	there = frappe.db.get_value(SUMMARY, {"company": company, "summary_date": day})
	if there:
		return there
	doc = frappe.get_doc({"doctype": SUMMARY, "company": company, "summary_date": day, "status": rules.DRAFT})
	doc.collect()
	doc.insert(ignore_permissions=True, ignore_if_duplicate=True)  # drafted by the system, for the manager
	return doc.name


def top_up(name: str) -> None:
	"""Collects once more once the day's records have changed; nothing for a day that was collected after its end."""
	doc = frappe.get_doc(SUMMARY, name, for_update=True)
	if not rules.collects(doc.status, getdate(doc.summary_date), get_datetime(doc.collected_on)):
		return
	doc.collect()
	doc.save(ignore_permissions=True)  # drafted by the system, for the manager


# ---- what the manager does ---------------------------------------------------------------------------------------


@frappe.whitelist(methods=["POST"])
def draft_now(company: str) -> str:
	"""Drafts today's summary before the desk closes, or collects again; returns its name. For the manager."""
	if not frappe.has_permission(SUMMARY, "write"):
		refuse(_("Daily summaries are drafted by the service manager (SVC-22)."), exc=frappe.PermissionError)
	if not frappe.db.exists("Company", company):
		refuse(_("There is no company {0}.").format(frappe.bold(frappe.utils.escape_html(company))))
	require_procedure("service", company)
	name = draft(company, now_datetime().date())
	top_up(name)
	return name


@frappe.whitelist(methods=["POST"])
def close_summary(name: str) -> None:
	"""Closes the day; the server records who and when. Raises frappe.ValidationError when it is closed already."""
	doc = frappe.get_doc(SUMMARY, name, for_update=True)
	doc.check_permission("write")
	stop(rules.refuse_closing(doc.status, doc.closed_by))
	doc.update({"status": rules.CLOSED, "closed_by": frappe.session.user, "closed_on": now_datetime()})
	doc.flags.server_write = True
	doc.save()


def on_doctype_update():
	frappe.db.add_unique(SUMMARY, ["company", "summary_date"], constraint_name="one_per_day")
