from property_service.child_rows import ChildRow


class KeyLoanChase(ChildRow):
	pass
