"""Where Frappe finds the app's parts. A table of contents: no logic, no data."""

app_name = "property_service"
app_title = "Property Service"
app_publisher = "Property Service contributors"
app_description = "Service centre of a property company: registers, service orders, complaints, stores"
app_email = "property-service@example.com"
app_license = "GPL-3.0-or-later"
# With its owner: by the bare name the installer of Frappe 16 looks the app up on the internet.
required_apps = ["frappe/erpnext"]

# ---- install, migrate, uninstall ----------------------------------------------------------------------------------

before_install = "property_service.setup.install.before_install"
after_install = "property_service.setup.install.after_install"
after_sync = "property_service.setup.install.after_sync"
after_migrate = "property_service.setup.install.after_migrate"
before_uninstall = "property_service.setup.uninstall.before_uninstall"

# ---- classes that take the place of ERPNext's -----------------------------------------------------------------------

override_doctype_class = {
	"Service Level Agreement": "property_service.service_level_agreement.PropertyServiceLevelAgreement",
	"Quality Inspection": "property_service.stock.quality_inspection.PropertyQualityInspection",
	"Material Request": "property_service.late_tables.PropertyMaterialRequest",
	"Purchase Receipt": "property_service.late_tables.PropertyPurchaseReceipt",
	"Material Request Item": "property_service.stock.rows.PropertyMaterialRequestItem",
	"Purchase Receipt Item": "property_service.stock.rows.PropertyPurchaseReceiptItem",
	"Stock Entry Detail": "property_service.stock.rows.PropertyStockEntryDetail",
}

# ---- methods of Frappe that would pass by our documents' checks, or show options as they are stored ---------------

override_whitelisted_methods = {
	"frappe.desk.form.assign_to.add": "property_service.desk_doors.add",
	"frappe.desk.form.assign_to.add_multiple": "property_service.desk_doors.add_multiple",
	"frappe.desk.form.assign_to.remove": "property_service.desk_doors.remove",
	"frappe.desk.form.assign_to.remove_multiple": "property_service.desk_doors.remove_multiple",
	"frappe.desk.form.assign_to.close": "property_service.desk_doors.close",
	"frappe.desk.search.get_link_title": "property_service.desk_doors.get_link_title",
	"frappe.desk.search.search_link": "property_service.link_search.search_link",
	"frappe.desk.search.search_widget": "property_service.link_search.search_widget",
	"frappe.desk.form.save.savedocs": "property_service.desk_doors.savedocs",
	"frappe.model.workflow.apply_workflow": "property_service.desk_doors.apply_workflow",
	"frappe.model.workflow.bulk_workflow_approval": "property_service.desk_doors.bulk_workflow_approval",
	"frappe.desk.doctype.bulk_update.bulk_update.submit_cancel_or_update_docs": "property_service.desk_doors.submit_cancel_or_update_docs",
}

# A draft that fulfilled a task may be deleted; the calendar then opens the task again. Monthly figures go with their item.
ignore_links_on_delete = ["Procedure Occurrence", "Stock Month", "Tool Loan Balance"]

# ---- requests -----------------------------------------------------------------------------------------------------

before_request = [
	"property_service.request_memory.begin",
	"property_service.sent_values.refuse_half_characters",
	"property_service.sent_values.refuse_structures",
]

# ---- time ---------------------------------------------------------------------------------------------------------

