from property_service.child_rows import ChildRow


class ReceiptDocument(ChildRow):
	pass
