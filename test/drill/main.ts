/**
 * `npm run drill`: prints the table, writes the report, and exits 1 when anything got through or the
 * control did not fall. See docs/drill.md.
 */
import { mkdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { ATTACKS } from './attacks.ts';
import { browsersNamed } from './browsers.ts';
import { ATTACKS_MIN, drill, judge, ROBBED_MIN } from './drill.ts';
import { toReport } from './report.ts';
import { toJson, toTable } from './table.ts';

const USAGE = `npm run drill -- [--json] [--out DIR] [--browser chromium|firefox|webkit]… [--only PATTERN]

  --json      prints JSON in place of the table
  --out       where the report goes; data/drill otherwise
  --browser   only these; otherwise every one that is installed
  --only      only attacks whose name fits; the counts are not judged then
`;
const ROOT = path.resolve(import.meta.dirname, '../..');

const { values } = parseArgs({
  options: {
    json: { type: 'boolean', default: false },
    out: { type: 'string', default: path.join(ROOT, 'data/drill') },
    browser: { type: 'string', multiple: true, default: [] },
    only: { type: 'string' },
    help: { type: 'boolean', default: false },
  },
});
if (values.help) {
  process.stdout.write(USAGE);
  process.exit(0);
}

const only = values.only === undefined ? undefined : new RegExp(values.only);
const { browsers, absent } = await browsersNamed(values.browser);
const say = (words: string) =>
  process.stderr.isTTY && process.stderr.write(`\r\u001b[K${words.slice(0, 110)}`);
const result = await drill({
  browsers,
  attacks: ATTACKS.filter(({ id }) => only?.test(id) ?? true),
  isPhotographed: () => true,
  onProgress: say,
});
say('');
const out = path.resolve(values.out);
await mkdir(out, { recursive: true });
await writeFile(path.join(out, 'drill.html'), toReport(result));
await writeFile(path.join(out, 'drill.json'), toJson(result));
process.stdout.write(values.json ? toJson(result) : toTable(result));
if (!values.json) {
  for (const words of absent) process.stdout.write(`${words}\n`);
  process.stdout.write(`Report: ${path.join(out, 'drill.html')}\n`);
}

const { attacks, robbed, complaints } = judge(result);
const isWhole = only !== undefined || (attacks >= ATTACKS_MIN && robbed >= ROBBED_MIN);
process.exitCode = complaints.length === 0 && isWhole ? 0 : 1;
