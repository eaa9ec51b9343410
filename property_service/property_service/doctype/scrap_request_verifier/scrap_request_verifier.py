"""Who took part in the verification (procedure 4.7.2 d; WH-25)."""

from property_service.child_rows import ChildRow


class ScrapRequestVerifier(ChildRow):
	pass
