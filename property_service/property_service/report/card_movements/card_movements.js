frappe.query_reports["Card Movements"] = {
	filters: [
		{
			fieldname: "company",
			label: __("Company"),
			fieldtype: "Link",
			options: "Company",
			default: frappe.defaults.get_user_default("Company"),
			reqd: 1,
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
			fieldname: "customer",
			label: __("Resident Company"),
			fieldtype: "Link",
			options: "Customer",
		},
		{
			fieldname: "service_card",
			label: __("Service Card"),
			fieldtype: "Link",
			options: "Service Card",
		},
		{
			fieldname: "by_card",
			label: __("One Row per Card"),
			fieldtype: "Check",
		},
	],
};
