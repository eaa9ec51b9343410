// Frappe appends the time zone to the help text of a date with a time and looks for the Chinese of both together, which
// nobody has: the text is translated before.
(() => {
	const control = frappe.ui.form.ControlDatetime;
	if (!control) return;
	const set_description = control.prototype.set_description;
	control.prototype.set_description = function () {
		const { description, parent } = this.df;
		if (description) this.df.description = __(description, null, parent);
		return set_description.call(this);
	};
})();
