// No imports, so that the configuration needs no node_modules beside it.
const browser = [
	"window",
	"document",
	"navigator",
	"location",
	"console",
	"setTimeout",
	"clearTimeout",
	"localStorage",
];
const more = [
	"FormData",
	"Blob",
	"URL",
	"URLSearchParams",
	"Image",
	"fetch",
	"Promise",
	"FileReader",
	"requestAnimationFrame",
];
const frappe = [
	"frappe",
	"erpnext",
	"__",
	"cur_frm",
	"cur_list",
	"$",
	"jQuery",
	"moment",
	"locals",
	"cint",
	"flt",
	"format_number",
	"format_currency",
	"repl",
	"format_currency",
];
// Ours: forms and dialogs hang their shared functions on it.
const own = { property_service: "writable" };

export default [
	{
		files: ["**/*.js"],
		languageOptions: {
			ecmaVersion: 2022,
			sourceType: "script",
			globals: {
				...own,
				...Object.fromEntries([...browser, ...more, ...frappe].map((name) => [name, "readonly"])),
			},
		},
		rules: {
			"no-undef": "error",
			"no-unused-vars": ["error", { args: "none" }],
			"no-redeclare": ["error", { builtinGlobals: false }],
			"no-dupe-keys": "error",
			"no-unreachable": "error",
			"no-var": "error",
			"prefer-const": "error",
			eqeqeq: ["error", "smart"],
		},
	},
	{ files: ["**/*.bundle.js"], languageOptions: { sourceType: "module" } },
];
