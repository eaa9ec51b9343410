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


def test_a_desk_that_did_not_begin_is_loaded_once_more(sit_down, watch):
	"""As Frappe's template with an ill-named loop leaves it: no bar, no page."""
	desk, loads = sit_down("clerk"), []

	def lose_the_first(route):
		loads.append(route.request.url)
		route.abort() if len(loads) == 1 else route.continue_()

	desk.page.route("**/desk.bundle*.js", lose_the_first)
	desk.goto()
	assert len(loads) == 2
	assert desk.page.locator(".navbar").count()
	watch.defects.clear()
