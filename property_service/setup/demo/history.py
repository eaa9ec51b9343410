"""Writes three months of tickets, orders and follow-ups in a few statements.

Numbers are reserved from the naming series as the controllers would take them. Nobody is notified, and Frappe's
versions and workflow actions are not invented: they are the trail of people at work.
"""

from collections.abc import Callable, Iterator
from datetime import datetime, timedelta

import frappe
from frappe.utils import cint, flt

from property_service import series, settings
from property_service.property_service.doctype.repair_ticket import duplicates, follow_ups
from property_service.rules import follow_up as follow_up_rules
from property_service.rules import service_order as order_rules
from property_service.setup.demo import data, plan, record, service_level
from property_service.setup.demo.fold import Documents, Fold, Names, Terms, assignment, new_order, take_step
from property_service.setup.demo.stories import Event, Story

# A clerk enters this rate (per hour) where the company has not set one.
LABOUR_RATE = 60
PRIORITIES = ("Emergency", "Urgent", "Normal")


class Numbers:
	"""The next number of each DocType's naming series; what was taken is written back by `save`."""

	def __init__(self):
		self.current: dict[str, int] = {}

	def take(self, doctype: str, moment: datetime) -> str:
		pattern = (frappe.get_meta(doctype).get_field("naming_series").options or "").splitlines()[0]
		prefix = series.prefix_of(pattern, moment.year)
		if prefix not in self.current:
			self.current[prefix] = self.locked(prefix)
		self.current[prefix] += 1
		return f"{prefix}{self.current[prefix]:0{pattern.count('#')}d}"

	def locked(self, prefix: str) -> int:
		table = frappe.qb.DocType("Series")
		rows = frappe.qb.from_(table).select(table.current).where(table.name == prefix).for_update().run()
		if rows:
			return rows[0][0]
		frappe.qb.into(table).columns("name", "current").insert(prefix, 0).run()
		return 0

	def save(self) -> None:
		table = frappe.qb.DocType("Series")
		for prefix, current in self.current.items():
			frappe.qb.update(table).set(table.current, current).where(table.name == prefix).run()


