"""REST for the journeys: sets the stage before them and asserts what they left behind. Answers other than success fail."""

from __future__ import annotations

from tests.site.rest import Client, Rest, refusal


class Api(Client):
	"""`api("clerk")`: one person's client. The inherited methods return the raw answer, these the data in it."""

	def doc(self, doctype: str, name: str) -> dict:
		return self._data(self.get(doctype, name), "data")

	def rows(
		self, doctype: str, filters=None, fields=("name",), order_by="creation desc", limit=20
	) -> list[dict]:
		answer = self.list(
			doctype,
			filters=filters or {},
			fields=list(fields),
			order_by=order_by,
			limit_page_length=limit,
		)
		return self._data(answer, "data")

	def make(self, doctype: str, **values) -> dict:
		return self._data(self.insert(doctype, values), "data")

	def ask(self, method: str, **arguments):
		return self._data(self.call(method, **arguments), "message")

	@staticmethod
	def _data(answer, key: str):
		assert answer.status_code == 200, f"HTTP {answer.status_code}: {refusal(answer)}"
		return answer.json().get(key)


def clients(url: str, site: str, cast):
	"""Returns a function person → Api."""
	rest = Rest(url, site, cast)

	def api(person: str) -> Api:
		client = rest(person)
		return Api(client.url, client.session)

	return api
