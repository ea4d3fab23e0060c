/**
 * Servers that break one rule each. The checker has to find every one of them: a proof is worth what it
 * would notice.
 */
import type { Page, Seen } from './checker/seen.ts';
import {
  type Ack,
  entries,
  isRead,
  isSend,
  type Mutant,
  renumbered,
  type Sending,
  type Snapshot,
  swapped,
  withData,
} from './mutant.ts';

export const MUTANTS: readonly Mutant[] = [
  {
    breaks: 'writes a message again when it is sent again',
    found: ['doubled'],
    faults: ['reload'],
    make() {
      const seen = new Set<string>();
      const first = (clientId?: string) => clientId?.replace(/-again\d+$/, '');
      let again = 0;
      const shown = entries((entry) =>
        entry.clientId === undefined
          ? entry
          : { ...entry, clientId: first(entry.clientId) ?? entry.clientId },
      );
      return {
        ...shown,
        request(message) {
          if (!isSend(message)) return message.body;
          const body = message.body as Sending;
          if (!seen.has(body.clientId)) {
            seen.add(body.clientId);
            return body;
          }
          return { ...body, clientId: `${body.clientId}-again${++again}` };
        },
      };
    },
  },
  {
    breaks: 'shows visitors two entries in the other order',
    found: ['disordered', 'doubled'],
    faults: [],
    make: () =>
      entries((entry, { namespace }) =>
        namespace === '/visitor' ? { ...entry, seq: swapped(entry.seq) } : entry,
      ),
  },
  {
    breaks: 'shows everyone two entries in another order than was acknowledged',
    found: ['disordered', 'doubled'],
    faults: [],
    make: () => entries((entry) => ({ ...entry, seq: swapped(entry.seq) })),
  },
  {
    breaks: 'puts a message before one that was acknowledged when it was sent',
    found: ['disordered'],
    faults: [],
    make() {
      const move = (seq: number) => (seq === 4 ? 30 : seq > 4 && seq <= 30 ? seq - 1 : seq);
      const shown = entries((entry) => ({ ...entry, seq: move(entry.seq) }));
      return {
        ...shown,
        answer: (asked, outcome) =>
          isSend(asked)
            ? withData(outcome, (data) => ({ ...(data as Ack), seq: move((data as Ack).seq) }))
            : (shown.answer?.(asked, outcome) ?? outcome),
      };
    },
  },
  {
    breaks: 'tells visitors what agents note',
    found: ['leak'],
    faults: [],
    make() {
      const notes = new Map<string, Seen>();
      const keyOf = ({ conversationId, seq }: Seen) => `${conversationId} ${seq}`;
      return entries((entry, { namespace }) => {
        if (namespace === '/agent' && entry.type === 'note') notes.set(keyOf(entry), entry);
        return entry.type === 'hidden' ? (notes.get(keyOf(entry)) ?? entry) : entry;
      });
    },
  },
  {
    breaks: 'says who wrote a note',
    found: ['leak'],
    faults: [],
    make: () =>
      entries((entry) =>
        entry.type === 'hidden' ? { ...entry, author: { kind: 'agent', id: 'ag_x' } } : entry,
      ),
  },
  {
    breaks: 'tells visitors what is said in the conversation of another',
    found: ['leak'],
    faults: [],
    make() {
      let last: Seen | null = null;
      return {
        fact({ event, body }) {
          if (event !== 'entry:appended') return [body];
          const entry = body as Seen;
          const other = last;
          last = entry;
          return other && other.conversationId !== entry.conversationId ? [entry, other] : [entry];
        },
      };
    },
  },
  {
    breaks: 'lets anybody read who knows the id',
    found: ['leak'],
    faults: [],
    make: () => ({
      answer: (asked, outcome) =>
        asked.event === 'log:read' && !outcome.ok && outcome.error.code === 'conversation_unknown'
          ? { ok: true, data: { entries: [], more: false } }
          : outcome,
    }),
  },
  {
    breaks: 'leaves a number out',
    found: ['gap'],
    faults: [],
    make: () => renumbered(7, 1),
  },
  {
    breaks: 'answers with a page of a moment ago',
    found: ['stale'],
    faults: ['reload'],
    make: () => ({
      answer: (asked, outcome) =>
        isRead(asked)
          ? withData(outcome, (data) => {
              const page = data as Page;
              return page.more || page.entries.length < 4
                ? page
                : { ...page, entries: page.entries.slice(0, -3) };
            })
          : outcome,
    }),
  },
  {
    breaks: 'leaves an entry out of its pages',
    found: ['gap'],
    faults: ['reload'],
    make: () => ({
      answer: (asked, outcome) =>
        isRead(asked)
          ? withData(outcome, (data) => {
              const page = data as Page;
              return { ...page, entries: page.entries.filter(({ seq }) => seq !== 9) };
            })
          : outcome,
    }),
  },
  {
    breaks: 'forgets the end of every log once nobody looks',
    found: ['lost', 'stale'],
    faults: [],
    make: () => ({
      answer: (asked, outcome) =>
        asked.event === 'log:read'
          ? withData(outcome, (data) => {
              const page = data as Page;
              return { ...page, more: false, entries: page.entries.filter(({ seq }) => seq < 20) };
            })
          : outcome,
    }),
  },
  {
    breaks: 'acknowledges one thing and keeps another',
    found: ['altered'],
    faults: [],
    make: () =>
      entries((entry) =>
        entry.seq === 8 && entry.text !== undefined
          ? { ...entry, text: `${entry.text.slice(0, -1)}?` }
          : entry,
      ),
  },
  {
    breaks: 'dates an entry anew when it is read',
    found: ['altered'],
    faults: ['reload'],
    make() {
      let later = 0;
      return entries((entry, { event }) =>
        event === 'entry:appended' || entry.at === undefined
          ? entry
          : { ...entry, at: entry.at + ++later },
      );
    },
  },
  {
    breaks: 'attributes an agent’s message to the visitor',
    found: ['altered'],
    faults: [],
    make: () =>
      entries((entry) =>
        entry.author?.kind === 'agent' && entry.type === 'message'
          ? { ...entry, author: { kind: 'visitor' } }
          : entry,
      ),
  },
  {
    breaks: 'keeps what nobody sent',
    found: ['invented'],
    faults: [],
    make: () =>
      entries((entry) =>
        entry.seq === 6 && entry.clientId !== undefined
          ? { ...entry, clientId: 'made-up-by-the-server' }
          : entry,
      ),
  },
  {
    breaks: 'moves read marks back',
    found: ['unread'],
    faults: ['reload'],
    make: () => ({
      answer: (asked, outcome) =>
        asked.event !== 'conversation:sync'
          ? outcome
          : withData(outcome, (data) => {
              const snapshot = data as Snapshot;
              if (!snapshot.conversation) return snapshot;
              const reads = { visitor: 0, agent: 0 };
              return { ...snapshot, conversation: { ...snapshot.conversation, reads } };
            }),
    }),
  },
  {
    breaks: 'no longer knows a conversation that it has begun',
    found: ['refused', 'lost'],
    faults: ['reload'],
    make() {
      let asked = 0;
      return {
        answer: (message, outcome) =>
          message.event === 'conversation:sync' && ++asked % 40 === 39
            ? { ok: false, error: { code: 'conversation_unknown', message: '' } }
            : outcome,
      };
    },
  },
];
