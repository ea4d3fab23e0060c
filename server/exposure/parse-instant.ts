/** An instant as somebody types it. What could mean two things is refused, in words that say why. */

export type ParsedInstant = { ok: true; at: number } | { ok: false; words: string };

/** ISO 8601: date, time and offset; seconds and their fractions may be left out. */
const ISO =
  /^(\d{4})-(\d\d)-(\d\d)[Tt ](\d\d):(\d\d)(?::(\d\d)(?:[.,](\d{1,3}))?)?(Z|z|[+-]\d\d:?\d\d)$/;
/** Milliseconds until then look like seconds of our time. */
const MILLISECONDS_FROM = 100_000_000_000;

const refused = (words: string): ParsedInstant => ({ ok: false, words });

export function parseInstant(given: string): ParsedInstant {
  const text = given.trim();
  if (/^\d+$/.test(text)) {
    const at = Number(text);
    if (at >= MILLISECONDS_FROM && at <= 8.64e15) return { ok: true, at };
    return refused('looks like seconds; give milliseconds since 1970, or 2017-09-26T00:00:00Z');
  }
  if (/^\d{4}-\d\d-\d\d$/.test(text)) {
    return refused(`is a day and not an instant; say when it begins, such as ${text}T00:00:00Z`);
  }
  if (/^\d{4}-\d\d-\d\d[Tt ]\d\d:\d\d(:\d\d([.,]\d+)?)?$/.test(text)) {
    return refused('has no time zone; put Z for UTC behind it, or an offset such as +02:00');
  }
  const match = ISO.exec(text);
  if (!match) return refused('is not an instant such as 2017-09-26T00:00:00Z');
  const [, year, month, day, hour, minute, second = '00', fraction = '', zone = 'Z'] = match;
  const local = `${year}-${month}-${day}T${hour}:${minute}:${second}.${fraction.padEnd(3, '0')}`;
  const offset = zone.toUpperCase() === 'Z' ? 'Z' : zone.replace(/^(...):?/, '$1:');
  const at = Date.parse(`${local}${offset}`);
  // A day that a month does not have would roll over into the next.
  const asWritten = Number.isNaN(Date.parse(`${local}Z`))
    ? ''
    : new Date(Date.parse(`${local}Z`)).toISOString();
  if (Number.isNaN(at) || asWritten !== `${local}Z`) return refused('is not in the calendar');
  return { ok: true, at };
}
