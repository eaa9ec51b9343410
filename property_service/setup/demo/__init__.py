"""The demo service centre: places, companies, residents, staff and three months of work, all invented.

`plan.make_plan(seed, until)` is pure: the same seed and moment give the same centre. `build` writes a plan to the site and
notes every record it made in `record`, so that `--reset` removes those and nothing else.

Run from the bench's sites folder: SITE=… python -m property_service.setup.demo [--reset]
"""
