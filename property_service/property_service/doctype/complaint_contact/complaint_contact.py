from property_service.child_rows import ChildRow


class ComplaintContact(ChildRow):
	pass
