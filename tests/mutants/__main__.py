"""Takes each listed guard out in turn and runs its test, which has to go red: `python -m tests.mutants unit|site [WORD…]`.

Works on copies of the tree, never on the tree itself. Exits 1 when a mutant survives, when a guard is no longer found, and
when a test is red without any mutant, for then it shows nothing. WORDs choose: mutants whose rule, file or test has one.
"""

import os
import queue
import shutil
import sys
import tempfile
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from tests import mutants
from tests.mutants import ROOT, Mutant
from tests.mutants.running import run_tests

LEFT_OUT = shutil.ignore_patterns(
	".git", ".venv", "node_modules", "__pycache__", "*.egg-info", "docs", "dist"
)
KILLED, SURVIVED, BROKEN = "killed", "SURVIVED", "BROKEN"
TEST_FAILED = 1  # pytest: tests ran and some failed; 2 to 5 mean that none could run
SECONDS = 300


def copy_of_tree(folder: Path) -> Path:
	return Path(shutil.copytree(ROOT, folder, ignore=LEFT_OUT))


def judge(mutant: Mutant, tree: Path) -> tuple[str, str]:
	"""What became of the mutant, and what there is to read about it. `tree` is left as it was."""
	file = tree / mutant.path
	original = file.read_bytes()
	try:
		file.write_bytes(mutant.mutate(original.decode()).encode())
		ended = run_tests(tree, [mutant.test], SECONDS)
	except (ValueError, TimeoutError) as error:
		return BROKEN, str(error)
	finally:
		file.write_bytes(original)
	if ended.code == TEST_FAILED:
		return KILLED, ""
	return (SURVIVED if ended.code == 0 else BROKEN), ended.output[-1500:]


def chosen(tier: str, words: list[str]) -> list[Mutant]:
	def speaks_of(mutant: Mutant) -> bool:
		return any(word in mutant.rules or word in mutant.path or word in mutant.test for word in words)

	return [mutant for mutant in mutants.listed(tier) if not words or speaks_of(mutant)]


def main(tier: str, words: list[str]) -> int:
	started = time.monotonic()
	todo = chosen(tier, words)
	if not todo:
		print(f"No {tier} mutant has any of: {' '.join(words)}")
		# `make mutants` asks both tiers for the same words
		return 0 if any(chosen(other, words) for other in ("unit", "site")) else 1
	# A site has one company whose records two runs would both change.
	lanes = (os.cpu_count() or 1) if tier == "unit" else 1
	with tempfile.TemporaryDirectory(prefix="property-service-mutants.") as folder:
		trees: queue.Queue[Path] = queue.Queue()
		for lane in range(lanes):
			trees.put(copy_of_tree(Path(folder) / str(lane)))
		without = run_tests(trees.queue[0], sorted({mutant.test for mutant in todo}), None)
		if without.code != 0:
			print(without.output[-3000:])
			print("✗ a test of the list is red with every guard in place: it shows nothing")
			return 1

		def run_one(mutant: Mutant) -> tuple[str, str]:
			tree = trees.get()
			try:
				return judge(mutant, tree)
			finally:
				trees.put(tree)

		verdicts = []
		with ThreadPoolExecutor(lanes) as lane:
			for mutant, (verdict, text) in zip(todo, lane.map(run_one, todo), strict=True):
				print(f"{verdict:8}  {mutant}\n          {mutant.test}", flush=True)
				if text:
					print(text, flush=True)
				verdicts.append(verdict)
	minutes = (time.monotonic() - started) / 60
	counts = ", ".join(f"{verdicts.count(v)} {v.lower()}" for v in (KILLED, SURVIVED, BROKEN))
	print(f"{len(todo)} guards of the {tier} tier taken out in {minutes:.1f} minutes: {counts}")
	return 0 if verdicts.count(KILLED) == len(todo) else 1


if __name__ == "__main__":
	if sys.argv[1:2] not in (["unit"], ["site"]):
		sys.exit(__doc__)
	sys.exit(main(sys.argv[1], sys.argv[2:]))