scheduler_events = {
	"daily": [
		"property_service.series.ensure_prefixes",
		"property_service.sensitive_data.blank_expired",
		"property_service.procedure_calendar.catch_up",
		"property_service.property_service.doctype.card_day_posting.posting.post_due",
		"property_service.property_service.doctype.vehicle_pass.expiry.expire_due",
		"property_service.property_service.doctype.goods_release_pass.goods_release_pass.expire_due",
		"property_service.property_service.doctype.gym_membership.gym_membership.expire_due",
		"property_service.property_service.doctype.drinking_water_order.billing.bill_due",
		"property_service.property_service.doctype.service_order.slips.remind_first_handlers",
		"property_service.buying.plan_making.draft_below_limit",
		"property_service.stock.issues.chase_unsigned",
		"property_service.tools.chasing.chase_due",
		"property_service.low_value.revaluation.sweep",
	],
	# reads every document of a company: on the queue whose jobs may take longer than five minutes
	"daily_long": [
		"property_service.invariants.report_nightly",
	],
	"hourly": [
		"property_service.procedure_calendar.close_fulfilled",
		"property_service.property_service.doctype.front_desk_shift.front_desk_shift.report_left_open",
		"property_service.property_service.doctype.repair_ticket.alarms.alarm_overdue",
		"property_service.property_service.doctype.customer_complaint.escalation.escalate_overdue",
		"property_service.property_service.doctype.follow_up_plan.drawing.resume_interrupted",
		"property_service.property_service.doctype.daily_issue_summary.daily_issue_summary.draft_due",
		"property_service.property_service.doctype.key_loan.chasing.chase_overdue",
		"property_service.stock.stock_months.refresh",
	],
	"monthly": [
		"property_service.property_service.doctype.scrap_request.proposing.propose_expired",
	],
	"cron": {
		"0 18 * * *": ["property_service.stock.slips.list_unsubmitted"],
		"*/10 * * * *": [
			"property_service.property_service.doctype.resident_notice.delivery.continue_publishing",
			"property_service.property_service.doctype.card_subsidy_batch.crediting.resume_interrupted",
			"property_service.low_value.issuing.make_left_behind",
			"property_service.low_value.runs.resume_interrupted",
		],
	},
}

# ---- who sees what (ORG-02); the table stands in access.py --------------------------------------------------------

permission_query_conditions = {
	"Repair Ticket": "property_service.access.query_condition",
	"Repair Ticket Deferral": "property_service.access.query_condition",
	"Repair Ticket Chaser": "property_service.access.query_condition",
	"Repair Ticket Photo": "property_service.access.query_condition",
	"Handler Transfer": "property_service.access.query_condition",
	"Service Order": "property_service.access.query_condition",
	"Service Order Material": "property_service.access.query_condition",
	"Service Order Charge": "property_service.access.query_condition",
	"Service Order Photo": "property_service.access.query_condition",
	"Service Order Room": "property_service.access.query_condition",
	"Follow Up": "property_service.access.query_condition",
	"Follow Up Attempt": "property_service.access.query_condition",
	"Approval Step": "property_service.access.query_condition",
	"Customer Complaint": "property_service.access.query_condition",
	"Complaint Contact": "property_service.access.query_condition",
	"Complaint Escalation": "property_service.access.query_condition",
	"Quality Suggestion": "property_service.access.query_condition",
	"Complainant": "property_service.property_service.doctype.customer_complaint.identity.query_condition",
	"Tool Request": "property_service.access.query_condition",
	"Tool Request Item": "property_service.access.query_condition",
	"Tool Custody": "property_service.access.query_condition",
	"Tool Custody Chase": "property_service.access.query_condition",
	"Material Request": "property_service.access.query_condition",
	"Material Request Item": "property_service.access.query_condition",
	"Plan Quantity Change": "property_service.access.query_condition",
	"Replaced Article": "property_service.access.query_condition",
	"Item Wise Tax Detail": "property_service.access.query_condition",  # a table of ERPNext 16
	"Landed Cost Taxes and Charges": "property_service.access.query_condition",
	"Pricing Rule Detail": "property_service.access.query_condition",
	"Purchase Receipt Item Supplied": "property_service.access.query_condition",
	"Purchase Taxes and Charges": "property_service.access.query_condition",
	"Purchase Receipt": "property_service.access.query_condition",
	"Purchase Receipt Item": "property_service.access.query_condition",
	"Receipt Document": "property_service.access.query_condition",
	"Stock Entry": "property_service.access.query_condition",
	"Stock Entry Detail": "property_service.access.query_condition",
	"Scrap Request": "property_service.access.query_condition",
	"Scrap Request Item": "property_service.access.query_condition",
	"Scrap Request Photo": "property_service.access.query_condition",
	"Scrap Request Verifier": "property_service.access.query_condition",
	"Low Value Article": "property_service.access.query_condition",
	"Article Transfer": "property_service.access.query_condition",
	"Article Transfer Item": "property_service.access.query_condition",
	"Article Repair": "property_service.access.query_condition",
	"Article Count": "property_service.access.query_condition",
	"Article Count Line": "property_service.access.query_condition",
}
has_permission = {
	"Repair Ticket": "property_service.access.has_permission",
	"Service Order": "property_service.access.has_permission",
	"Follow Up": "property_service.access.has_permission",
	"Customer Complaint": "property_service.access.has_permission",
	"Complaint Escalation": "property_service.access.has_permission",
	"Quality Suggestion": "property_service.access.has_permission",
	"Complainant": "property_service.property_service.doctype.customer_complaint.identity.has_permission",
	"Tool Request": "property_service.access.has_permission",
	"Tool Custody": "property_service.access.has_permission",
	"Material Request": "property_service.access.has_permission",
	"Purchase Receipt": "property_service.access.has_permission",
	"Stock Entry": "property_service.access.has_permission",
	"Scrap Request": "property_service.access.has_permission",
	"Low Value Article": "property_service.access.has_permission",
	"Article Transfer": "property_service.access.has_permission",
	"Article Repair": "property_service.access.has_permission",
	"Article Count": "property_service.access.has_permission",
}

