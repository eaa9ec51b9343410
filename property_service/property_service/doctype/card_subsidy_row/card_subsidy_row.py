from property_service.child_rows import ChildRow


class CardSubsidyRow(ChildRow):
	"""A card of a subsidy batch and what it is credited (DESK-03)."""
