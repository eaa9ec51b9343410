frappe.listview_settings["Property Key"] = {
	add_fields: ["status", "due_on"],
	hide_name_column: false,
	get_indicator(doc) {
		if (doc.status === "Lent" && doc.due_on && doc.due_on < frappe.datetime.now_datetime()) {
			return [__("Overdue"), "red", `status,=,Lent|due_on,<,${frappe.datetime.now_datetime()}`];
		}
		const colours = { "In Cabinet": "green", Lent: "blue", Lost: "red", Retired: "gray" };
		return [__(doc.status), colours[doc.status], `status,=,${doc.status}`];
	},
	onload(listview) {
		listview.page.add_inner_button(__("Key Counter"), () => frappe.set_route("key-counter"));
	},
};
