/** Times in the words of the agent's own locale. All take milliseconds since the epoch. */
const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;
const DAY_MS = 24 * HOUR_MS;
const YEAR = { year: 'numeric' } as const;

const startOfDay = (at: number) => new Date(at).setHours(0, 0, 0, 0);
const daysBetween = (at: number, now: number) =>
  Math.round((startOfDay(now) - startOfDay(at)) / DAY_MS);

const write = (at: number, options: Intl.DateTimeFormatOptions, locale?: string) =>
  new Intl.DateTimeFormat(locale, options).format(at);

export const clockTime = (at: number, locale?: string): string =>
  write(at, { hour: 'numeric', minute: '2-digit' }, locale);

export const fullTime = (at: number, locale?: string): string =>
  write(at, { dateStyle: 'long', timeStyle: 'short' }, locale);

const yearUnless = (at: number, now: number) =>
  new Date(at).getFullYear() === new Date(now).getFullYear() ? {} : YEAR;

/** For a column of dates: exact, and without the year where it is this one. */
export const dateTime = (at: number, now: number, locale?: string): string =>
  write(
    at,
    { day: 'numeric', month: 'short', hour: 'numeric', minute: '2-digit', ...yearUnless(at, now) },
    locale,
  );

/** For a day by which something is due. */
export const dayAndMonth = (at: number, now: number, locale?: string): string =>
  write(at, { day: 'numeric', month: 'short', ...yearUnless(at, now) }, locale);

/** For a line of a list: short, and more exact the nearer it is. */
export function shortTime(at: number, now: number, locale?: string): string {
  const age = now - at;
  if (age < MINUTE_MS) return 'now';
  if (age < HOUR_MS) return `${Math.floor(age / MINUTE_MS)} min`;
  const days = daysBetween(at, now);
  if (days <= 0) return clockTime(at, locale);
  if (days < 7) return write(at, { weekday: 'short' }, locale);
  return dayAndMonth(at, now, locale);
}

/** For the separator between days of a conversation. */
export function dayName(at: number, now: number, locale?: string): string {
  const days = daysBetween(at, now);
  if (days === 0 || days === 1) {
    const words = new Intl.RelativeTimeFormat(locale, { numeric: 'auto' }).format(-days, 'day');
    return words.charAt(0).toLocaleUpperCase(locale) + words.slice(1);
  }
  return write(
    at,
    { weekday: 'long', day: 'numeric', month: 'long', ...(days > 300 && YEAR) },
    locale,
  );
}

/** @returns a waiting time in words, rounded up so that it is never too short. */
export function waitingTime(ms: number): string {
  const seconds = Math.ceil(ms / 1000);
  if (seconds < 60) return seconds === 1 ? '1 second' : `${seconds} seconds`;
  const minutes = Math.ceil(seconds / 60);
  return minutes === 1 ? '1 minute' : `${minutes} minutes`;
}

/** @returns both ends in one, such as `1 – 2 November 2026 at 09:00`. */
export const windowInWords = (from: number, to: number, locale?: string): string =>
  new Intl.DateTimeFormat(locale, { dateStyle: 'medium', timeStyle: 'short' }).formatRange(
    from,
    to,
  );
