frappe.query_reports["Stock Limit Status"] = {
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
			reqd: 1,
			get_query: () => ({
				query: "property_service.stock.stores.store_query",
				filters: { company: frappe.query_report.get_filter_value("company") },
			}),
		},
		{ fieldname: "item_code", label: __("Item"), fieldtype: "Link", options: "Item" },
		{
			fieldname: "stock_class",
			label: __("Stock Class"),
			fieldtype: "Select",
			options: [
				"",
				{ value: "Daily Consumable", label: __("Daily Consumable") },
				{ value: "Standing Part", label: __("Standing Part") },
				{ value: "Not Stocked", label: __("Not Stocked") },
			],
		},
		{ fieldname: "below_only", label: __("Below Limit Only"), fieldtype: "Check" },
	],
	onload: (report) => {
		if (report.get_filter_value("store")) return;
		return frappe
			.xcall("property_service.stock.stores.default_store", {
				company: report.get_filter_value("company"),
			})
			.then((store) => store && report.set_filter_value("store", store));
	},
	formatter: (value, row, column, data, original) => {
		if (column.fieldtype === "Float" && typeof value === "number") {
			const bold = column.fieldname === "balance" && data && data.is_below ? "bold" : "";
			return `<div class="text-right ${bold}">${parseFloat(value.toFixed(3))}</div>`;
		}
		if (column.fieldname === "below" && data && data.is_below) {
			const colour = data.is_covered ? "orange" : "red";
			return `<span class="indicator-pill ${colour}">${frappe.utils.escape_html(data.below)}</span>`;
		}
		return original(value, row, column, data);
	},
};
