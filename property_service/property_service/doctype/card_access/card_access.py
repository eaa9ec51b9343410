from property_service.child_rows import ChildRow


class CardAccess(ChildRow):
	"""What a card opens, on which days (门禁); written by the movements Grant Access and Revoke Access (DESK-01)."""
