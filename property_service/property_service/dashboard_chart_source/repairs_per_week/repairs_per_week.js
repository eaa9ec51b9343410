frappe.provide("frappe.dashboards.chart_sources");

frappe.dashboards.chart_sources["Repairs per Week"] = {
	method: "property_service.property_service.dashboard_chart_source.repairs_per_week.repairs_per_week.get",
	filters: [],
};