# ---- the reception counter (SVC-01): who else finds a caller, what is open, what can be begun --------------------

counter_search = [
	"property_service.property_service.doctype.key_loan.counter.find_holder",
	"property_service.property_service.doctype.vehicle_pass.counter.find_by_plate",
	"property_service.property_service.doctype.gym_membership.counter.find_by_card",
	"property_service.property_service.doctype.service_card.counter.find_by_card",
]
counter_open_matters = [
	"property_service.reception.open_service_matters",
	"property_service.property_service.doctype.customer_complaint.counter.open_complaints",
	"property_service.property_service.doctype.key_loan.counter.open_loans",
	"property_service.property_service.doctype.vehicle_pass.counter.open_applications",
	"property_service.property_service.doctype.goods_release_pass.counter.open_passes",
	"property_service.property_service.doctype.residence_application.counter.open_applications",
	"property_service.property_service.doctype.drinking_water_order.counter.open_orders",
]
counter_entries = {
	"Repair Ticket": {
		"resident": "reported_by",
		"name": "contact_name",
		"phone": "contact_phone",
		"unit": "property_unit",
	},
	"Service Order": {"name": "customer_name", "phone": "customer_phone", "unit": "property_unit"},
	"Front Desk Receipt": {"resident": "resident", "name": "payer"},
	"Customer Complaint": {
		"resident": "complainant",
		"name": "contact_name",
		"phone": "contact_phone",
		"unit": "property_unit",
	},
	"Key Loan": {"resident": "resident", "name": "borrower_name", "phone": "borrower_phone"},
	"Service Card": {"resident": "resident"},
	"Vehicle Pass": {
		"resident": "resident",
		"name": "applicant_name",
		"phone": "phone",
		"unit": "property_unit",
		"customer": "employer",
	},
	"Gym Membership": {"resident": "resident"},
	"Residence Application": {"name": "applicant_name", "phone": "mobile_no"},
	"Drinking Water Order": {
		"resident": "resident",
		"name": "contact_name",
		"phone": "contact_phone",
		"unit": "property_unit",
		"customer": "customer",
	},
	"Goods Release Pass": {
		"resident": "resident",
		"name": "carrier_name",
		"phone": "phone",
		"unit": "property_unit",
	},
}

# ---- forms --------------------------------------------------------------------------------------------------------

app_include_js = [
	"/assets/property_service/js/loop_names.js",
	"/assets/property_service/js/states_in_context.js",
	"/assets/property_service/js/help_of_moments.js",
]
doctype_js = {
	"Customer Complaint": ["public/js/first_handler.js", "public/js/follow_up.js"],
	"Repair Ticket": ["public/js/first_handler.js", "public/js/follow_up.js"],
	"Front Desk Receipt": "public/js/take_money.js",
	"Front Desk Shift": "public/js/take_money.js",
	"Employee": "public/js/employee.js",
	"Item": "public/js/item.js",
	"Material Request": ["public/js/material_request.js", "public/js/replacements.js"],
	"Purchase Receipt": [
		"public/js/inspection.js",
		"public/js/certificates.js",
		"public/js/direct_issue.js",
		"public/js/arrival.js",
	],
	"Stock Entry": [
		"public/js/inspection.js",
		"public/js/stock_entry.js",
		"public/js/low_value_issue.js",
	],
	"Warehouse": "public/js/warehouse.js",
	"Resident": "public/js/sensitive_data.js",
	"Residence Application": "public/js/sensitive_data.js",
	"Service Card": "public/js/card_desk.js",
	"Service Order": "public/js/service_order_site.js",
}
doctype_list_js = {
	"Front Desk Receipt": "public/js/take_money.js",
	"Material Request": "public/js/material_request_list.js",
	"Property Unit": "public/js/guest_rooms.js",
	"Service Card": "public/js/card_desk.js",
	"Service Order": "public/js/guest_rooms.js",
}

