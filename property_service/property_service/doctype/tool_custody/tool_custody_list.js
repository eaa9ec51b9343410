frappe.listview_settings["Tool Custody"] = {
	add_fields: ["status", "due_on", "custody_kind", "signed_on"],
	get_indicator(doc) {
		if (doc.status === "In Use" && doc.due_on && doc.due_on < frappe.datetime.get_today()) {
			return [__("Overdue"), "red", `status,=,In Use|due_on,<,${frappe.datetime.get_today()}`];
		}
		const colours = {
			"In Use": "blue",
			Returned: "green",
			Exchanged: "green",
			"Handed Over": "green",
			Scrapped: "gray",
			Lost: "red",
			Cancelled: "gray",
		};
		return [__(doc.status, null, "Tool Custody"), colours[doc.status], `status,=,${doc.status}`];
	},
};
