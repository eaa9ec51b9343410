frappe.listview_settings["Property Unit"] = {
	add_fields: ["occupancy", "disabled", "unit_type"],
	hide_name_column: true,
	get_indicator(doc) {
		if (doc.disabled) {
			return [__("Disabled"), "red", "disabled,=,1"];
		}
		const colour = doc.occupancy === "Occupied" ? "green" : "gray";
		return [__(doc.occupancy), colour, `occupancy,=,${doc.occupancy}`];
	},
};
