import Value from 'typebox/value';
import { expect, it } from 'vitest';
import { IncidentsList } from './incidents.ts';
import { ExposureQuestion } from './ledger.ts';
import { PaymentsList } from './payments.ts';
import { ConversationsList, LogRead, ReadMark } from './requests.ts';

const id = 'cv_aaaaaaaaaaaaaaaaaaaa';

/** A whole number to JavaScript, and to no database. */
const HUGE = 1e308;
const MOST = Number.MAX_SAFE_INTEGER;

it.each([
  [
    'conversations:list',
    ConversationsList,
    (n: number) => ({ status: 'all', before: { updatedAt: n, id } }),
  ],
  ['incidents:list', IncidentsList, (n: number) => ({ before: { lastAt: n, id } })],
  ['payments:list', PaymentsList, (n: number) => ({ filter: {}, before: { createdAt: n, id } })],
  ['exposure', ExposureQuestion, (n: number) => ({ from: 0, to: n })],
  ['log:read', LogRead, (n: number) => ({ conversationId: id, before: n })],
  ['read:mark', ReadMark, (n: number) => ({ conversationId: id, seq: n })],
] as const)('[ERR-3] %s takes no number that a store could not compare with', (_name, schema, bodyOf) => {
  expect(Value.Check(schema, bodyOf(MOST))).toBe(true);
  expect(Value.Check(schema, bodyOf(HUGE))).toBe(false);
});
