/** What happened in one conversation, as far as memory is worth it: told only when something is wrong. */
export interface History {
  /** @param about a `clientId` or a `seq`; null concerns everything, such as a lost connection */
  add(about: string | number | null, words: string): void;
  /** The lines about these, and about everything. */
  about(these: ReadonlySet<string | number>): string[];
}

const MOST_LINES = 3_000;
const MOST_TOLD = 80;

interface Line {
  ms: number;
  about: string | number | null;
  words: string;
}

export function createHistory(now: () => number): History {
  let lines: Line[] = [];
  return {
    add(about, words) {
      if (lines.length >= MOST_LINES) lines = lines.slice(MOST_LINES / 3);
      lines.push({ ms: now(), about, words });
    },
    about(these) {
      const own = lines.filter(({ about }) => about !== null && these.has(about));
      const [from, to] = [own[0]?.ms ?? 0, own.at(-1)?.ms ?? 0];
      return lines
        .filter(({ about, ms }) =>
          about === null ? ms >= from - 500 && ms <= to : these.has(about),
        )
        .slice(-MOST_TOLD)
        .map(
          ({ ms, about, words }) => `${ms.toFixed(0).padStart(7)} ms  ${about ?? '*'}  ${words}`,
        );
    },
  };
}
