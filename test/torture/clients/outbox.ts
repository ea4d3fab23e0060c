/**
 * What one author has to say in one conversation: the lines that are not acknowledged yet, kept as a
 * browser keeps them, and the places of those to come. Several connections may send from it.
 */
import type { Ack, Case } from '../checker/case.ts';
import { type Line, lineOf, type Voice } from '../words.ts';
import type { Link } from './link.ts';
import { isForLater, waitAsTold } from './patience.ts';
import type { Stage } from './stage.ts';

export interface Outbox {
  /** Puts the next line in. @returns false once everything was said */
  say(): boolean;
  /** How many were put in so far. */
  said(): number;
  isDone(): boolean;
  /** Lines that were said and have no ack, oldest first. */
  waiting(): readonly string[];
  /** Sends one that waits over this link. @returns whether it was acknowledged */
  send(link: Link, clientId: string): Promise<boolean>;
}

interface OutboxOptions {
  stage: Stage;
  of: Case;
  voice: Voice;
  /** How many lines there are to say. */
  quota: number;
}

const EVENT = { visitor: 'message:send', agent: 'message:send', note: 'note:send' } as const;

export function createOutbox({ stage, of, voice, quota }: OutboxOptions): Outbox {
  const kept = new Map<string, Line & { sent: boolean }>();
  let next = 0;

  function accept(clientId: string, ack: Ack): void {
    of.history.add(clientId, `acked at ${ack.seq}`);
    of.acked(clientId, ack);
    if (kept.delete(clientId)) stage.tally.acked++;
  }

  return {
    say() {
      if (next >= quota) return false;
      const line = lineOf(stage.seed, of.index, voice, next++);
      kept.set(line.clientId, { ...line, sent: false });
      of.sending(line.clientId, {
        text: line.text,
        type: voice === 'note' ? 'note' : 'message',
        by: voice === 'visitor' ? 'visitor' : 'agent',
      });
      return true;
    },
    said: () => next,
    isDone: () => next >= quota && kept.size === 0,
    waiting: () => [...kept.keys()],
    async send(link, clientId) {
      const line = kept.get(clientId);
      if (!line) return true;
      if (line.sent) stage.tally.sentAgain++;
      else stage.tally.sent++;
      of.history.add(clientId, line.sent ? 'sent again' : 'sent');
      line.sent = true;
      // Now and then by its name, else as "the current one" [SEND-4].
      const conversationId = voice === 'visitor' && next % 2 === 0 ? null : of.id();
      const body = { conversationId, clientId, text: line.text };
      const outcome = await link.request(EVENT[voice], body);
      if (outcome === null) {
        of.history.add(clientId, 'no answer');
        return false;
      }
      if (outcome.ok) {
        accept(clientId, outcome.data as Ack);
        return true;
      }
      const { code, retryAfterMs } = outcome.error;
      of.history.add(clientId, `refused: ${code}`);
      stage.onRefused(code);
      if (!isForLater(code)) of.report('refused', `${clientId}: ${code}`, clientId);
      await waitAsTold(retryAfterMs);
      return false;
    },
  };
}
