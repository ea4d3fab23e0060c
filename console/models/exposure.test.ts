import { describe, expect, it } from 'vitest';
import { type Outcome, refuse } from '../../protocol/errors.ts';
import { exposureReport } from '../../test/support/exposure-samples.ts';
import { createExposure, type ReportsApi } from './exposure.ts';
import { fieldsOf, lastDay, toQuestion } from './exposure-question.ts';
import { fromLocalField, toLocalField } from './local-time.ts';

const NOW = new Date(2026, 10, 21, 14, 5, 30).getTime();
const ok = <T>(data: T): Outcome<T> => ({ ok: true, data });

describe('local times', () => {
  it('hold whole minutes of this time zone, there and back', () => {
    const at = new Date(2026, 2, 1, 9, 7).getTime();
    expect(toLocalField(at)).toBe('2026-03-01T09:07');
    expect(fromLocalField('2026-03-01T09:07')).toBe(at);
  });

  it.each(['', '2026-03-01', 'yesterday', '2026-03-01T9:07'])('%j is none', (value) => {
    expect(fromLocalField(value)).toBeUndefined();
  });
});

describe('[EXP-2] the question', () => {
  it('begins with the last day, and no condition', () => {
    const asked = toQuestion(lastDay(NOW));
    expect(asked).toMatchObject({ ok: true });
    if (!asked.ok) return;
    expect(Object.keys(asked.question)).toEqual(['from', 'to']);
    expect(asked.question.to).toBeGreaterThan(NOW);
    expect(asked.question.to - asked.question.from).toBe(86_400_000 + 60_000);
  });

  it('carries each condition that was given, without blanks around it', () => {
    const fields = { ...lastDay(NOW), ip: ' 203.0.113.7 ', release: ' 1.4.0', agentId: 'ag_1' };
    expect(toQuestion(fields)).toMatchObject({
      question: { ip: '203.0.113.7', release: '1.4.0', agentId: 'ag_1' },
    });
  });

  it.each([
    [{ from: '' }, 'began'],
    [{ from: '2026-11-22T00:00', to: '2026-11-21T00:00' }, 'after'],
    [{ from: '2026-11-21T00:00', to: '2026-11-21T00:00' }, 'after'],
  ])('says what is wrong with %j', (fields, words) => {
    const asked = toQuestion({ ...lastDay(NOW), ...fields });
    expect(asked).toMatchObject({ ok: false, problem: expect.stringContaining(words) });
  });

  it('can be asked again as it was', () => {
    const { question } = exposureReport();
    expect(toQuestion(fieldsOf(question))).toEqual({ ok: true, question });
  });
});

describe('the exposure page', () => {
  const api = (over: Partial<ReportsApi>): ReportsApi => ({
    ask: async () => ok(exposureReport()),
    list: async () => ok([]),
    read: async () => ok(exposureReport()),
    ...over,
  });

  it('asks about the last day as it is when asked, unless somebody chose another', async () => {
    let now = NOW;
    const questions: { from: number; to: number }[] = [];
    const ask: ReportsApi['ask'] = async (question) => {
      questions.push(question);
      return ok(exposureReport());
    };
    const exposure = createExposure(api({ ask }), () => now);
    now += 3 * 86_400_000;
    await exposure.ask();
    expect(questions[0]?.to).toBeGreaterThan(now);
    const { from, to } = lastDay(NOW);
    exposure.set({ from, to });
    await exposure.ask();
    expect(questions[1]?.to).toBe(fromLocalField(to));
  });

  it('asks nothing that it knows to be wrong', async () => {
    let asked = 0;
    const ask = async () => {
      asked++;
      return ok(exposureReport());
    };
    const exposure = createExposure(api({ ask }), () => NOW);
    exposure.set({ to: '' });
    expect(await exposure.ask()).toBeNull();
    expect(asked).toBe(0);
    expect(exposure.problem.value).toContain('ended');
    exposure.set({ to: toLocalField(NOW) });
    expect(exposure.problem.value).toBeNull();
    expect(await exposure.ask()).toBe(exposureReport().id);
    expect(exposure.report.value).toEqual(exposureReport());
  });

  it('says why it was refused, and keeps the question', async () => {
    const exposure = createExposure(api({ ask: async () => refuse('agent_unknown') }), () => NOW);
    exposure.set({ agentId: 'ag_gone' });
    expect(await exposure.ask()).toBeNull();
    expect(exposure.problem.value).toBe(refuse('agent_unknown').error.message);
    expect(exposure.fields.value.agentId).toBe('ag_gone');
  });

  it('opens a report of before with its question', async () => {
    const exposure = createExposure(api({}), () => NOW);
    await exposure.show(exposureReport().id);
    expect(exposure.report.value?.id).toBe(exposureReport().id);
    expect(exposure.fields.value).toEqual(fieldsOf(exposureReport().question));
  });
});
