"""How a statement looks: on a screen, dark or light as the reader's machine is, and on paper."""

STYLE = """
:root {
  color-scheme: light dark;
  --paper: #fff; --ink: #1e2326; --quiet: #5c656d; --rule: #dfe3e6; --band: #f3f6f4;
  --accent: #2c8049;
}
@media (prefers-color-scheme: dark) {
  :root {
    --paper: #1e2326; --ink: #f2f3f5; --quiet: #b0b8bf; --rule: #3b4348; --band: #283034;
    --accent: #6cd391;
  }
}
* { box-sizing: border-box; }
body {
  margin: 0; background: var(--paper); color: var(--ink);
  font: 15px/1.5 system-ui, -apple-system, "Segoe UI", Roboto, "Noto Sans", sans-serif;
}
main { max-width: 60rem; margin: 0 auto; padding: 2rem 1.25rem 3rem; }
header p { margin: 0; color: var(--quiet); }
h1 {
  margin: 0; font-size: 1.7rem; line-height: 1.25; color: var(--accent); overflow-wrap: anywhere;
}
footer { margin-top: 2rem; color: var(--quiet); font-size: .87rem; }
footer p { margin: .2rem 0; }
table { width: 100%; border-collapse: collapse; margin-top: 1.5rem; }
th, td { padding: .4rem .6rem; text-align: start; vertical-align: top; font-weight: inherit; }
th:not(:first-child), td:not(:first-child) {
  width: 7.5rem; text-align: end; white-space: nowrap; font-variant-numeric: tabular-nums;
}
thead th { color: var(--quiet); font-size: .8rem; border-bottom: 2px solid var(--rule); }
tbody tr { border-bottom: 1px solid var(--rule); break-inside: avoid; }
td:first-child { overflow-wrap: anywhere; }
small { display: block; color: var(--quiet); font-size: .8rem; }
time { color: var(--quiet); margin-inline-end: .4rem; font-variant-numeric: tabular-nums; }
.balance { font-weight: 600; background: var(--band); }
.balance small { font-weight: 400; }
.day th { padding-top: 1.4rem; font-weight: 600; color: var(--accent); }
.day { break-after: avoid; }
@media screen and (max-width: 40rem) {
  tr { display: grid; grid-template-columns: repeat(4, 1fr); }
  tr > :first-child { grid-column: 1 / -1; }
  thead th:first-child { display: none; }
  th, td { padding: .3rem .4rem; }
  td:empty { padding-block: 0; }
  th:not(:first-child), td:not(:first-child) { width: auto; white-space: normal; }
}
@media print {
  :root {
    --paper: #fff; --ink: #000; --quiet: #444; --rule: #bbb; --band: #eee; --accent: #000;
  }
  body { font-size: 10pt; }
  main { max-width: none; padding: 0; }
  .balance { print-color-adjust: exact; }
}
"""
