frappe.ui.form.on("Low Value Article", {
	refresh(frm) {
		frm.add_custom_button(__("Print Label"), () => {
			const address = frappe.urllib.get_full_url(
				`/printview?doctype=${encodeURIComponent(frm.doctype)}&name=${encodeURIComponent(
					frm.doc.name
				)}&format=${encodeURIComponent("Article Label")}&trigger_print=1`
			);
			window.open(address);
		});
		frm.add_custom_button(__("Article Scan"), () => frappe.set_route("article-scan", frm.doc.name));
	},
});
