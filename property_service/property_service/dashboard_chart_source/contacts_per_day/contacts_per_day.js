frappe.provide("frappe.dashboards.chart_sources");

frappe.dashboards.chart_sources["Contacts per Day"] = {
	method: "property_service.property_service.dashboard_chart_source.contacts_per_day.contacts_per_day.get",
	filters: [],
};
