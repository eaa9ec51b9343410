"""What the journeys find when they start: a small estate, its residents, repair categories and a morning's tickets."""

from __future__ import annotations

from dataclasses import dataclass, field

import frappe
from frappe.model.workflow import apply_workflow
from frappe.utils import add_to_date, now_datetime

from tests.cast import Cast
from tests.site import make

# unit code: (name, type, parent's code)
UNITS = {
	"HY": ("和园", "Project", None),
	"HY1": ("一期", "Phase", "HY"),
	"HY1-3": ("3 幢", "Building", "HY1"),
	"HY1-3-301": ("3 幢 301 室", "Room", "HY1-3"),
	"HY1-3-502": ("3 幢 502 室", "Room", "HY1-3"),
	"HY1-3-1204": ("3 幢 1204 室", "Room", "HY1-3"),
	"HY1-3-DT": ("3 幢大堂", "Public Area", "HY1-3"),
	"HY1-5": ("5 幢", "Building", "HY1"),
	"HY1-5-602": ("5 幢 602 室", "Room", "HY1-5"),
	"HY1-5-803": ("5 幢 803 室", "Room", "HY1-5"),
	"HY2": ("二期", "Phase", "HY"),
	"HY2-8": ("8 幢宿舍楼", "Building", "HY2"),
	"HY2-8-201": ("8 幢 201 室", "Room", "HY2-8"),
	"HY2-8-407": ("8 幢 407 室", "Room", "HY2-8"),
	"HY2-GR": ("专家公寓", "Building", "HY2"),
	"HY2-GR-01": ("专家公寓 101", "Guest Room", "HY2-GR"),
	"HY2-GR-02": ("专家公寓 102", "Guest Room", "HY2-GR"),
	"HY2-GR-03": ("专家公寓 103", "Guest Room", "HY2-GR"),
}
# mobile number: (name, unit code)
RESIDENTS = {
	"13900010301": ("林晓东", "HY1-3-301"),
	"13900010502": ("许文静", "HY1-3-502"),
	"13900011204": ("罗志强", "HY1-3-1204"),
	"13900050602": ("高丽娟", "HY1-5-602"),
	"13900050803": ("马俊杰", "HY1-5-803"),
	"13900080201": ("丁海燕", "HY2-8-201"),
	"13900080407": ("曹立新", "HY2-8-407"),
}
CATEGORIES = {
	"给排水": "engineering",
	"强电照明": "engineering",
	"空调": "engineering",
	"门窗五金": "engineering",
	"土建防水": "engineering",
	"保洁清运": "environment",
}
COUNTER = "一号柜台"
# (minutes ago, mobile number, unit code, channel, kind, category, priority, what is wrong, how far it got)
TICKETS = (
	(
		1520,
		"13900080407",
		None,
		"Phone",
		"Home Repair",
		"空调",
		"Normal",
		"空调不制冷, 出风有异味",
		"Finished",
	),
	(
		1400,
		"13900050803",
		None,
		"WeChat",
		"Home Repair",
		"门窗五金",
		"Normal",
		"阳台推拉门滑轮脱落, 关不严",
		"In Progress",
	),
	(
		1290,
		"13900010301",
		"HY1-3-DT",
		"Walk-in",
		"Public Repair",
		"强电照明",
		"Normal",
		"大堂吸顶灯两盏不亮",
		"Finished",
	),
	(
		260,
		"13900080201",
		None,
		"Phone",
		"Home Repair",
		"给排水",
		"Urgent",
		"卫生间地漏返水, 已用毛巾堵住",
		"In Progress",
	),
	(
		190,
		"13900011204",
		None,
		"Portal",
		"Home Repair",
		"强电照明",
		"Normal",
		"厨房插座没有电, 其他房间正常",
		"Dispatched",
	),
	(
		130,
		"13900050602",
		None,
		"Phone",
		"Home Repair",
		"土建防水",
		"Normal",
		"次卧窗台雨后渗水, 墙面起泡",
		"Dispatched",
	),
	(
		75,
		"13900010502",
		"HY1-3-DT",
		"Phone",
		"Public Repair",
		"保洁清运",
		"Normal",
		"大堂门口有打碎的玻璃, 需要清扫",
		"Dispatched",
	),
	(
		40,
		"13900010502",
		None,
		"WeChat",
		"Home Repair",
		"门窗五金",
		"Normal",
		"入户门锁芯转不动, 钥匙拔不出来",
		"Reported",
	),
	(
		18,
		"13900080201",
		None,
		"Phone",
		"Home Repair",
		"强电照明",
		"Urgent",
		"合上空气开关就跳闸, 整个房间没有电",
		"Reported",
	),
)