# ---- sheets -------------------------------------------------------------------------------------------------------

jinja = {
	"methods": [
		"property_service.buying.sheet.purchase_plan_sheet",
		"property_service.stock.sheet.goods_receipt_sheet",
		"property_service.stock.sheet.goods_issue_sheet",
		"property_service.stock.sheet.issue_request_sheet",
		"property_service.tools.sheet.tool_request_sheet",
		"property_service.tools.sheet.tool_card_sheet",
		"property_service.low_value.sheet.article_qr_code",
		"property_service.sheets.dispatch_slip",
		"property_service.property_service.doctype.customer_complaint.sheet.complaint_record",
		"property_service.property_service.doctype.service_card.statement.card_statement",
		"property_service.sheets.sheet_qr_code",
		"property_service.sheets.text_qr_code",
		"property_service.property_service.doctype.vehicle_pass.public.pass_qr_code",
		"property_service.sheets.sheet_full_name",
		"property_service.sheets.sheet_pages",
		"property_service.sheets.sheet_time",
		"property_service.property_service.doctype.goods_release_pass.sheet.release_slip",
		"property_service.property_service.doctype.residence_application.sheet.residence_form",
		"property_service.property_service.doctype.stock_count.sheet.count_sheet",
		"property_service.property_service.doctype.article_count.sheet.article_count_sheet",
		"property_service.property_service.doctype.scrap_request.sheet.scrap_sheet",
	],
}

# ---- sensitive numbers (ORG-03): DocType -> fields, and DocType -> the date that ends an entry --------------------

sensitive_fields = {
	"Resident": ["id_number"],
	"Residence Application": ["id_number"],
}
sensitive_entry_ends_on = {
	"Resident": "moved_out_on",
	"Residence Application": "ended_on",
}

# ---- what happens to documents of Frappe and ERPNext, and to rows of our own tables -------------------------------

