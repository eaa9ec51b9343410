// The list of exactly the documents that a figure is made of; filters of one field may repeat.
function list_behind(row, column) {
	const conditions = new URLSearchParams();
	const add = (field, condition) => conditions.append(field, JSON.stringify(condition));
	Object.entries(row.filters).forEach(([field, condition]) => add(field, condition));
	add(row.date_field, ["between", [column.from_date, column.to_date]]);
	column.place.forEach((condition) => add("property_unit", condition));
	const company = frappe.query_report.get_filter_value("company");
	if (company) add("company", ["=", company]);
	const path = frappe.router.make_url([frappe.router.slug(row.doctype), "view", "list"]);
	return `${path}?${conditions}`;
}

function as_read(row, value) {
	if (value === null || value === undefined) return "–";
	const figure = format_number(value, null, Number.isInteger(value) ? 0 : 1);
	return { rate: `${figure} %`, mean: __("{0} hours", [figure], "Service Statistics") }[row.kind] || figure;
}

frappe.query_reports["Service Statistics"] = {
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
			default: frappe.datetime.add_months(frappe.datetime.month_start(), -2),
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
			fieldname: "group_by",
			label: __("Beside Each Other"),
			fieldtype: "Select",
			options: [
				{ value: "Month", label: __("Month") },
				{ value: "Project", label: __("Project") },
				{ value: "Building", label: __("Building") },
			],
			default: "Month",
			reqd: 1,
		},
		{
			fieldname: "property_unit",
			label: __("Place and Everything in It"),
			fieldtype: "Link",
			options: "Property Unit",
			get_query: () => ({ filters: { is_group: 1 } }),
		},
	],

	formatter(value, row, column, data, default_formatter) {
		if (!data || column.fieldname === "label" || !column.from_date) {
			const label = default_formatter(value, row, column, data);
			return data && data.is_section ? `<b>${label}</b>` : label;
		}
		if (data.is_section) return "";
		const text = frappe.utils.escape_html(as_read(data, value));
		if (value === null || value === undefined) {
			return `<div class="text-right text-muted">${text}</div>`;
		}
		const url = frappe.utils.escape_html(list_behind(data, column));
		const figure = frappe.utils.escape_html(data.figure);
		return `<div class="text-right"><a href="${url}" data-figure="${figure}">${text}</a></div>`;
	},
};
