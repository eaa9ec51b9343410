"""Who hands the counter over to whom in the last two weeks, as plain values (SVC-21)."""

import random
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime, time, timedelta

from property_service.setup.demo import data
from property_service.setup.demo.stories import Cast

DAYS = 14
# A shift ends at this hour; see `Cast.clerk_at`.
ENDS = {time(7): "Night Shift", time(13): "Morning Shift", time(20): "Middle Shift"}


@dataclass(frozen=True)
class Handover:
	"""`outgoing_on`, `incoming_on`: when each side signed, None while it has not; `absence`: why the manager signs."""

	shift_label: str
	outgoing: str
	incoming: str
	begun_on: datetime
	outgoing_on: datetime | None
	incoming_on: datetime | None
	manager: str
	absence: str | None
	keys_counted: int
	keys_note: str
	matters: str
	remarks: str

	def at(self, moment: datetime) -> "Handover":
		"""As it stands at `moment`: what lies later has not happened."""
		return replace(
			self,
			outgoing_on=self.outgoing_on if self.outgoing_on and self.outgoing_on <= moment else None,
			incoming_on=self.incoming_on if self.incoming_on and self.incoming_on <= moment else None,
		)


def make_handovers(rng: random.Random, cast: Cast, until: datetime) -> list[Handover]:
	"""One at the end of each shift; the last one is open, whatever time it is."""
	told = list(_told(rng, cast, until))
	begun = [handover.at(until) for handover in told if handover.begun_on <= until]
	if not begun or begun[-1].incoming_on:
		# The clerk in charge prepares the next one early.
		coming = told[len(begun)]
		early = until - timedelta(minutes=rng.randint(2, 6))
		early = max(early, begun[-1].incoming_on + timedelta(seconds=30)) if begun else early
		begun.append(replace(coming, begun_on=min(early, until), outgoing_on=None, incoming_on=None))
	return begun


def _told(rng: random.Random, cast: Cast, until: datetime) -> Iterator[Handover]:
	texts = data.load("shifts")
	custodian = None
	for offset in range(DAYS, -2, -1):
		day = until.date() - timedelta(days=offset)
		for end, label in ENDS.items():
			ends = datetime.combine(day, end)
			outgoing = custodian or cast.clerk_at(ends - timedelta(minutes=1))
			incoming = cast.clerk_at(ends)
			if incoming == outgoing:
				continue  # the same clerk goes on: none is needed
			out_on = ends - timedelta(minutes=rng.randint(1, 6), seconds=rng.randrange(60))
			yield Handover(
				shift_label=label,
				outgoing=outgoing,
				incoming=incoming,
				begun_on=out_on - timedelta(minutes=rng.randint(5, 15)),
				outgoing_on=out_on,
				incoming_on=ends + timedelta(minutes=rng.randint(1, 7), seconds=rng.randrange(60)),
				manager=cast.holder_of("Service Manager"),
				absence=rng.choice(texts["absences"]) if rng.random() < 0.06 else None,
				keys_counted=texts["keys"] - rng.choice([0, 0, 0, 1, 2]),
				keys_note=rng.choice(texts["keys_notes"]),
				matters=rng.choice(texts["matters"]),
				remarks=rng.choice(texts["remarks"]),
			)
			custodian = incoming
