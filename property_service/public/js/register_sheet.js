// The desk's registers on paper: 25 rows to an A4 sheet across, the columns of the form, lines for signatures (page 7).

frappe.provide("property_service");

property_service.ROWS_ON_A_SHEET = 25;

// title and letter of the form; columns and rows of the report; lines: what is signed at the foot. A column may carry the
// sentence of consent.
property_service.register_sheet = ({ title, letter, filters, columns, rows, lines, key }) => {
	const escape = frappe.utils.escape_html;
	const consent = (columns.find((column) => column.consent) || {}).consent;
	const printed = columns.filter((column) => column.share);
	const total = printed.reduce((sum, column) => sum + column.share, 0);
	const data = rows.filter((row) => row && row[key]);
	const per_page = property_service.ROWS_ON_A_SHEET;
	const pages = Math.max(1, Math.ceil(data.length / per_page));
	const period =
		filters.from_date && filters.to_date
			? `${__("Period Covered")}: ${escape(filters.from_date)} — ${escape(filters.to_date)}`
			: "";

	const cell = (column, row) => {
		const value = row[column.fieldname];
		if (value == null || value === "") return "<td>&nbsp;</td>";
		if (["Currency", "Float"].includes(column.fieldtype)) {
			return `<td class="money">${flt(value).toFixed(2)}</td>`;
		}
		const text = ["Datetime", "Date"].includes(column.fieldtype) ? String(value).slice(0, 16) : value;
		return `<td class="${column.text ? "text" : ""}"><div class="clip">${escape(String(text))}</div></td>`;
	};
	const line = (row) =>
		`<tr>${printed.map((column) => (row ? cell(column, row) : "<td>&nbsp;</td>")).join("")}</tr>`;

	const sheet = (page) => {
		const first = page * per_page;
		const body = Array.from({ length: per_page }, (_, index) => line(data[first + index]));
		const foot = lines.map(
			(label) => `<td style="width: ${100 / (lines.length + 1)}%">${escape(label)}:</td>`
		);
		return `<div class="sheet">
			<table class="head"><tr>
				<td style="width: 30%">${letter ? `${__("Form {0}", [letter])}<br>` : ""}${period}</td>
				<td style="width: 40%"><div class="company">${escape(filters.company || "")}</div><div class="title">${escape(title)}</div></td>
				<td style="width: 30%" class="right">${__("Page {0} of {1}", [page + 1, pages])}</td>
			</tr></table>
			<table class="grid">
				<colgroup>${printed.map((c) => `<col style="width: ${(100 * c.share) / total}%">`).join("")}</colgroup>
				<thead><tr>${printed.map((c) => `<th>${escape(c.print_label || c.label)}</th>`).join("")}</tr></thead>
				<tbody>${body.join("")}</tbody>
			</table>
			${consent ? `<div class="consent">${escape(consent)}</div>` : ""}
			<table class="foot"><tr>${foot.join("")}
				<td class="right">${__("Printed On")}: ${frappe.datetime.now_datetime().slice(0, 16)}</td>
			</tr></table>
		</div>`;
	};
	return `${STYLE}<div class="register">${Array.from({ length: pages }, (_, page) => sheet(page)).join("")}</div>`;
};

const STYLE = `<style>
	@page { size: A4 landscape; margin: 8mm; }
	.print-format { page-size: A4; orientation: Landscape; margin: 0; margin-top: 8mm; margin-bottom: 8mm; margin-left: 8mm; margin-right: 8mm; padding: 0 !important; max-width: none !important; min-height: 0 !important; }
	.register { font-family: "Noto Serif CJK SC", "Source Han Serif SC", SimSun, "Songti SC", serif; color: #000; }
	.register, .register * { box-sizing: border-box; }
	.register .sheet { page-break-after: always; }
	.register .sheet:last-child { page-break-after: auto; }
	.register table { width: 100%; border-collapse: collapse; table-layout: fixed; margin: 0; }
	.register .head td, .register .foot td { border: 0 !important; font-size: 9pt; padding: 1mm 0 !important; vertical-align: bottom !important; }
	.register .company { font-size: 11pt; text-align: center; letter-spacing: 1pt; }
	.register .title { font-size: 17pt; font-weight: bold; text-align: center; letter-spacing: 6pt; }
	.register .right { text-align: right; }
	.register .consent { font-size: 7.5pt; margin-top: 1mm; }
	.register .grid { border: 1.2pt solid #000; }
	.register .grid th, .register .grid td { border: 0.6pt solid #000 !important; padding: 0 0.5mm !important; height: 5.6mm; font-size: 7pt; line-height: 2.6mm; text-align: center; vertical-align: middle !important; word-wrap: break-word; overflow: hidden; color: #000; }
	.register .grid th { background: #f4f4f4; font-weight: bold; height: 7mm; }
	.register .grid .text { text-align: left; }
	.register .grid .money { text-align: right; }
	.register .grid .clip { max-height: 5.2mm; overflow: hidden; }
</style>`;