@dataclass
class Stage:
	"""Names of what was set up, by the codes, numbers and category names above."""

	units: dict[str, str] = field(default_factory=dict)
	residents: dict[str, str] = field(default_factory=dict)
	tickets: list[str] = field(default_factory=list)

	def resident(self, mobile_no: str) -> tuple[str, str]:
		"""(resident's name as spoken, name of the unit they live in)"""
		spoken, code = RESIDENTS[mobile_no]
		return spoken, self.units[code]

	def fresh_ticket(self, api, mobile_no: str = "13900010301", **values) -> str:
		"""A ticket just taken by the clerk over REST; returns its number."""
		spoken, unit = self.resident(mobile_no)
		ticket = {
			**make.ticket_values(
				property_unit=unit, contact_name=spoken, contact_phone=mobile_no, location=""
			),
			"reported_by": self.residents[mobile_no],
			"repair_category": "给排水",
			"confirm_duplicate": 1,
			**values,
		}
		return api("clerk").make(**ticket)["name"]


def set_the_stage(cast: Cast) -> Stage:
	"""Finds what an interrupted run left and makes the rest; commits, for the server is another process."""
	stage = Stage()
	for code in UNITS:
		stage.units[code] = _unit(code, stage)
	for mobile_no in RESIDENTS:
		stage.residents[mobile_no] = _resident(mobile_no, stage)
	for category, department in CATEGORIES.items():
		if not frappe.db.exists("Repair Category", category):
			make.insert(
				{
					"doctype": "Repair Category",
					"category_name": category,
					"department": cast.departments[department],
				}
			)
	_name_the_environment_department(cast)
	if not frappe.db.exists("Front Desk Counter", COUNTER):
		make.counter(counter_name=COUNTER, department=cast.departments["service"])
	frappe.db.commit()
	try:
		for row in TICKETS:
			stage.tickets.append(_ticket(cast, stage, *row))
			frappe.db.commit()
	finally:
		frappe.set_user("Administrator")
	return stage


def _name_the_environment_department(cast: Cast) -> None:
	settings = frappe.get_doc("Property Service Settings")
	row = next(row for row in settings.companies if row.company == cast.company)
	row.environment_department = cast.departments["environment"]
	settings.save()


def _unit(code: str, stage: Stage) -> str:
	unit_name, unit_type, parent = UNITS[code]
	there = frappe.db.exists("Property Unit", {"unit_code": code})
	return (
		there
		or make.unit(
			unit_code=code,
			unit_name=unit_name,
			unit_type=unit_type,
			is_group=int(code in {above for _, _, above in UNITS.values()}),
			parent_property_unit=stage.units[parent] if parent else None,
		).name
	)


def _resident(mobile_no: str, stage: Stage) -> str:
	spoken, code = RESIDENTS[mobile_no]
	there = frappe.db.exists("Resident", {"mobile_no": ("like", f"%{mobile_no}")})
	return (
		there
		or make.resident(
			resident_name=spoken, mobile_no=mobile_no, property_unit=stage.units[code], status="Living In"
		).name
	)


def _ticket(
	cast: Cast, stage: Stage, minutes, mobile_no, code, channel, kind, category, priority, matter, reached
) -> str:
	"""A ticket taken `minutes` ago and brought as far as `reached` by the people whose work that is."""
	spoken, own_unit = stage.resident(mobile_no)
	department = CATEGORIES[category]
	technician = "technician" if department == "engineering" else "other_technician"
	frappe.set_user(cast.user("clerk"))
	ticket = make.ticket(
		reported_by=stage.residents[mobile_no],
		contact_name=spoken,
		contact_phone=mobile_no,
		property_unit=stage.units[code] if code else own_unit,
		location="",
		channel=channel,
		repair_kind=kind,
		repair_category=category,
		priority=priority,
		description=matter,
		reported_on=add_to_date(now_datetime(), minutes=-minutes),
		confirm_duplicate=1,
	)
	if reached != "Reported":
		_work_on(cast, ticket.name, department, technician, reached)
	return ticket.name


def _work_on(cast: Cast, ticket: str, department: str, technician: str, reached: str) -> None:
	from property_service.property_service.doctype.repair_ticket.repair_ticket import dispatch

	dispatch(ticket, cast.departments[department], cast.employee(technician))
	if reached == "Dispatched":
		return
	frappe.set_user(cast.user(technician))
	order = frappe.get_last_doc("Service Order", {"repair_ticket": ticket})
	order = apply_workflow(order, "Arrive")
	if reached == "In Progress":
		return
	order.update({"work_done": "已更换损坏部件, 现场试用正常", "labour_hours": 1})
	if order.repair_kind == "Public Repair":
		order.update({"sign_off_method": "Inspection", "sign_off_role": "Clerk"})
	else:
		order.sign_off_method = "Phone Confirmation"
	order.save()
	apply_workflow(order, "Finish")
