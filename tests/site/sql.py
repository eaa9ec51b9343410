"""Counts the SQL statements of a block."""


class StatementCounter:
	"""Collects what goes through `db.sql`, which the query builder and the ORM use as well."""

	def __init__(self, db):
		self.db = db
		self.statements: list[str] = []

	def __enter__(self) -> "StatementCounter":
		run = self.db.sql

		def counted(query, *args, **kwargs):
			self.statements.append(str(query))
			return run(query, *args, **kwargs)

		self.db.sql = counted
		return self

	def __exit__(self, *_) -> None:
		del self.db.sql

	def __len__(self) -> int:
		return len(self.statements)
