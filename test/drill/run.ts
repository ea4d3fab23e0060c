/**
 * Carries out the drill in one browser: cuts the attacks into visits, hands the visits to the lanes,
 * and puts together what came of each attack in each column.
 */
import type { Demo } from '../../demo-site/demo.ts';
import type { Attack, CodeAttack, FieldAttack, Row } from './attack.ts';
import { visitAltered, visitControl, visitFrame } from './code-visits.ts';
import { visitFieldControl, visitFields } from './field-visits.ts';
import type { Lane } from './lane.ts';
import { type Column, NOTHING, type Outcome } from './outcome.ts';
import { createStage, type Photographs, type Stage } from './stage.ts';
import type { DrillBrowser } from './tab.ts';

/** Attacks that do not disturb each other share a visit, but no more than this. */
const BATCH_MOST = 16;

/** One after another in its lane; `after` it come those that need what it found. */
interface Visit {
  name: string;
  columns: Column[];
  attacks: readonly Attack[];
  act(stage: Stage): Promise<Map<string, Outcome>>;
}

function batchesOf(attacks: readonly CodeAttack[]): CodeAttack[][] {
  const groups = Map.groupBy(attacks, ({ id, family, alone, submits, gesture }) =>
    alone ? id : `${family} ${submits} ${gesture}`,
  );
  return [...groups.values()].flatMap((group) =>
    Array.from({ length: Math.ceil(group.length / BATCH_MOST) }, (_, index) =>
      group.slice(index * BATCH_MOST, (index + 1) * BATCH_MOST),
    ),
  );
}

/** A colour that is none, or a refusal, would keep the other texts from being shown. */
function fieldBatchesOf(attacks: readonly FieldAttack[]): FieldAttack[][] {
  const groups = Map.groupBy(attacks, ({ field }) => (/color|refusal/.test(field) ? field : ''));
  return [...groups.values()];
}

export interface DrillOptions {
  demo: Demo;
  browser: DrillBrowser;
  lanes: readonly Lane[];
  attacks: readonly Attack[];
  photographs: Photographs;
  /** After each visit. */
  onProgress?(done: number, of: number, name: string): void;
}

export interface Found {
  rows: Row[];
  /** Visits that could not be carried out, in words: they prove nothing. */
  failures: string[];
}

export async function runDrill(options: DrillOptions): Promise<Found> {
  const { demo, browser, lanes, photographs, onProgress } = options;
  const attacks = options.attacks.filter(
    (attack) => !(attack.kind === 'code' && attack.only && !attack.only.includes(browser.kind)),
  );
  const rows = new Map<string, Row>(
    attacks.map((attack) => [attack.id, { attack, browser: browser.name, outcomes: {} }]),
  );
  const neededMs = (batch: readonly Attack[]) =>
    Math.max(0, ...batch.map(({ id }) => rows.get(id)?.outcomes.control?.tookMs ?? 0));
  const codes = attacks.filter((attack) => attack.kind === 'code');
  const batches = batchesOf(codes);

  const controls: Visit[] = batches
    .map((batch) => batch.filter(({ noControl }) => !noControl))
    .filter((batch) => batch.length > 0)
    .map((batch) => ({
      name: 'control',
      columns: ['control'],
      attacks: batch,
      act: (stage) => visitControl(stage, batch),
    }));
  const walls: Visit[] = [
    ...(codes.length ? (['signed', 'pinned'] as const) : []).flatMap((kind) =>
      (['loader', 'chat'] as const).map(
        (file): Visit => ({
          name: `${kind} ${file}`,
          columns: [kind],
          attacks: codes,
          act: (stage) => visitAltered(stage, kind, file, codes),
        }),
      ),
    ),
    ...batches.map(
      (batch): Visit => ({
        name: 'frame',
        columns: ['frame'],
        attacks: batch,
        act: (stage) => visitFrame(stage, batch, neededMs(batch)),
      }),
    ),
  ];

  const fields = attacks.filter((attack) => attack.kind === 'field');
  for (const batch of fieldBatchesOf(fields)) {
    controls.push({
      name: 'control',
      columns: ['control'],
      attacks: batch,
      act: (stage) => visitFieldControl(stage, batch),
    });
    for (const kind of ['signed', 'pinned'] as const)
      walls.push({
        name: kind,
        columns: [kind],
        attacks: batch,
        act: (stage) => visitFields(stage, kind, batch, neededMs(batch)),
      });
  }

  for (const attack of attacks.filter((one) => one.kind === 'scene')) {
    const visit = (column: Column, act: (stage: Stage) => Promise<Partial<Outcome>>): Visit => ({
      name: column,
      columns: [column],
      attacks: [attack],
      act: async (stage) => new Map([[attack.id, { ...NOTHING, ...(await act(stage)) }]]),
    });
    if (attack.control)
      controls.push(visit('control', async (stage) => (await attack.control?.(stage)) ?? {}));
    for (const column of attack.columns)
      walls.push(visit(column, (stage) => attack.act(stage, column)));
  }

  const total = controls.length + walls.length;
  const failures: string[] = [];
  let done = 0;
  for (const visits of [controls, walls]) {
    const waiting = [...visits];
    await Promise.all(
      lanes.map(async (lane) => {
        const stage = createStage(demo, browser, lane, photographs);
        for (let next = waiting.shift(); next; next = waiting.shift()) {
          const visit = next;
          const named = `${visit.name}: ${visit.attacks.map(({ id }) => id).join(' ')}`.slice(
            0,
            300,
          );
          // A busy machine may break a visit off once; what it found is not kept then.
          const outcomes = await visit
            .act(stage)
            .catch(() => visit.act(stage))
            .catch((error: unknown) => {
              failures.push(`${named}: ${error instanceof Error ? error.message : error}`);
              return new Map<string, Outcome>();
            });
          for (const [id, outcome] of outcomes) {
            const row = rows.get(id);
            for (const column of visit.columns)
              if (row) row.outcomes[column] = worse(row.outcomes[column], outcome);
          }
          onProgress?.(++done, total, named);
        }
      }),
    );
  }
  return { rows: [...rows.values()], failures };
}

/** Of two visits for one column, everything that went wrong in either. */
function worse(one: Outcome | undefined, other: Outcome): Outcome {
  if (!one) return other;
  return {
    bytes: one.bytes + other.bytes,
    contacts: one.contacts + other.contacts,
    lines: one.lines + other.lines,
    harm: [one.harm, other.harm].filter(Boolean).join(', '),
    strayKeys: one.strayKeys + other.strayKeys,
    told: [...new Set([...one.told, ...other.told])],
    tookMs: Math.max(one.tookMs, other.tookMs),
  };
}
