/**
 * With so many visitors connected: what a message costs, how many a second at most, and how soon one
 * is acknowledged at a steady rate that leaves room. At most a thousand of them talk, in turn, and
 * one watcher follows those; the others are there.
 */
import { startLoad } from '../load-process.ts';
import { residentKb } from '../processes.ts';
import { SUBJECTS } from '../subjects.ts';
import { type TalkFigures, talkAndMeasure } from './talk.ts';

const TALKERS_MAX = 1000;
const IN_FLIGHT = 50;
const STEADY_PER_SECOND = 500;
const STEADY_SECONDS = 10;

export interface ConnectedFigures {
  visitors: number;
  kind: 'bare' | 'bulkhead';
  /** How long they took to come, fifty at a time. */
  connectSeconds: number;
  residentMb: number;
  most: TalkFigures;
  steady: TalkFigures;
}

export async function runConnected(
  counts: readonly number[],
  messages: number,
): Promise<ConnectedFigures[]> {
  const all: ConnectedFigures[] = [];
  for (const visitors of counts) {
    for (const kind of ['bare', 'bulkhead'] as const) all.push(await measure(kind, visitors));
  }
  return all;

  async function measure(kind: 'bare' | 'bulkhead', visitors: number): Promise<ConnectedFigures> {
    const subject = await SUBJECTS[kind]();
    const load = startLoad();
    try {
      await load.ask('target', subject);
      const { seconds } = await load.ask('connect', { count: visitors, inFlight: IN_FLIGHT });
      await load.ask('beginToTalk', { count: Math.min(visitors, TALKERS_MAX) });
      await load.ask('talk', { messages: Math.min(8000, messages), inFlight: IN_FLIGHT });
      const most = await talkAndMeasure(load, [subject], { inFlight: IN_FLIGHT, messages });
      const steady = await talkAndMeasure(load, [subject], {
        inFlight: IN_FLIGHT,
        messages: STEADY_PER_SECOND * STEADY_SECONDS,
        perSecond: STEADY_PER_SECOND,
      });
      const residentMb = residentKb(subject.pid()) / 1024;
      return { visitors, kind, connectSeconds: seconds, residentMb, most, steady };
    } finally {
      await load.close();
      await subject.close();
    }
  }
}
