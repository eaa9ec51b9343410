"""One item (and batch) of one warehouse in a stock count: what the books said, what was counted."""

from property_service.child_rows import ChildRow


class StockCountLine(ChildRow):
	pass
