/** Hours of steady talk: memory after a full collection, minute by minute, and its slope. */
import { startLoad } from '../load-process.ts';
import { settledKb } from '../processes.ts';
import { SUBJECTS } from '../subjects.ts';

const TALKERS = 200;
const IN_FLIGHT = 50;
const LOOK_EVERY_S = 60;
/** What the caches and the heap's reserve fill up in the beginning is no growth. */
const WARM_UP_SHARE = 0.25;

export interface SoakFigures {
  kind: 'bare' | 'bulkhead';
  messages: number;
  ackP99Ms: number;
  samples: { minute: number; residentMb: number }[];
  /** By least squares, without the first quarter. */
  mbPerHour: number;
}

export async function runSoak(options: {
  minutes: number;
  perSecond: number;
}): Promise<SoakFigures[]> {
  // Side by side: memory is each one's own, and the hour is the same for both.
  return Promise.all((['bare', 'bulkhead'] as const).map((kind) => soak(kind, options)));
}

async function soak(
  kind: 'bare' | 'bulkhead',
  { minutes, perSecond }: { minutes: number; perSecond: number },
): Promise<SoakFigures> {
  const subject = await SUBJECTS[kind]();
  const load = startLoad();
  const samples: SoakFigures['samples'] = [];
  let ackP99Ms = 0;
  try {
    await load.ask('target', subject);
    await load.ask('connect', { count: TALKERS, inFlight: IN_FLIGHT });
    await load.ask('beginToTalk', { count: TALKERS });
    const seconds = Math.min(LOOK_EVERY_S, minutes * 15);
    const parts = Math.round((minutes * 60) / seconds);
    for (let part = 1; part <= parts; part++) {
      const messages = Math.round(perSecond * seconds);
      const talked = await load.ask('talk', { messages, inFlight: IN_FLIGHT, perSecond });
      if (talked.refused > 0) throw new Error(`${talked.refused} messages were refused`);
      ackP99Ms = Math.max(ackP99Ms, talked.p99Ms);
      const residentMb = (await settledKb(subject.pid())) / 1024;
      samples.push({ minute: (part * seconds) / 60, residentMb });
    }
    const messages = Math.round(perSecond * seconds) * parts;
    return { kind, messages, ackP99Ms, samples, mbPerHour: slopeOf(samples) * 60 };
  } finally {
    await load.close();
    await subject.close();
  }
}

/** @returns MB a minute */
function slopeOf(samples: SoakFigures['samples']): number {
  const counted = samples.slice(Math.floor(samples.length * WARM_UP_SHARE));
  const mean = (of: (sample: SoakFigures['samples'][number]) => number) =>
    counted.reduce((sum, sample) => sum + of(sample), 0) / counted.length;
  const minute = mean((sample) => sample.minute);
  const mb = mean((sample) => sample.residentMb);
  const over = counted.reduce(
    (sum, sample) => sum + (sample.minute - minute) * (sample.residentMb - mb),
    0,
  );
  const under = counted.reduce((sum, sample) => sum + (sample.minute - minute) ** 2, 0);
  return under === 0 ? 0 : over / under;
}
