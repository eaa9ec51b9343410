"""Tools in somebody's hands (procedure 4.4.3, 4.6.2, 4.6.3; WH-21 to WH-23); see README.md."""
