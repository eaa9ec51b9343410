frappe.query_reports["Procedure Deadlines"] = {
	filters: [
		{
			fieldname: "view",
			label: __("View"),
			fieldtype: "Select",
			options: [
				{ value: "Per Task", label: __("Per Task") },
				{ value: "Per Person", label: __("Per Person") },
			],
			default: "Per Task",
			reqd: 1,
		},
		{
			fieldname: "from_date",
			label: __("From Date"),
			fieldtype: "Date",
			default: frappe.datetime.add_months(frappe.datetime.month_start(), -2),
			reqd: 1,
		},
		{
			fieldname: "to_date",
			label: __("Until"),
			fieldtype: "Date",
			default: frappe.datetime.month_end(),
			reqd: 1,
		},
		{
			fieldname: "company",
			label: __("Company"),
			fieldtype: "Link",
			options: "Company",
			default: frappe.defaults.get_user_default("Company"),
		},
		{ fieldname: "task_code", label: __("Task Code"), fieldtype: "Data" },
		{ fieldname: "done_by", label: __("Done By"), fieldtype: "Link", options: "User" },
	],
	formatter(value, row, column, data, default_formatter) {
		const shown = default_formatter(value, row, column, data);
		if (!data || column.fieldname !== "result") return shown;
		const color = { "On Time": "green", Late: "orange", Overdue: "red", "Not Yet Due": "blue" }[
			data.result
		];
		return `<span class="indicator-pill ${color}">${__(data.result)}</span>`;
	},
};
