const NOTICE = "property_service.property_service.doctype.resident_notice.resident_notice";

frappe.ui.form.on("Resident Notice", {
	setup(frm) {
		frm.set_query("units", () => ({ filters: { company: frm.doc.company } }));
	},

	refresh(frm) {
		const may_write = frm.perm[0].write;
		show_counts(frm);
		lock_after_publication(frm);
		if (frm.is_new() || !may_write) return;
		if (frm.doc.status === "Draft") {
			frm.add_custom_button(__("Publish"), () => publish(frm)).addClass("btn-primary");
		}
		if (["Publishing", "Published"].includes(frm.doc.status)) {
			const counts = frm.doc.__onload?.delivery_counts || {};
			if (Object.values(counts).some((by_status) => by_status.Failed)) {
				frm.add_custom_button(__("Retry Failed"), () => act(frm, "retry_failed"));
			}
			if (counts.Print?.Pending) {
				frm.add_custom_button(__("Copies Handed Out"), () => act(frm, "mark_printed"));
			}
		}
		if (["Scheduled", "Publishing", "Published"].includes(frm.doc.status)) {
			frm.add_custom_button(__("Withdraw"), () =>
				frappe.confirm(__("Take the notice back? What has been sent stays sent."), () =>
					act(frm, "withdraw")
				)
			);
		}
	},
});

async function publish(frm) {
	if (frm.is_dirty()) await frm.save();
	const sizes = await frappe.xcall(`${NOTICE}.audience_size`, { name: frm.doc.name }, "GET");
	const lines = Object.entries(sizes).map(([channel, size]) => `${__(channel)}: <b>${size}</b>`);
	const when = frm.doc.publish_on ? frappe.datetime.str_to_user(frm.doc.publish_on) : __("at once");
	frappe.confirm(`${__("Publish {0} to these recipients?", [when])}<br><br>${lines.join("<br>")}`, () =>
		act(frm, "publish")
	);
}

function act(frm, method) {
	return frappe.xcall(`${NOTICE}.${method}`, { name: frm.doc.name }).then(() => frm.reload_doc());
}

function lock_after_publication(frm) {
	if (frm.doc.status !== "Draft") frm.disable_form();
}

function show_counts(frm) {
	const counts = frm.doc.__onload?.delivery_counts || {};
	const states = ["Pending", "Sending", "Queued", "Delivered", "Failed", "Cancelled"];
	const shown = states.filter((state) => Object.values(counts).some((by_status) => by_status[state]));
	const cell = (channel, state) => {
		const number = counts[channel][state] || 0;
		const url = frappe.utils.generate_route({
			type: "doctype",
			name: "Notice Delivery",
			doc_view: "List",
			route_options: { notice: frm.doc.name, channel, status: state },
		});
		return `<td class="text-right">${number ? `<a href="${url}">${number}</a>` : 0}</td>`;
	};
	const rows = Object.keys(counts).map(
		(channel) => `<tr><td>${__(channel)}</td>${shown.map((state) => cell(channel, state)).join("")}</tr>`
	);
	frm.get_field("delivery_counts").$wrapper.html(
		rows.length
			? `<table class="table table-bordered" style="max-width: 40rem">
				<thead><tr><th>${__("Channel", null, "Notice Delivery")}</th>${shown
					.map((state) => `<th class="text-right">${__(state, null, "Notice Delivery")}</th>`)
					.join("")}</tr></thead>
				<tbody>${rows.join("")}</tbody></table>`
			: `<p class="text-muted">${__("No deliveries yet.")}</p>`
	);
}
