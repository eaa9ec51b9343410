// Frappe's templates name the variables of their loops by three letters drawn at random. Now and then a name
// is a word of the language (`new`, `for`): the template does not compile, and where it is the bar of the desk, the desk
// stays empty. Such a draw is thrown away.
(() => {
	const draw = frappe.utils.get_random;
	frappe.utils.get_random = function (length) {
		let text;
		do text = draw.call(this, length);
		while (!may_be_a_name(text));
		return text;
	};

	function may_be_a_name(letters) {
		try {
			new Function(`var ${letters}`);
			return true;
		} catch {
			return false;
		}
	}
})();
