"""The lists the demo is drawn from: fixtures/demo/*.json and *.csv of the checkout the bench runs the app from."""

import csv
import json
from functools import cache
from pathlib import Path

import property_service

FOLDER = Path(property_service.__file__).resolve().parents[1] / "fixtures" / "demo"


@cache
def load(name: str):
	"""The list `name`; callers treat it as read-only. Raises FileNotFoundError with what to do."""
	return json.loads(text_of(f"{name}.json"))


@cache
def table(name: str) -> list[dict[str, str]]:
	"""The rows of the table `name`, by the headings of its columns; like `load`."""
	return list(csv.DictReader(text_of(f"{name}.csv").splitlines()))


def text_of(file_name: str) -> str:
	path = FOLDER / file_name
	if not path.is_file():
		raise FileNotFoundError(
			f"{path} is missing. Demo data is not part of the installed package: "
			"run the demo from a checkout (bench get-app, or --soft-link)."
		)
	return path.read_text(encoding="utf-8")
