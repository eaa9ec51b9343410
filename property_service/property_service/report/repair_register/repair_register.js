frappe.require("/assets/property_service/js/register_sheet.js");

frappe.query_reports["Repair Register"] = {
	filters: [
		{
			fieldname: "company",
			label: __("Company"),
			fieldtype: "Link",
			options: "Company",
			default: frappe.defaults.get_user_default("Company"),
		},
		{
			fieldname: "from_date",
			label: __("From Date"),
			fieldtype: "Date",
			default: frappe.datetime.month_start(),
			reqd: 1,
		},
		{
			fieldname: "to_date",
			label: __("To Date"),
			fieldtype: "Date",
			default: frappe.datetime.month_end(),
			reqd: 1,
		},
		{ fieldname: "department", label: __("Department"), fieldtype: "Link", options: "Department" },
		{
			fieldname: "repair_kind",
			label: __("Repair Kind"),
			fieldtype: "Select",
			options: ["", "Home Repair", "Public Repair", "Developer Warranty"],
		},
		{
			fieldname: "status",
			label: __("Status"),
			fieldtype: "Select",
			options: [
				"",
				"Reported",
				"Dispatched",
				"In Progress",
				"Deferred",
				"Completed",
				"Closed",
				"Reopened",
				"Cancelled",
			],
		},
	],
};
