"""The lint check sees each trap, and lets the safe form pass."""

import pytest

from scripts import check_traps

TRAPS = {
	"f-string SQL": 'frappe.db.sql(f"select {x}")',
	"SQL by %": 'frappe.db.sql("select %s" % x)',
	"SQL by format": 'frappe.db.sql("select {}".format(x))',
	"SQL by +": 'frappe.db.sql("select " + x)',
	"SQL in a variable": 'query = f"select {x}"\nfrappe.db.sql(query)',
	"SQL with something put in": 'frappe.db.sql(QUERY.replace("{match}", match), x)',
	"a constant that is none": 'ALL = f"select {x}"',
	"a constant plus something": 'ALL = "select " + x',
	"rollback": "def f():\n\tfrappe.db.rollback()",
	"another user": "def f():\n\tfrappe.set_user(x)",
	"a job too early": "frappe.enqueue(f, queue='long')",
	"a document's own method": "class A(Document):\n\t@frappe.whitelist(methods=['POST'])\n\tdef f(self): ...",
	"GET that saves": '@frappe.whitelist(methods=["GET", "POST"])\ndef f(name):\n\tfrappe.get_doc("A", name).save()',
	"GET that inserts": '@frappe.whitelist(methods=["GET"])\ndef f():\n\tnew().insert(ignore_permissions=True)  # why',
	"GET that saves elsewhere": (
		'@frappe.whitelist(methods=["GET"])\ndef f():\n\tg()\ndef g():\n\th()\ndef h():\n\tfrappe.db.set_value("A", "b", "c", 1)'
	),
	"the ledger's sum": 'X = "select sum(sle.actual_qty) from `tabStock Ledger Entry` sle"',
	"the ledger's sum by qb": (
		'def f():\n\tsle = frappe.qb.DocType("Stock Ledger Entry")\n\treturn frappe.qb.from_(sle).select(Sum(sle.actual_qty))'
	),
	"a class's constant that a client may send": "class A(Document):\n\tdef f(self):\n\t\treturn self.SERVER_FIELDS",
	"commit": "def f():\n\tfrappe.db.commit()",
	"permissions ignored by keyword": "doc.insert(ignore_permissions=True)",
	"permissions ignored by flag": "doc.flags.ignore_permissions = True",
	"every verb": "@frappe.whitelist()\ndef f(): ...",
	"every verb, bare": "@frappe.whitelist\ndef f(): ...",
	"every verb for guests": "@frappe.whitelist(allow_guest=True)\ndef f(): ...",
	"message in English only": 'frappe.throw("No.")',
	"translated too late": '_(f"No {x}")',
	"translated after format": '_("No {0}".format(x))',
	"no order": 'frappe.get_all("ToDo", pluck="name")',
	"a value sorted downwards unsaid": 'frappe.db.get_value("ToDo", {}, "name", order_by="creation")',
}

SAFE = {
	"a class's constant": "class A(Document):\n\tdef f(self):\n\t\treturn type(self).SERVER_FIELDS",
	"parameters": 'frappe.db.sql("select %s", x)',
	"constant": "frappe.db.sql(QUERY, x)",
	"constant of another module": "frappe.db.sql(queries.QUERY, x)",
	"constant of constants": 'ALL = f"select {COLUMNS} " + SOURCE',
	"constants put into a constant": 'ALL = f"select {COLUMNS.replace(MARK, OTHER)}"',
	"SQL with something put in for a reason": (
		'# the reader\'s own conditions, made by Frappe\nfrappe.db.sql(QUERY.replace("{match}", match), x)'
	),
	"words that are no SQL": 'TITLE = f"Selected: {x}"',
	"savepoint": 'frappe.db.rollback(save_point="a")',
	"rollback with its reason": "frappe.db.rollback()  # nobody called us",
	"another user with a reason": "frappe.set_user(x)  # the job runs as who asked for it",
	"a job after the commit": "frappe.enqueue(f, enqueue_after_commit=True)",
	"a class that is not whitelisted": "class A(Document):\n\tdef f(self): ...",
	"GET that reads": '@frappe.whitelist(methods=["GET"])\ndef f(rows):\n\trows.insert(0, 1)\n\treturn g(rows)\ndef g(x): ...',
	"POST that saves": '@frappe.whitelist(methods=["POST"])\ndef f(name):\n\tfrappe.get_doc("A", name).save()',
	"the sum of Bin": 'X = "select sum(actual_qty) from `tabBin`"',
	"the sum of Bin by qb": 'def f():\n\tbin = frappe.qb.DocType("Bin")\n\treturn Sum(bin.actual_qty)',
	"the ledger's values": 'X = "select sum(stock_value_difference) from `tabStock Ledger Entry` where actual_qty > 0"',
	"commit of a script": 'if __name__ == "__main__":\n\tfrappe.db.commit()',
	"reason on the line": "doc.insert(ignore_permissions=True)  # the server's own record",
	"reason above": "# the server's own record\ndoc.insert(ignore_permissions=True)",
	"permissions kept": "doc.insert(ignore_permissions=False)",
	"one verb": '@frappe.whitelist(methods=["POST"])\ndef f(): ...',
	"translated message": 'frappe.throw(_("No {0}").format(x))',
	"message of a rule": "frappe.throw(_(refusal.message).format(*refusal.values))",
	"order": 'frappe.get_all("ToDo", order_by="name")',
	"a value's direction": 'frappe.db.get_value("ToDo", {}, "name", order_by="date desc, creation asc")',
	"a value in no order": 'frappe.db.get_value("ToDo", {}, "name", order_by=None)',
}


@pytest.mark.parametrize("source", TRAPS.values(), ids=TRAPS)
def test_trap_is_seen(source):
	assert list(check_traps.check_python(source))


@pytest.mark.parametrize("source", SAFE.values(), ids=SAFE)
def test_safe_form_passes(source):
	assert not list(check_traps.check_python(source))


@pytest.mark.parametrize(
	("doctype", "seen"),
	[
		('{"autoname": "GR-.YYYY.MM.DD.-.###"}', True),
		('{"autoname": "format:{company}-{DD}-{####}"}', True),
		('{"fields": [{"fieldname": "naming_series", "options": "A-.YYYY.-.#####\\nA-.DD.-.###"}]}', True),
		('{"autoname": "GR-.YYYY.-.#####", "fields": [{"fieldname": "note", "options": ".DD."}]}', False),
		('{"autoname": "naming_series:", "fields": []}', False),
	],
)
def test_numbers_that_begin_anew_each_day_are_seen(doctype, seen):
	assert bool(list(check_traps.check_doctype(doctype))) is seen


@pytest.mark.parametrize(
	"expression",
	[
		"doc.matter",
		"_(doc.status)",
		"doc.get_formatted('total')",
		"_('a') + doc.b",
		'"%s"|format(doc.b)',
		'"a" if doc.a else doc.b',
	],
)
def test_unescaped_value_is_seen(expression):
	assert list(check_traps.check_template(f"<p>\n{{{{ {expression} }}}}</p>")) == [
		(2, f"not escaped: {{{{ {expression} }}}} needs |e")
	]


@pytest.mark.parametrize(
	"template",
	[
		"{{ doc.matter | e }}",
		"{{ doc.matter|e }}",
		"{{ _('Matter') }}",
		"{{ qr }}{# safe: our own SVG #}",
		'{{ "%.2f"|format(row.rate or 0) }}',
		"{{ first + loop.index }}",
		'{{ "☑" if doc.done else "☐" }}',
	],
)
def test_escaped_value_passes(template):
	assert not list(check_traps.check_template(template))
