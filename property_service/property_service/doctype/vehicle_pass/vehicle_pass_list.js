frappe.listview_settings["Vehicle Pass"] = {
	hide_name_column: false,
	onload(listview) {
		listview.page.add_actions_menu_item(__("Issue Pass"), () => issue_ticked(listview), true);
		const month = frappe.datetime.add_days(frappe.datetime.get_today(), 30);
		const filters = {
			[__("To Issue")]: [["status", "=", "Applied"]],
			[__("Expiring Within 30 Days")]: [
				["status", "=", "Issued"],
				["valid_until", "<=", month],
			],
		};
		for (const [label, conditions] of Object.entries(filters)) {
			listview.page.add_inner_button(
				label,
				() =>
					listview.filter_area
						.clear(false)
						.then(() => listview.filter_area.add(conditions.map((c) => ["Vehicle Pass", ...c]))),
				__("Show")
			);
		}
	},
};

function issue_ticked(listview) {
	const names = listview.get_checked_items(true);
	if (!names.length) return;
	frappe
		.xcall("property_service.property_service.doctype.vehicle_pass.vehicle_pass.issue_several", { names })
		.then(({ issued, refused }) => {
			const lines = Object.entries(refused).map(
				([name, why]) => `<li><b>${frappe.utils.escape_html(name)}</b>: ${why}</li>`
			);
			const text = __("{0} passes are issued.", [issued.length]);
			if (lines.length) {
				frappe.msgprint({
					title: text,
					message: `<ul>${lines.join("")}</ul>`,
					indicator: "orange",
				});
			} else {
				frappe.show_alert({ message: text, indicator: "green" });
			}
			listview.refresh();
		});
}
