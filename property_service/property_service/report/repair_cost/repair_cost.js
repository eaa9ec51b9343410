frappe.query_reports["Repair Cost"] = {
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
		{
			fieldname: "group_by",
			label: __("Group By"),
			fieldtype: "Select",
			options: ["Repair Ticket", "Repair Kind", "Repair Category", "Department", "Month"],
			default: "Repair Ticket",
			reqd: 1,
		},
		{ fieldname: "department", label: __("Department"), fieldtype: "Link", options: "Department" },
		{
			fieldname: "repair_kind",
			label: __("Repair Kind"),
			fieldtype: "Select",
			options: ["", "Home Repair", "Public Repair", "Developer Warranty"],
		},
	],
};
