from property_service.child_rows import ChildRow


class RepairTicketChaser(ChildRow):
	pass
