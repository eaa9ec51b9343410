"""The lists the demo is drawn from: fixtures/demo/*.json of the checkout the bench runs the app from."""

import json
from functools import cache
from pathlib import Path

import property_service

FOLDER = Path(property_service.__file__).resolve().parents[1] / "fixtures" / "demo"


@cache
def load(name: str):
	"""The list `name`; callers treat it as read-only. Raises FileNotFoundError with what to do."""
	path = FOLDER / f"{name}.json"
	if not path.is_file():
		raise FileNotFoundError(
			f"{path} is missing. Demo data is not part of the installed package: "
			"run the demo from a checkout (bench get-app, or --soft-link)."
		)
	return json.loads(path.read_text(encoding="utf-8"))
