import { expect, it } from 'vitest';
import { parseInstant } from './parse-instant.ts';

it.each([
  ['2017-09-26T00:00:00Z', Date.UTC(2017, 8, 26)],
  ['2017-09-26T00:00Z', Date.UTC(2017, 8, 26)],
  ['2017-09-26 02:00:00+02:00', Date.UTC(2017, 8, 26)],
  ['2017-09-26T02:00:00.5+0200', Date.UTC(2017, 8, 26) + 500],
  ['1506384000000', Date.UTC(2017, 8, 26)],
])('takes %s', (given, at) => expect(parseInstant(given)).toEqual({ ok: true, at }));

it.each([
  ['2017-09-26', /a day and not an instant/],
  ['2017-09-26T00:00:00', /no time zone/],
  ['1506384000', /looks like seconds/],
  ['2017-02-30T00:00:00Z', /not in the calendar/],
  ['2017-09-26T25:00:00Z', /not in the calendar/],
  ['26/09/2017 00:00', /not an instant/],
  ['yesterday', /not an instant/],
  ['', /not an instant/],
  ['-1', /not an instant/],
])('refuses %j in words', (given, words) => {
  const parsed = parseInstant(given);
  expect(parsed.ok ? 'taken' : parsed.words).toMatch(words);
});