doc_events = {
	(
		*("Department", "Item", "Item Group", "Material Request", "Purchase Order", "Purchase Receipt"),
		*("Sales Invoice", "Stock Entry", "Warehouse"),
	): {
		"before_validate": "property_service.sent_values.check_added",
		"before_update_after_submit": "property_service.sent_values.refuse_rows_of_others",
	},
	"Company": {
		"on_update": "property_service.setup.defaults.add_new_company",
		"on_trash": "property_service.setup.defaults.remove_company",
	},
	"Department": {
		"validate": "property_service.hr.department.validate",
		"on_update": "property_service.access.forget_departments",
		"on_trash": "property_service.access.forget_departments",
	},
	"Employee": {
		"validate": "property_service.hr.employee.validate",
		"on_update": "property_service.access.forget_departments",
		"before_rename": "property_service.hr.employee.before_rename",
		"after_rename": "property_service.hr.employee.after_rename",
		"on_trash": "property_service.access.forget_departments",
	},
	"Resident": {
		"validate": "property_service.property_service.doctype.residence_application.moving_out.refuse_by_hand",
		"on_update": "property_service.property_service.doctype.key_loan.chasing.end_residence_loans",
	},
	"Service Order": {
		"validate": "property_service.property_service.doctype.drinking_water_order.delivery_order.refuse_cancelling",
		"on_update": "property_service.property_service.doctype.drinking_water_order.delivery_order.follow",
	},
	"Sales Invoice": {
		"validate": "property_service.selling.sales_invoice.validate",
		"after_insert": "property_service.selling.sales_invoice.after_insert",
		"before_submit": "property_service.stock.gates.sales",
		"on_cancel": "property_service.selling.sales_invoice.on_cancel",
		"on_trash": "property_service.selling.sales_invoice.on_trash",
	},
	"Item": {
		"validate": ["property_service.stock.item.validate", "property_service.low_value.item.validate"],
		"before_rename": "property_service.stock.item.before_rename",
		"after_rename": "property_service.stock.item.after_rename",
		"on_trash": "property_service.stock.item.on_trash",
	},
	"Item Group": {
		"validate": "property_service.low_value.item.validate_group",
	},
	"Warehouse": {
		"onload": "property_service.stock.warehouse.onload",
		"validate": "property_service.stock.warehouse.validate",
		"on_update": "property_service.stock.warehouse.on_update",
		"before_rename": "property_service.stock.warehouse.before_rename",
		"after_rename": "property_service.stock.warehouse.after_rename",
		"on_trash": "property_service.stock.warehouse.on_trash",
	},
	"Material Request": {
		"onload": "property_service.buying.material_request.onload",
		"before_insert": "property_service.buying.material_request.before_insert",
		"before_validate": "property_service.buying.material_request.before_validate",
		"validate": "property_service.buying.material_request.validate",
		"on_update": "property_service.buying.material_request.on_update",
		"before_submit": "property_service.buying.material_request.before_submit",
		"before_update_after_submit": "property_service.buying.material_request.before_update_after_submit",
		"before_cancel": "property_service.buying.material_request.before_cancel",
		"on_trash": "property_service.buying.material_request.on_trash",
	},
	"Purchase Order": {
		"before_validate": "property_service.buying.purchase_order.before_validate",
		"validate": "property_service.buying.purchase_order.validate",
		"before_submit": "property_service.buying.purchase_order.before_submit",
		"on_submit": "property_service.buying.purchase_order.on_submit",
		"before_update_after_submit": "property_service.buying.purchase_order.before_update_after_submit",
		"on_cancel": "property_service.buying.purchase_order.on_cancel",
		"on_change": "property_service.buying.purchase_order.on_change",
	},
	"Purchase Order Item": {
		"on_trash": "property_service.buying.purchase_order.on_row_trash",
	},
	"Purchase Receipt": {
		"before_validate": "property_service.stock.purchase_receipt.before_validate",
		"before_cancel": "property_service.stock.purchase_receipt.before_cancel",
		"validate": [
			"property_service.stock.purchase_receipt.validate",
			"property_service.low_value.item.say_of_receipt",
		],
		"before_submit": "property_service.stock.purchase_receipt.before_submit",
		"on_submit": "property_service.stock.purchase_receipt.on_submit",
		"on_cancel": "property_service.stock.purchase_receipt.on_cancel",
	},
	"Purchase Invoice": {
		"before_submit": [
			"property_service.stock.gates.purchase_invoice",
			"property_service.buying.purchase_invoice.before_submit",
		],
	},
	"Subcontracting Receipt": {
		"before_submit": "property_service.stock.gates.subcontracting_receipt",
	},
	"Delivery Note": {
		"before_submit": "property_service.stock.gates.sales",
	},
	"Stock Reconciliation": {
		"before_submit": "property_service.stock.gates.reconciliation",
	},
	"Stock Entry": {
		"before_cancel": [
			"property_service.ledger.stock.refuse_cancelling",
			"property_service.stock.stock_entry.before_cancel",
			"property_service.low_value.stock_entry.before_cancel",
		],
		"before_validate": [
			"property_service.stock.stock_entry.before_validate",
			"property_service.low_value.stock_entry.before_validate",
		],
		"validate": "property_service.stock.stock_entry.validate",
		"before_submit": [
			"property_service.stock.stock_entry.before_submit",
			"property_service.low_value.stock_entry.before_submit",
		],
		"before_update_after_submit": "property_service.stock.stock_entry.before_update_after_submit",
		"on_submit": [
			"property_service.stock.stock_entry.on_submit",
			"property_service.low_value.stock_entry.on_submit",
			"property_service.tools.articles.link",
		],
		"on_cancel": "property_service.stock.stock_entry.on_cancel",
	},
	"Quality Inspection": {
		"before_validate": "property_service.stock.quality_inspection.before_validate",
		"before_submit": "property_service.stock.quality_inspection.before_submit",
		"before_cancel": "property_service.stock.quality_inspection.before_cancel",
	},
	"Stock Ledger Entry": {
		"on_submit": "property_service.stock.stock_ledger_entry.on_submit",
	},
	"Repost Item Valuation": {
		"on_change": [
			"property_service.stock.repost_item_valuation.on_change",
			"property_service.low_value.revaluation.on_repost",
		],
	},
	("Material Request Item", "Purchase Order Item", "Purchase Receipt Item", "Stock Entry Detail"): {
		"before_insert": "property_service.stock.rows.refuse_alone",
		"before_validate": "property_service.stock.rows.refuse_alone",
		"before_update_after_submit": "property_service.stock.rows.refuse_alone",
		"before_cancel": "property_service.stock.rows.refuse_alone",
		"on_trash": "property_service.stock.rows.refuse_alone",
	},
	"Data Import": {
		"validate": "property_service.access.refuse_import",
	},
	"Error Log": {
		"before_insert": "property_service.sensitive_data.scrub_error_log",
	},
	(
		*("Repair Ticket", "Service Order", "Follow Up", "Customer Complaint", "Complaint Escalation"),
		*("Quality Suggestion", "Scrap Request", "Low Value Article", "Article Transfer", "Article Repair"),
		*("Article Count", "Material Request", "Stock Entry", "Purchase Receipt", "Tool Request"),
		"Tool Custody",
	): {
		"validate_share": "property_service.access.refuse_sharing",
	},
	(
		*("Repair Ticket", "Service Order", "Customer Complaint", "Defect Notice"),
		*("Material Request", "Scrap Request"),
	): {
		"on_update": "property_service.workflow_actions.write",
	},
	(
		"Approval Step",
		"Article Count Line",
		"Article Opening Item",
		"Article Transfer Item",
		"Card Access",
		"Card Subsidy Row",
		"Complaint Contact",
		"Front Desk Closing Denomination",
		"Front Desk Closing Line",
		"Front Desk Closing Mode",
		"Monthly Revenue Difference",
		"Monthly Revenue Line",
		"Follow Up Plan Owner",
		"Follow Up Plan Question",
		"Follow Up Attempt",
		"Goods Release Item",
		"Gym Freeze",
		"Handover Override Matter",
		"Handler Transfer",
		"Key Loan Chase",
		"Property Key Unit",
		"Residence Item",
		"Residence Override",
		"Repair Ticket Chaser",
		"Repair Ticket Deferral",
		"Repair Ticket Photo",
		"Service Order Charge",
		"Service Order Material",
		"Service Order Photo",
		"Service Order Room",
		"Daily Issue Summary Line",
		"Document Handover Item",
		"Monthly Archive Line",
		"Follow Up Policy",
		"Owner Category",
		"Payment Mode Account",
		"Plan Quantity Change",
		"Replaced Article",
		"Procedure Task",
		"Property Service Company",
		"Property Service Deputy",
		"Receipt Document",
		"Receipt Purpose Account",
		"Resident Notice Employer",
		"Resident Notice Unit",
		"Satisfaction Response Answer",
		"Satisfaction Survey Aspect",
		"Shift Handover Line",
		"Scrap Request Item",
		"Scrap Request Photo",
		"Scrap Request Verifier",
		"Slip Handover Item",
		"Stock Count Decision",
		"Stock Count Line",
		"Stock Count Warehouse",
		"Stock Zone Type",
		"Tool Custody Chase",
		"Tool Request Item",
		"Store Budget",
		"Warehouse Check Point",
		"Warehouse Storage Class",
		"Vehicle Pass Requirement",
		"Water Item",
	): {
		"before_insert": "property_service.guards.only_through_parent",
		"before_validate": "property_service.guards.only_through_parent",
		"on_trash": "property_service.guards.only_through_parent",
	},
	(
		*("Material Request", "Purchase Order", "Purchase Receipt", "Quality Inspection", "Stock Entry"),
		*("Stock Reconciliation", "Stock Count", "Scrap Request", "Document Handover", "Warehouse Check"),
		*("Slip Handover", "Tool Request", "Article Transfer", "Article Repair"),
	): {
		"validate": "property_service.archive.lock.refuse_change",
		"before_update_after_submit": "property_service.archive.lock.refuse_change",
		"before_cancel": "property_service.archive.lock.refuse_change",
		"before_rename": "property_service.archive.lock.refuse_renaming",
		"on_trash": "property_service.archive.lock.refuse_deleting",
	},
	"File": {
		"validate": "property_service.archive.lock.refuse_file_change",
		"on_trash": "property_service.archive.lock.refuse_file_deleting",
	},
	"Journal Entry": {
		"before_cancel": "property_service.ledger.journal.refuse_cancelling",
		"on_trash": "property_service.ledger.journal.refuse_cancelling",
	},
	"Property Service Settings": {
		"on_update": [
			"property_service.setup.service_levels.follow_settings",
			"property_service.setup.stores.follow",
		],
		"validate": [
			"property_service.property_service.doctype.procedure_task.procedure_task.validate_tasks",
			"property_service.setup.stores.fill",
			"property_service.setup.low_value.fill",
		],
	},
}

