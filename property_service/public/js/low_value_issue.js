// Issues of low-value consumables: their articles, and those that a large issue is still making (LV-02).
frappe.ui.form.on("Stock Entry", {
	refresh(frm) {
		if (frm.doc.docstatus !== 1 || !frm.doc.articles_state) return;
		if (frm.doc.articles_state === "Pending") {
			frm.set_intro(__("The articles of this issue are being made."), "orange");
			frappe.realtime.off("low_value_articles_made");
			frappe.realtime.on("low_value_articles_made", (made) => {
				if (made.issue !== frm.doc.name) return;
				frappe.show_alert({ message: __("{0} articles made", [made.count]), indicator: "green" });
				frm.reload_doc();
			});
			return;
		}
		frm.add_custom_button(
			__("Low-Value Articles"),
			() => frappe.set_route("List", "Low Value Article", { issue: frm.doc.name }),
			__("View")
		);
	},
});
