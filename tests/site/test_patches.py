"""Q-06: each patch brings an older site to where a fresh one is, once, and leaves alone what a company has decided."""

import importlib
from pathlib import Path

import frappe
import pytest

from property_service import patches, settings, workflow_actions
from property_service.patches import (
	add_issue_slip_tasks,
	add_water_deposits,
	call_nobody_to_submit,
	grant_imports,
	write_companies,
)
from property_service.setup import permissions
from property_service.setup.memory import made
from tests import stores as make_stock
from tests.site import make, older_site, purchasing
from tests.site.bare import bare

pytestmark = pytest.mark.rule("Q-06")


def rows(doctype: str, fields: list[str], **filters) -> list[tuple]:
	"""Records as what they say: no names, times or order."""
	found = frappe.get_all(doctype, filters=filters, fields=fields, as_list=True, order_by="name")
	return sorted(tuple(str(value or "") for value in row) for row in found)


def last_change() -> object:
	return frappe.get_doc(settings.DOCTYPE).modified


def listed() -> list[str]:
	return [
		line.split()[0]
		for line in frappe.get_file_items(frappe.get_app_path("property_service", "patches.txt"))
		if not line.startswith(("[", "#"))
	]


def test_every_patch_is_listed_once_and_can_be_executed():
	folder = Path(patches.__file__).parent
	there = {f"property_service.patches.{path.stem}" for path in folder.glob("*.py")} - {
		"property_service.patches.__init__"
	}
	assert sorted(listed()) == sorted(there)
	for name in listed():
		module = importlib.import_module(name)
		assert callable(module.execute)
		assert module.__doc__, name


# ---- deposits for water bottles (DESK-06) --------------------------------------------------------------------------


class TestWaterDeposits:
	FIELDS = ["company", "purpose", "account", "tax_rate", "tax_account"]

	def purposes(self) -> list[tuple]:
		"""Accounts by name without number: in a chart with numbers a later account has a later one."""
		names = dict(
			frappe.get_all("Account", fields=["name", "account_name"], as_list=True, order_by="name")
		)
		return sorted(
			(company, purpose, names.get(account, ""), rate, names.get(tax, ""))
			for company, purpose, account, rate, tax in rows(
				"Receipt Purpose Account", self.FIELDS, parent=settings.DOCTYPE
			)
		)

	def kinds(self) -> list[tuple]:
		return rows("Receipt Purpose", ["name", "kind", "direction", "refunds"])

	def row(self, purpose="Water Deposit"):
		return next(
			row
			for row in frappe.get_doc(settings.DOCTYPE).receipt_purposes
			if row.company == make.company() and row.purpose == purpose
		)

	def test_an_older_site_comes_to_where_a_fresh_one_is(self):
		fresh = self.purposes(), self.kinds()
		older_site.without_water_deposits()
		assert (self.purposes(), self.kinds()) != fresh
		add_water_deposits.execute()
		assert (self.purposes(), self.kinds()) == fresh
		account = frappe.get_doc("Account", self.row().account)
		assert (account.company, account.root_type, account.is_group) == (make.company(), "Liability", 0)
		assert self.row("Water Deposit Refund").account == account.name
		# remembered, so that uninstall takes it away again
		assert made()[f"account/{make.company()}/water_deposits"] == account.name

	def test_the_second_time_nothing_changes(self):
		older_site.without_water_deposits()
		add_water_deposits.execute()
		state = self.purposes(), self.kinds(), made(), frappe.db.count("Account"), last_change()
		add_water_deposits.execute()
		assert (self.purposes(), self.kinds(), made(), frappe.db.count("Account"), last_change()) == state

	def test_what_the_company_has_chosen_stays(self):
		older_site.without_water_deposits()
		doc = frappe.get_doc(settings.DOCTYPE)
		other = self.row("Key Deposit").account
		water = next(row for row in doc.receipt_purposes if row.purpose == "Water")
		water.update({"account": self.row("Gym").account, "tax_rate": 3})
		chosen = (water.company, water.account, water.tax_rate)
		frappe.get_doc(
			{"doctype": "Receipt Purpose", "purpose_name": "Water Deposit", "kind": "Refundable Deposit"}
		).insert()
		doc.append(
			"receipt_purposes", {"company": make.company(), "purpose": "Water Deposit", "account": other}
		)
		doc.save()
		add_water_deposits.execute()
		water = next(
			row for row in frappe.get_doc(settings.DOCTYPE).receipt_purposes if row.purpose == "Water"
		)
		assert (water.company, water.account, water.tax_rate) == chosen
		assert self.row().account == other
		assert (
			frappe.db.count(
				"Receipt Purpose Account", {"company": make.company(), "purpose": "Water Deposit"}
			)
			== 1
		)
		# a purpose that was there before is the company's own
		assert "purpose/Water Deposit" not in made()

	def test_a_company_whose_till_was_never_set_up_gets_none(self):
		older_site.without_water_deposits()
		frappe.db.delete("DefaultValue", {"defkey": f"till/{make.company()}"})
		doc = frappe.get_doc(settings.DOCTYPE)
		doc.set("receipt_purposes", [row for row in doc.receipt_purposes if row.company != make.company()])
		doc.save()
		# a chart that is not there yet: what fills a new company's till does not come in between
		frappe.db.set_value("Account", {"company": make.company()}, "is_group", 0)
		add_water_deposits.execute()
		assert not rows("Receipt Purpose Account", ["purpose"], company=make.company())

	def test_a_number_that_was_never_saved_gets_its_default(self):
		"""Frappe saves a single with all its fields: without a row in the database that would be 0 from then on."""
		older_site.without_water_deposits()
		default = int(frappe.get_meta(settings.DOCTYPE).get_field("follow_up_attempts").default)
		frappe.db.delete("Singles", {"doctype": settings.DOCTYPE, "field": "follow_up_attempts"})
		older_site.forget()
		add_water_deposits.execute()
		assert frappe.db.get_single_value(settings.DOCTYPE, "follow_up_attempts", cache=False) == default > 0


