import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { refuse } from '../../protocol/errors.ts';
import { CONVERSATION, ok } from '../../test/support/console-samples.ts';
import { createFakeLink, type FakeLink } from '../../test/support/fake-agent-link.ts';
import { type AgentLink, NO_ANSWER } from './link.ts';
import { createPatientLink } from './patient-link.ts';

let link: FakeLink;
let patient: AgentLink;
beforeEach(() => {
  vi.useFakeTimers();
  link = createFakeLink();
  patient = createPatientLink(link);
});
afterEach(() => vi.useRealTimers());

describe('[LIMIT-4] a read that is refused for now', () => {
  it('is asked again until it is answered, not before the time that was named', async () => {
    const answer = patient.request('incidents:list', { status: 'open' });
    await link.next('incidents:list').answer(refuse('busy', 2000));
    await vi.advanceTimersByTimeAsync(1990);
    expect(link.asked).toEqual([]);
    await vi.advanceTimersByTimeAsync(3100);
    await link.next('incidents:list').answer(ok('there'));
    expect(await answer).toEqual(ok('there'));
  });

  it('is given up in the end, and said so', async () => {
    const answer = patient.request('incidents:list', { status: 'open' });
    for (let tries = 0; tries < 6; tries++) {
      await link.next('incidents:list').answer(refuse('unavailable'));
      await vi.advanceTimersByTimeAsync(31_000);
    }
    expect(await answer).toEqual(refuse('unavailable'));
    expect(link.asked).toEqual([]);
  });

  it.each([
    ['without an answer, which the next connect makes good', 'incidents:list', NO_ANSWER],
    ['for good', 'incidents:list', refuse('forbidden')],
    ['by a fault', 'incidents:list', refuse('internal')],
    ['and changes something', 'conversation:resolve', refuse('busy', 1)],
  ] as const)('is not when it is %s', async (_, name, refusal) => {
    const body = name === 'incidents:list' ? { status: 'open' } : { conversationId: CONVERSATION };
    const answer = patient.request(name, body as never);
    await link.next(name).answer(refusal);
    expect(await answer).toEqual(refusal);
    await vi.advanceTimersByTimeAsync(60_000);
    expect(link.asked).toEqual([]);
  });

  it('is not when the connection went meanwhile', async () => {
    const answer = patient.request('incidents:list', { status: 'open' });
    await link.next('incidents:list').answer(refuse('busy', 1));
    link.state.value = 'offline';
    await vi.advanceTimersByTimeAsync(4000);
    expect(await answer).toEqual(refuse('busy', 1));
  });
});
