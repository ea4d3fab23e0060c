/** The drill's result as text, for a terminal, and as JSON, for a machine. */
import { type Attack, breachOf, type Row } from './attack.ts';
import { type DrillResult, judge } from './drill.ts';
import { COLUMNS, type Column, type Outcome } from './outcome.ts';

const COLUMN_NAMES = Object.keys(COLUMNS) as Column[];

/** In a few letters: bytes of card data, or what else came of it. */
export function cellOf(attack: Attack, column: Column, outcome: Outcome | undefined): string {
  if (!outcome) return column === 'control' && attack.noControl ? 'no meaning' : '–';
  const { bytes, contacts, harm, lines, strayKeys } = outcome;
  if (column === 'control') {
    if (bytes) return `${bytes} bytes`;
    return harm || (contacts ? 'told' : 'held');
  }
  if (bytes || lines || harm)
    return `${bytes} bytes${lines ? `, ${lines} lines` : ''} ${harm}`.trim();
  if (strayKeys) return `0 bytes (${strayKeys} key${strayKeys > 1 ? 's' : ''})`;
  return contacts ? '0 bytes (contact)' : '0 bytes';
}

const clip = (text: string, width: number) =>
  text.length > width ? `${text.slice(0, width - 1)}…` : text.padEnd(width);

export function toTable(result: DrillResult): string {
  const { rows, browsers, tookMs } = result;
  const head = ['attack', 'tries', 'control', 'signed', 'pinned', 'in the frame'];
  const widths = [24, 60, 18, 12, 12, 20];
  const line = (cells: readonly string[]) =>
    cells
      .map((cell, index) => clip(cell, widths[index] ?? 10))
      .join('  ')
      .trimEnd();
  const tables = browsers.flatMap((browser) => [
    `\n${browser}\n`,
    line(head),
    line(widths.map((width) => '─'.repeat(width))),
    ...rows
      .filter((row) => row.browser === browser)
      .map(({ attack, outcomes }) =>
        line([
          attack.id,
          attack.tries,
          ...COLUMN_NAMES.map((column) => cellOf(attack, column, outcomes[column])),
        ]),
      ),
  ]);
  const { attacks, robbed, bytes, lines, strayKeys, complaints } = judge(result);
  return [
    ...tables,
    '',
    `${attacks} attacks in ${browsers.join(', ')}; ${Math.round(tookMs / 1000)} seconds`,
    `The conventional widget fell to ${robbed} of them.`,
    `Bulkhead: ${bytes} bytes of card data and ${lines} lines of the attacker's script got through${strayKeys ? `; ${strayKeys} single keys within one look of the focus guard` : ''}.`,
    ...(complaints.length ? ['', 'NOT HELD', ...complaints.map((words) => `  ${words}`)] : []),
    '',
  ].join('\n');
}

export function toJson(result: DrillResult): string {
  const { rows, browsers, startedAt, tookMs } = result;
  const shown = rows.map((row: Row) => {
    const { id, family, held, tries, noControl, known } = row.attack;
    const { browser, outcomes } = row;
    return {
      id,
      family,
      held,
      tries,
      noControl,
      known,
      browser,
      outcomes,
      breaches: breachOf(row),
    };
  });
  const summary = judge(result);
  return `${JSON.stringify({ startedAt, tookMs, browsers, ...summary, rows: shown }, null, 2)}\n`;
}
