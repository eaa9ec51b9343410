"""The demo service centre: places, companies, residents, staff and three months of work, all invented.

`plan.make_plan(seed, until)` is pure: the same seed and moment give the same centre. `build` writes a plan to the site and
notes every record it made in `record`, so that `--reset` removes those and nothing else.

What people did at the service desk is written in bulk, as the controllers would have written it (`fold`, `history`). What
moves money and stock is played through the controllers (`stage`, `cash_desk_play`, `stores_play`): numbers, till, stock and
ledgers hang together too closely.

Run from the bench's sites folder: SITE=… python -m property_service.setup.demo [--reset]
"""
