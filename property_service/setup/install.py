"""What the app adds to a site beyond its DocTypes and fixtures.

Frappe's order at install: before_install, DocTypes, after_install, fixtures, after_sync. Workflows need the roles and
states of the fixtures, so everything but the custom fields waits for after_sync. A migrate runs the same steps again:
each creates what is missing and leaves alone what a company has changed.
"""

import click
import erpnext
import frappe

from property_service import series
from property_service.compat import version_tuple
from property_service.setup import (
	boards,
	complaint_types,
	custom_fields,
	defaults,
	doctype_switches,
	permissions,
	procedure_tasks,
	roles,
	service_levels,
	stores,
	workflows,
)

# The security advisories published in 2026 are fixed from these versions on.
SECURITY_MINIMUM = {
	"frappe": {15: "15.115.0", 16: "16.26.0"},
	"erpnext": {15: "15.118.0", 16: "16.29.0"},
}


def before_install() -> None:
	warn_below_security_minimum()


def after_install() -> None:
	custom_fields.create()


def after_sync() -> None:
	set_up_records()


def after_migrate() -> None:
	custom_fields.create()
	set_up_records()


def set_up_records() -> None:
	roles.create_missing_profiles()
	permissions.grant()
	doctype_switches.turn_on()
	defaults.fill_settings()
	complaint_types.make_first_ones()
	procedure_tasks.add_defaults()
	workflows.import_all()
	stores.follow_switches()
	service_levels.install()
	boards.install()
	series.ensure_prefixes()


def warn_below_security_minimum() -> None:
	for app, minimum, installed in outdated_apps(
		{"frappe": frappe.__version__, "erpnext": erpnext.__version__}
	):
		click.secho(
			f"{app} {installed} has known security holes; {minimum} or later closes them. "
			"Update the bench before real data goes in.",
			fg="yellow",
		)


def outdated_apps(installed: dict[str, str]) -> list[tuple[str, str, str]]:
	"""(app, security minimum, installed version) of each app that is older than its minimum."""
	outdated = []
	for app, version in installed.items():
		minimum = SECURITY_MINIMUM[app].get(version_tuple(version)[0])
		if minimum and version_tuple(version) < version_tuple(minimum):
			outdated.append((app, minimum, version))
	return outdated
