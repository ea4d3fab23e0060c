/** The visitor's server in memory, for the chat's model: it answers, refuses or stays silent as a test says. */
import type { Entry } from '../../protocol/entries.ts';
import { type ErrorCode, refuse } from '../../protocol/errors.ts';
import type { Init } from '../../widget/chat/model/chat.ts';
import type { Link } from '../../widget/chat/model/link.ts';

export const CONVERSATION = 'cv_0123456789abcdef';
export const ANNA = { kind: 'agent' as const, id: 'ag_annaannaannaanna', name: 'Anna' };
export const INIT: Init = {
  verb: 'init',
  protocol: 1,
  ticket: 't',
  api: 'http://localhost',
  site: { name: 'Shop', color: '#123456', greeting: 'Hi' },
  payments: true,
  open: false,
  draft: '',
  outbox: [],
  locale: 'en',
  dir: 'ltr',
  theme: 'auto',
};

/** Facts go out only when the test passes them on. */
export class FakeServer {
  log: Entry[] = [];
  facts: Entry[] = [];
  reads = { visitor: 0, agent: 0 };
  isUp = true;
  isMute = false;
  pageSize = 100;
  /** How every request of that name is refused. */
  refusals: Record<string, ErrorCode | undefined> = {};
  conversationId = CONVERSATION;
  asked: [string, Record<string, unknown>][] = [];

  append(fields: object): Entry {
    const seq = this.log.length + 1;
    const entry = { conversationId: this.conversationId, seq, at: Date.now(), ...fields } as Entry;
    this.log.push(entry);
    this.facts.push(entry);
    return entry;
  }

  say(text: string): Entry {
    return this.append({ type: 'message', text, author: ANNA });
  }

  view() {
    if (!this.log.length) return null;
    const { reads } = this;
    return { id: this.conversationId, status: 'open' as const, lastSeq: this.log.length, reads };
  }

  answer(name: string, body: Record<string, unknown>): unknown {
    const { log, pageSize } = this;
    if (name === 'conversation:sync') {
      const after = Number(body.after);
      const entries = after ? log.slice(after, after + pageSize) : log.slice(-pageSize);
      const more = after ? after + pageSize < log.length : log.length > pageSize;
      return { conversation: this.view(), entries, more };
    }
    if (name === 'log:read' && body.before !== undefined) {
      const from = Math.max(0, Number(body.before) - 1 - pageSize);
      return { entries: log.slice(from, Number(body.before) - 1), more: from > 0 };
    }
    if (name === 'log:read') {
      const after = Number(body.after ?? 0);
      return {
        entries: log.slice(after, after + pageSize),
        more: after + pageSize < log.length,
      };
    }
    if (name === 'message:send') {
      const { clientId, text } = body;
      const known = log.find((entry) => 'clientId' in entry && entry.clientId === clientId);
      const author = { kind: 'visitor' };
      const { seq } = known ?? this.append({ type: 'message', text, clientId, author });
      return { conversationId: this.conversationId, seq, at: 0 };
    }
    return null;
  }

  readonly link: Link = {
    request: async (name, body) => {
      this.asked.push([name, { ...body }]);
      await Promise.resolve();
      if (!this.isUp) return undefined;
      if (this.isMute && name === 'message:send') {
        this.answer(name, { ...body });
        return new Promise((resolve) => setTimeout(() => resolve(undefined), 10_000));
      }
      const refusal = this.refusals[name];
      const outcome = refusal
        ? refuse(refusal, 1000)
        : { ok: true, data: this.answer(name, { ...body }) };
      return JSON.parse(JSON.stringify(outcome));
    },
  };
}
