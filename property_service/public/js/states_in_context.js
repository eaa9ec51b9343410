// Frappe shows a chosen option in the general translation. Ours have a word of their own where a register needs one
// (an active card is 正常, not 活动); whatever has none keeps the general word.
frappe.form.formatters.Select = (value, df) => __(frappe.form.formatters.Data(value, df), null, df?.parent);

// The same in the columns of a list: a borrowed tool is 借用, not 贷款. A list with a formatter of its own keeps it.
(() => {
	const view = frappe.views?.ListView?.prototype;
	if (!view) return;
	const setup_columns = view.setup_columns;
	view.setup_columns = function (...args) {
		setup_columns.apply(this, args);
		const formatters = (this.settings.formatters = this.settings.formatters || {});
		for (const { type, df } of this.columns) {
			if (type === "Field" && df?.fieldtype === "Select") formatters[df.fieldname] ??= choice;
		}
	};

	function choice(value, df) {
		const word = frappe.utils.escape_html(value);
		return `<span class="filterable indicator-pill ${frappe.utils.guess_colour(value)} ellipsis"
			data-filter="${df.fieldname},=,${word}"><span class="ellipsis"> ${__(word, null, df.parent)} </span></span>`;
	}
})();
