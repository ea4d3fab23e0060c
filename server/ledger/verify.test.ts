import { rm } from 'node:fs/promises';
import { beforeAll, describe, expect, it } from 'vitest';
import type { LedgerHead, LedgerLine } from '../../protocol/ledger.ts';
import { makeDataDir } from '../../test/support/server.ts';
import { createKeys } from '../keys.ts';
import { openSqliteStore } from '../store/sqlite.ts';
import { systemRandom } from '../world.ts';
import { GENESIS, hashDetail, hashLine } from './chain.ts';
import { createLedger } from './create-ledger.ts';
import { eraseVisitor } from './erase-visitor.ts';
import { readHeads, readLedger } from './read-ledger.ts';
import { type CheckedLine, verifyLedger } from './verify.ts';

const LENGTH = 12;
const VISITOR = 'vs_aaaaaaaaaaaaaaaa';
async function all<T>(from: AsyncIterable<T>): Promise<T[]> {
  const found = [];
  for await (const one of from) found.push(one);
  return found;
}
let lines: CheckedLine[];
let heads: LedgerHead[];

beforeAll(async () => {
  const dataDir = await makeDataDir();
  const store = await openSqliteStore(dataDir);
  let now = 1000;
  const clock = { now: () => now };
  const ledger = createLedger({
    ...{ store, clock, random: systemRandom, logger: { error() {}, warn() {} } },
    ...{ key: createKeys('a secret for a test, long enough').ledger, witnessUrl: null },
  });
  await ledger.begin();
  for (let n = 2; n <= LENGTH; n++) {
    now += 10;
    await ledger.record({
      ...{ kind: 'session.opened', siteId: 'st_1', agentId: 'ag_1', visitorId: `vs_${n}` },
      ...{ conversationId: `cv_${n}`, release: '1.0.0', detail: { page: `/${n}`, ip: '::1' } },
    });
    if (n === 6) await ledger.head();
  }
  await ledger.head();
  lines = await all(readLedger(store.db));
  heads = await readHeads(store.db);
  await ledger.close();
  await store.close();
  await rm(dataDir, { recursive: true });
});

const wrong = async (some: CheckedLine[], known: LedgerHead[] = []) =>
  (await verifyLedger(some, known)).problems.map(({ n, words }) => `${n}: ${words}`);
const everyPlace = Array.from({ length: LENGTH }, (_, index) => index);

it('[LEDGER-2] holds when nothing was touched', async () => {
  expect(lines).toHaveLength(LENGTH);
  expect(heads.map(({ n }) => n)).toEqual(expect.arrayContaining([6, LENGTH]));
  expect(await verifyLedger(lines, heads)).toMatchObject({ lines: LENGTH, problems: [] });
});

describe('[LEDGER-2] one change', () => {
  const CHANGES: Record<keyof CheckedLine, unknown> = {
    n: 99,
    at: 1_000_000,
    kind: 'session.closed',
    siteId: 'st_2',
    agentId: null,
    visitorId: 'vs_other',
    conversationId: null,
    release: '1.0.1',
    detailHash: '0'.repeat(64),
    hash: 'f'.repeat(64),
    detail: '{"page":"/other","ip":"::1"}',
    salt: 'aaaaaaaaaaaaaaaaaaaaaa',
    address: '::2',
  };
  it.each(
    Object.entries(CHANGES),
  )('of %s is found in any line, and the line named', async (field, to) => {
    for (const place of everyPlace.slice(1)) {
      const changed = lines.with(place, { ...lines[place], [field]: to } as CheckedLine);
      const found = await wrong(changed);
      expect(found.join('\n')).toMatch(new RegExp(`^${place + 1}: `, 'm'));
      // Nobody is sent to a line that is as it was.
      if (field !== 'n' && field !== 'at')
        expect(found.every((one) => one.startsWith(`${place + 1}: `))).toBe(true);
    }
  });

  it.each(['detail', 'salt'] as const)('of %s to nothing is found', async (field) => {
    for (const place of everyPlace) {
      const changed = lines.with(place, { ...lines[place], [field]: null } as CheckedLine);
      expect((await wrong(changed))[0]).toMatch(`${place + 1}: `);
    }
  });

  it('that takes a line away is found, and which', async () => {
    for (const place of everyPlace.slice(0, -1)) {
      expect(await wrong(lines.toSpliced(place, 1))).toEqual([`${place + 1}: is missing`]);
    }
    expect((await wrong(lines.toSpliced(3, 2)))[0]).toBe('4: lines 4 to 5 are missing');
  });

  it('that says a line twice is found', async () => {
    for (const place of everyPlace) {
      const twice = lines.toSpliced(place, 0, lines[place] as CheckedLine);
      expect((await wrong(twice))[0]).toBe(`${place + 1}: stands here twice`);
    }
  });

  it('that swaps two lines is found, with or without their numbers', async () => {
    for (const a of everyPlace) {
      for (const b of everyPlace.slice(a + 1)) {
        const [one, other] = [lines[a] as CheckedLine, lines[b] as CheckedLine];
        expect((await wrong(lines.with(a, other).with(b, one))).length).toBeGreaterThan(0);
        const renumbered = lines.with(a, { ...other, n: one.n }).with(b, { ...one, n: other.n });
        expect((await wrong(renumbered)).length).toBeGreaterThan(0);
      }
    }
  });

  it('[LEDGER-3] that cuts off the end is found by a head, and by nothing else', async () => {
    for (const length of everyPlace) {
      const cut = lines.slice(0, length);
      expect(await wrong(cut)).toEqual([]);
      expect((await wrong(cut, heads.slice(-1)))[0]).toMatch(
        `${length + 1}: the ledger ends at line ${length}, and went up to ${LENGTH}`,
      );
    }
  });
});

