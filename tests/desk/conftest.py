"""The browser tier: headless Chromium against the served desk of $SITE on 127.0.0.1:$TEST_PORT, in Chinese.

A missing server or browser fails the run; it is never skipped. Every page is watched: an uncaught JavaScript error
or an answer of 5xx fails the test it happened in. A failing test leaves the pictures of its open pages, with their
console, in $SHOTS/failures.
"""

from __future__ import annotations

import os
import shutil
from pathlib import Path

import frappe
import pytest
import requests
from PIL import Image, ImageDraw
from playwright.sync_api import Browser, Page, sync_playwright

from tests.desk.api import clients
from tests.desk.pages import Desk
from tests.desk.stage import set_the_stage
from tests.midnight import wait_for_the_new_day
from tests.site.committed_data import delete_created_since

DESKTOP = {"viewport": {"width": 1440, "height": 900}}
PHONE = {
	"viewport": {"width": 390, "height": 844},
	"device_scale_factor": 2,
	"is_mobile": True,
	"has_touch": True,
}
BROWSER_ARGUMENTS = [
	"--headless",
	"--no-sandbox",
	"--disable-gpu",
	"--disable-quic",
	"--no-first-run",
	"--disable-background-networking",
	"--disable-component-update",
	"--disable-sync",
]
# The desk's live updates come from a socket server of their own, which the tests neither need nor start.
LIVE_UPDATES = "/socket.io/"


# ---- where -----------------------------------------------------------------------------------------------------


@pytest.fixture(scope="session")
def base_url(site_connection) -> str:
	url = f"http://127.0.0.1:{os.environ.get('TEST_PORT', '8010')}"
	try:
		answer = requests.get(
			f"{url}/api/method/ping", headers={"X-Frappe-Site-Name": site_connection}, timeout=20
		)
	except requests.ConnectionError:
		pytest.fail(f"no desk is served at {url}; `make test` serves one", pytrace=False)
	assert answer.json() == {"message": "pong"}, (
		f"{url} does not serve {site_connection}: {answer.text[:300]}"
	)
	return url


@pytest.fixture(scope="session")
def shots() -> Path:
	"""Where pictures go; the README's come from here."""
	folder = Path(os.environ.get("SHOTS", "/tmp/property-service-shots"))
	folder.mkdir(parents=True, exist_ok=True)
	return folder


@pytest.fixture(scope="session")
def browser() -> Browser:
	executable = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
	if not executable:
		pytest.fail("the browser tier needs Chromium (Debian package `chromium`)", pytrace=False)
	with sync_playwright() as playwright:
		browser = playwright.chromium.launch(executable_path=executable, args=BROWSER_ARGUMENTS)
		yield browser
		browser.close()


# ---- watching ---------------------------------------------------------------------------------------------------


class Watch:
	"""Collects what went wrong in the pages of one test."""

	def __init__(self):
		self.pages: list[Page] = []
		self.console: list[str] = []
		self.defects: list[str] = []

	def add(self, page: Page) -> None:
		self.pages.append(page)
		page.on("pageerror", self._note)
		page.on("console", lambda message: self.console.append(f"{message.type}: {message.text}"))
		page.on("response", self._look_at)

	def _note(self, error) -> None:
		self.defects.append(f"JavaScript: {error.stack or error.message}")

	def _look_at(self, response) -> None:
		if response.status >= 500 and LIVE_UPDATES not in response.url:
			self.defects.append(f"HTTP {response.status}: {response.request.method} {response.url}")

	def keep(self, folder: Path, name: str) -> None:
		folder.mkdir(parents=True, exist_ok=True)
		for number, page in enumerate(page for page in self.pages if not page.is_closed()):
			page.screenshot(path=str(folder / f"{name}-{number}.png"))
		(folder / f"{name}.log").write_text("\n".join([*self.defects, "", *self.console]))


@pytest.hookimpl(hookwrapper=True)
def pytest_runtest_makereport(item, call):
	outcome = yield
	if call.when == "call":
		item.stash[FAILED] = outcome.get_result().failed


FAILED = pytest.StashKey[bool]()


@pytest.fixture
def watch(request, shots) -> Watch:
	wait_for_the_new_day(frappe.utils.now_datetime())
	watch = Watch()
	yield watch
	failed = request.node.stash.get(FAILED, False)
	if failed or watch.defects:
		watch.keep(shots / "failures", request.node.name.replace("/", "-"))
	for context in {page.context for page in watch.pages}:
		context.close()
	if not failed and watch.defects:
		pytest.fail("the desk misbehaved behind the journey:\n" + "\n".join(watch.defects), pytrace=False)


# ---- who --------------------------------------------------------------------------------------------------------


@pytest.fixture(scope="session")
def signed_in(base_url, site_connection, cast):
	"""Cookies of each person, signed in once: a session of the browser's own, for the desk ties its CSRF token to it."""
	kept: dict[str, list] = {}

	def cookies(person: str) -> list:
		if person not in kept:
			answer = requests.post(
				f"{base_url}/api/method/login",
				json={"usr": cast.user(person), "pwd": cast.password},
				headers={"X-Frappe-Site-Name": site_connection},
				timeout=60,
			)
			assert answer.status_code == 200, f"{person} cannot sign in: {answer.text[:500]}"
			kept[person] = [{"name": c.name, "value": c.value, "url": base_url} for c in answer.cookies]
		return kept[person]

	return cookies


@pytest.fixture
def sit_down(browser, base_url, site_connection, signed_in, watch):
	"""sit_down("clerk") opens the desk as that person; sit_down("technician", phone=True) on a phone's screen."""

	def open_desk(person: str, *, phone: bool = False) -> Desk:
		context = browser.new_context(
			**(PHONE if phone else DESKTOP),
			locale="zh-CN",
			timezone_id="Asia/Shanghai",
			extra_http_headers={"X-Frappe-Site-Name": site_connection},
		)
		context.set_default_timeout(30_000)
		context.route(lambda url: LIVE_UPDATES in url, lambda route: route.abort())
		context.add_cookies(signed_in(person))
		page = context.new_page()
		watch.add(page)
		return Desk(page, base_url).goto()

	return open_desk


@pytest.fixture(scope="session")
def api(base_url, site_connection, cast):
	"""api("clerk") is that person's REST client, for setting the stage and for asserting."""
	return clients(base_url, site_connection, cast)


# ---- what is there ----------------------------------------------------------------------------------------------


@pytest.fixture(scope="session")
def stage(cast, stores_made):
	"""Rooms, residents and a day's tickets, committed for the server to see and deleted when the tier is through."""
	started = frappe.utils.now()
	frappe.set_user("Administrator")
	try:
		yield set_the_stage(cast)
	finally:
		frappe.db.rollback()
		delete_created_since(started)


@pytest.fixture(scope="session")
def photo(tmp_path_factory) -> Path:
	"""What a phone's camera would hand over: a picture of a pipe."""
	path = tmp_path_factory.mktemp("camera") / "photo.jpg"
	picture = Image.new("RGB", (1200, 900), "#d8dee4")
	draw = ImageDraw.Draw(picture)
	draw.rectangle((520, 0, 680, 900), fill="#8a98a5")
	draw.rectangle((480, 380, 720, 520), fill="#5c6975")
	draw.ellipse((560, 560, 640, 700), fill="#4f9fd8")
	picture.save(path, quality=85)
	return path
