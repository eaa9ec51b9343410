frappe.ui.form.on("Resident", {
	setup(frm) {
		frm.set_query("property_unit", () => ({
			filters: { disabled: 0, unit_type: ["not in", ["Public Area", "Parking"]] },
		}));
	},

	refresh(frm) {
		property_service.add_reveal_button(frm, "id_number", __("Show Identity Number"));
		if (!frm.is_new()) {
			add_move_buttons(frm);
		}
	},

	status(frm) {
		if (frm.doc.status === "Living In" && !frm.doc.moved_in_on) {
			frm.set_value("moved_in_on", frappe.datetime.get_today());
		}
		if (frm.doc.status === "Moved Out" && !frm.doc.moved_out_on) {
			frm.set_value("moved_out_on", frappe.datetime.get_today());
		}
		frm.toggle_reqd("property_unit", frm.doc.status === "Living In");
	},
});

function add_move_buttons(frm) {
	if (!frm.perm[0].write) {
		return;
	}
	if (frm.doc.status === "Living In") {
		frm.add_custom_button(__("Move Out"), () => move_out(frm));
	} else {
		frm.add_custom_button(__("Move In"), () => move_in(frm));
	}
}

function move_in(frm) {
	const fields = [
		{
			fieldname: "property_unit",
			fieldtype: "Link",
			options: "Property Unit",
			label: __("Property Unit"),
			reqd: 1,
			default: frm.doc.property_unit,
			get_query: frm.fields_dict.property_unit.get_query,
		},
		{
			fieldname: "moved_in_on",
			fieldtype: "Date",
			label: __("Moved In On"),
			reqd: 1,
			default: frappe.datetime.get_today(),
		},
	];
	frappe.prompt(
		fields,
		(values) => frm.set_value({ ...values, status: "Living In" }).then(() => frm.save()),
		__("Move In"),
		__("Save")
	);
}

function move_out(frm) {
	const field = {
		fieldname: "moved_out_on",
		fieldtype: "Date",
		label: __("Moved Out On"),
		reqd: 1,
		default: frappe.datetime.get_today(),
	};
	frappe.prompt(
		[field],
		(values) => frm.set_value({ ...values, status: "Moved Out" }).then(() => frm.save()),
		__("Move Out"),
		__("Save")
	);
}
