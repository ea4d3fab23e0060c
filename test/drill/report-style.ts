/** The report's looks, in light and dark. */
export const STYLE = `
:root{--ink:#16202b;--soft:#5b6876;--paper:#f6f4ef;--card:#fff;--line:#d9d4c8;--good:#0b6b4f;--good-bg:#e3f3ec;--bad:#a32018;--bad-bg:#fbe6e3;--accent:#0b4f6c}
@media(prefers-color-scheme:dark){:root{--ink:#e9edf1;--soft:#9fabb8;--paper:#12181f;--card:#1a222b;--line:#2e3945;--good:#6fd3ae;--good-bg:#14332a;--bad:#ff9d92;--bad-bg:#3b1d1a;--accent:#7cc4e0}}
*{box-sizing:border-box}
body{margin:0;background:var(--paper);color:var(--ink);font:16px/1.5 system-ui,sans-serif}
header,main{max-width:1180px;margin:auto;padding:32px 24px}
header{padding-top:64px}
.eyebrow{margin:0;color:var(--accent);font-weight:600}
h1{font:600 clamp(36px,6vw,60px)/1.1 ui-serif,Georgia,serif;margin:8px 0 16px;letter-spacing:-.02em}
.lead{font-size:19px;max-width:62ch;margin:0}
.sums{display:grid;grid-template-columns:repeat(auto-fit,minmax(200px,1fr));gap:16px;margin:32px 0 16px}
.sums div{background:var(--card);border:1px solid var(--line);border-radius:14px;padding:18px 20px;display:flex;flex-direction:column-reverse;justify-content:flex-end}
dt{color:var(--soft);font-size:14px}
dd{margin:0;font:600 44px/1.1 ui-serif,Georgia,serif;font-variant-numeric:tabular-nums}
.good dd{color:var(--good)}.bad dd{color:var(--bad)}
.meta{color:var(--soft);font-size:14px}
.note{border-inline-start:3px solid var(--accent);padding-inline-start:12px;max-width:72ch}
.breaches{color:var(--bad);font-weight:600}
h2{font:600 26px/1.2 ui-serif,Georgia,serif;margin:16px 0}
h2.browser{border-block-start:1px solid var(--line);padding-block-start:24px}
h3{margin:32px 0 8px;font-size:17px}
h3 small{color:var(--soft);font-weight:400}
.scroll{overflow-x:auto;background:var(--card);border:1px solid var(--line);border-radius:14px}
table{border-collapse:collapse;inline-size:100%;min-inline-size:860px;font-size:14px;font-variant-numeric:tabular-nums}
th,td{text-align:start;vertical-align:top;padding:10px 14px;border-block-end:1px solid var(--line);font-weight:400}
tbody tr:last-child>*{border-block-end:0}
thead th{color:var(--soft);font-size:13px;white-space:nowrap}
thead th:first-child{inline-size:46%}
tbody th p{margin:8px 0;color:var(--soft)}
summary{cursor:pointer}
summary code{color:var(--soft);font-size:12px;white-space:nowrap}
.told{margin:8px 0;padding-inline-start:18px;color:var(--soft);font:12px/1.5 ui-monospace,monospace;overflow-wrap:anywhere}
.pictures{display:grid;grid-template-columns:repeat(auto-fit,minmax(180px,1fr));gap:10px}
figure{margin:8px 0 0}
img{inline-size:100%;border:1px solid var(--line);border-radius:8px;display:block}
figcaption{color:var(--soft);font-size:12px}
td{white-space:nowrap}
.robbed{color:var(--bad);background:var(--bad-bg);font-weight:600;white-space:normal}
.held{color:var(--good);background:var(--good-bg)}
.none{color:var(--soft)}
.how{max-width:78ch;color:var(--soft)}
`;
