const DAILY = "property_service.property_service.doctype.daily_issue_summary.daily_issue_summary";

frappe.ui.form.on("Daily Issue Summary", {
	refresh(frm) {
		const grid = frm.get_field("lines").grid;
		grid.cannot_add_rows = true;
		grid.df.cannot_delete_rows = true;
		grid.wrapper.find(".grid-add-row, .grid-add-multiple-rows, .grid-upload").hide();
		if (frm.doc.status === "Closed") {
			frm.disable_form();
			return;
		}
		if (frm.is_new() || !frm.perm[0].write) return;
		frm.add_custom_button(__("Close the Day"), () => close_day(frm)).addClass("btn-primary");
	},
});

async function close_day(frm) {
	if (frm.is_dirty()) await frm.save();
	frappe.confirm(__("Close the summary? It cannot be changed afterwards."), () =>
		frappe.xcall(`${DAILY}.close_summary`, { name: frm.doc.name }).then(() => frm.reload_doc())
	);
}
