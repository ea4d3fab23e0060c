import { describe, expect, it } from 'vitest';
import { currencyChoices } from './currency-names.ts';
import { textParts } from './links.ts';
import { initials, visitorName } from './people.ts';
import { dayName, shortTime, waitingTime } from './times.ts';

const now = new Date(2026, 10, 21, 15, 30).getTime();
const MINUTE = 60_000;
const DAY = 24 * 60 * MINUTE;

describe('links in a text', () => {
  const hrefs = (text: string) => textParts(text).flatMap(({ href }) => href ?? []);

  it('are http and https only', () => {
    expect(hrefs('see https://a.example/x?y=1#z and http://b.example')).toEqual([
      'https://a.example/x?y=1#z',
      'http://b.example/',
    ]);
    expect(hrefs('javascript:alert(1) data:text/html,x ftp://c.example mailto:a@b.c')).toEqual([]);
  });

  it('end before the punctuation of the sentence', () => {
    expect(hrefs('(https://a.example/x). https://a.example/w_(y)! https://a.example,')).toEqual([
      'https://a.example/x',
      'https://a.example/w_(y)',
      'https://a.example/',
    ]);
  });

  it('end before characters that turn the reading direction', () => {
    expect(hrefs('https://a.example/\u202egpj.exe')).toEqual(['https://a.example/']);
  });

  it('lose nothing of the text', () => {
    const text = 'a https://a.example/b) c\nhttps://[bad d';
    expect(
      textParts(text)
        .map((part) => part.text)
        .join(''),
    ).toBe(text);
  });
});

describe('names', () => {
  it('are the visitor’s own, or a pseudonym that stays', () => {
    const id = 'vi_aaaaaaaaaaaaaaaa';
    expect(visitorName({ id, name: ' Jonas ' })).toBe('Jonas');
    expect(visitorName({ id })).toMatch(/^Visitor [2-9A-Z]{4}$/);
    expect(visitorName({ id })).toBe(visitorName({ id, name: '  ' }));
    expect(visitorName({ id })).not.toBe(visitorName({ id: 'vi_bbbbbbbbbbbbbbbb' }));
  });

  it('have initials', () => {
    expect(['Anna Berg', 'anna', 'Anna van den Berg', '😀 x'].map(initials)).toEqual([
      'AB',
      'A',
      'AB',
      '😀X',
    ]);
  });
});

describe('times', () => {
  it.each([
    [10_000, 'now'],
    [5 * MINUTE, '5 min'],
    [3 * 60 * MINUTE, '12:30'],
    [DAY, 'Fri'],
    [20 * DAY, '1 Nov'],
    [400 * DAY, '17 Oct 2025'],
  ])('%i ms ago is short: %s', (age, words) => {
    expect(shortTime(now - age, now, 'en-GB')).toBe(words);
  });

  it('name days', () => {
    expect(dayName(now, now, 'en-GB')).toBe('Today');
    expect(dayName(now - DAY, now, 'en-GB')).toBe('Yesterday');
    expect(dayName(now - DAY, now, 'de')).toBe('Gestern');
    expect(dayName(now - 5 * DAY, now, 'en-GB')).toBe('Monday 16 November');
  });

  it('never promise too short a wait', () => {
    expect([900, 41_001, 60_001].map(waitingTime)).toEqual(['1 second', '42 seconds', '2 minutes']);
  });
});

describe('the currencies to choose from', () => {
  it('begin with the site’s own, and hold each once', () => {
    const [common, all] = currencyChoices('SEK', 'en');
    expect(common?.options[0]).toEqual({ code: 'SEK', name: 'Swedish Krona' });
    const codes = [...(common?.options ?? []), ...(all?.options ?? [])].map(({ code }) => code);
    expect(new Set(codes).size).toBe(codes.length);
    expect(codes).toContain('KWD');
  });
});
