/**
 * Proves a ledger, or says which line is wrong and how [LEDGER-2] [LEDGER-3] [LEDGER-4]. Needs the
 * lines and, against a rewritten or shortened ledger, heads that somebody else has kept. Pure: reads
 * neither a database nor the network.
 */
import type { LedgerHead, LedgerLine } from '../../protocol/ledger.ts';
import { GENESIS, hashDetail, hashLine, headText } from './chain.ts';
import { addressIn } from './ledger-line.ts';
import { isSignedBy } from './signature.ts';

/** With the column of a database that an export does not have. */
export type CheckedLine = LedgerLine & { address?: string | null };

export interface Problem {
  /** The line that is wrong, or the first that is missing. */
  n: number;
  words: string;
}
export interface Verdict {
  lines: number;
  /** Lines whose detail was erased, as it may be. */
  erased: number;
  heads: number;
  last: { n: number; hash: string; at: number } | null;
  problems: Problem[];
}

/** One flaw may make many lines wrong; nobody reads more. */
const MAX_PROBLEMS = 50;

export async function verifyLedger(
  lines: AsyncIterable<CheckedLine> | Iterable<CheckedLine>,
  heads: readonly LedgerHead[] = [],
): Promise<Verdict> {
  const problems: Problem[] = [];
  const complain = (n: number, words: string) => {
    if (problems.length < MAX_PROBLEMS) problems.push({ n, words });
  };
  const chain = createChainCheck(complain);
  const erasures = createErasureCheck(complain);
  const stated = createHeadCheck(heads, complain);
  let count = 0;
  let last: LedgerLine | null = null;
  for await (const line of lines) {
    count++;
    chain.look(line);
    erasures.look(line);
    stated.look(line);
    last = line;
  }
  const erased = erasures.end();
  stated.end(last?.n ?? 0);
  return {
    lines: count,
    erased,
    heads: heads.length,
    last: last && { n: last.n, hash: last.hash, at: last.at },
    problems: problems.sort((a, b) => a.n - b.n),
  };
}

type Complain = (n: number, words: string) => void;

/** Order, and that each line holds the hash of the one before. */
function createChainCheck(complain: Complain) {
  let before = { n: 0, at: 0, hash: GENESIS, computed: GENESIS };
  return {
    look(line: CheckedLine): void {
      const { n, at, hash } = line;
      const expected = before.n + 1;
      // Where the hash of the line before was changed, only that line is to be blamed.
      const computed = [before.hash, before.computed].map((previous) => hashLine(previous, line));
      if (n === before.n) complain(n, 'stands here twice');
      else if (n < expected) complain(n, `stands after line ${before.n}, out of its place`);
      else if (n > expected) {
        const missing = n - 1 > expected ? `lines ${expected} to ${n - 1} are` : 'is';
        complain(expected, `${missing} missing`);
      } else if (!computed.includes(hash)) {
        complain(n, `what it says does not fit its hash, or it does not follow line ${before.n}`);
      }
      if (n >= expected && at < before.at) complain(n, 'is dated before the line before it');
      before = { n, at, hash, computed: computed[0] ?? hash };
    },
  };
}

/**
 * Details against their hashes. The only ones that may be gone are those of sessions whose visitor a
 * later line says was erased.
 */
function createErasureCheck(complain: Complain) {
  const waiting = new Map<string, number[]>();
  let erased = 0;

  function lookAtDetail({ n, salt, detail, detailHash, address }: CheckedLine): void {
    if (detail === null || salt === null) return;
    if (hashDetail(salt, detail) !== detailHash) {
      complain(n, 'its detail was changed: it does not fit the hash in the chain');
    } else if (address !== undefined && address !== addressIn(JSON.parse(detail))) {
      complain(n, 'the address by which it is looked up is not the one in its detail');
    }
  }

  return {
    look(line: CheckedLine): void {
      const { n, kind, visitorId, salt, detail } = line;
      lookAtDetail(line);
      if (kind === 'data.erased' && visitorId !== null) {
        erased += waiting.get(visitorId)?.length ?? 0;
        waiting.delete(visitorId);
      }
      if ((detail === null) !== (salt === null)) {
        complain(n, detail === null ? 'its detail is gone' : 'the salt of its detail is gone');
      } else if (detail === null && kind === 'session.opened' && visitorId !== null) {
        waiting.set(visitorId, [...(waiting.get(visitorId) ?? []), n]);
      } else if (detail === null) {
        complain(n, 'its detail is gone, and lines of this kind are never erased');
      }
    },
    /** @returns how many were rightly erased */
    end(): number {
      for (const n of [...waiting.values()].flat()) {
        complain(n, 'its detail is gone, and no line says that its visitor was erased');
      }
      return erased;
    },
  };
}

/** Heads that were kept elsewhere: this must be the ledger of which they speak. */
function createHeadCheck(heads: readonly LedgerHead[], complain: Complain) {
  const byLine = Map.groupBy(heads, ({ n }) => n);
  /** Each key with the line that announced it. */
  const keys = new Map<string, number>();
  const unseen = new Set(byLine.keys());
  for (const head of heads) {
    if (isSignedBy(head.key, headText(head), head.signature)) continue;
    complain(head.n, 'the head of this line has a signature that does not hold');
  }

  return {
    look({ n, hash, kind, detail }: CheckedLine): void {
      if (kind === 'key.changed' && detail !== null) {
        const { what, key } = JSON.parse(detail);
        if (what === 'ledger key' && typeof key === 'string') keys.set(key, n);
      }
      unseen.delete(n);
      for (const head of byLine.get(n) ?? []) {
        if (head.hash !== hash) {
          complain(n, `is not the line that was signed ${inWords(head.at)}: history was rewritten`);
        }
        if (!keys.has(head.key)) {
          complain(n, `its head is signed by ${head.key}, a key that no line before it announces`);
        }
      }
    },
    end(length: number): void {
      for (const n of unseen) {
        const [head] = byLine.get(n) ?? [];
        if (!head || n <= length) continue;
        const what = `the ledger ends at line ${length}, and went up to ${n}`;
        complain(
          length + 1,
          `${what} when its head was signed ${inWords(head.at)}: it was cut off`,
        );
      }
    },
  };
}

const inWords = (at: number) => `at ${new Date(at).toISOString()}`;
