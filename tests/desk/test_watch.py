"""The watch behind every journey: what it must not let pass."""


def test_the_desk_is_chinese_and_signed_in_as_the_person(sit_down, cast):
	desk = sit_down("clerk")
	assert desk.js("() => frappe.session.user") == cast.user("clerk")
	assert desk.js("() => document.documentElement.lang") == "zh"
	assert desk.zh("Save") == "保存"


def test_an_uncaught_javascript_error_is_noticed(sit_down, watch):
	desk = sit_down("clerk")
	with desk.page.expect_event("pageerror"):
		desk.js("() => { setTimeout(() => { throw new Error('planted') }) }")
	assert [defect for defect in watch.defects if "planted" in defect]
	watch.defects.clear()


def test_a_failing_server_is_noticed(sit_down, watch):
	desk = sit_down("clerk")
	desk.page.route(
		"**/api/method/frappe.client.get_count*", lambda route: route.fulfill(status=500, body="{}")
	)
	with desk.page.expect_response("**/api/method/frappe.client.get_count*"):
		desk.js("() => fetch('/api/method/frappe.client.get_count')")
	assert watch.defects == [f"HTTP 500: GET {desk.base_url}/api/method/frappe.client.get_count"]
	watch.defects.clear()


def test_no_loop_of_a_template_is_named_by_a_word_of_the_language(sit_down):
	"""Frappe draws three letters for the name: the desk, or a part of it, stayed empty where they spelled `new`."""
	desk = sit_down("clerk")
	text = desk.js(
		"""() => {
			const letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";
			const drawn = [..."newfortryvar"], chance = Math.random;
			Math.random = () => drawn.length ? (letters.indexOf(drawn.shift()) + 0.5) / letters.length : chance();
			try {
				return frappe.template.compile("{% for row in rows %}<p>{{ row.word }}</p>{% endfor %}", "loop of the test")(
					{ rows: [{ word: "one" }, { word: "two" }] });
			} finally {
				Math.random = chance;
			}
		}"""
	)
	assert text == "<p>one</p><p>two</p>"
