frappe.listview_settings["Warehouse Check"] = {
	add_fields: ["result", "next_check_on"],
	get_indicator(doc) {
		if (doc.docstatus !== 1)
			return [__(doc.docstatus ? "Cancelled" : "Draft"), doc.docstatus ? "gray" : "red"];
		if (doc.result === "Failed") return [__("Failed", null, "Warehouse Check"), "red", "result,=,Failed"];
		const overdue = doc.next_check_on < frappe.datetime.get_today();
		return overdue
			? [__("Overdue", null, "Warehouse Check"), "orange", "next_check_on,<,Today"]
			: [__("Passed", null, "Warehouse Check"), "green", "result,=,Passed"];
	},
};
