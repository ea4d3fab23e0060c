/** The question of the exposure page: as its fields hold it, and as the wire wants it [EXP-2]. */
import type { ExposureQuestion } from '../../protocol/ledger.ts';
import { fromLocalField, toLocalField } from './local-time.ts';

/** Empty is "any". Times are of the agent's own time zone; the end is not part of the window. */
export interface QuestionFields {
  from: string;
  to: string;
  siteId: string;
  release: string;
  agentId: string;
  ip: string;
}

const DAY_MS = 86_400_000;
const MINUTE_MS = 60_000;

/** The last day, up to the end of this minute. */
export const lastDay = (now: number): QuestionFields => ({
  from: toLocalField(now - DAY_MS),
  to: toLocalField(now + MINUTE_MS),
  siteId: '',
  release: '',
  agentId: '',
  ip: '',
});

export const fieldsOf = ({ from, to, ...rest }: ExposureQuestion): QuestionFields => ({
  siteId: '',
  release: '',
  agentId: '',
  ip: '',
  ...rest,
  from: toLocalField(from),
  to: toLocalField(to),
});

export type Question = { ok: true; question: ExposureQuestion } | { ok: false; problem: string };

export function toQuestion(fields: QuestionFields): Question {
  const from = fromLocalField(fields.from);
  const to = fromLocalField(fields.to);
  if (from === undefined || to === undefined)
    return { ok: false, problem: 'Say when it began and when it ended.' };
  if (from >= to) return { ok: false, problem: 'The end has to be after the beginning.' };
  const { siteId, agentId } = fields;
  const release = fields.release.trim();
  const ip = fields.ip.trim();
  return {
    ok: true,
    question: {
      from,
      to,
      ...(siteId && { siteId }),
      ...(release && { release }),
      ...(agentId && { agentId }),
      ...(ip && { ip }),
    },
  };
}
