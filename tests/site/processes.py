"""Real processes that act at the same moment, each with its own connection and transaction (Q-02)."""

import json
import os
import subprocess
import sys
import time

ACTOR = """
import json, sys, time
import frappe
{source}
site, start, user, arguments = sys.argv[1], float(sys.argv[2]), sys.argv[3], json.loads(sys.argv[4])
frappe.init(site); frappe.connect(); frappe.set_user(user)
frappe.get_cached_doc("Property Service Settings"); frappe.db.rollback()
time.sleep(max(0, start - time.time()))
try:
	answer = ["done", act(arguments)]
	frappe.db.commit()
except Exception as error:
	frappe.db.rollback()
	answer = [type(error).__name__, str(error)]
print("ANSWER" + json.dumps(answer, default=str))
"""


def run_at_once(
	source: str, arguments: list[dict], user: str, seconds_to_start: int | None = None
) -> list[list]:
	"""One process per element of `arguments`; `source` defines `act(arguments)`. Returns [kind, text] of each:
	"done" with what `act` returned, or the name of the exception with its text.

	All processes wait for one moment that lies far enough ahead for the slowest to have started.
	"""
	start = time.time() + (seconds_to_start or 8 + len(arguments))
	code = ACTOR.replace("{source}", source)
	running = [
		subprocess.Popen(
			[sys.executable, "-c", code, os.environ["SITE"], str(start), user, json.dumps(one)],
			cwd=os.getcwd(),
			stdout=subprocess.PIPE,
			stderr=subprocess.PIPE,
			text=True,
		)
		for one in arguments
	]
	answers = []
	for process in running:
		out, error = process.communicate(timeout=300)
		assert "ANSWER" in out, error[-2000:]
		answers.append(json.loads(out.rsplit("ANSWER", 1)[1]))
	return answers