/** As somebody does who holds the database and knows how it is made. */
function rewritten(from: number, change: (line: LedgerLine) => LedgerLine): CheckedLine[] {
  let previous = GENESIS;
  return lines.map((line) => {
    const next = line.n < from ? line : change(line);
    const hash = hashLine(previous, next);
    previous = hash;
    return { ...next, hash };
  });
}

it('[LEDGER-3] finds a history that was written anew, by a head of before', async () => {
  const forged = rewritten(4, (line) => {
    const [salt, detail] = ['b'.repeat(22), '{"page":"/nothing","ip":"::1"}'];
    return { ...line, salt, detail, detailHash: hashDetail(salt, detail) };
  });
  expect(await wrong(forged)).toEqual([]);
  expect((await wrong(forged, heads))[0]).toMatch(/^6: is not the line that was signed at/);
});

it('[LEDGER-3] takes no head that is forged, nor one of a key that nobody announced', async () => {
  const [head] = heads as [LedgerHead];
  expect((await wrong(lines, [{ ...head, at: head.at + 1 }]))[0]).toMatch(/does not hold/);
  expect((await wrong(lines, [{ ...head, hash: '0'.repeat(64) }]))[0]).toMatch(/does not hold/);
  const other = createKeys('the secret of somebody else here').ledger;
  const signature = other.sign(`bulkhead-ledger-v1\n${head.n}\n${head.hash}\n${head.at}`);
  const foreign = { ...head, key: other.publicKey, signature };
  expect((await wrong(lines, [foreign]))[0]).toMatch(/a key that no line before it announces/);
});

it('[LEDGER-4] holds after an erasure, and not after a deletion that no line speaks of', async () => {
  const dataDir = await makeDataDir();
  const store = await openSqliteStore(dataDir);
  const clock = { now: () => 5000 };
  const ledger = createLedger({
    ...{ store, clock, random: systemRandom, logger: { error() {}, warn() {} } },
    ...{ key: createKeys('a secret for a test, long enough').ledger, witnessUrl: null },
  });
  await ledger.begin();
  const session = { kind: 'session.opened', visitorId: VISITOR, siteId: 'st_1' } as const;
  await ledger.record({ ...session, detail: { page: 'https://shop.example/vera' } });
  await ledger.record({ ...session, visitorId: 'vs_other', detail: { page: '/' } });
  const before = await ledger.head();
  expect(await eraseVisitor({ store, ledger }, VISITOR)).toBe(true);
  expect(await eraseVisitor({ store, ledger }, 'vs_nobody')).toBe(false);
  const erased = await all(readLedger(store.db));
  expect(JSON.stringify(erased)).not.toContain('vera');
  expect(erased[1]).toMatchObject({ n: 2, detail: null, salt: null, visitorId: VISITOR });
  expect(await verifyLedger(erased, [before])).toMatchObject({ erased: 1, problems: [] });

  const quiet = erased.with(2, { ...erased[2], detail: null, salt: null } as CheckedLine);
  expect(await wrong(quiet)).toEqual([
    '3: its detail is gone, and no line says that its visitor was erased',
  ]);
  await ledger.close();
  await store.close();
  await rm(dataDir, { recursive: true });
});
