import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { describe, expect, it } from 'vitest';
import { createCardWatch } from './card-watch.ts';
import { type EntryDraft, toBody } from './entry-draft.ts';

const CARD = '4242424242424242';
const VISITOR = { kind: 'visitor', id: 'vs_aaaaaaaaaaaaaaaaaaaa' } as const;
const AGENT = { kind: 'agent', id: 'ag_aaaaaaaaaaaaaaaaaaaa', name: 'Ada' } as const;

interface Said {
  by?: typeof VISITOR | typeof AGENT;
  afterMs?: number;
  type?: 'message' | 'note';
}

/** A conversation with the watch over it, as the log does it. */
function talk() {
  const watch = createCardWatch();
  const texts: string[] = [];
  let at = 0;
  return {
    texts,
    say(text: string, { by = VISITOR, afterMs = 1000, type = 'message' }: Said = {}) {
      at += afterMs;
      const draft: EntryDraft = {
        conversationId: 'cv_aaaaaaaaaaaaaaaaaaaa',
        author: by,
        type,
        text,
      };
      const split = watch.look(draft, at);
      for (const { seq, start, end } of split?.cuts ?? []) {
        const before = texts[seq - 1] ?? '';
        texts[seq - 1] = `${before.slice(0, start)}••••${before.slice(end)}`;
      }
      const body = toBody(split ? { ...draft, text: split.text } : draft);
      if (!('text' in body)) throw new Error('Not a text');
      texts.push(body.text);
      watch.keep({ ...draft, seq: texts.length, at, ...body });
    },
    sayAll(...messages: string[]) {
      for (const message of messages) this.say(message);
      return texts;
    },
  };
}

describe('[CARD-3] the card watch', () => {
  it.each([
    ['two halves', ['42424242', '42424242'], ['••••', '••••']],
    ['four groups', ['4242', '4242', '4242', '4242'], ['••••', '••••', '••••', '••••']],
    ['odd parts', ['4242 42', '42-4242', '4242'], ['••••', '••••', '••••']],
    [
      'words around',
      ['the first half is 4242 4242', 'hm', 'and then comes 4242 4242, ok?'],
      ['the first half is ••••', 'hm', 'and then comes ••••, ok?'],
    ],
    ['a date behind', ['4242 4242 4242', '4242 12/27 123'], ['••••', '••••']],
    ['a code before', ['cvc 123', CARD], ['cvc ••••', '••••']],
    ['a date after two halves', ['42424242', '42424242', '12/27'], ['••••', '••••', '•••']],
    ['a code after', [CARD, '123'], ['•••• 4242', '•••']],
    ['date and code after', [CARD, 'exp 12/27', 'and the cvv: 123'], ['•••• 4242', '•••', '•••']],
    ['full-width digits', ['４２４２４２４２', '４２４２４２４２'], ['••••', '••••']],
  ])('finds %s', (_way, messages, expected) => {
    expect(talk().sayAll(...messages)).toEqual(expected);
  });

  it('finds one digit a message', () => {
    const texts = talk().sayAll(...CARD);
    expect(texts.join('')).toBe('••••'.repeat(16));
  });

  it.each([
    ['eight parts of two', CARD.match(/../g) ?? []],
    ['ten parts of one or two', [...(CARD.slice(0, 12).match(/../g) ?? []), ...CARD.slice(12)]],
    ['seven parts of two and an end of two', '37 82 82 24 63 10 00 5'.split(' ')],
  ])('finds a number in %s', (_way, parts) => {
    const texts = talk().sayAll(...parts);
    expect(texts.join('')).toMatch(/^(••••)+$/);
  });

  it('leaves scores, sizes and answers of one or two digits alone', () => {
    const messages = ['2', '36', '38', '40', '12', '5', '7', '10', '2', '42', '11', '3', '1', '60'];
    expect(talk().sayAll(...messages)).toEqual(messages);
  });

  it('watches agents and their notes as well', () => {
    const { say, texts } = talk();
    say('42424242', { by: AGENT });
    say('42424242', { by: AGENT, type: 'note' });
    expect(texts).toEqual(['••••', '••••']);
  });

  it('does not join what different people wrote, or what is minutes apart', () => {
    const { say, texts } = talk();
    say('42424242');
    say('42424242', { by: AGENT });
    say('42424242', { afterMs: 121_000 });
    expect(texts).toEqual(['42424242', '42424242', '42424242']);
  });

  it('leaves counting, times and short numbers in sentences alone', () => {
    const messages = [
      ...Array.from({ length: 60 }, (_, index) => `${index}`),
      ...Array.from({ length: 40 }, (_, index) => `message ${index}`),
      ...Array.from({ length: 40 }, (_, index) => `order ${4_242_424 + index}`),
    ];
    expect(talk().sayAll(...messages)).toEqual(messages);
  });

  it('does not take the last four digits of a number that was removed for a part of another', () => {
    expect(talk().sayAll(CARD, '424242424242 is my order')).toEqual([
      '•••• 4242',
      '424242424242 is my order',
    ]);
  });

  it('keeps no more than it needs of thousands of people', () => {
    const watch = createCardWatch();
    setFlagsFromString('--expose-gc');
    const collect: () => void = runInNewContext('gc');
    const heldAfter = () => {
      collect();
      return process.memoryUsage().heapUsed;
    };
    const before = heldAfter();
    for (let person = 0; person < 60_000; person++) {
      const author = { kind: 'visitor', id: `vs_${person}` } as const;
      const text = '1 '.repeat(2000);
      watch.keep({ conversationId: `cv_${person}`, author, type: 'message', text, seq: 1, at: 1 });
    }
    expect(heldAfter() - before).toBeLessThan(5000 * 1000);
  });
});
