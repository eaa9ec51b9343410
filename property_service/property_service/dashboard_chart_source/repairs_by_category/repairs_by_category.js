frappe.provide("frappe.dashboards.chart_sources");

frappe.dashboards.chart_sources["Repairs by Category"] = {
	method: "property_service.property_service.dashboard_chart_source.repairs_by_category.repairs_by_category.get",
	filters: [],
};
