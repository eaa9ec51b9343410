frappe.require("/assets/property_service/js/register_sheet.js");

frappe.query_reports["Low Value Register"] = {
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
			fieldname: "department",
			label: __("Department"),
			fieldtype: "Link",
			options: "Department",
		},
		{
			fieldname: "low_value_class",
			label: __("Low-Value Class"),
			fieldtype: "Select",
			options: ["", "Tool", "Office", "Labour Protection", "Other"],
		},
		{
			fieldname: "user_employee",
			label: __("User", null, "Low Value Article"),
			fieldtype: "Link",
			options: "Employee",
		},
		{
			fieldname: "status",
			label: __("Status", null, "Low Value Article"),
			fieldtype: "Select",
			options: ["", "In Use", "Idle", "Under Repair", "Lost", "Scrapped", "Returned"],
		},
	],
};
