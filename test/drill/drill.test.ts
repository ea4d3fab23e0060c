/** The breach drill in Chromium: the same that `npm run drill` shows, row by row. */
import { beforeAll, describe, expect, it } from 'vitest';
import { breachOf } from './attack.ts';
import { ATTACKS } from './attacks.ts';
import { openChromium } from './chromium.ts';
import { ATTACKS_MIN, type DrillResult, drill, judge, ROBBED_MIN } from './drill.ts';
import { isRobbed } from './outcome.ts';
import { toReport } from './report.ts';
import { toJson, toTable } from './table.ts';

/** Two or three minutes alone on two cores; more beside other tests. */
const PATIENCE_MS = 900_000;

let result: DrillResult;
beforeAll(async () => {
  result = await drill({
    browsers: [openChromium],
    isPhotographed: ({ id }) => id === 'release-loader' || id === 'talk-plain',
  });
}, PATIENCE_MS);

const tried = ATTACKS.filter(
  (attack) => attack.kind !== 'code' || (attack.only?.includes('chromium') ?? true),
);

describe('the breach drill', () => {
  it('has every attack once, and enough of them', () => {
    expect(new Set(ATTACKS.map(({ id }) => id)).size).toBe(ATTACKS.length);
    expect(tried.length).toBeGreaterThanOrEqual(ATTACKS_MIN);
    expect(result.rows.map(({ attack }) => attack.id)).toEqual(tried.map(({ id }) => id));
  });

  it('carries out every visit', () => {
    expect(result.failures).toEqual([]);
  });

  it.each(
    tried.filter(({ noControl }) => !noControl).map(({ id }) => id),
  )('robs the conventional widget by %s', (id) => {
    expect(isRobbed(rowOf(id).outcomes.control)).toBe(true);
  });

  it.each(tried.map(({ id }) => id))('gets nothing through Bulkhead by %s', (id) => {
    const row = rowOf(id);
    const { control: _, ...walls } = row.outcomes;
    expect(Object.keys(walls).length).toBeGreaterThan(0);
    expect(breachOf(row)).toEqual([]);
  });

  it('sums up to nothing, where the conventional widget fell to nearly all', () => {
    const verdict = judge(result);
    expect(verdict).toMatchObject({ bytes: 0, lines: 0, complaints: [] });
    expect(verdict.robbed).toBeGreaterThanOrEqual(ROBBED_MIN);
  });
});

describe('what it shows', () => {
  it('names each attack in table, JSON and report, and how it went', () => {
    const table = toTable(result);
    const json = JSON.parse(toJson(result));
    const report = toReport(result);
    for (const { id } of tried) {
      expect(table).toContain(id);
      expect(report).toContain(`id="${id}"`);
    }
    expect(json.rows).toHaveLength(tried.length);
    expect(json.bytes).toBe(0);
    expect(report).toContain('The wall held.');
    expect(report.match(/data:image\/jpeg/g)?.length).toBeGreaterThanOrEqual(2);
  });

  it('says so when something got through', () => {
    const [row] = result.rows;
    if (!row?.outcomes.pinned) throw new Error('there is no row');
    const breached = {
      ...row,
      outcomes: { ...row.outcomes, pinned: { ...row.outcomes.pinned, bytes: 19, lines: 1 } },
    };
    const worse = { ...result, rows: [breached, ...result.rows.slice(1)] };
    // Once for the bytes, and once for the line.
    expect(judge(worse).complaints).toHaveLength(2);
    expect(toTable(worse)).toContain('NOT HELD');
    expect(toReport(worse)).toContain('The wall did not hold.');
  });

  it('says so when a control withstood, or a visit was not carried out', () => {
    const [row] = result.rows;
    if (!row) throw new Error('there is no row');
    const { control: _, ...outcomes } = row.outcomes;
    const rows = [{ ...row, outcomes }, ...result.rows.slice(1)];
    expect(judge({ rows, failures: ['one'] }).complaints).toHaveLength(2);
  });
});

function rowOf(id: string) {
  const row = result.rows.find(({ attack }) => attack.id === id);
  if (!row) throw new Error(`${id} was not tried`);
  return row;
}
