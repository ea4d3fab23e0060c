import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { CONVERSATION } from '../../test/support/console-samples.ts';
import { type Composer, createComposer } from './composer.ts';
import { createMemoryKeep, type Keep } from './keep.ts';

let keep: Keep;
const send = vi.fn();
const tellTyping = vi.fn();
const start = (): Composer =>
  createComposer({ conversationId: CONVERSATION, keep, send, tellTyping });

beforeEach(() => {
  vi.useFakeTimers();
  keep = createMemoryKeep();
  send.mockClear();
  tellTyping.mockClear();
});
afterEach(() => vi.useRealTimers());

describe('the composer', () => {
  it('[SEND-2] sends what is not empty, trimmed', () => {
    const composer = start();
    composer.input('  \n ');
    expect(composer.send()).toBe(false);
    composer.input('  Hello  ');
    expect(composer.send()).toBe(true);
    expect(send).toHaveBeenCalledExactlyOnceWith('message', 'Hello');
    expect(composer.text.value).toBe('');
  });

  it('[SEND-2] counts near the limit and stops above it', () => {
    const composer = start();
    composer.input('x'.repeat(3990));
    expect(composer.left.value).toBe(10);
    composer.input('x'.repeat(4001));
    expect(composer.left.value).toBe(-1);
    expect(composer.canSend.value).toBe(false);
  });

  it('[CARD-2] does not send a card number, and can keep its last four digits', () => {
    const composer = start();
    composer.input('it is 4242-4242-4242-4242');
    expect(composer.hasCard.value).toBe(true);
    expect(composer.send()).toBe(false);
    composer.maskCards();
    expect(composer.text.value).toBe('it is •••• 4242');
    expect(composer.send()).toBe(true);
  });

  it('keeps both drafts across a reload, without card numbers', () => {
    const composer = start();
    composer.input('reply 4242424242424242');
    composer.setMode('note');
    composer.input('note');
    expect(JSON.stringify(keep.read(`draft.${CONVERSATION}`))).not.toContain('42424242');
    const again = start();
    expect(again.text.value).toBe('reply •••• 4242');
    again.setMode('note');
    expect(again.text.value).toBe('note');
  });

  it('[TYPE-1] repeats that a reply is being typed, and says when it is over', () => {
    const composer = start();
    composer.input('H');
    composer.input('He');
    expect(tellTyping.mock.calls).toEqual([[true]]);
    vi.advanceTimersByTime(4500);
    composer.input('Hel');
    composer.rest();
    composer.rest();
    expect(tellTyping.mock.calls).toEqual([[true], [true], [false]]);
  });

  it('says nothing to the visitor while a note is being typed', () => {
    const composer = start();
    composer.setMode('note');
    composer.input('between us');
    expect(tellTyping).not.toHaveBeenCalled();
  });
});
