"""What a user would have without the app, made of Frappe's and ERPNext's own means, for the measurements only."""

import frappe

from property_service.rules import repair_ticket as rules

DOCUMENT, CARD, MOVEMENT = "Bench Plain Document", "Bench Plain Card", "Bench Plain Movement"
OPEN, WORKING, DONE = "Bench Open", "Bench Working", "Bench Done"
BEGIN, FINISH, BACK = "Bench Begin", "Bench Finish", "Bench Send Back"
ROLES = ("Front Desk Clerk", "Service Manager", "Department Head")


def create() -> None:
	"""DDL: commits. A document with a workflow as a user draws it: three states, and one leads back to the first."""
	drop()
	for name in (OPEN, WORKING, DONE):
		frappe.get_doc({"doctype": "Workflow State", "workflow_state_name": name}).insert()
	for name in (BEGIN, FINISH, BACK):
		frappe.get_doc({"doctype": "Workflow Action Master", "workflow_action_name": name}).insert()
	_doctype(
		DOCUMENT,
		[
			_field("status", "Link", options="Workflow State"),
			_field("company", "Link", options="Company"),
			_field("priority", "Link", options="Issue Priority"),
			_field("description", "Small Text"),
		],
	)
	_doctype(CARD, [_field("balance", "Currency")])
	_doctype(
		MOVEMENT,
		[
			_field("card", "Link", options=CARD, search_index=1),
			*(_field(name, "Currency") for name in ("amount", "balance_before", "balance_after")),
			_field("request_id", "Data", unique=1),
		],
	)
	frappe.get_doc(
		{
			"doctype": "Workflow",
			"workflow_name": DOCUMENT,
			"document_type": DOCUMENT,
			"is_active": 1,
			"workflow_state_field": "status",
			"send_email_alert": 0,
			"states": [
				{"state": state, "doc_status": 0, "allow_edit": ROLES[0]} for state in (OPEN, WORKING, DONE)
			],
			"transitions": [
				{"state": state, "action": action, "next_state": after, "allowed": role}
				for state, action, after in (
					(OPEN, BEGIN, WORKING),
					(WORKING, FINISH, DONE),
					(WORKING, BACK, OPEN),
				)
				for role in ROLES[:2]
			],
		}
	).insert()
	frappe.db.commit()


def drop() -> None:
	frappe.delete_doc("Workflow", DOCUMENT, force=True, ignore_missing=True)
	for doctype in (DOCUMENT, MOVEMENT, CARD):
		frappe.delete_doc("DocType", doctype, force=True, ignore_missing=True)
		frappe.db.sql_ddl(f"drop table if exists `tab{doctype}`")
	frappe.db.delete("Workflow Action", {"reference_doctype": DOCUMENT})
	for name in (OPEN, WORKING, DONE):
		frappe.delete_doc("Workflow State", name, force=True, ignore_missing=True)
	for name in (BEGIN, FINISH, BACK):
		frappe.delete_doc("Workflow Action Master", name, force=True, ignore_missing=True)
	frappe.db.commit()


def document_values() -> dict:
	return {
		"doctype": DOCUMENT,
		"company": frappe.defaults.get_global_default("company"),
		"priority": "Normal",
		"description": "水龙头漏水",
	}


def _field(fieldname: str, fieldtype: str, **more) -> dict:
	return {"fieldname": fieldname, "fieldtype": fieldtype, "label": fieldname.title(), **more}


def _doctype(name: str, fields: list[dict]) -> None:
	rights = dict.fromkeys(("read", "write", "create"), 1)
	roles = (*ROLES, "Card Terminal", "System Manager")
	frappe.get_doc(
		{
			"doctype": "DocType",
			"name": name,
			"module": "Custom",
			"custom": 1,
			"fields": fields,
			"autoname": "hash",
			"permissions": [{"role": role, **rights} for role in roles],
		}
	).insert()


# ---- ERPNext's Issue ------------------------------------------------------------------------------------------------------


def issue_agreement() -> str:
	"""A default agreement for Issue with the same calendar, priorities and times as the one of the repair tickets."""
	like = frappe.get_doc(
		"Service Level Agreement",
		frappe.get_all(
			"Service Level Agreement",
			{"document_type": "Repair Ticket", "default_service_level_agreement": 0, "enabled": 1},
			pluck="name",
			order_by="name desc",
		)[0],
	)
	return (
		frappe.get_doc(
			{
				"doctype": "Service Level Agreement",
				"document_type": "Issue",
				"service_level": "Bench",
				"default_service_level_agreement": 1,
				"enabled": 1,
				"holiday_list": like.holiday_list,
				"apply_sla_for_resolution": 1,
				"sla_fulfilled_on": [{"status": "Resolved"}, {"status": "Closed"}],
				"pause_sla_on": [{"status": "Replied"}],
				"priorities": [
					{
						"priority": priority,
						"response_time": like.priorities[0].response_time,
						"resolution_time": like.priorities[0].resolution_time,
						"default_priority": int(priority == "Normal"),
					}
					for priority in ("Normal", rules.EMERGENCY)
				],
				"support_and_resolution": [
					{"workday": day.workday, "start_time": day.start_time, "end_time": day.end_time}
					for day in like.support_and_resolution
				],
			}
		)
		.insert()
		.name
	)


def issue_values() -> dict:
	return {
		"doctype": "Issue",
		"company": frappe.defaults.get_global_default("company"),
		"subject": "水龙头漏水",
		"description": "水龙头漏水,三楼走廊",
		"priority": "Normal",
		"raised_by": "he@example.com",
	}
