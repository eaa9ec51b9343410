from property_service.child_rows import ChildRow


class ApprovalStep(ChildRow):
	pass
