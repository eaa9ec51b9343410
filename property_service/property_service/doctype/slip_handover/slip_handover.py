"""Slip Handover (进仓单/领料单汇总): stock slips go to the stores accountant, who checks each against the ledgers (WH-16).

See README.md.
"""

import frappe
from frappe import _
from frappe.utils import getdate, now_datetime, nowdate

from property_service import approvals, notifications
from property_service.guards import refuse, require_procedure, restore_server_fields
from property_service.refusals import stop
from property_service.rules import slip_handover as rules
from property_service.rules.refusal import Refusal
from property_service.saving import ParentLocked
from property_service.sent_values import CheckedValues, parsed
from property_service.stock import slips

HANDOVER = "Slip Handover"
STOREKEEPER, ACCOUNTANT = "Storekeeper", "Stores Accountant"
SERVER_FIELDS = (
	*("status", "total_value", "handed_over_by", "handed_over_on", "checked_by", "checked_on"),
	*("cancel_reason",),
)
FIXED_FIELDS = ("company", "kind", "slips_until")


class SlipHandover(CheckedValues, ParentLocked):
	def before_validate(self) -> None:
		restore_server_fields(self, SERVER_FIELDS)
		self.restore_slips()

	def validate(self) -> None:
		require_procedure("stores", self.company)
		self.refuse_changes()
		self.add_up()

	def onload(self) -> None:
		"""The accountant compares with what the ledgers hold now, not when the slips were collected."""
		if self.status in (rules.DRAFT, rules.HANDED_OVER):
			self.write_values()

	def on_trash(self) -> None:
		refuse(_("Handovers are kept (WH-16). Cancel it with a reason instead of deleting it."))

	# ---- steps -----------------------------------------------------------------------------------------------------

	def restore_slips(self) -> None:
		"""The slips say what there is to hand over; a person may leave rows out while it is a draft."""
		if self.flags.server_write:
			return
		stored = self.get_doc_before_save()
		before = stored.slips if stored else []
		kept = {row.name for row in self.slips}
		if not kept <= {row.name for row in before}:
			stop(Refusal(rules.ONLY_LEFT_OUT))
		self.set("slips", [row.as_dict() for row in before if row.name in kept])

	def refuse_changes(self) -> None:
		stored = self.get_doc_before_save()
		if self.flags.server_write or not stored:
			return
		if approvals.changed(self, FIXED_FIELDS):
			stop(Refusal(rules.FROZEN))
		if stored.status != rules.DRAFT and len(stored.slips) != len(self.slips):
			stop(Refusal(rules.FROZEN))

	def add_up(self) -> None:
		self.total_value = sum(row.value or 0 for row in self.slips)

	def write_values(self) -> dict[str, rules.Ledgers]:
		"""Writes in open rows what each slip moved and what both ledgers hold of it; returns slip -> ledgers."""
		states = slips.states((row.slip_type, row.slip) for row in self.slips)
		known = [as_slip(row, states[row.slip]) for row in self.slips]
		held, moved = slips.ledgers(self.company, known), slips.values(known)
		for row in self.slips:
			if row.result == rules.OPEN:
				ledgers = held[row.slip]
				row.value = float(moved[row.slip])
				row.agrees = int(ledgers.docstatus == rules.SUBMITTED and ledgers.agree())
		self.add_up()
		return held


def on_doctype_update() -> None:
	frappe.db.add_index(HANDOVER, ["company", "kind", "status"])


# ---- what buttons call ---------------------------------------------------------------------------------------------


@frappe.whitelist(methods=["POST"])
def collect(company: str, kind: str, until: str | None = None) -> str:
	"""A new handover with every slip of the kind, up to a day (default: today), that is in none yet. Returns its name.

	Raises frappe.PermissionError for all but the storekeeper, frappe.ValidationError when nothing is left.
	"""
	frappe.has_permission(HANDOVER, "create", throw=True)
	require_procedure("stores", company)
	last, today = getdate(until or nowdate()), getdate(nowdate())
	stop(
		rules.refuse_collecting(kind, person(), last > today, str(last)),
		rules.ANOTHER_PERSONS,
		context=HANDOVER,
	)
	found = slips.left(company, kind, last)
	if not found:
		stop(Refusal(rules.EMPTY))
	doc = frappe.get_doc(
		{
			"doctype": HANDOVER,
			"company": company,
			"kind": kind,
			"slips_until": last,
			"slips": [as_row(slip) for slip in found],
		}
	)
	doc.flags.server_write = True
	doc.write_values()
	try:
		return doc.insert().name
	except frappe.UniqueValidationError:  # somebody else collects at this moment
		stop(Refusal(rules.COLLECTED_ELSEWHERE))


def as_row(slip: slips.Slip) -> dict:
	values = slip._asdict()
	del values["docstatus"]
	return {**values, "slip_key": slip.slip, "result": rules.OPEN}


