"""The lint check sees each trap, and lets the safe form pass."""

import pytest

from scripts import check_traps

TRAPS = {
	"f-string SQL": 'frappe.db.sql(f"select {x}")',
	"SQL by %": 'frappe.db.sql("select %s" % x)',
	"SQL by format": 'frappe.db.sql("select {}".format(x))',
	"SQL by +": 'frappe.db.sql("select " + x)',
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
}

SAFE = {
	"parameters": 'frappe.db.sql("select %s", x)',
	"commit of a script": 'if __name__ == "__main__":\n\tfrappe.db.commit()',
	"reason on the line": "doc.insert(ignore_permissions=True)  # the server's own record",
	"reason above": "# the server's own record\ndoc.insert(ignore_permissions=True)",
	"permissions kept": "doc.insert(ignore_permissions=False)",
	"one verb": '@frappe.whitelist(methods=["POST"])\ndef f(): ...',
	"translated message": 'frappe.throw(_("No {0}").format(x))',
	"message of a rule": "frappe.throw(_(refusal.message).format(*refusal.values))",
	"order": 'frappe.get_all("ToDo", order_by="name")',
}


@pytest.mark.parametrize("source", TRAPS.values(), ids=TRAPS)
def test_trap_is_seen(source):
	assert list(check_traps.check_python(source))


@pytest.mark.parametrize("source", SAFE.values(), ids=SAFE)
def test_safe_form_passes(source):
	assert not list(check_traps.check_python(source))


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
