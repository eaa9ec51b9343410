"""Low-value consumables (低值易耗品, part five of the source): see README.md in this folder."""
