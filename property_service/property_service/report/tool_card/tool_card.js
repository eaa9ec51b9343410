frappe.require("/assets/property_service/js/register_sheet.js");

frappe.query_reports["Tool Card"] = {
	filters: [
		{
			fieldname: "company",
			label: __("Company"),
			fieldtype: "Link",
			options: "Company",
			default: frappe.defaults.get_user_default("Company"),
		},
		{
			fieldname: "holder",
			label: __("Holder", null, "Tool Custody"),
			fieldtype: "Link",
			options: "Employee",
		},
		{ fieldname: "department", label: __("Department"), fieldtype: "Link", options: "Department" },
		{
			fieldname: "custody_kind",
			label: __("Custody Kind"),
			fieldtype: "Select",
			options: [
				"",
				...["To Keep", "Loan"].map((value) => ({ value, label: __(value, null, "Tool Custody") })),
			],
		},
		{ fieldname: "only_open", label: __("Only What Is in Use"), fieldtype: "Check" },
		{ fieldname: "only_overdue", label: __("Only What Is Overdue"), fieldtype: "Check" },
	],
};
