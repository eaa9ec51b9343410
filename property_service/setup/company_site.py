"""Completes ERPNext's set-up wizard for a Chinese company on a new site (`make run`, `make test`).

Run from the bench's sites folder: SITE=… python -m property_service.setup.company_site
"""

import os

import frappe

COMPANY = "和园物业服务有限公司"
COMPANY_ABBR = "和园"
LANGUAGE = "zh"
DATE_FORMAT = "yyyy-mm-dd"


def complete_setup_wizard() -> None:
	"""Desk in Chinese, CNY, Asia/Shanghai, ERPNext's standard chart; nothing when the wizard was done already."""
	from frappe.desk.page.setup_wizard.setup_wizard import setup_complete

	year = frappe.utils.getdate().year
	frappe.db.set_value("Language", LANGUAGE, "enabled", 1)  # which of them are is different on 15 and 16
	setup_complete(
		{
			"language": frappe.db.get_value("Language", LANGUAGE, "language_name"),
			"country": "China",
			"timezone": "Asia/Shanghai",
			"currency": "CNY",
			"full_name": "系统管理员",
			"email": "admin@heyuan.example.com",
			"password": frappe.generate_hash(length=24),
			"company_name": COMPANY,
			"company_abbr": COMPANY_ABBR,
			"chart_of_accounts": "Standard",
			"fy_start_date": f"{year}-01-01",
			"fy_end_date": f"{year}-12-31",
			"setup_demo": 0,
			"enable_telemetry": 0,
		}
	)
	write_dates_the_chinese_way()
	name_the_hundredth_of_a_yuan()


def write_dates_the_chinese_way() -> None:
	"""The wizard takes the country's format into System Settings, but the desk shows what the defaults say.

	Those still hold day-month-year, and saving System Settings passes on only what changes.
	"""
	frappe.db.set_single_value("System Settings", "date_format", DATE_FORMAT)
	frappe.db.set_default("date_format", DATE_FORMAT)


def name_the_hundredth_of_a_yuan() -> None:
	"""Frappe ships the yuan without one; Frappe 16 then cannot write an amount with jiao or fen in words (TypeError)."""
	if not frappe.db.get_value("Currency", "CNY", "fraction"):
		frappe.db.set_value("Currency", "CNY", "fraction", "分")


if __name__ == "__main__":
	frappe.init(os.environ["SITE"])
	frappe.connect()
	frappe.set_user("Administrator")
	complete_setup_wizard()
	frappe.db.commit()  # a script of its own, outside any request
	frappe.destroy()
