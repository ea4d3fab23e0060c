/** What a broken server is made of: a good one, and a man in the middle who alters what goes by. */
import type { FindingKind } from './checker/findings.ts';
import type { Page, Seen } from './checker/seen.ts';
import type { Outcome } from './clients/outcome.ts';
import type { Message, Tampering } from './clients/tampering.ts';

export interface Mutant {
  breaks: string;
  /** One of these is found. */
  found: readonly FindingKind[];
  faults: readonly string[];
  make(): Partial<Tampering>;
}

export type Ack = { conversationId: string; seq: number; at: number };
export type Snapshot = Page & {
  conversation?: { reads: { visitor: number; agent: number } } | null;
};
export type Sending = { clientId: string; conversationId: string | null; text: string };

export const isRead = ({ event }: Message) => event === 'log:read' || event === 'conversation:sync';
export const isSend = ({ event }: Message) => event === 'message:send' || event === 'note:send';
const honest: Tampering = {
  request: ({ body }) => body,
  answer: (_asked, outcome) => outcome,
  fact: ({ body }) => [body],
};

export const tamperingOf = (mutant: Mutant): Tampering => ({ ...honest, ...mutant.make() });

export const withData = (outcome: Outcome, change: (data: unknown) => unknown): Outcome =>
  outcome.ok ? { ok: true, data: change(outcome.data) } : outcome;

/** Every entry that goes by, in facts and in pages alike, but not what is acknowledged. */
export const entries = (change: (entry: Seen, message: Message) => Seen): Partial<Tampering> => ({
  fact: (message) =>
    message.event === 'entry:appended' ? [change(message.body as Seen, message)] : [message.body],
  answer: (asked, outcome) =>
    !isRead(asked)
      ? outcome
      : withData(outcome, (data) => {
          const page = data as Snapshot;
          return { ...page, entries: page.entries.map((entry) => change(entry, asked)) };
        }),
});

/** What the agents see has another number from some place on, acknowledgements included. */
export function renumbered(from: number, by: number): Partial<Tampering> {
  const move = (seq: number) => (seq >= from ? seq + by : seq);
  const back = (seq: number | undefined) =>
    seq !== undefined && seq >= from + by ? seq - by : seq;
  const shown = entries((entry) => ({ ...entry, seq: move(entry.seq) }));
  return {
    ...shown,
    request(message) {
      if (!isRead(message)) return message.body;
      const asked = message.body as { after?: number; before?: number };
      const { after, before } = asked;
      return {
        ...asked,
        ...(after !== undefined && { after: back(after) }),
        ...(before !== undefined && { before: back(before) }),
      };
    },
    answer(asked, outcome) {
      if (!isSend(asked)) return shown.answer?.(asked, outcome) ?? outcome;
      return withData(outcome, (data) => ({ ...(data as Ack), seq: move((data as Ack).seq) }));
    },
  };
}

export const swapped = (seq: number) => (seq === 5 ? 6 : seq === 6 ? 5 : seq);