# ---- documents that are kept, listed by month and locked (LV-15); property_service/archive says how to join -------

archived_documents = {
	"Material Request": {"date": "transaction_date"},
	"Purchase Order": {"date": "transaction_date"},
	"Purchase Receipt": {"date": "posting_date"},
	"Quality Inspection": {"date": "report_date"},
	"Stock Entry": {"date": "posting_date"},
	"Stock Reconciliation": {"date": "posting_date"},
	"Stock Count": {"date": "count_date", "final": ["Finance Manager Approved", "Cancelled"]},
	"Scrap Request": {"date": "creation", "final": ["Posted", "Rejected", "Cancelled"]},
	"Document Handover": {"date": "creation", "final": ["Received", "Cancelled"]},
	"Warehouse Check": {"date": "checked_on"},
	"Slip Handover": {"date": "creation", "final": ["Checked", "Cancelled"]},
	"Tool Request": {"date": "creation", "final": ["Handed Out", "Confirmed", "Rejected", "Cancelled"]},
	"Article Transfer": {"date": "creation", "final": ["Handed Over", "Cancelled"]},
	"Article Repair": {"date": "creation", "final": ["Repaired", "Cancelled"]},
}

# ---- what registers add to (functions other apps and later registers may join) ------------------------------------

daily_summary_lines = [
	"property_service.property_service.doctype.daily_issue_summary.sources.repair_tickets",
	"property_service.property_service.doctype.daily_issue_summary.sources.service_orders",
	"property_service.property_service.doctype.daily_issue_summary.sources.follow_ups",
	"property_service.property_service.doctype.customer_complaint.counter.day_summary",
	"property_service.property_service.doctype.key_loan.counter.day_summary",
	"property_service.property_service.doctype.vehicle_pass.counter.day_summary",
	"property_service.property_service.doctype.goods_release_pass.counter.day_summary",
	"property_service.property_service.doctype.gym_membership.counter.day_summary",
	"property_service.property_service.doctype.residence_application.counter.day_summary",
	"property_service.property_service.doctype.drinking_water_order.counter.day_summary",
]
shift_handover_lines = [
	"property_service.property_service.doctype.shift_handover.sources.repair_tickets",
	"property_service.property_service.doctype.shift_handover.sources.service_orders",
	"property_service.property_service.doctype.shift_handover.sources.complaints",
	"property_service.property_service.doctype.front_desk_shift.front_desk_shift.handover_line",
]

