frappe.query_reports["Documents of Goods"] = {
	filters: [
		{
			fieldname: "company",
			label: __("Company"),
			fieldtype: "Link",
			options: "Company",
			default: frappe.defaults.get_user_default("Company"),
		},
		{ fieldname: "item_code", label: __("Item"), fieldtype: "Link", options: "Item" },
		{
			fieldname: "not_received",
			label: __("Only What Finance Has Not Received"),
			fieldtype: "Check",
		},
	],
};
