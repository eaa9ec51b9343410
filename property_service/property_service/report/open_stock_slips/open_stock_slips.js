frappe.query_reports["Open Stock Slips"] = {
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
			default: frappe.datetime.add_months(frappe.datetime.get_today(), -2),
			reqd: 1,
		},
		{
			fieldname: "to_date",
			label: __("To Date"),
			fieldtype: "Date",
			default: frappe.datetime.get_today(),
			reqd: 1,
		},
		{
			fieldname: "concern",
			label: __("Matter"),
			fieldtype: "Select",
			options: [
				"",
				"Not Submitted",
				"Not Handed Over",
				"Sent Back by the Accountant",
				"Collected by the Storekeeper",
				"With the Accountant",
				"Cancelled after Acceptance",
				"Changed after Acceptance",
			].map((value) => ({ value, label: value && __(value, null, "Slip Handover") })),
		},
	],
};
