/** What a run is asked to do, and the command that asks for it again. */
import { parseArgs } from 'node:util';

export interface Plan {
  store: 'sqlite' | 'postgres';
  /** Acknowledged messages and notes, give or take the last conversations. */
  messages: number;
  seed: number;
  /** After so long no conversation is begun. */
  minutes: number;
  processes: number;
  /** Conversations side by side. */
  side: number;
  /** Messages in one, on the average. */
  length: number;
  /** Between two faults, on the average. */
  everyMs: number;
  stopAtFirst: boolean;
  faults(kind: string): boolean;
  command: string;
}

const USAGE = `npm run torture -- [options]
  --store sqlite|postgres   what the servers stand on; postgres brings Redis along (sqlite)
  --messages N              acknowledged messages (20000)
  --seed S                  what everything is derived from (a new one)
  --minutes M               begins no conversation after that (60)
  --processes K             server processes; one on sqlite (1, on postgres 2)
  --faults all|none|list    such as kill,cut,disk-full (all)
  --side C                  conversations side by side (150)
  --length L                messages of one, on the average (160)
  --every MS                between two faults, on the average (1500)`;

export class UsageError extends Error {}

export function parsePlan(args: readonly string[], freshSeed: () => number): Plan {
  const text = { type: 'string' } as const;
  const { values } = parse(args, {
    store: text,
    messages: text,
    seed: text,
    minutes: text,
    processes: text,
    faults: text,
    side: text,
    length: text,
    every: text,
  });
  const number = (name: string, fallback: number, most: number): number => {
    const given = values[name];
    if (given === undefined) return fallback;
    const value = Number(given);
    if (/^\d+(\.\d+)?$/.test(given) && value > 0 && value <= most) return value;
    throw new UsageError(`--${name} must be a number up to ${most}\n\n${USAGE}`);
  };
  const store = values.store ?? 'sqlite';
  if (store !== 'sqlite' && store !== 'postgres') {
    throw new UsageError(`--store must be sqlite or postgres\n\n${USAGE}`);
  }
  const processes = number('processes', store === 'sqlite' ? 1 : 2, 16);
  if (store === 'sqlite' && processes > 1) {
    throw new UsageError('SQLite is for one process: --store postgres has several');
  }
  const faults = values.faults ?? 'all';
  const list = new Set(faults.split(','));
  const seed = number('seed', freshSeed(), 2 ** 31);
  const plan = {
    store,
    seed,
    processes,
    messages: number('messages', 20_000, 1e9),
    minutes: number('minutes', 60, 10_000),
    side: number('side', 150, 5_000),
    length: number('length', 160, 10_000),
    everyMs: number('every', 1_500, 1e6),
    stopAtFirst: false,
    faults: (kind: string) => faults === 'all' || (faults !== 'none' && list.has(kind)),
  } as const;
  return { ...plan, command: commandOf(plan, faults) };
}

function commandOf(plan: Omit<Plan, 'command'>, faults: string): string {
  const { store, messages, seed, minutes, processes, side, length, everyMs } = plan;
  return [
    `npm run torture -- --store ${store} --messages ${messages} --seed ${seed} --minutes ${minutes}`,
    `--processes ${processes} --faults ${faults} --side ${side} --length ${length} --every ${everyMs}`,
  ].join(' ');
}

function parse(args: readonly string[], options: Record<string, { type: 'string' }>) {
  try {
    return parseArgs({ args: [...args], options });
  } catch (error) {
    throw new UsageError(`${error instanceof Error ? error.message : error}\n\n${USAGE}`);
  }
}
