const SURVEY = "property_service.property_service.doctype.satisfaction_survey.satisfaction_survey";

frappe.ui.form.on("Satisfaction Survey", {
	async onload(frm) {
		if (!frm.is_new() || (frm.doc.aspects || []).some((row) => row.aspect)) return;
		const aspects = await frappe.xcall(`${SURVEY}.default_aspects`, {}, "GET");
		frm.clear_table("aspects");
		aspects.forEach((row) => frm.add_child("aspects", row));
		frm.refresh_field("aspects");
	},

	refresh(frm) {
		show_rates(frm);
		if (frm.is_new() || frm.doc.status !== "Collecting") return;
		frm.add_custom_button(__("Record a Response"), () =>
			frappe.new_doc("Satisfaction Response", { survey: frm.doc.name })
		).addClass("btn-primary");
	},
});

function show_rates(frm) {
	const rates = frm.doc.__onload?.rates || [];
	const wrapper = frm.get_field("rates").$wrapper.empty();
	if (!rates.some((row) => row.answered)) {
		wrapper.html(`<p class="text-muted">${__("No answers yet.")}</p>`);
		return;
	}
	const row_html = (row) => `<tr>
		<td>${frappe.utils.escape_html(row.aspect)}</td>
		<td class="text-right">${row.satisfied}</td>
		<td class="text-right">${row.answered}</td>
		<td class="text-right"><b>${row.rate === null ? "—" : `${row.rate} %`}</b></td></tr>`;
	wrapper.html(`<table class="table table-bordered" style="max-width: 40rem">
		<thead><tr><th>${__("Aspect")}</th><th class="text-right">${__("Satisfied")}</th>
			<th class="text-right">${__("Answered")}</th><th class="text-right">${__("Satisfaction Rate")}</th></tr></thead>
		<tbody>${rates.map(row_html).join("")}</tbody></table>`);
}
