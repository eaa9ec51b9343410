// First scrap, then buy: a purchase request names the scrapped articles that it replaces (LV-12).

frappe.ui.form.on("Material Request", {
	setup(frm) {
		frm.set_query("article", "replaced_articles", () => ({
			filters: { company: frm.doc.company, status: "Scrapped" },
		}));
		frm.set_query("for_item", "replaced_articles", () => ({
			filters: { name: ["in", (frm.doc.items || []).map((row) => row.item_code).filter(Boolean)] },
		}));
	},
});