def as_slip(row, docstatus: int) -> slips.Slip:
	names = (name for name in slips.Slip._fields if name != "docstatus")
	return slips.Slip(**{name: row.get(name) for name in names}, docstatus=docstatus)


@frappe.whitelist(methods=["POST"])
def hand_over(handover: str) -> str:
	"""The storekeeper signs: the slips lie with the accountant. Returns the new status."""
	doc = locked(handover)
	stop(
		rules.refuse_hand_over(doc.status, person(), len(doc.slips)), rules.ANOTHER_PERSONS, context=HANDOVER
	)
	doc.update(
		{
			"status": rules.HANDED_OVER,
			"handed_over_by": frappe.session.user,
			"handed_over_on": now_datetime(),
		}
	)
	doc.write_values()
	write(doc)
	notifications.tell(
		approvals.office_holders(ACCOUNTANT),
		"{0} stock slips are handed over: check them",
		(len(doc.slips),),
		doctype=HANDOVER,
		name=doc.name,
		mail=False,
	)
	return doc.status


@frappe.whitelist(methods=["POST"])
def accept(handover: str, rows: str | list | None = None) -> str:
	"""The accountant accepts slips that stand in both ledgers with the same value. Returns the new status.

	`rows`: names of rows; without them every open slip that agrees. Raises frappe.ValidationError for a named one that
	does not agree, frappe.PermissionError for anybody else.
	"""
	doc = checked_by_accountant(handover)
	held = doc.write_values()
	wanted = (
		chosen(doc, rows) if rows else [row for row in doc.slips if row.result == rules.OPEN and row.agrees]
	)
	for row in wanted:
		stop(rules.refuse_acceptance(row.idx, row.slip, row.result, held[row.slip]), context=HANDOVER)
		decide(row, rules.ACCEPTED)
	return close(doc)


@frappe.whitelist(methods=["POST"])
def send_back(handover: str, row: str, remark: str) -> str:
	"""The accountant sends one slip back; it can be collected again. Returns the new status."""
	doc = checked_by_accountant(handover)
	found = chosen(doc, [row])[0]
	stop(rules.refuse_return(found.idx, found.slip, found.result, remark), context=HANDOVER)
	decide(found, rules.RETURNED)
	found.update({"remark": str(remark).strip(), "slip_key": None})
	status = close(doc)
	notifications.tell(
		{doc.handed_over_by},
		"The accountant sent {0} back: {1}",
		(found.slip, found.remark),
		doctype=HANDOVER,
		name=doc.name,
		mail=False,
	)
	return status


@frappe.whitelist(methods=["POST"])
def cancel_handover(handover: str, reason: str) -> str:
	"""Give up a handover of which nothing is checked; its slips are free again. Returns the new status."""
	doc = locked(handover)
	results = [row.result for row in doc.slips]
	stop(
		rules.refuse_cancelling(doc.status, person(), reason, results),
		rules.ANOTHER_PERSONS,
		context=HANDOVER,
	)
	doc.update({"status": rules.CANCELLED, "cancel_reason": str(reason).strip()})
	for row in doc.slips:
		row.slip_key = None
	return write(doc)


def checked_by_accountant(handover: str) -> SlipHandover:
	doc = locked(handover)
	stop(
		rules.refuse_checking(doc.status, person(), doc.handed_over_by),
		rules.ANOTHER_PERSONS,
		context=HANDOVER,
	)
	return doc


def chosen(doc: SlipHandover, rows: str | list) -> list:
	names = parsed(rows)
	known = {row.name: row for row in doc.slips}
	if not isinstance(names, list) or any(not isinstance(name, str) or name not in known for name in names):
		stop(Refusal(rules.NOT_IN_HANDOVER))
	return [known[name] for name in dict.fromkeys(names)]


def decide(row, result: str) -> None:
	row.update({"result": result, "checked_by": frappe.session.user, "checked_on": now_datetime()})


def close(doc: SlipHandover) -> str:
	"""With its last slip the handover is checked; a sent-back slip counts as looked at."""
	doc.status = rules.status_after([row.result for row in doc.slips])
	if doc.status == rules.CHECKED:
		doc.update({"checked_by": frappe.session.user, "checked_on": now_datetime()})
	return write(doc)


def locked(handover: str) -> SlipHandover:
	doc = frappe.get_doc(HANDOVER, handover, for_update=True)
	doc.check_permission("write")
	return doc


def write(doc: SlipHandover) -> str:
	doc.flags.server_write = True
	doc.save()
	return doc.status


def person() -> rules.Person:
	user = frappe.session.user
	return rules.Person(
		user,
		is_storekeeper=user in approvals.office_holders(STOREKEEPER),
		is_accountant=user in approvals.office_holders(ACCOUNTANT),
	)