# ---- issue slips in the calendar (WH-16) ---------------------------------------------------------------------------


class TestIssueSlipTasks:
	FIELDS = [
		*("task_code", "title", "procedure", "source_clause", "day_rule", "day", "responsible_role"),
		*("remind_days_before", "fulfilling_doctype", "fulfilling_filters", "date_field", "user_field"),
	]

	def tasks(self) -> list[tuple]:
		return rows("Procedure Task", self.FIELDS, parent=settings.DOCTYPE)

	def test_an_older_calendar_comes_to_where_a_fresh_one_is(self):
		fresh = self.tasks()
		older_site.without_issue_slip_tasks()
		assert len(self.tasks()) == len(fresh) - 3
		add_issue_slip_tasks.execute()
		assert self.tasks() == fresh

	def test_the_second_time_nothing_changes(self):
		older_site.without_issue_slip_tasks()
		add_issue_slip_tasks.execute()
		state = self.tasks(), last_change()
		add_issue_slip_tasks.execute()
		assert (self.tasks(), last_change()) == state

	def test_a_task_that_the_company_changed_stays_as_it_is(self):
		older_site.without_issue_slip_tasks()
		add_issue_slip_tasks.execute()
		doc = frappe.get_doc(settings.DOCTYPE)
		task = next(row for row in doc.procedure_tasks if row.task_code == "STORE-ISSUES-20")
		task.update({"title": "领料单交会计", "day": 21})
		doc.set("procedure_tasks", [r for r in doc.procedure_tasks if r.task_code != "STORE-ISSUES-31"])
		doc.save()
		add_issue_slip_tasks.execute()
		found = {task[0]: task for task in self.tasks()}
		assert found["STORE-ISSUES-20"][1:6:4] == ("领料单交会计", "21")
		assert {"STORE-ISSUES-10", "STORE-ISSUES-31"} <= found.keys()

	def test_a_company_that_hands_slips_in_otherwise_keeps_its_calendar(self):
		older_site.without_issue_slip_tasks()
		frappe.db.delete("Procedure Task", {"parent": settings.DOCTYPE, "task_code": "STOCK-SLIPS-06"})
		older_site.forget()
		before = self.tasks(), last_change()
		add_issue_slip_tasks.execute()
		assert (self.tasks(), last_change()) == before


# ---- rights of who brings files (ORG-06) ---------------------------------------------------------------------------


class TestImports:
	DOCTYPES = sorted(
		{*permissions.OPENING_GRANTS, *(doctype for doctype, _role, _rights in grant_imports.RIGHTS)}
	)

	def rights(self) -> dict[str, list[tuple]]:
		return {doctype: permissions.rules_of("Custom DocPerm", doctype) for doctype in self.DOCTYPES}

	def migrate(self) -> None:
		"""As a migrate does: the patch, then what is granted anew."""
		grant_imports.execute()
		permissions.grant()

	def rule(self, doctype, role, *rights):
		return frappe.db.get_value(
			"Custom DocPerm", {"parent": doctype, "role": role, "permlevel": 0}, rights
		)

	def test_an_older_site_comes_to_where_a_fresh_one_is(self):
		fresh = self.rights()
		older_site.without_imports()
		assert self.rights() != fresh
		self.migrate()
		assert self.rights() == fresh
		assert self.rule("Customer", "Service Manager", "read", "write", "create", "import", "delete") == (
			*(1, 1, 1, 1),
			0,
		)
		assert self.rule("Stock Reconciliation", "Finance Manager", "import") == 1

	def test_the_second_time_nothing_changes(self):
		older_site.without_imports()
		self.migrate()
		state = self.rights()
		self.migrate()
		assert self.rights() == state

	def test_a_role_that_the_company_took_away_does_not_come_back(self):
		older_site.without_imports()
		frappe.db.delete("Custom DocPerm", {"parent": "Customer", "role": "Service Manager"})
		before = self.rights()["Customer"]
		grant_imports.execute()
		assert self.rights()["Customer"] == before

	def test_other_roles_and_rights_stay_as_the_company_set_them(self):
		older_site.without_imports()
		for role, right in (("Service Manager", "export"), ("Front Desk Clerk", "write")):
			frappe.permissions.update_permission_property("Customer", role, 0, right, 1)
		grant_imports.execute()
		assert self.rule("Customer", "Service Manager", "export", "import") == (1, 1)
		assert self.rule("Customer", "Front Desk Clerk", "write", "create", "import") == (1, 0, 0)


