"""Who may sign a step of an approval, and whether a chain of recorded steps is complete (ORG-01)."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date


@dataclass(frozen=True)
class Step:
	"""One step of a chain: the change of state, and the role that may make it."""

	from_state: str
	to_state: str
	role: str


@dataclass(frozen=True)
class Recorded:
	"""One step as the server recorded it."""

	from_state: str
	to_state: str
	role: str
	actor: str


@dataclass(frozen=True)
class DepartmentHeads:
	"""Who leads a department; `acting_until` is the last day on which `acting_head` may sign."""

	head: str | None = None
	acting_head: str | None = None
	acting_until: date | None = None

	def on(self, day: date) -> set[str]:
		"""Return the users who may sign for the department on `day`."""
		heads = {self.head} if self.head else set()
		if self.acting_head and self.acting_until and day <= self.acting_until:
			heads.add(self.acting_head)
		return heads


@dataclass(frozen=True)
class Deputy:
	"""A dated deputy; both days count."""

	user: str
	from_date: date
	until: date

	def acts_on(self, day: date) -> bool:
		"""Return whether the deputy may sign on `day`."""
		return self.from_date <= day <= self.until


def department_signatories(
	departments: Sequence[DepartmentHeads],
	general_managers: Collection[str],
	requesters: Collection[str],
	day: date,
) -> set[str]:
	"""Return who may sign as Department Head on `day`, never one of the `requesters`.

	`departments` starts with the document's department and goes up to the root. A request of the
	head goes to the next department above that has another head, in the end to `general_managers`.
	A department that has no head at all is passed over in the same way.
	"""
	for department in departments:
		heads = department.on(day)
		if heads and department.head not in requesters:
			allowed = heads - set(requesters)
			if allowed:
				return allowed
	return set(general_managers) - set(requesters)


def role_signatories(
	holders: Collection[str], deputies: Collection[Deputy], requesters: Collection[str], day: date
) -> set[str]:
	"""Return who may sign for a role on `day`: its holders, its deputies only within their dates."""
	named = {deputy.user for deputy in deputies}
	acting = {deputy.user for deputy in deputies if deputy.acts_on(day)}
	return ((set(holders) - named) | (acting & set(holders))) - set(requesters)


@dataclass(frozen=True)
class ChainCheck:
	"""What is wrong with a chain of recorded steps; empty when nothing is."""

	missing: tuple[Step, ...] = ()
	signed_by_requester: tuple[Recorded, ...] = field(default=())

	@property
	def complete(self) -> bool:
		"""Whether every step is there and none was taken by a requester."""
		return not self.missing and not self.signed_by_requester


def check_chain(
	chain: Sequence[Step], recorded: Sequence[Recorded], requesters: Collection[str]
) -> ChainCheck:
	"""Compare `recorded` with `chain`.

	Only the last run through the chain counts: what was signed before a document went back, to the
	start or to an earlier step, was an older content.
	"""
	run = _last_run(chain, recorded)
	missing, by_requester = [], []
	position = 0
	for step in chain:
		taken = _find(step, run, position)
		if taken is None:
			missing.append(step)
			continue
		position = taken + 1
		if run[taken].actor in requesters:
			by_requester.append(run[taken])
	return ChainCheck(tuple(missing), tuple(by_requester))


def _last_run(chain: Sequence[Step], recorded: Sequence[Recorded]) -> list[Recorded]:
	forward = {(step.from_state, step.to_state) for step in chain}
	waiting = {step.from_state for step in chain}
	start = 0
	for index, step in enumerate(recorded):
		if step.from_state in waiting and (step.from_state, step.to_state) not in forward:
			start = index + 1
		elif chain and step.from_state == chain[0].from_state:
			start = index
	return list(recorded[start:])


def _find(step: Step, run: Sequence[Recorded], position: int) -> int | None:
	for index in range(position, len(run)):
		taken = run[index]
		if (taken.from_state, taken.to_state, taken.role) == (step.from_state, step.to_state, step.role):
			return index
	return None


def changed_fields(before: Mapping[str, object], after: Mapping[str, object]) -> list[str]:
	"""Return the fieldnames whose value differs, in the order of `after`."""
	return [name for name in after if _plain(before.get(name)) != _plain(after.get(name))]


def _plain(value: object) -> object:
	return None if value in ("", 0, 0.0) else value
