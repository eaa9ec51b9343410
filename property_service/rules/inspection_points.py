"""What is looked at when goods arrive, kind by kind (procedure 4.3.2; WH-10).

Every kind begins with the package, and all but the first go on with the quality of the goods.
"""

PACKAGING = (
	"Outer package smooth and even; sealed ones without crack, leak, dirt or damage",
	"Date of production and expiry on the package checked",
)
QUALITY = (
	"Surface without scratch, damage, crack or distortion",
	"Iron goods without rust",
	"Joints turn easily and without loud friction",
	"Connections without play or stripped thread",
	"Material as ordered",
	"Accessories complete",
)
PERFORMANCE = ("Mechanical parts moved several times: easy and exact",)
ELECTRICAL = ("Multimeter reading",)
ELASTIC = ("Stretched or bent several times: returns to its form",)

FIRST = "Quality of Goods"
TEMPLATES = {
	"Packaging of Goods": PACKAGING,
	FIRST: (*PACKAGING, *QUALITY),
	"Performance of Mechanical Goods": (*PACKAGING, *QUALITY, *PERFORMANCE),
	"Electrical Goods": (*PACKAGING, *QUALITY, *ELECTRICAL),
	"Elastic Goods": (*PACKAGING, *QUALITY, *ELASTIC),
}
