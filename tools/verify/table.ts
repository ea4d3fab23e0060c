/** A report for a person: a line for each finding, what to do, and the lines to paste. */
import type { Level, Verdict } from './findings.ts';
import type { Report } from './report.ts';

const MARKS: Readonly<Record<Level, string>> = {
  ok: '✓',
  warning: '!',
  problem: '✗',
  unknown: '?',
};
/** SGR codes, for terminals. */
const COLORS: Readonly<Record<Level, number>> = { ok: 32, warning: 33, problem: 31, unknown: 35 };
const VERDICTS: Readonly<Record<Verdict, string>> = {
  holds: 'Everything that was checked holds.',
  differs: 'Something differs. See the lines with ✗.',
  unchecked: 'Not everything could be checked. See the lines with ?.',
};
const WIDTH = 96;

export function toTable(report: Report, { color = false } = {}): string {
  const paint = (level: Level, text: string) =>
    color ? `\u001b[${COLORS[level]}m${text}\u001b[0m` : text;
  const lines = [`Bulkhead verify  ${report.finalUrl}`, ''];
  for (const { level, says, subject, detail, todo, code } of report.findings) {
    lines.push(`${paint(level, MARKS[level])} ${says}  [${code}]`);
    const seen = [subject, detail].filter(Boolean).join(': ');
    if (seen) lines.push(...indent(seen));
    if (level !== 'ok' && todo) lines.push(...indent(`→ ${todo}`));
  }
  lines.push(...policyLines(report.csp));
  lines.push('', paint(levelOf(report.verdict), VERDICTS[report.verdict]));
  return `${lines.join('\n')}\n`;
}

const levelOf = (verdict: Verdict): Level =>
  verdict === 'holds' ? 'ok' : verdict === 'differs' ? 'problem' : 'unknown';

function policyLines({ policies, suggestions, reporting }: Report['csp']): string[] {
  const lines: string[] = [];
  for (const [index, { from, disposition, lines: changed }] of policies.entries()) {
    if (!changed.length) continue;
    const what = disposition === 'report' ? 'policy that only reports' : 'policy';
    lines.push('', `In the ${what} number ${index + 1} (${from}) these directives become:`, '');
    lines.push(...changed.map((line) => `  ${line};`));
  }
  const offered = Object.entries(suggestions);
  if (offered.length) {
    lines.push('', 'A policy for this page, one of these, with what the page needs itself:');
    for (const [kind, policy] of offered) {
      lines.push('', `  by ${kind}:`, `  Content-Security-Policy: ${policy}`);
    }
  }
  if (reporting.length) {
    lines.push('', 'So that refusals are heard of:', '');
    lines.push(...reporting.map((line) => `  ${line}`));
  }
  return lines;
}

function indent(text: string): string[] {
  const lines: string[] = [];
  let line = '';
  for (const word of text.split(' ')) {
    if (line && line.length + word.length > WIDTH) {
      lines.push(`    ${line}`);
      line = '';
    }
    line = line ? `${line} ${word}` : word;
  }
  return [...lines, `    ${line}`];
}
