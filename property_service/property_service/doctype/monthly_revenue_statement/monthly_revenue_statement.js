const STATEMENT_API =
	"property_service.property_service.doctype.monthly_revenue_statement.monthly_revenue_statement";

frappe.ui.form.on("Monthly Revenue Statement", {
	onload(frm) {
		if (!frm.is_new()) return;
		const last_month = frappe.datetime.add_months(frappe.datetime.month_start(), -1);
		frm.set_value({ company: frappe.defaults.get_user_default("Company"), month: last_month });
	},
	refresh(frm) {
		for (const table of ["lines", "differences"]) {
			const grid = frm.get_field(table).grid;
			grid.cannot_add_rows = true;
			grid.df.cannot_delete_rows = true;
		}
		frm.toggle_display(["section_totals", "section_lines", "section_tie"], !frm.is_new());
		if (frm.is_new()) return;
		const tied = !flt(frm.doc.ledger_difference) && !frm.doc.open_closings;
		frm.dashboard.clear_headline();
		frm.dashboard.set_headline_alert(
			tied ? __("Ties to the ledger to the cent") : __("Something does not tie; see below"),
			tied ? "green" : "orange"
		);
		const may_write = frm.perm[0].write;
		if (frm.doc.status === "Sent") {
			frm.disable_form();
			return;
		}
		if (!may_write) return;
		frm.add_custom_button(__("Send to Finance"), () => send(frm)).addClass("btn-primary");
		frm.add_custom_button(__("Compile Again"), () => run(frm, "compile_again"));
	},
});

const run = (frm, method) =>
	frappe.call({
		method: `${STATEMENT_API}.${method}`,
		args: { statement: frm.doc.name },
		freeze: true,
		callback: () => frm.reload_doc(),
	});

async function send(frm) {
	if (frm.is_dirty()) await frm.save();
	frappe.confirm(__("Send the statement to finance? It does not change any more."), () => run(frm, "send"));
}
