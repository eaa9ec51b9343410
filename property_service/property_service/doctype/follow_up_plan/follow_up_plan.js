frappe.ui.form.on("Follow Up Plan", {
	setup(frm) {
		frm.set_query("property_unit", () => ({ filters: { company: frm.doc.company } }));
		frm.set_query("department", () => ({ filters: { company: frm.doc.company } }));
		frm.set_query("user", "owners", () => ({ query: "frappe.core.doctype.user.user.user_query" }));
		frappe.realtime.on("follow_up_plan_drawn", (message) => {
			if (message.plan === frm.doc.name) frm.reload_doc();
		});
	},

	refresh(frm) {
		show_progress(frm);
		if (frm.is_new()) return;
		if (frm.doc.status === "Draft") {
			frm.add_custom_button(__("Draw and Assign"), () => draw(frm)).addClass("btn-primary");
		} else {
			frm.disable_form();
			frm.add_custom_button(__("Follow-ups"), () =>
				frappe.set_route("List", "Follow Up", { follow_up_plan: frm.doc.name })
			);
		}
	},
});

function draw(frm) {
	const question = __("Draw {0} % of the customers and assign them? A plan is drawn once.", [
		frm.doc.sample_share,
	]);
	frappe.confirm(question, () =>
		frappe
			.call({
				method: "property_service.property_service.doctype.follow_up_plan.follow_up_plan.draw",
				args: { plan: frm.doc.name },
				freeze: true,
			})
			.then(() => frm.reload_doc())
	);
}

function show_progress(frm) {
	const wrapper = frm.get_field("progress").$wrapper.empty();
	const known = (frm.doc.__onload || {}).progress;
	if (!known) return;
	if (frm.doc.status === "Drawing") {
		wrapper.html(`<p class="text-muted">${__("The follow-ups are being drawn …")}</p>`);
		return;
	}
	const { Open: open, Reached: reached, "Not Reached": missed, Cancelled: cancelled } = known.by_state;
	const total = open + reached + missed + cancelled;
	const part = (count) => (total ? (100 * count) / total : 0).toFixed(1);
	const owners = Object.values(known.owners).map(
		(owner) => `<tr><td>${frappe.utils.escape_html(owner.name)}</td>
			<td class="text-right">${owner.done} / ${owner.assigned}</td></tr>`
	);
	wrapper.html(`
		<div class="progress" style="height: 14px">
			<div class="progress-bar bg-success" style="width: ${part(reached)}%"></div>
			<div class="progress-bar bg-secondary" style="width: ${part(missed + cancelled)}%"></div>
		</div>
		<p class="text-muted">${__("{0} of {1} done: {2} reached, {3} not reached, {4} open", [
			total - open,
			total,
			reached,
			missed,
			open,
		])}</p>
		<table class="table table-sm">${owners.join("")}</table>`);
}
