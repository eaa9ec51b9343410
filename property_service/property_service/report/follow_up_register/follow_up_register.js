frappe.require("/assets/property_service/js/register_sheet.js");

frappe.query_reports["Follow Up Register"] = {
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
			fieldname: "reference_doctype",
			label: __("Follow-up of"),
			fieldtype: "Select",
			options: ["", "Repair Ticket", "Customer Complaint", "Service Order", "Resident"],
		},
		{ fieldname: "department", label: __("Department"), fieldtype: "Link", options: "Department" },
		{
			fieldname: "follow_up_plan",
			label: __("Follow Up Plan"),
			fieldtype: "Link",
			options: "Follow Up Plan",
		},
		{ fieldname: "done_by", label: __("Followed Up By"), fieldtype: "Link", options: "User" },
	],
};
