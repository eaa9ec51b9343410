frappe.query_reports["Open after Moving Out"] = {
	filters: [
		{
			fieldname: "company",
			label: __("Company"),
			fieldtype: "Link",
			options: "Company",
			default: frappe.defaults.get_user_default("Company"),
		},
		{
			fieldname: "employer",
			label: __("Employer", null, "Residence Application"),
			fieldtype: "Link",
			options: "Customer",
		},
	],
};
