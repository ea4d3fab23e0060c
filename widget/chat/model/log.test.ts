import { describe, expect, it } from 'vitest';
import type { Entry } from '../../../protocol/entries.ts';
import { ConversationLog } from './log.ts';

const entry = (seq: number, text = `m${seq}`): Entry => ({
  type: 'message',
  conversationId: 'cv_0123456789abcdef',
  seq,
  at: seq * 1000,
  author: { kind: 'agent', id: 'ag_0123456789abcdef', name: 'Anna' },
  text,
});
const seqs = (log: ConversationLog) => log.visible().map(({ seq }) => seq);

describe('ConversationLog', () => {
  it('[LOG-2] orders by seq, whatever order entries come in and however often', () => {
    const log = new ConversationLog();
    log.accept([entry(2), entry(1)]);
    log.accept([entry(2), entry(3), entry(1)]);
    expect(seqs(log)).toEqual([1, 2, 3]);
    expect(log.hasGap).toBe(false);
  });

  it('[LOG-5] knows of a gap and shows nothing past it until it is closed', () => {
    const log = new ConversationLog();
    log.accept([entry(1), entry(4)]);
    expect(seqs(log)).toEqual([1]);
    expect(log.hasGap).toBe(true);
    log.accept([entry(2), entry(3)]);
    expect(seqs(log)).toEqual([1, 2, 3, 4]);
    expect(log.hasGap).toBe(false);
  });

  it('[LOG-3] starts at the last page and takes earlier ones in front of it', () => {
    const log = new ConversationLog();
    log.accept([entry(9)]);
    log.acceptLastPage([entry(7), entry(8)], true);
    expect(seqs(log)).toEqual([7, 8, 9]);
    expect(log.moreBefore).toBe(true);
    log.acceptEarlier([entry(5), entry(6)], true);
    log.acceptEarlier([entry(1), entry(2), entry(3), entry(4)], false);
    expect(seqs(log)).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9]);
    expect(log.moreBefore).toBe(false);
  });

  it('refuses an earlier page that does not join on', () => {
    const log = new ConversationLog();
    log.acceptLastPage([entry(7)], true);
    log.acceptEarlier([entry(3), entry(4)], true);
    expect(seqs(log)).toEqual([7]);
  });

  it('[LOG-1] takes a redaction of a known entry, and never takes it back', () => {
    const log = new ConversationLog();
    const redacted: Entry = { ...entry(1, '•••• 4242'), type: 'message', redacted: 1 } as Entry;
    log.accept([entry(1, '4242 4242'), redacted, entry(1, '4242 4242')]);
    expect(log.visible()).toEqual([redacted]);
  });
});
