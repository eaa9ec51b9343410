"""Sends a request and is told later, or never, what became of it."""

import http.client
import json
import socket
from dataclasses import dataclass

import requests

from tests.faults.house import SITE, House
from tests.faults.postings import Case

PATIENCE = 120  # seconds


@dataclass
class Answer:
	"""`status` None: the connection ended without an answer; whether the request was carried out is unknown."""

	status: int | None
	text: str = ""

	@property
	def acknowledged(self) -> bool:
		return self.status == 200

	@property
	def refused(self) -> bool:
		"""Cleanly: with a message for the user, not with a traceback."""
		return self.status is not None and 400 <= self.status < 500 and "_server_messages" in self.text


class Sent:
	"""A request under way."""

	def __init__(self, connection: http.client.HTTPConnection):
		self.connection = connection

	def answer(self) -> Answer:
		try:
			response = self.connection.getresponse()
			return Answer(response.status, response.read().decode())
		except (http.client.HTTPException, OSError):
			return Answer(None)
		finally:
			self.connection.close()

	def hang_up(self) -> None:
		"""The client is gone before the answer comes."""
		self.connection.sock.shutdown(socket.SHUT_RDWR)
		self.connection.close()


class Client:
	def __init__(self, house: House, cast):
		self.house, self.cast = house, cast
		self._cookies: dict[str, str] = {}

	def cookie(self, person: str) -> str:
		"""Signed in once; the session outlives every process that is killed."""
		if person not in self._cookies:
			answer = requests.post(
				f"{self.house.url}/api/method/login",
				json={"usr": self.cast.user(person), "pwd": self.cast.password},
				headers={"X-Frappe-Site-Name": SITE},
				timeout=PATIENCE,
			)
			assert answer.status_code == 200, answer.text[:500]
			self._cookies[person] = f"sid={answer.cookies['sid']}"
		return self._cookies[person]

	def send(self, case: Case) -> Sent:
		cookie = self.cookie(case.person)
		connection = http.client.HTTPConnection("127.0.0.1", self.house.web_port, timeout=PATIENCE)
		connection.request(
			case.verb,
			case.path.replace(" ", "%20"),
			body=json.dumps(case.values),
			headers={
				"X-Frappe-Site-Name": SITE,
				"Accept": "application/json",
				"Content-Type": "application/json",
				"Cookie": cookie,
			},
		)
		return Sent(connection)
