frappe.treeview_settings["Property Unit"] = {
	breadcrumb: "Property Service",
	title: __("Property Units"),
	get_tree_root: false,
	root_label: __("All Property Units"),
	get_tree_nodes: "property_service.property_service.doctype.property_unit.property_unit.get_children",
	add_tree_node: "property_service.property_service.doctype.property_unit.property_unit.add_node",
	ignore_fields: ["parent_property_unit"],
	show_expand_all: true,
	fields: [
		{ fieldtype: "Data", fieldname: "unit_name", label: __("Unit Name"), reqd: 1 },
		{
			fieldtype: "Select",
			fieldname: "unit_type",
			label: __("Unit Type"),
			options: "Project\nPhase\nBuilding\nEntrance\nRoom\nBed\nPublic Area\nParking\nGuest Room",
			default: "Room",
			reqd: 1,
		},
		{
			fieldtype: "Link",
			fieldname: "company",
			options: "Company",
			label: __("Company"),
			default: frappe.defaults.get_user_default("Company"),
			reqd: 1,
		},
		{ fieldtype: "Data", fieldname: "unit_code", label: __("Unit Code") },
		{ fieldtype: "Int", fieldname: "capacity", label: __("Capacity (Beds)") },
		{ fieldtype: "Check", fieldname: "is_group", label: __("Has Units Below") },
	],
	// Without a root or a filter of its own Frappe draws a tree only when somebody comes back to it.
	onload(view) {
		view.make_tree();
	},
	onrender(node) {
		const unit = node.data;
		if (node.is_root || !unit.occupancy) {
			return;
		}
		const places = unit.capacity ? `${unit.occupants} / ${unit.capacity}` : `${unit.occupants}`;
		const text = `${__(unit.occupancy)} · ${places}`;
		$(`<span class="text-muted small" style="margin-left: 8px"></span>`)
			.text(text)
			.insertAfter(node.$tree_link.find(".tree-label"));
	},
};
