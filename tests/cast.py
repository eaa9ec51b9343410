"""The people of the tests: one company, its departments and one person per job, made once per site.

Every person holds exactly the roles named here (and Employee, which ERPNext gives every employee with a login), not
the wider role profiles, so that a test shows that the job's own role is enough.
"""

import contextlib
from dataclasses import dataclass, field

import frappe
from frappe.utils.password import update_password

PASSWORD = "Heyuan-2026-desk"
MAIL_DOMAIN = "test.heyuan.example.com"

# key: (name, parent's key, is a management office)
DEPARTMENTS = {
	"office": ("和园管理处", None, True),
	"engineering": ("工程部", "office", False),
	"environment": ("环境部", "office", False),
	"service": ("客服部", None, False),
	"finance": ("财务部", None, False),
	"administration": ("行政人事部", None, False),
}

# key: (full name, department, roles)
PEOPLE = {
	"clerk": ("王晓燕", "service", ["Front Desk Clerk"]),
	"second_clerk": ("李丽", "service", ["Front Desk Clerk"]),
	"service_manager": ("陈静", "service", ["Service Manager"]),
	"technician": ("张建国", "engineering", ["Technician"]),
	"second_technician": ("刘勇", "engineering", ["Technician"]),
	"other_technician": ("赵敏", "environment", ["Technician"]),
	"department_head": ("周伟", "engineering", ["Department Head"]),
	"other_department_head": ("吴芳", "environment", ["Department Head"]),
	"service_department_head": ("郑洁", "service", ["Department Head"]),
	"office_head": ("孙立", "office", ["Department Head"]),
	"general_manager": ("钱海", None, ["General Manager"]),
	"finance_manager": ("冯雪", "finance", ["Finance Manager"]),
	"stores_accountant": ("褚红", "finance", ["Stores Accountant"]),
	"cashier": ("卫兰", "finance", ["Cashier"]),
	"accountant": ("魏明", "finance", ["Accounts User"]),
	"storekeeper": ("蒋平", "administration", ["Storekeeper"]),
	"buyer": ("沈涛", "administration", ["Buyer"]),
	"admin_hr": ("韩梅", "administration", ["Admin HR"]),
	"employee": ("杨光", "administration", []),
	"terminal": ("食堂刷卡机", None, ["Card Terminal"]),
	"resident": ("何家欢", None, ["Resident"]),
}

HEADS = {
	"office": "office_head",
	"engineering": "department_head",
	"environment": "other_department_head",
	"service": "service_department_head",
}

# Who works for the company; the others have a login to the portal only.
PORTAL_ONLY = {"resident", "terminal"}


@dataclass
class Cast:
	"""Where a test looks up names of records: `cast.user("clerk")`, `cast.departments["engineering"]`."""

	company: str
	departments: dict[str, str] = field(default_factory=dict)
	employees: dict[str, str] = field(default_factory=dict)
	people: dict = field(default_factory=lambda: PEOPLE)
	password: str = PASSWORD

	def user(self, person: str) -> str:
		assert person in PEOPLE, f"nobody is called {person}"
		return f"{person}@{MAIL_DOMAIN}"

	def employee(self, person: str) -> str:
		return self.employees[person]

	def department_of(self, person: str) -> str:
		return self.departments[PEOPLE[person][1]]

	def name_heads(self) -> None:
		"""Of each department; some have none."""
		for key, name in self.departments.items():
			head = self.user(HEADS[key]) if key in HEADS else None
			frappe.db.set_value("Department", name, "department_head", head)

	@contextlib.contextmanager
	def acting(self, who: str):
		"""`with cast.acting("clerk"):` acts as that person, or as any user by login name."""
		before = frappe.session.user
		frappe.set_user(self.user(who) if who in PEOPLE else who)
		try:
			yield
		finally:
			frappe.set_user(before)


def assemble() -> Cast:
	"""Makes whoever is missing; a second session finds everybody there."""
	cast = Cast(
		company=frappe.defaults.get_global_default("company") or frappe.get_all("Company", pluck="name")[0]
	)
	make_outgoing_mail_account()
	for key, (name, parent, is_office) in DEPARTMENTS.items():
		cast.departments[key] = department(cast, name, parent, is_office)
	for person in PEOPLE:
		make_user(cast, person)
		if person not in PORTAL_ONLY:
			cast.employees[person] = make_employee(cast, person)
	cast.name_heads()
	switch_on(cast, "registers")
	return cast


def switch_on(cast: Cast, procedure: str) -> None:
	"""The company uses what a new company does not use by itself (ORG-06)."""
	settings = frappe.get_doc("Property Service Settings")
	row = next(row for row in settings.companies if row.company == cast.company)
	if not row.get(procedure):
		row.set(procedure, 1)
		settings.save()


def department(cast: Cast, name: str, parent: str | None, is_office: bool) -> str:
	there = frappe.db.exists("Department", {"department_name": name, "company": cast.company})
	if there:
		return there
	root = frappe.db.get_value("Department", {"parent_department": ("is", "not set"), "is_group": 1})
	return (
		frappe.get_doc(
			{
				"doctype": "Department",
				"department_name": name,
				"company": cast.company,
				"parent_department": cast.departments[parent] if parent else root,
				"is_group": int(name in {DEPARTMENTS[p][0] for _, p, _ in DEPARTMENTS.values() if p}),
				"is_management_office": int(is_office),
			}
		)
		.insert()
		.name
	)


def make_user(cast: Cast, person: str) -> None:
	full_name, _, roles = PEOPLE[person]
	email = cast.user(person)
	if not frappe.db.exists("User", email):
		frappe.get_doc(
			{
				"doctype": "User",
				"email": email,
				"first_name": full_name,
				"language": "zh",
				"time_zone": "Asia/Shanghai",
				"send_welcome_email": 0,
				"user_type": "Website User" if person in PORTAL_ONLY else "System User",
			}
		).insert()
		update_password(email, PASSWORD)
	user = frappe.get_doc("User", email)
	wanted = {*roles, *([] if person in PORTAL_ONLY else ["Employee"])}
	if {row.role for row in user.roles} != wanted:
		user.set("roles", [{"role": role} for role in sorted(wanted)])
		user.save()


def make_employee(cast: Cast, person: str) -> str:
	full_name, department_key, _ = PEOPLE[person]
	there = frappe.db.exists("Employee", {"user_id": cast.user(person)})
	if there:
		return there
	return (
		frappe.get_doc(
			{
				"doctype": "Employee",
				"first_name": full_name,
				"company": cast.company,
				"department": cast.departments.get(department_key),
				"gender": frappe.get_all("Gender", pluck="name", order_by="name", limit=1)[0],
				"date_of_birth": "1985-05-05",
				"date_of_joining": "2020-01-02",
				"user_id": cast.user(person),
				# A user permission would hide every other department from tests of our own rules.
				"create_user_permission": 0,
			}
		)
		.insert()
		.name
	)


def make_outgoing_mail_account() -> None:
	"""Frappe refuses to queue a mail without an outgoing account. This one leads nowhere: mails wait in the queue."""
	if frappe.db.exists("Email Account", {"default_outgoing": 1}):
		return
	frappe.get_doc(
		{
			"doctype": "Email Account",
			"email_account_name": "客服中心",
			"email_id": f"desk@{MAIL_DOMAIN}",
			"enable_outgoing": 1,
			"default_outgoing": 1,
			"awaiting_password": 1,
			"smtp_server": "127.0.0.1",
			"smtp_port": 9,
		}
	).insert()
