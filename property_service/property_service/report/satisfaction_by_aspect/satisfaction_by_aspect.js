frappe.query_reports["Satisfaction by Aspect"] = {
	filters: [
		{
			fieldname: "company",
			label: __("Company"),
			fieldtype: "Link",
			options: "Company",
			default: frappe.defaults.get_user_default("Company"),
		},
		{ fieldname: "survey", label: __("Survey"), fieldtype: "Link", options: "Satisfaction Survey" },
		{ fieldname: "from_date", label: __("From Date"), fieldtype: "Date" },
		{ fieldname: "to_date", label: __("Until"), fieldtype: "Date" },
	],
};