# ---- whose residents these are (ORG-03) ----------------------------------------------------------------------------


class TestCompanies:
	@pytest.fixture
	def kept(self, cast) -> dict[str, str]:
		"""DocType -> a row of it that an older version has written, and where its company stands."""
		resident = make.resident(property_unit=make.unit().name).name
		rows = {
			"Resident": resident,
			"Notice Delivery": bare("Notice Delivery", notice=bare("Resident Notice")),
			"Stock Count Entry": bare("Stock Count Entry", stock_count=bare("Stock Count")),
			"Tool Loan Balance": bare("Tool Loan Balance", warehouse=self.warehouse(cast.company)),
			"Sensitive Data Access": bare(
				"Sensitive Data Access", reference_doctype="Resident", reference_name=resident
			),
		}
		older_site.without_companies()
		return rows

	def warehouse(self, company: str) -> str:
		return frappe.get_all(
			"Warehouse", {"company": company, "is_group": 0}, pluck="name", order_by="name", limit=1
		)[0]

	def companies(self, rows: dict[str, str]) -> set:
		return {frappe.db.get_value(doctype, name, "company") for doctype, name in rows.items()}

	def test_each_row_says_whose_it_is(self, kept, cast):
		assert self.companies(kept) == {None}
		write_companies.execute()
		assert self.companies(kept) == {cast.company}

	def test_the_second_time_nothing_changes(self, kept):
		write_companies.execute()
		frappe.db.set_value("Resident", kept["Resident"], "company", "别家物业")
		write_companies.execute()
		assert frappe.db.get_value("Resident", kept["Resident"], "company") == "别家物业"

	def test_somebody_without_a_room_is_of_the_company_where_there_is_one(self, cast, monkeypatch):
		resident = make.resident()
		other = frappe._dict(company="别家物业")
		for companies, whose in (([other], None), ([], cast.company)):
			older_site.without_companies()
			using = frappe._dict(companies=[*settings.get().companies, *companies])
			with monkeypatch.context() as patch:
				patch.setattr(write_companies.settings, "get", lambda using=using: using)
				write_companies.execute()
			assert frappe.db.get_value("Resident", resident.name, "company") == whose


# ---- requests outside the stores procedure (WH-06) -----------------------------------------------------------------


@pytest.mark.rule("WH-06")
class TestNobodyIsCalledToSubmit:
	STATES = ("Workflow Document State", {"parent": "Material Request Approval", "state": "Submitted"})

	def as_it_was(self, as_user, stores) -> tuple:
		"""(outside the procedure, under it), both in Draft and with an action that is open."""
		frappe.db.set_value(*self.STATES, "is_optional_state", 0)
		frappe.clear_document_cache("Workflow", "Material Request Approval")
		item = make_stock.item().name
		outside = purchasing.request_values(
			stores,
			{"item_code": item, "warehouse": stores.zone()},
			material_request_type="Material Transfer",
			plan_type=None,
			store=None,
		)
		return frappe.get_doc(outside).insert(), purchasing.plan(stores, as_user, item)

	def actions(self, request) -> list[str]:
		return frappe.get_all(
			"Workflow Action", {"reference_name": request.name}, pluck="name", order_by="name"
		)

	def test_what_waited_for_it_is_taken_back_and_nothing_waits_again(self, as_user, stores):
		outside, under = self.as_it_was(as_user, stores)
		(taken,), kept = self.actions(outside), self.actions(under)
		for _ in range(2):
			call_nobody_to_submit.execute()
			assert (self.actions(outside), self.actions(under)) == ([], kept)
		assert not frappe.db.exists(workflow_actions.ROLE, {"parent": taken})
		assert not self.actions(frappe.copy_doc(outside).insert())

	def test_a_step_that_a_company_made_of_it_still_calls_people(self, as_user, stores):
		outside, _under = self.as_it_was(as_user, stores)
		kept = self.actions(outside)
		workflow = frappe.get_doc("Workflow", "Material Request Approval")
		own = {"state": "Pending Finance", "action": "Approve", "next_state": "Submitted"}
		workflow.append("transitions", {**own, "allowed": "Finance Manager"}).db_insert()
		call_nobody_to_submit.execute()
		assert self.actions(outside) == kept
		assert not frappe.db.get_value(*self.STATES, "is_optional_state")
