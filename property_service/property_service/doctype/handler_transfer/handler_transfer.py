from property_service.child_rows import ChildRow


class HandlerTransfer(ChildRow):
	pass
