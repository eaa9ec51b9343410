frappe.query_reports["Stock Movement Statement"] = {
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
			fieldname: "store",
			label: __("Store"),
			fieldtype: "Link",
			options: "Warehouse",
			get_query: () => ({
				query: "property_service.stock.stores.store_query",
				filters: { company: frappe.query_report.get_filter_value("company") },
			}),
		},
		{
			fieldname: "warehouse",
			label: __("Zone", null, "Stock Zone Type"),
			fieldtype: "Link",
			options: "Warehouse",
			get_query: () => {
				const store = frappe.query_report.get_filter_value("store");
				const filters = { company: frappe.query_report.get_filter_value("company"), is_group: 0 };
				return { filters: store ? { ...filters, parent_warehouse: store } : filters };
			},
		},
		{
			fieldname: "from_month",
			label: __("From Month"),
			fieldtype: "Select",
			options: last_months(),
			default: last_months()[0],
			reqd: 1,
		},
		{
			fieldname: "to_month",
			label: __("To Month"),
			fieldtype: "Select",
			options: last_months(),
			default: last_months()[0],
			reqd: 1,
		},
		{
			fieldname: "group_by",
			label: __("Group By"),
			fieldtype: "Select",
			options: ["Item", "Item Group", "Warehouse", "Month"].map((value) => ({
				value,
				label: __(value),
			})),
			default: "Item",
		},
		{ fieldname: "item_group", label: __("Item Group"), fieldtype: "Link", options: "Item Group" },
		{ fieldname: "item_code", label: __("Item"), fieldtype: "Link", options: "Item" },
	],
	formatter: (value, row, column, data, original) => {
		if (data && data.is_tie) {
			if (!["item_code", "heading"].includes(column.fieldname)) return "";
			const colour = data.ties ? "green" : "red";
			return `<b class="text-${colour === "red" ? "danger" : "success"}" title="${frappe.utils.escape_html(value)}">${frappe.utils.escape_html(value)}</b>`;
		}
		if (column.fieldname === "item_code" && data && !data.is_total) {
			return `<a href="${frappe.utils.get_form_link("Item", value)}">${frappe.utils.escape_html(value)}</a>`;
		}
		// a movement that did not happen leaves its cell empty, as on paper
		if (column.fieldtype === "Float" && !value && !/^(opening|closing)_/.test(column.fieldname))
			return "";
		const shown = original(value, row, column, data);
		return data && data.is_total ? `<b>${shown}</b>` : shown;
	},
	after_datatable_render: (datatable) => {
		// the last line is a sentence: it runs over the empty cells beside it
		const last = datatable.datamanager.getRowCount() - 1;
		datatable.style.setStyle(`.dt-row-${last} .dt-cell`, { "background-color": "transparent" });
		datatable.style.setStyle(`.dt-row-${last} .dt-cell__content`, { overflow: "visible" });
	},
};

function last_months() {
	const today = frappe.datetime.str_to_obj(frappe.datetime.get_today());
	return Array.from({ length: 36 }, (_, back) => {
		const first = new Date(today.getFullYear(), today.getMonth() - back, 1);
		return `${first.getFullYear()}-${String(first.getMonth() + 1).padStart(2, "0")}`;
	});
}
