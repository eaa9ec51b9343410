"""Processes that work at the same moment, each with its own connection: started once, then given one task after another.

A task is a function of tests/bench/tasks.py: called once with the arguments, it returns what is done (and committed) again
and again. Whoever measures starts all of them by one word, after each has said that it is ready.
"""

import json
import os
import subprocess
import sys
import time
from collections import Counter
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]


@dataclass
class Work:
	"""What a crew did: how often it was acknowledged, what else it heard, and in how many seconds."""

	done: int
	errors: Counter
	seconds: float

	@property
	def rate(self) -> float:
		"""Acknowledged in a second."""
		return self.done / self.seconds

	@property
	def failed(self) -> int:
		return sum(self.errors.values())


class Crew:
	def __init__(self, size: int):
		command = [sys.executable, "-W", "ignore", "-m", "tests.bench.crew", os.environ["SITE"]]
		self.people = [
			subprocess.Popen(
				command,
				cwd=os.getcwd(),
				env={**os.environ, "PYTHONPATH": str(ROOT)},
				stdin=subprocess.PIPE,
				stdout=subprocess.PIPE,
				text=True,
			)
			for _ in range(size)
		]

	def work(self, task: str, arguments: list[dict], user: str, times: int) -> Work:
		"""One process for each of `arguments` calls the task's function `times` times as `user`."""
		busy = self.people[: len(arguments)]
		assert len(busy) == len(arguments)
		for person, one in zip(busy, arguments, strict=True):
			self._say(person, {"task": task, "arguments": one, "user": user, "times": times})
		for person in busy:
			assert self._hear(person) == "ready"
		for person in busy:
			self._say(person, "go")
		reports = [self._hear(person) for person in busy]
		seconds = max(one["ended"] for one in reports) - min(one["began"] for one in reports)
		errors = sum((Counter(one["errors"]) for one in reports), Counter())
		return Work(sum(one["done"] for one in reports), errors, seconds)

	def _say(self, person, what) -> None:
		person.stdin.write(json.dumps(what) + "\n")
		person.stdin.flush()

	def _hear(self, person):
		for line in person.stdout:
			if line.startswith("CREW "):
				return json.loads(line[5:])
		raise AssertionError(f"a process ended by itself: {person.wait()}")

	def go_home(self) -> None:
		for person in self.people:
			person.stdin.close()
		for person in self.people:
			person.wait(timeout=60)


def be_one_of_it(site: str) -> None:
	import frappe

	from tests.bench import tasks

	def say(what) -> None:
		print("CREW " + json.dumps(what), flush=True)

	for line in sys.stdin:
		order = json.loads(line)
		frappe.init(site, force=True)
		frappe.connect()
		frappe.set_user(order["user"])
		act = getattr(tasks, order["task"])(**order["arguments"])
		frappe.db.rollback()
		say("ready")
		sys.stdin.readline()
		done, errors, began = 0, Counter(), time.time()
		for _ in range(order["times"]):
			try:
				act()
				frappe.db.commit()
				done += 1
			except Exception as error:
				frappe.db.rollback()
				errors[f"{type(error).__name__}: {str(error)[:80]}"] += 1
		say({"done": done, "errors": errors, "began": began, "ended": time.time()})
		frappe.destroy()


if __name__ == "__main__":
	be_one_of_it(sys.argv[1])
