"""The set-up scripts never take one Frappe for another: the bench that is there is the one that was asked for."""

import os
import subprocess
from pathlib import Path

import pytest

SCRIPTS = Path(__file__).parents[2] / "scripts"

# The bench's user is whoever runs the tests: the machine may have no other.
BENCH_STEP = """
source "$SCRIPTS/lib.sh"
source "$SCRIPTS/setup.sh"
as_bench_user() { "$@"; }
repair_bench() { echo repaired; }
: >"$SETUP_LOG"
step "Bench, $FRAPPE_BRANCH" have_bench make_bench
cat "$SETUP_LOG"
"""


@pytest.fixture
def bench(tmp_path):
	"""Of a bench, what the scripts look at: Frappe 15, assets, and a Python that imports everything."""
	made = tmp_path / "bench"
	frappe = made / "apps/frappe/frappe/__init__.py"
	python = made / "env/bin/python"
	assets = made / "sites/assets/assets.json"
	for path, text in ((frappe, '__version__ = "15.101.1"\n'), (python, "#!/bin/sh\n"), (assets, "{}")):
		path.parent.mkdir(parents=True)
		path.write_text(text)
	python.chmod(0o755)
	return made


def step(bench: Path, branch: str) -> subprocess.CompletedProcess:
	given = {
		"SCRIPTS": str(SCRIPTS),
		"BENCH": str(bench),
		"FRAPPE_BRANCH": branch,
		"SETUP_LOG": str(bench / "setup.log"),
	}
	return subprocess.run(
		["bash", "-c", BENCH_STEP], env={**os.environ, **given}, capture_output=True, text=True, check=False
	)


@pytest.mark.parametrize("branch", ["version-15", "version-15-hotfix", "develop", "v15.118.0"])
def test_a_bench_of_the_branch_is_there_already(bench, branch):
	done = step(bench, branch)
	assert (done.returncode, done.stderr) == (0, "")
	assert "there already" in done.stdout


@pytest.mark.parametrize("branch", ["version-16", "version-1", "version-150"])
def test_a_bench_of_another_version_is_refused_by_name(bench, branch):
	done = step(bench, branch)
	assert done.returncode == 1
	assert "repaired" not in done.stdout
	assert f"{bench} holds Frappe 15, not {branch}." in done.stderr
	assert "FRAPPE_BRANCH=version-15" in done.stderr


def test_a_bench_that_lost_its_frappe_is_repaired(bench):
	(bench / "apps/frappe/frappe/__init__.py").unlink()
	(bench / "env/bin/python").write_text("#!/bin/sh\nexit 1\n")
	done = step(bench, "version-16")
	assert (done.returncode, done.stderr) == (0, "")
	assert "repaired" in done.stdout
