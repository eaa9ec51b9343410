frappe.provide("property_service.service_order");

// Also used by calendar and kanban: one colour per state, the same as on the ticket.
property_service.service_order.colours = {
	Draft: "gray",
	Dispatched: "blue",
	"In Progress": "orange",
	Finished: "purple",
	Archived: "green",
	"Returned to Desk": "red",
	Cancelled: "gray",
};

frappe.listview_settings["Service Order"] = {
	add_fields: ["status", "planned_for", "priority"],
	hide_name_column: false,
	has_indicator_for_draft: true,

	get_indicator(doc) {
		const open = ["Draft", "Dispatched", "In Progress"].includes(doc.status);
		if (open && doc.planned_for && doc.planned_for < frappe.datetime.now_datetime()) {
			return [
				__("Overdue"),
				"red",
				`status,=,${doc.status}|planned_for,<,${frappe.datetime.now_datetime()}`,
			];
		}
		return [__(doc.status), property_service.service_order.colours[doc.status], `status,=,${doc.status}`];
	},

	onload(listview) {
		const filters = {
			[__("Mine")]: [
				["assigned_user", "=", frappe.session.user],
				["status", "in", ["Dispatched", "In Progress"]],
			],
			[__("Overdue")]: [
				["status", "in", ["Draft", "Dispatched", "In Progress"]],
				["planned_for", "is", "set"], // Frappe counts an empty time as long ago
				["planned_for", "<", frappe.datetime.now_datetime()],
			],
			[__("Not Returned")]: [["status", "=", "Finished"]],
			[__("Returned to Desk")]: [["status", "=", "Returned to Desk"]],
			[__("To Bill", null, "Service Order")]: [
				["billing_status", "=", "To Bill"],
				["status", "in", ["Finished", "Archived"]],
			],
		};
		for (const [label, conditions] of Object.entries(filters)) {
			listview.page.add_inner_button(
				label,
				() => {
					listview.filter_area.clear(false).then(() => {
						listview.filter_area.add(conditions.map((c) => ["Service Order", ...c]));
					});
				},
				__("Show")
			);
		}
		if (frappe.model.can_create("Service Order")) {
			listview.page.add_menu_item(__("Order Guest Room Cleaning"), () =>
				property_service.guest_rooms.order_cleaning([])
			);
		}
	},
};
