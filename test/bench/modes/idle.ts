/** What a visitor weighs who is connected and says nothing. */
import { type Compared, compare } from '../figures.ts';
import { startLoad } from '../load-process.ts';
import { settledKb } from '../processes.ts';
import { SUBJECTS, type Subject } from '../subjects.ts';

const IN_FLIGHT = 50;

export async function runIdle(rounds: number, connections: number): Promise<Compared> {
  const figures = { bare: [] as IdleFigures[], bulkhead: [] as IdleFigures[] };
  for (let round = 0; round < rounds; round++) {
    for (const kind of ['bare', 'bulkhead'] as const) {
      const subject = await SUBJECTS[kind]();
      try {
        figures[kind].push({ kbPerConnection: await measureIdle(subject, connections) });
      } finally {
        await subject.close();
      }
    }
  }
  return compare(figures.bare, figures.bulkhead);
}

interface IdleFigures {
  kbPerConnection: number;
}

/** Resident memory that connections hold after a full collection, in KB for each. */
async function measureIdle(subject: Subject, connections: number): Promise<number> {
  const load = startLoad();
  try {
    await load.ask('target', subject);
    // The first ones load code and fill what the heap had in reserve; they are not counted.
    const connect = { count: connections, inFlight: IN_FLIGHT };
    await load.ask('connect', connect);
    const before = await settledKb(subject.pid());
    await load.ask('connect', connect);
    return ((await settledKb(subject.pid())) - before) / connections;
  } finally {
    await load.close();
  }
}
