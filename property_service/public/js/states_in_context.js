// Frappe shows a chosen option in the general translation. Ours have a word of their own where a register needs one
// (an active card is 正常, not 活动); whatever has none keeps the general word.
frappe.form.formatters.Select = (value, df) => __(frappe.form.formatters.Data(value, df), null, df?.parent);
