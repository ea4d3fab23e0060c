/** Spans of time in words, as a notice tells its readers and the console its agents. Milliseconds. */
const MINUTE_MS = 60_000;

/** @returns a span's two largest units, such as `2 days, 5 hours`; a minute at least. */
export function spanInWords(ms: number, locale?: string): string {
  const minutes = Math.max(1, Math.floor(ms / MINUTE_MS));
  const all = [
    ['day', Math.floor(minutes / 1440)],
    ['hour', Math.floor(minutes / 60) % 24],
    ['minute', minutes % 60],
  ] as const;
  const first = all.findIndex(([, count]) => count > 0);
  const shown = all.slice(first, first + 2).filter(([, count]) => count > 0);
  return new Intl.ListFormat(locale, { type: 'unit' }).format(
    shown.map(([unit, count]) =>
      new Intl.NumberFormat(locale, { style: 'unit', unit, unitDisplay: 'long' }).format(count),
    ),
  );
}
