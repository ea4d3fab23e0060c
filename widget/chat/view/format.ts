/** Times and days as a person of the page's locale writes them. */
export interface Format {
  time(at: number): string;
  day(at: number): string;
  /** Day and time. */
  moment(at: number): string;
}

const DAY_MS = 86_400_000;
const midnight = (at: number) => new Date(at).setHours(0, 0, 0, 0);

/** @param locale BCP 47, as the page gives it; what is none falls back to the browser's own. */
export function createFormat(locale: string): Format {
  let known: string | undefined = locale;
  try {
    Intl.getCanonicalLocales(locale);
  } catch {
    known = undefined;
  }
  const time = new Intl.DateTimeFormat(known, { timeStyle: 'short' });
  const moment = new Intl.DateTimeFormat(known, { dateStyle: 'medium', timeStyle: 'short' });
  const near = new Intl.RelativeTimeFormat(known, { numeric: 'auto' });
  const date = new Intl.DateTimeFormat(known, { weekday: 'long', day: 'numeric', month: 'long' });
  const far = new Intl.DateTimeFormat(known, { dateStyle: 'long' });
  return {
    time: (at) => time.format(at),
    moment: (at) => moment.format(at),
    day(at) {
      // Rounded, because a day of the clock change has 23 or 25 hours.
      const daysAgo = Math.round((midnight(Date.now()) - midnight(at)) / DAY_MS);
      if (daysAgo >= 0 && daysAgo < 2) {
        const words = near.format(-daysAgo, 'day');
        return words.charAt(0).toLocaleUpperCase(known) + words.slice(1);
      }
      return (daysAgo < 300 ? date : far).format(at);
    },
  };
}
