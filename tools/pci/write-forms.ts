/** The document as Markdown and as one printable page, and the inventory as CSV. */
import type { Block, Document } from './document.ts';
import type { PciPack } from './pack.ts';

const cell = (text: string) =>
  text.replaceAll('\\', '\\\\').replaceAll('|', '\\|').replace(/\s+/g, ' ').replaceAll('<', '&lt;');

export function toMarkdown({ title, about, sections }: Document): string {
  const parts = [`# ${cell(title)}`, ...about.map(cell)];
  for (const { heading, blocks } of sections) {
    parts.push(`## ${heading}`, ...blocks.map(markdownBlock));
  }
  return `${parts.join('\n\n')}\n`;
}

function markdownBlock(block: Block): string {
  if ('paragraph' in block) return cell(block.paragraph);
  if ('list' in block) return block.list.map((item) => `- ${cell(item)}`).join('\n');
  if ('code' in block) return ['```', ...block.code, '```'].join('\n');
  const line = (cells: readonly string[]) => `| ${cells.map(cell).join(' | ')} |`;
  return [line(block.head), line(block.head.map(() => '---')), ...block.rows.map(line)].join('\n');
}

const ENTITIES: Readonly<Record<string, string>> = {
  ...{ '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;' },
};
const escapeHtml = (text: string) => text.replace(/[&<>"]/g, (char) => ENTITIES[char] ?? char);

const STYLE = `
:root { color-scheme: light dark; --line: #8884; --dim: #666 }
@media (prefers-color-scheme: dark) { :root { --dim: #aaa } }
body { font: 15px/1.5 system-ui, sans-serif; max-width: 72rem; margin: 0 auto; padding: 2rem 1rem 4rem }
h1 { font-size: 1.6rem; line-height: 1.2 }
h2 { font-size: 1.15rem; margin: 2.2rem 0 .6rem; padding-top: .6rem; border-top: 1px solid var(--line) }
header p:last-child { color: inherit; border: 1px solid var(--line); border-radius: 6px; padding: .6rem .8rem; margin-top: 1rem }
header p:not(:last-child) { color: var(--dim); margin: .3rem 0; overflow-wrap: anywhere }
.scroll { overflow-x: auto }
table { border-collapse: collapse; width: 100%; font-size: .87rem }
th, td { text-align: start; vertical-align: top; padding: .45rem .6rem; border-bottom: 1px solid var(--line); overflow-wrap: anywhere; min-width: 4.5rem }
th { white-space: nowrap; font-weight: 600 }
td:nth-child(n+5) { min-width: 7rem }
pre { overflow-x: auto; padding: .7rem; border: 1px solid var(--line); border-radius: 6px; white-space: pre-wrap; overflow-wrap: anywhere }
li { overflow-wrap: anywhere }
@media (max-width: 48rem) { table { min-width: 46rem } }
@page { size: A4 landscape; margin: 14mm }
@media print { table { min-width: 0 } body { max-width: none; padding: 0; font-size: 10pt } h2 { break-after: avoid } tr { break-inside: avoid } }
`;

/** One file, without a script and without anything from elsewhere. */
export function toHtml({ title, about, sections }: Document): string {
  const body = sections
    .map(
      ({ heading, blocks }) =>
        `<section><h2>${escapeHtml(heading)}</h2>${blocks.map(htmlBlock).join('')}</section>`,
    )
    .join('\n');
  return `<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">
<title>${escapeHtml(title)}</title>
<style>${STYLE}</style>
<body>
<header><h1>${escapeHtml(title)}</h1>${about.map((text) => `<p>${escapeHtml(text)}</p>`).join('')}</header>
<main>
${body}
</main>
</body>
</html>
`;
}

function htmlBlock(block: Block): string {
  if ('paragraph' in block) return `<p>${escapeHtml(block.paragraph)}</p>`;
  if ('list' in block)
    return `<ul>${block.list.map((item) => `<li>${escapeHtml(item)}</li>`).join('')}</ul>`;
  if ('code' in block) return `<pre>${escapeHtml(block.code.join('\n'))}</pre>`;
  const row = (cells: readonly string[], tag: string) =>
    `<tr>${cells.map((text) => `<${tag}>${escapeHtml(text)}</${tag}>`).join('')}</tr>`;
  const head = row(block.head, 'th scope="col"').replaceAll('</th scope="col">', '</th>');
  return `<div class="scroll"><table><thead>${head}</thead><tbody>${block.rows
    .map((cells) => row(cells, 'td'))
    .join('')}</tbody></table></div>`;
}

/** RFC 4180; what a spreadsheet would take for a formula is kept from being one. */
const csvCell = (value: string | number | null) => {
  const text = value === null ? '' : `${value}`;
  const safe = /^[=+\-@\t\r]/.test(text) ? `'${text}` : text;
  return /[",\n\r]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
};

export function toCsv({ inventory }: PciPack): string {
  const head = [
    ...['script', 'of', 'address', 'runs', 'justification', 'integrity', 'hash', 'bytes'],
    ...['authorisation', 'authorised by', 'authorised on', 'reason'],
  ];
  const rows = inventory.map((line) => [
    ...[line.script, line.origin, line.address, line.runs, line.justification, line.integrity],
    ...[line.hash, line.bytes, line.authorisation.status],
    ...[line.authorisation.by, line.authorisation.on, line.authorisation.reason],
  ]);
  return [head, ...rows].map((row) => `${row.map(csvCell).join(',')}\r\n`).join('');
}
