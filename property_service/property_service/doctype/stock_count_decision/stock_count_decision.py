"""What became of a difference, or of a part of it; written with its postings (WH-28)."""

from property_service.child_rows import ChildRow


class StockCountDecision(ChildRow):
	pass