# ---- the till (CASH): purposes that are taken by a register's entries only, entries that say they are paid, and what
# ---- accounts of a register must hold; property_service/till.py and till_ledger.py say how to join -------------------

till_purposes = {
	"Card Transaction": ["Card Top-up", "Card Refund"],
	"Gym Membership": ["Gym"],
	"Drinking Water Order": ["Water", "Water Deposit", "Water Deposit Refund"],
	"Vehicle Pass": ["Vehicle Pass"],
	"Key Loan": ["Key Deposit", "Key Deposit Refund"],
}
till_paid_entries = [
	"property_service.card_ledger.paid_movements",
	"property_service.register_money.paid_entries",
]
till_balances = ["property_service.card_ledger.liability"]

# Moving in and out (DESK-10): see doctype/residence_application/moving_in.py and moving_out.py for what each function gets.
residence_moving_in = [
	"property_service.property_service.doctype.key_loan.residence.hand_out",
	"property_service.property_service.doctype.service_card.residence.open_doors",
]
residence_open_matters = [
	"property_service.property_service.doctype.key_loan.residence.open_matters",
	"property_service.property_service.doctype.service_card.residence.open_matters",
	"property_service.property_service.doctype.residence_application.bills.open_matters",
	"property_service.hr.handovers.of_residents",
]
residence_settle = {
	"Key Loan": "property_service.property_service.doctype.key_loan.residence.settle",
	"Service Card": "property_service.property_service.doctype.service_card.residence.settle",
}
residence_moving_out = [
	"property_service.property_service.doctype.service_card.residence.end_access",
]

# Leaving, moving and new heads of departments (WH-24, LV-08): see hr/handovers.py for what each function gets.
employee_open_matters = [
	"property_service.tools.matters.of_employees",
	"property_service.low_value.matters.of_employees",
]
department_open_matters = [
	"property_service.tools.matters.of_departments",
	"property_service.low_value.matters.of_departments",
]