class History:
	def __init__(self, centre: plan.Plan, names: Names, progress: Callable[[str, int], None]):
		self.centre, self.names, self.progress = centre, names, progress
		self.numbers = Numbers()
		self.clocks = service_level.clocks(names.company, list(PRIORITIES))
		self.signatures = data.load("signatures")
		self.labour_rate = flt(settings.get().labour_rate) or LABOUR_RATE

	def write(self) -> None:
		slip_photo = make_slip_photo()
		contacts, tickets, orders, follow_up_documents = [], [], [], []
		for story in self.centre.stories:
			documents = self.fold(story, slip_photo)
			contacts += documents.contacts
			tickets.append(documents.ticket)
			orders += documents.orders
			follow_up_documents += documents.follow_ups
			self.progress("tickets", 1)
		orders += [
			self.errand_order(errand)
			for errand in self.centre.errands
			if errand.asked_on <= self.centre.until
		]
		for doctype, documents in (
			("Reception Record", contacts),
			("Repair Ticket", tickets),
			("Service Order", orders),
			("Follow Up", follow_up_documents),
		):
			insert_many(doctype, documents)
			record.note(doctype, [document["name"] for document in documents])
		self.numbers.save()

	def fold(self, story: Story, slip_photo: str) -> Documents:
		return Fold(story, self.names, self.terms(story, slip_photo), self.centre.until).run()

	def terms(self, story: Story, slip_photo: str) -> Terms:
		"""What this site's settings and agreements say about the story's ticket."""
		ticket = self.numbers.take("Repair Ticket", story.reported_on)
		clock = self.clocks[story.priority]
		known = frappe._dict(
			doctype="Repair Ticket",
			repair_kind=story.kind,
			priority=story.priority,
			property_unit=self.names.units[story.unit.code],
			repair_category=story.category,
		)
		policy = follow_ups.policy_for(known)
		default_days = cint(settings.get().follow_up_due_days)
		return Terms(
			ticket=ticket,
			clock=clock,
			agreement=clock.agreement if clock else None,
			follow_up_required=bool(policy) and follow_up_rules.is_drawn(ticket, policy.share_percent),
			follow_up_due_days=policy.due_within_days if policy else default_days,
			labour_rate=self.labour_rate,
			slip_photo=slip_photo,
			signature=self.signatures[sum(map(ord, story.contact_name)) % len(self.signatures)],
			duplicate_key=duplicates.key_of(known),
			next_order=lambda moment: self.numbers.take("Service Order", moment),
			next_follow_up=lambda moment: self.numbers.take("Follow Up", moment),
			next_contact=lambda moment: self.numbers.take("Reception Record", moment),
		)

	# ---- orders without a ticket

	def errand_order(self, errand: plan.Errand) -> dict:
		"""A cleaning, guest-room or water order as it stands now; the desk signs off nothing, the department reports."""
		until, names = self.centre.until, self.names
		asked = Event(errand.asked_on, "ask", errand.clerk)
		order = new_order(names, self.numbers.take("Service Order", errand.asked_on), asked)
		person = errand.resident
		order.update(
			service_type=errand.service_type,
			matter=errand.matter,
			priority="Normal",
			modified=asked.at,
			modified_by=asked.actor,
			customer_name=person.full_name if person else None,
			customer_phone=person.mobile_no if person else None,
			customer_address=errand.unit.name if errand.unit else None,
			property_unit=names.units[errand.unit.code] if errand.unit else None,
			rooms=[
				{"property_unit": names.units[room.code], "room_status": "Pending"} for room in errand.rooms
			],
		)
		for event, before, after in self.errand_events(errand):
			if event.at > until:
				break
			self.errand_step(order, event)
			take_step(names, order, event, before, after)
		return order

	def errand_events(self, errand: plan.Errand) -> Iterator[tuple[Event, str, str]]:
		worker = errand.worker
		sent = {
			"worker": worker.user,
			"department": worker.department,
			"planned_for": errand.dispatched_on + timedelta(hours=1),
		}
		drawn = {"signed_by": errand.resident.full_name if errand.resident else "余承志"}
		yield (
			Event(errand.dispatched_on, "dispatch", errand.clerk, facts=sent),
			order_rules.DRAFT,
			order_rules.DISPATCHED,
		)
		yield Event(errand.arrived_on, "arrive", worker.user), order_rules.DISPATCHED, order_rules.IN_PROGRESS
		yield (
			Event(errand.finished_on, "finish", worker.user, facts=drawn),
			order_rules.IN_PROGRESS,
			order_rules.FINISHED,
		)
		yield Event(errand.finished_on, "archive", worker.user), order_rules.FINISHED, order_rules.ARCHIVED

	def errand_step(self, order: dict, event: Event) -> None:
		match event.kind:
			case "dispatch":
				order.update(assignment(self.names, event), dispatched_on=event.at, dispatched_by=event.actor)
			case "arrive":
				order["arrived_on"] = event.at
			case "finish":
				for room in order["rooms"]:
					room.update(room_status="Cleaned", cleaned_on=event.at, cleaned_by=event.actor)
				order.update(
					work_done="已完成",
					finished_on=event.at,
					finished_by=event.actor,
					sign_off_method=order_rules.DRAWN,
					sign_off_name=event.facts["signed_by"],
					customer_satisfaction="Satisfied",
					customer_signature=self.signatures[event.at.minute % len(self.signatures)],
					signed_off=1,
					signed_on=event.at,
					sign_off_user=event.actor,
				)
			case "archive":
				order.update(returned_on=event.at, returned_to=event.actor)


# ---- rows ------------------------------------------------------------------------------------------------------------


def insert_many(doctype: str, documents: list[dict]) -> None:
	"""Inserts documents with their child rows; what a document does not say gets the DocType's default."""
	tables = {field.fieldname: field.options for field in frappe.get_meta(doctype).get_table_fields()}
	insert_rows(doctype, [{k: v for k, v in document.items() if k not in tables} for document in documents])
	for fieldname, child in tables.items():
		rows = [
			{
				"name": frappe.generate_hash(length=10),
				"parent": document["name"],
				"parenttype": doctype,
				"parentfield": fieldname,
				"idx": position,
				**{key: document[key] for key in ("owner", "creation", "modified", "modified_by")},
				**row,
			}
			for document in documents
			for position, row in enumerate(document.get(fieldname) or [], start=1)
		]
		insert_rows(child, rows)


def insert_rows(doctype: str, rows: list[dict]) -> None:
	if not rows:
		return
	defaults = frappe.new_doc(doctype).get_valid_dict(ignore_virtual=True)
	columns = frappe.get_meta(doctype).get_valid_columns()
	unknown = {key for row in rows for key in row} - set(columns)
	if unknown:
		raise ValueError(f"{doctype} has no {', '.join(sorted(unknown))}")
	frappe.db.bulk_insert(
		doctype, columns, [[row.get(column, defaults.get(column)) for column in columns] for row in rows]
	)


def make_slip_photo() -> str:
	"""URL of the one photo of a signed paper slip that all the demo's slips share."""
	known = record.noted().get("File")
	if known:
		return frappe.db.get_value("File", sorted(known)[0], "file_url")
	content = (data.FOLDER / "signed-slip.png").read_bytes()
	photo = frappe.get_doc(
		{"doctype": "File", "file_name": "demo-signed-slip.png", "is_private": 1, "content": content}
	).insert(ignore_permissions=True)  # set-up script
	record.note("File", [photo.name])
	return photo.file_url
