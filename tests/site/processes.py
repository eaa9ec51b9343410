"""Real processes that act at the same moment, each with its own connection and transactions (Q-02)."""

import json
import os
import subprocess
import sys

# Imports what all need once, then forks: sixteen interpreters that each import Frappe take longer than what they do. No
# connection is made before. Whoever is ready reads from one pipe that nobody writes to; closing it lets all go at once.
STARTER = """
import json, os, sys, traceback
import frappe
asked = json.loads(sys.stdin.read())
exec(compile(asked["source"], "<act>", "exec"))

def take_part(user, arguments, ready, go):
	frappe.init(asked["site"]); frappe.connect(); frappe.set_user(user)
	frappe.get_cached_doc("Property Service Settings")
	for doctype in asked["doctypes"]:
		frappe.get_meta(doctype)
	frappe.db.rollback()
	os.write(ready, b".")
	os.read(go, 1)
	return act(arguments)

ready, tell_ready = os.pipe()
go, hold = os.pipe()
answers = []
for user, arguments in asked["people"]:
	answer, give_answer = os.pipe()
	if os.fork() == 0:
		os.close(hold)
		try:
			given = json.dumps(take_part(user, arguments, tell_ready, go), default=str)
			with os.fdopen(give_answer, "w") as pipe:
				pipe.write(given)
		except BaseException:
			traceback.print_exc()
		finally:
			sys.stderr.flush()
			os._exit(0)
	os.close(give_answer)
	answers.append(answer)
os.close(tell_ready)
for _ in answers:
	if not os.read(ready, 1):
		break  # somebody died before the start; the missing answer tells
os.close(hold)
print("ANSWERS" + json.dumps([os.fdopen(answer).read() for answer in answers]))
"""

# One request, one transaction, as the web server does it.
ONE_TRANSACTION = """
{source}
do = act
def act(arguments):
	try:
		answer = ["done", do(arguments)]
		frappe.db.commit()
	except Exception as error:
		frappe.db.rollback()
		answer = [type(error).__name__, str(error)]
	return answer
"""


def run_together(source: str, people: list[tuple[str, dict]], doctypes: tuple[str, ...] = ()) -> list:
	"""One process per (user, arguments); `source` defines `act(arguments)`, which commits by itself. Returns what each
	`act` returned. All begin at one moment: when the last one is connected and has read the meta of `doctypes`.
	"""
	asked = {"site": os.environ["SITE"], "source": source, "people": people, "doctypes": doctypes}
	ended = subprocess.run(
		[sys.executable, "-c", STARTER],
		input=json.dumps(asked, default=str),
		cwd=os.getcwd(),
		capture_output=True,
		text=True,
		timeout=300,
	)
	assert "ANSWERS" in ended.stdout, ended.stderr[-2000:]
	answers = json.loads(ended.stdout.rsplit("ANSWERS", 1)[1])
	assert all(answers), f"not everybody answered: {ended.stderr[-2000:]}"
	return [json.loads(answer) for answer in answers]


def run_at_once(source: str, arguments: list[dict], user: str) -> list[list]:
	"""One process per element of `arguments`; `source` defines `act(arguments)`. Returns [kind, text] of each:
	"done" with what `act` returned, or the name of the exception with its text.
	"""
	return run_together(ONE_TRANSACTION.replace("{source}", source), [(user, one) for one in arguments])
