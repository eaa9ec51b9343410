frappe.query_reports["Department Requests"] = {
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
			default: frappe.datetime.add_months(frappe.datetime.month_start(), -1),
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
			fieldname: "material_request_type",
			label: __("Type", null, "Material Request"),
			fieldtype: "Select",
			options: [
				"",
				{ value: "Purchase", label: __("Purchase Plan") },
				{ value: "Material Issue", label: __("Issue Request") },
			],
		},
	],
};
