# Two commands matter: `make run` and `make test`. Settings go on the same line: make run WEB_PORT=8001
# All settings with their defaults stand at the top of scripts/lib.sh.

.DEFAULT_GOAL := help
.PHONY: help run test test-unit bench faults mutants mutants-unit lint audit rules demo shots tour setup

help: ## this list
	@sed -n 's/^\([a-z-]*\):.*## \(.*\)/  make \1	\2/p' $(MAKEFILE_LIST) | expand -t 20

run: ## install what is missing, make the demo service centre, serve the desk
	@scripts/service-centre run

test: ## all three tiers on a test site of their own; some of them: PYTEST_ARGS="tests/site -k deferral"
	@scripts/service-centre test $(PYTEST_ARGS)

test-unit: .venv/unit ## the rules alone: needs nothing but Python
	@.venv/bin/python -m pytest tests/unit $(PYTEST_ARGS)

bench: ## beside ERPNext, on the test site; writes docs/benchmarks.md. Some of it: PYTEST_ARGS="tests/bench -k card"
	@scripts/service-centre bench $(or $(PYTEST_ARGS),tests/bench -q)

faults: ## kills web worker, background worker, MariaDB and Redis in the middle of postings, in a house of its own
	@scripts/service-centre faults $(PYTEST_ARGS)

mutants: mutants-unit ## take each guard of the list out in turn: its test has to go red
	@scripts/service-centre mutants $(MUTANTS)

mutants-unit: .venv/unit ## those of the rules alone; some of them: MUTANTS="SVC-05 rules/till.py"
	@.venv/bin/python -m tests.mutants unit $(MUTANTS)

lint: .venv/lint ## ruff, prettier, eslint and the app's own checks
	@.venv/bin/pre-commit run --all-files

audit: .venv/audit ## known vulnerabilities of what the app and its tests install; asks the package index
	@.venv/bin/pip-audit --strict --progress-spinner off . && \
		.venv/bin/pip-audit --strict --progress-spinner off -r tests/requirements.txt || \
		{ echo "✗ An advisory, or advisories that could not be read: see above. Nothing is shown to be safe."; exit 1; }

rules: .venv/unit ## rule ids, the tests that show them, and the guards that were taken out to see it
	@.venv/bin/python -m tests.rules

demo: ## demo data anew
	@scripts/service-centre demo

shots: ## the README's pictures and tour anew, from the browser tests
	@scripts/service-centre shots

tour: ## the two-minute tour alone, from the browser tests that it shows
	@scripts/service-centre tour $(PYTEST_ARGS)

setup: ## the bench alone, without a site
	@scripts/service-centre setup

.venv/bin/python:
	@python3 -m venv .venv

.venv/unit: .venv/bin/python tests/requirements-unit.txt pyproject.toml
	@.venv/bin/python -m pip install --quiet -r tests/requirements-unit.txt --editable .
	@touch $@

.venv/lint: .venv/bin/python
	@.venv/bin/python -m pip install --quiet pre-commit
	@touch $@

.venv/audit: .venv/bin/python
	@.venv/bin/python -m pip install --quiet pip-audit
	@touch $@
