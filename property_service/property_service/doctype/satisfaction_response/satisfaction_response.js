frappe.ui.form.on("Satisfaction Response", {
	setup(frm) {
		frm.set_query("survey", () => ({ filters: { status: "Collecting" } }));
		frm.set_query("resident", () =>
			frm.doc.property_unit ? { filters: { property_unit: frm.doc.property_unit } } : {}
		);
	},

	refresh(frm) {
		const grid = frm.get_field("answers").grid;
		grid.cannot_add_rows = true;
		grid.wrapper.find(".grid-add-row, .grid-add-multiple-rows, .grid-upload").hide();
		if (frm.is_new() && frm.doc.survey && !(frm.doc.answers || []).length) fill_aspects(frm);
	},

	survey(frm) {
		fill_aspects(frm);
	},
});

async function fill_aspects(frm) {
	const survey = frm.doc.survey && (await frappe.db.get_doc("Satisfaction Survey", frm.doc.survey));
	frm.clear_table("answers"); // only now: two events may wait for the survey at once
	(survey?.aspects || []).forEach(({ aspect }) => frm.add_child("answers", { aspect }));
	frm.refresh_field("answers");
}
