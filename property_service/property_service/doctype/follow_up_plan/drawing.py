"""Draws a follow-up plan and shares it out, in one background job (SVC-18).

The job writes everything or, when it dies, nothing; the unique key of each follow-up (plan and document) lets a second
run add only what is missing. An hourly sweep starts again what a crash left behind.
"""

import frappe
from frappe.model.document import Document
from frappe.utils import add_to_date, cint, getdate, now_datetime

from property_service import jobs, notifications
from property_service.property_service.doctype.follow_up_plan import population
from property_service.rules import follow_up as rules

# A plan that has been drawing for longer (minutes) has lost its job.
LOST_AFTER = 30
FOLLOW_UP_FIELDS = (
	*("name", "naming_series", "creation", "modified", "owner", "modified_by", "docstatus", "idx"),
	*("reference_doctype", "reference_name", "company", "department", "property_unit", "contact_name"),
	*("contact_phone", "status", "method", "due_on", "assigned_to", "follow_up_plan", "plan_key", "outline"),
	"_assign",
)
TODO_FIELDS = (
	*("name", "creation", "modified", "owner", "modified_by", "docstatus", "status", "priority", "date"),
	*("allocated_to", "assigned_by", "reference_type", "reference_name", "description"),
)


def enqueue(plan: str, user: str) -> None:
	"""One job per plan, however often the button is pressed. The actor goes along: a retried job has no session."""
	jobs.order(
		"property_service.property_service.doctype.follow_up_plan.drawing.run",
		queue="long",
		timeout=3600,
		job_id=f"follow_up_plan::{plan}",
		deduplicate=True,
		plan=plan,
		user=user,
	)


def resume_interrupted() -> None:
	"""Hourly: plans whose job died with its worker are drawn again, with the same result."""
	lost = add_to_date(now_datetime(), minutes=-LOST_AFTER)
	rows = frappe.get_all(
		"Follow Up Plan",
		filters={"status": "Drawing", "modified": ("<", lost)},
		fields=["name", "drawn_by"],
		order_by="name",
	)
	for row in rows:
		enqueue(row.name, row.drawn_by)


def run(plan: str, user: str) -> int:
	"""The job: draws the sample, makes the follow-ups, tells each owner once. Returns how many it made."""
	doc = frappe.get_doc("Follow Up Plan", plan, for_update=True)
	if doc.status != "Drawing":
		return 0
	people = population.of(doc)
	sample = rules.draw_sample(list(people), doc.sample_share, doc.name)
	made = make(doc, people, sample, user)
	finish(doc, len(people), len(sample), user)
	tell_owners(doc)
	return made


def make(doc: Document, people: dict[str, dict], sample: list[str], user: str) -> int:
	"""Rows are written in bulk: what Follow Up's controller would look up for each is read here once for all."""
	owners = rules.share_out(
		sample, [row.user for row in doc.owners], population.workers_of(doc.reference_doctype, sample)
	)
	due = rules.spread(len(sample), getdate(doc.follow_from), getdate(doc.follow_until))
	there = set(
		frappe.get_all("Follow Up", filters={"follow_up_plan": doc.name}, pluck="plan_key", order_by="name")
	)
	rows = [
		follow_up_row(doc, people[name], number, due[number - 1], owners[name], user)
		for number, name in enumerate(sample, 1)
		if key_of(doc.name, name) not in there
	]
	frappe.db.bulk_insert("Follow Up", FOLLOW_UP_FIELDS, [values(row, FOLLOW_UP_FIELDS) for row in rows])
	todos = [todo_row(doc, row, user) for row in rows if row["assigned_to"]]
	frappe.db.bulk_insert("ToDo", TODO_FIELDS, [values(row, TODO_FIELDS) for row in todos])
	return len(rows)


def key_of(plan: str, document: str) -> str:
	return f"{plan}|{document}"


def values(row: dict, fields: tuple[str, ...]) -> list:
	return [row.get(field) for field in fields]


def bookkeeping(user: str) -> dict:
	now = now_datetime()
	return {"creation": now, "modified": now, "owner": user, "modified_by": user, "docstatus": 0, "idx": 0}


def follow_up_row(doc: Document, person: dict, number: int, due_on, owner: str | None, user: str) -> dict:
	"""Named after the plan: 2,000 numbers of the common series would keep every clerk waiting for the next one."""
	return {
		**bookkeeping(user),
		**{field: person.get(field) for field in ("department", "property_unit")},
		**{field: person.get(field) for field in ("contact_name", "contact_phone")},
		"name": f"{doc.name}-{number:05d}",
		"company": doc.company,
		"naming_series": frappe.get_meta("Follow Up").get_field("naming_series").default,
		"reference_doctype": doc.reference_doctype,
		"reference_name": person["name"],
		"status": rules.OPEN,
		"method": doc.method,
		"due_on": due_on,
		"assigned_to": owner,
		"follow_up_plan": doc.name,
		"plan_key": key_of(doc.name, person["name"]),
		"outline": "\n".join(f"{row.idx}. {row.question}" for row in doc.outline),
		"_assign": frappe.as_json([owner], indent=None) if owner else None,
	}


def todo_row(doc: Document, row: dict, user: str) -> dict:
	return {
		**bookkeeping(user),
		"name": frappe.generate_hash(length=10),
		"status": "Open",
		"priority": "Medium",
		"date": row["due_on"],
		"allocated_to": row["assigned_to"],
		"assigned_by": user,
		"reference_type": "Follow Up",
		"reference_name": row["name"],
		"description": frappe.utils.escape_html(f"{doc.plan_title} · {row['reference_name']}"),
	}


def finish(doc: Document, population_size: int, sample_size: int, user: str) -> None:
	counts = assigned_counts(doc.name)
	doc.flags.server_write = True
	doc.update(
		{"status": "Drawn" if sample_size else "Completed", "drawn_by": user, "drawn_on": now_datetime()}
	)
	doc.update({"population": population_size, "sample_size": sample_size})
	for row in doc.owners:
		row.assigned = counts.get(row.user, 0)
	doc.save(ignore_permissions=True)  # the right to draw was checked when the job was ordered
	frappe.publish_realtime(
		"follow_up_plan_drawn", {"plan": doc.name}, doctype=doc.doctype, docname=doc.name, after_commit=True
	)


def assigned_counts(plan: str) -> dict[str, int]:
	follow_up = frappe.qb.DocType("Follow Up")
	return dict(
		frappe.qb.from_(follow_up)
		.select(follow_up.assigned_to, frappe.query_builder.functions.Count("*"))
		.where(follow_up.follow_up_plan == plan)
		.where(follow_up.assigned_to.isnotnull())
		.groupby(follow_up.assigned_to)
		.run()
	)


def tell_owners(doc: Document) -> None:
	for row in doc.owners:
		if row.assigned:
			notifications.tell(
				[row.user],
				"You have {0} follow-ups of the plan {1}",
				(cint(row.assigned), doc.plan_title),
				doctype=doc.doctype,
				name=doc.name,
			)


def close_assignment(follow_up: Document) -> None:
	"""A settled follow-up leaves its owner's list; the last one completes the plan."""
	frappe.db.set_value(
		"ToDo",
		{"reference_type": "Follow Up", "reference_name": follow_up.name, "status": "Open"},
		"status",
		"Closed",
	)
	if not follow_up.follow_up_plan:
		return
	still_open = {"follow_up_plan": follow_up.follow_up_plan, "status": rules.OPEN}
	if not frappe.db.exists("Follow Up", still_open):
		frappe.db.set_value("Follow Up Plan", follow_up.follow_up_plan, "status", "Completed")
