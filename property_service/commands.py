"""A command that lost a deadlock is carried out again: on a fresh transaction, as who sent it (Q-04).

MariaDB ends a deadlock (error 1213) by taking back the whole transaction of one side. Frappe answers that side's request with
a traceback, and the clerk does not know what became of the money. Nothing was written, so the command can be carried out
again from its beginning; it then waits for the other side like anybody who came a moment later.

	@frappe.whitelist(methods=["POST"])
	@commands.carried_out_again
	def accept(closing: str) -> dict:
"""

import copy
import functools
from collections.abc import Callable

import frappe
from frappe import _

from property_service import request_memory
from property_service.guards import refuse

# A second deadlock in a row is bad luck, a third is a crowd: then people try again, not the server.
MOST_REPEATS = 2
SECOND_ROUTE = "/api/v2/method/"


def carried_out_again(command: Callable) -> Callable:
	"""Decorator, below `frappe.whitelist`, of a command that is the whole work of its request.

	Called from code, inside somebody else's transaction, the command is left alone: what came before would be lost with
	the rollback. Raises frappe.ValidationError when the deadlocks do not end, and at once when a lock was waited for in
	vain (error 1205): the request has taken its minute already.
	"""
	name = f"{command.__module__}.{command.__qualname__}"

	@functools.wraps(command)
	def carry_out(*args, **kwargs):
		if not is_whole_request(name):
			return command(*args, **kwargs)
		user, flags = frappe.session.user, frappe.local.flags.copy()
		for _attempt in range(MOST_REPEATS + 1):
			try:
				return command(*copy.deepcopy(args), **copy.deepcopy(kwargs))
			except frappe.QueryDeadlockError:
				begin_anew(user, flags)
			except frappe.QueryTimeoutError:
				begin_anew(user, flags)
				break
		refuse(
			_(
				"Somebody else is working on the same entries at this moment. Nothing was saved: please try again."
			)
		)

	return carry_out


def is_whole_request(name: str) -> bool:
	"""Whether the present request asks for this command, and nothing has been written before it."""
	asked_for = method_asked_for()
	return bool(
		asked_for
		and frappe.override_whitelisted_method(asked_for) == name
		and not frappe.db.transaction_writes
	)


def method_asked_for() -> str | None:
	"""By whichever of Frappe's routes for methods: the first keeps its name in the form, the second in the path alone."""
	request = getattr(frappe.local, "request", None)
	if not request:
		return None
	path = request.path or ""
	if path.startswith(SECOND_ROUTE):
		return path.removeprefix(SECOND_ROUTE).strip("/")
	return frappe.local.form_dict.get("cmd")


def begin_anew(user: str, flags: frappe._dict) -> None:
	"""As the request began: nothing written, nothing said, nothing remembered, and the same person."""
	frappe.db.rollback()  # the command is the whole of its request, see is_whole_request
	frappe.clear_messages()
	frappe.local.flags.clear()
	frappe.local.flags.update(flags)
	request_memory.begin()
	frappe.session.user = user
