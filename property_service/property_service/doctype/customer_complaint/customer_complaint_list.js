frappe.provide("property_service.customer_complaint");

// Also used by form and kanban: one colour per state.
property_service.customer_complaint.colours = {
	Received: "red",
	Classified: "orange",
	Assigned: "yellow",
	Analysed: "blue",
	Acted: "cyan",
	Verified: "green",
	"Settled at Desk": "light-blue",
	Unfounded: "darkgrey",
	Reopened: "pink",
	Closed: "gray",
};

frappe.listview_settings["Customer Complaint"] = {
	// The board's cards show the severity.
	add_fields: ["status", "due_on", "severity"],
	hide_name_column: false,
	has_indicator_for_draft: true,

	get_indicator(doc) {
		return [
			__(doc.status),
			property_service.customer_complaint.colours[doc.status],
			`status,=,${doc.status}`,
		];
	},

	formatters: {
		due_on(value, _field, doc) {
			if (!value) return "";
			const late =
				["Assigned", "Analysed"].includes(doc.status) && value < frappe.datetime.now_datetime();
			// A column is too narrow for the year, and this year's goes without saying.
			const this_year = value.slice(0, 4) === frappe.datetime.now_date().slice(0, 4);
			const text = this_year ? value.slice(5, 16) : value.slice(0, 10);
			return late ? `<span class="indicator-pill no-indicator-dot red">${text}</span>` : text;
		},
	},

	onload(listview) {
		const now = () => frappe.datetime.now_datetime();
		const filters = {
			[__("Mine, not Closed")]: () => [
				["first_handler", "=", frappe.session.user],
				["status", "!=", "Closed"],
			],
			[__("Overdue")]: () => [
				["status", "in", ["Assigned", "Analysed"]],
				["due_on", "<", now()],
			],
			[__("To Assign")]: () => [["status", "in", ["Classified", "Reopened"]]],
			[__("To Verify")]: () => [["status", "=", "Acted"]],
			// the manager looks at these after they were closed, too
			[__("Settled at Desk")]: () => [
				["desk_settlement", "is", "set"],
				["assigned_on", "is", "not set"],
			],
			[__("Not Answered in Time")]: () => [
				["first_responded_on", "is", "not set"],
				["response_by", "<", now()],
			],
			[__("Repeated")]: () => [["repeated", "=", 1]],
		};
		for (const [label, conditions] of Object.entries(filters)) {
			listview.page.add_inner_button(
				label,
				() =>
					listview.filter_area
						.clear(false)
						.then(() =>
							listview.filter_area.add(conditions().map((c) => ["Customer Complaint", ...c]))
						),
				__("Show")
			);
		}
	},
};
