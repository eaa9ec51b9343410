from property_service.child_rows import ChildRow


class FollowUpAttempt(ChildRow):
	pass
