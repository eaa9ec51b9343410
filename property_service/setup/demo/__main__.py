"""SITE=… python -m property_service.setup.demo [--reset | --remove], from the bench's sites folder."""

import os

import click
import frappe

from property_service.setup.demo import build, record, reset


@click.command()
@click.option("--reset", "anew", is_flag=True, help="Remove the demo that is there and build it anew.")
@click.option("--remove", "only_remove", is_flag=True, help="Remove the demo that is there.")
@click.option("--seed", default=None, type=int, help="Another number invents another centre.")
def main(anew: bool, only_remove: bool, seed: int | None) -> None:
	if record.noted() and not (anew or only_remove):
		click.echo("The demo is there already; --reset builds it anew.")
		return
	if anew or only_remove:
		remove()
	if not only_remove:
		build.build(seed=seed, show_progress=True)


def remove() -> None:
	for doctype, count in reset.reset().items():
		click.echo(f"  kept {count} × {doctype}: records that are not the demo's refer to them")


if __name__ == "__main__":
	frappe.init(os.environ["SITE"])
	frappe.connect()
	frappe.set_user("Administrator")
	try:
		main(standalone_mode=False)
		frappe.db.commit()  # a script of its own, outside any request
	finally:
		frappe.destroy()
