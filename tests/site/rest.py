"""A client of the site's REST interface, signed in as people of the cast."""

import json
import re

import requests

# One sign-in per person and session; a password check takes a tenth of a second.
_signed_in: dict[str, requests.Session] = {}


class Rest:
	"""`rest("clerk")` is the clerk's client; `rest("Guest")` one that is not signed in."""

	def __init__(self, url: str, site: str, cast):
		self.url, self.site, self.cast = url, site, cast

	def __call__(self, person: str) -> "Client":
		if person == "Guest":
			return Client(self.url, self._session())
		user = self.cast.user(person)
		if user not in _signed_in:
			session = self._session()
			answer = session.post(
				f"{self.url}/api/method/login", json={"usr": user, "pwd": self.cast.password}, timeout=60
			)
			assert answer.status_code == 200, f"{user} cannot sign in: {answer.text[:500]}"
			_signed_in[user] = session
		return Client(self.url, _signed_in[user])

	def _session(self) -> requests.Session:
		session = requests.Session()
		session.headers.update({"X-Frappe-Site-Name": self.site, "Accept": "application/json"})
		return session


class Client:
	"""Every method returns the `requests.Response`; `refusal(answer)` is the text that the user would read."""

	def __init__(self, url: str, session: requests.Session):
		self.url, self.session = url, session

	def request(self, verb: str, path: str, **options) -> requests.Response:
		return self.session.request(verb, self.url + path, timeout=60, **options)

	def get(self, doctype: str, name: str) -> requests.Response:
		return self.request("GET", f"/api/resource/{doctype}/{name}")

	def list(self, doctype: str, **parameters) -> requests.Response:
		parameters = {k: v if isinstance(v, str | int) else json.dumps(v) for k, v in parameters.items()}
		return self.request("GET", f"/api/resource/{doctype}", params=parameters)

	def insert(self, doctype: str, values: dict | None = None, **fields) -> requests.Response:
		return self.request("POST", f"/api/resource/{doctype}", json={**(values or {}), **fields})

	def update(self, doctype: str, name: str, values: dict | None = None, **fields) -> requests.Response:
		return self.request("PUT", f"/api/resource/{doctype}/{name}", json={**(values or {}), **fields})

	def delete(self, doctype: str, name: str) -> requests.Response:
		return self.request("DELETE", f"/api/resource/{doctype}/{name}")

	def call(self, method: str, **arguments) -> requests.Response:
		return self.request("POST", f"/api/method/{method}", json=arguments)

	def set_value(self, doctype: str, name: str, fieldname, value=None) -> requests.Response:
		return self.call(
			"frappe.client.set_value", doctype=doctype, name=name, fieldname=fieldname, value=value
		)

	def apply_workflow(self, document: dict, action: str) -> requests.Response:
		return self.call("frappe.model.workflow.apply_workflow", doc=json.dumps(document), action=action)


def refusal(answer: requests.Response) -> str:
	"""Messages and exception text of an answer, one per line."""
	body = answer.json()
	messages = [
		json.loads(message).get("message", "") for message in json.loads(body.get("_server_messages") or "[]")
	]
	return "\n".join([*messages, body.get("exception") or body.get("message") or ""])


def assert_refused(answer: requests.Response, message: str, status: int = 417) -> None:
	"""Refused with the rule's message as a reader of Chinese reads it."""
	import frappe

	assert answer.status_code == status, answer.text[:500]
	if status == 403:
		return
	text = frappe.utils.strip_html(refusal(answer))
	for part in re.split(r"\{\d\}", frappe._(message, lang="zh")):
		assert part.strip() in text, text
