frappe.require("/assets/property_service/js/register_sheet.js");

frappe.query_reports["Key Loan Register"] = {
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
			fieldname: "loan_kind",
			label: __("Loan Kind"),
			fieldtype: "Select",
			options: ["", "Temporary", "Residence"],
		},
		{
			fieldname: "property_key",
			label: __("Key", null, "Key Loan"),
			fieldtype: "Link",
			options: "Property Key",
		},
		{
			fieldname: "only_out",
			label: __("Only Keys That Are Out, of Any Date"),
			fieldtype: "Check",
		},
	],
};
