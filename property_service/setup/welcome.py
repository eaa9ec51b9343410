"""What `make run` prints when the desk is up: where it is, who can sign in, what to try first.

Run as: python -m property_service.setup.welcome PORT
"""

import os
import sys

from property_service.setup.demo.people import PEOPLE


def text(port: str, password: str) -> str:
	lines = [
		"",
		f"The desk is at http://127.0.0.1:{port} (Ctrl-C ends it). Everybody's password, Administrator's too: {password}",
		"",
	]
	for person in PEOPLE:
		lines.append(f"  {person.user}  {person.full_name} · {person.role_profile}")
		lines.append(f"      {person.try_this}")
	return "\n".join([*lines, ""])


if __name__ == "__main__":
	print(text(port=sys.argv[1], password=os.environ.get("ADMIN_PASSWORD") or "admin"))
