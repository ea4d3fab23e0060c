/**
 * What the vendor's static host serves: files, and the statement of which are in force. The attacker's
 * loader is the true one with a skimmer at its end; what it takes to have it loaded is the attack.
 * One list, long because there are many attacks on one mechanism, each of which is an entry.
 */
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { demoKeysDir } from '../../../demo-site/release.ts';
import {
  type CurrentRelease,
  KILLS_CONTEXT,
  type KillStatement,
  RELEASE_CONTEXT,
  type ReleaseStatement,
  type Signed,
} from '../../../protocol/releases.ts';
import { createKey, readKey, sign } from '../../../tools/release/signing.ts';
import { toInstant } from '../../../tools/release/statements.ts';
import { sha384 } from '../../support/loader-lab.ts';
import type { SceneAttack } from '../attack.ts';
import { cardBytes } from '../measure.ts';
import type { Outcome } from '../outcome.ts';
import { askForPayment, comeBack, openSheet } from '../payments.ts';
import { arm, prelude } from '../prelude.ts';
import { PATIENCE_MS, pause, type Stage, until, withTab } from '../stage.ts';
import type { Tab } from '../tab.ts';
import { tagOf } from '../tags.ts';
import { LAUNCHER, openChat, openCheckout, typeCard, whereIs } from '../visitor.ts';

const DAY_MS = 86_400_000;
const ID = 'skim';
const MARGIN_MS = 400;

/** What a thief has of the demo's three keys, of which two must sign. */
interface Keys {
  stolen: ReturnType<typeof readKey>[];
  own: ReturnType<typeof createKey>[];
}
interface Forging {
  /** True when it was in force. */
  statement: ReleaseStatement;
  keys: Keys;
  signed(
    statement: object,
    keys: readonly ReturnType<typeof createKey>[],
    context?: string,
  ): Signed;
  /** As published. */
  current: CurrentRelease;
}
interface Forgery {
  /** What an earlier, honest visit of the same browser was given. */
  before?: CurrentRelease;
  current: CurrentRelease;
}

function signedBy(
  statement: object,
  keys: readonly ReturnType<typeof createKey>[],
  context = RELEASE_CONTEXT,
): Signed {
  const text = JSON.stringify(statement);
  return { statement: text, signatures: keys.map((key) => sign(context, text, key)) };
}

function forging({ demo }: Stage, loaderHash: string): Forging {
  const { config } = demo.app.deps;
  const current: CurrentRelease = JSON.parse(
    readFileSync(path.join(config.releasesDir, 'current.json'), 'utf8'),
  );
  const published: ReleaseStatement = JSON.parse(current.release.statement);
  const loader = published.files.loader;
  if (!loader) throw new Error('no loader is published');
  const statement = {
    ...published,
    files: { ...published.files, loader: { ...loader, sha384: loaderHash } },
  };
  const stolen = [1, 2].map((n) =>
    readKey(readFileSync(path.join(demoKeysDir(config), `key-${n}.pem`), 'utf8'), null),
  );
  return {
    statement,
    current,
    signed: signedBy,
    keys: { stolen, own: [createKey(), createKey()] },
  };
}

const kills = (sequence: number, versions: string[]): KillStatement => ({
  sequence,
  created: toInstant(Date.now()),
  versions,
});

function armed(stage: Stage): string {
  return prelude(stage.lane.next()) + arm(ID, 'whenCard(send)');
}

function found({ lane }: Stage): Pick<Outcome, 'bytes' | 'contacts' | 'lines'> {
  const loot = lane.evil.loot;
  return {
    bytes: cardBytes(Buffer.concat([...loot.map(({ bytes }) => bytes), lane.vendor.heard()])),
    contacts: loot.filter(({ isContact }) => isContact).length,
    lines: lane.vendor.words.filter(({ kind }) => kind === 'ran').length,
  };
}

/** The conventional widget asks its host what to load, and loads it. */
async function robbed(
  stage: Stage,
  place: 'widget.js' | 'chat.js' | 'pay.js' | 'current',
): Promise<Outcome> {
  const code = armed(stage);
  const { lane } = stage;
  const { files } = lane.vendor.hostility;
  files.set('/control/widget.js', place === 'widget.js' ? stage.widget + code : stage.widget);
  if (place === 'current') {
    files.set(
      '/control/current.json',
      JSON.stringify({ src: `${lane.vendor.url}/control/old.js` }),
    );
    files.set('/control/old.js', code);
  } else if (place !== 'widget.js') files.set(`/control/${place}`, code);
  const state = {
    site: { name: 'Halyard & Co', color: '#1f4fd8', greeting: 'Ahoy!' },
    entries: [{ payment: { amount: '€49.00', description: 'Brass lantern', status: 'created' } }],
  };
  files.set('/control/state.json', JSON.stringify(state));
  lane.tag = stage.controlTag();
  return withTab(stage, async (tab) => {
    await openCheckout(stage, tab);
    if (place === 'chat.js' || place === 'pay.js') {
      await until(async () => (await tab.evaluate('widget.open(), true')) === true, PATIENCE_MS);
      if (place === 'pay.js')
        await until(
          async () =>
            (await tab.evaluate(`(document.querySelector('.pay').click(), true)`)) === true,
          PATIENCE_MS,
        );
    }
    await typeCard(tab);
    const typedAt = Date.now();
    await until(() => found(stage).bytes >= 16, PATIENCE_MS);
    return { ...found(stage), harm: '', strayKeys: 0, told: [], tookMs: Date.now() - typedAt };
  });
}

/** A visit to a vendor that serves what it should not, until somebody refuses it. */
async function refused(
  stage: Stage,
  kind: 'signed' | 'pinned',
  prepare: (code: string) => Forgery | undefined,
  expected: RegExp | undefined,
): Promise<Partial<Outcome>> {
  const code = armed(stage);
  const { lane } = stage;
  const { files } = lane.vendor.hostility;
  const forgery = prepare(code);
  lane.tag = tagOf(stage, kind);
  return withTab(stage, async (tab) => {
    if (forgery?.before) {
      const hostile = new Map(files);
      files.clear();
      files.set('/embed/current.json', JSON.stringify(forgery.before));
      await openCheckout(stage, tab);
      if (!(await whereIs(tab, LAUNCHER))) throw new Error('the honest visit did not come up');
      for (const [place, file] of hostile) files.set(place, file);
    }
    if (forgery) files.set('/embed/current.json', JSON.stringify(forgery.current));
    await openCheckout(stage, tab);
    const isExpected = () =>
      lane.vendor.reports.some(({ kind, subject }) => expected?.test(`${kind} ${subject}`));
    if (expected && !(await until(isExpected, PATIENCE_MS)))
      throw new Error(`nobody refused: ${JSON.stringify(lane.vendor.reports)}`);
    if (!expected) await stage.refused(tab);
    await typeCard(tab);
    await pause(MARGIN_MS);
    const told = [
      ...lane.vendor.reports.map(({ kind, subject = '' }) => `${kind} ${subject}`),
      ...tab.seen.complaints.slice(0, 4),
    ];
    return { ...found(stage), told };
  });
}

const openAltered = async (tab: Tab, stage: Stage) => {
  await openCheckout(stage, tab);
  await openChat(tab, 'refused');
};

/** The true loader, and a file that it fetches later altered. */
async function altered(
  stage: Stage,
  column: string,
  name: 'chat' | 'pay',
  come: (tab: Tab, stage: Stage) => Promise<void>,
  prepare: () => Promise<void> = async () => {},
): Promise<Partial<Outcome>> {
  const code = armed(stage);
  const { lane } = stage;
  const { files, version } = lane.release;
  await prepare();
  lane.vendor.hostility.files.set(`/embed/${version}/${files[name].file}`, files[name].code + code);
  lane.tag = tagOf(stage, column === 'pinned' ? 'pinned' : 'signed');
  return withTab(stage, async (tab) => {
    await come(tab, stage);
    const { reports } = lane.vendor;
    const isTold = await until(
      () => reports.some(({ kind }) => kind === 'script_refused'),
      PATIENCE_MS,
    );
    if (!isTold) throw new Error('the loader did not report it');
    await typeCard(tab);
    await pause(MARGIN_MS);
    return { ...found(stage), told: reports.map(({ kind, subject = '' }) => `${kind} ${subject}`) };
  });
}

const file = (
  id: string,
  tries: string,
  place: 'loader' | 'chat' | 'pay',
  control: 'widget.js' | 'chat.js' | 'pay.js',
  answer: (
    stage: Stage,
    code: string,
    original: string,
  ) => ReturnType<Stage['lane']['vendor']['hostility']['files']['get']>,
): SceneAttack => ({
  kind: 'scene',
  family: 'release',
  held: 'host',
  id: `release-${id}`,
  tries,
  control: (stage) => robbed(stage, control),
  columns: ['signed', 'pinned'],
  act: (stage, column) =>
    refused(
      stage,
      column === 'pinned' ? 'pinned' : 'signed',
      (code) => {
        const { files, version } = stage.lane.release;
        const served = answer(stage, code, files[place].code);
        if (served)
          stage.lane.vendor.hostility.files.set(`/embed/${version}/${files[place].file}`, served);
        return undefined;
      },
      // Under the pinned tag it is the browser alone that knows; a loader that did not run cannot say so.
      place === 'loader' && column === 'signed' ? /^script_refused/ : undefined,
    ),
});

const statement = (
  id: string,
  tries: string,
  expected: RegExp,
  forge: (forging: Forging) => Forgery,
): SceneAttack => ({
  kind: 'scene',
  family: 'release',
  held: 'host',
  id: `release-${id}`,
  tries,
  control: (stage) => robbed(stage, 'current'),
  columns: ['signed', 'pinned'],
  act: (stage, column) =>
    refused(
      stage,
      column === 'pinned' ? 'pinned' : 'signed',
      (code) => {
        const { lane } = stage;
        const { files, version } = lane.release;
        const hostile = files.loader.code + code;
        lane.vendor.hostility.files.set(`/embed/${version}/${files.loader.file}`, hostile);
        return forge(forging(stage, sha384(hostile)));
      },
      column === 'signed' ? expected : undefined,
    ),
});

const YEAR_MS = 365 * DAY_MS;
const SIGNATURES = /^manifest_refused signatures/;

export const RELEASE_ATTACKS: readonly SceneAttack[] = [
  file(
    'loader',
    'serves an altered loader',
    'loader',
    'widget.js',
    (_stage, code, original) => original + code,
  ),
  {
    ...file(
      'redirect',
      "answers the loader's address with a redirect to another host",
      'loader',
      'widget.js',
      ({ lane }, code) => {
        lane.evil.answer = () => code;
        return { status: 302, headers: { location: `${lane.evil.url}/x/0/moved` } };
      },
    ),
    known:
      "a host may always send those who ask for its own address on to another; that one hears that somebody asked, as the vendor's did, and its script is refused",
  },
  {
    ...file('chat', 'serves an altered chat', 'chat', 'chat.js', () => undefined),
    act: (stage, column) => altered(stage, column, 'chat', openAltered),
  },
  {
    ...file(
      'pay',
      'serves an altered pay script, for when the card is typed',
      'pay',
      'pay.js',
      () => undefined,
    ),
    act: async (stage, column) => {
      let token = '';
      return altered(
        stage,
        column,
        'pay',
        async (tab) => {
          await comeBack(stage, tab, token);
          await openSheet(tab, /could not be loaded safely/i);
        },
        async () => {
          token = (await askForPayment(stage)).token;
        },
      );
    },
  },
  {
    ...file('bootstrap', 'serves an altered bootstrap', 'loader', 'widget.js', () => undefined),
    columns: ['signed'],
    act: (stage) =>
      refused(
        stage,
        'signed',
        (code) => {
          const place = /src="[^"]*?(\/embed\/bootstrap[^"]*)"/.exec(tagOf(stage, 'signed'))?.[1];
          if (!place) throw new Error('the tag has no bootstrap');
          stage.lane.vendor.hostility.files.set(place, code);
          return undefined;
        },
        undefined,
      ),
  },
  statement(
    'manifest',
    'names its own loader in a statement that others signed',
    SIGNATURES,
    ({ statement, current }) => ({
      current: {
        ...current,
        release: { ...current.release, statement: JSON.stringify(statement) },
      },
    }),
  ),
  statement(
    'no-signature',
    'names its own loader, and leaves the signatures out',
    SIGNATURES,
    ({ statement, signed, current }) => ({
      current: { ...current, release: signed(statement, []) },
    }),
  ),
  statement(
    'own-keys',
    'signs with keys of its own',
    SIGNATURES,
    ({ statement, signed, keys, current }) => ({
      current: { ...current, release: signed(statement, keys.own) },
    }),
  ),
  statement(
    'one-key',
    'has stolen one key where two must sign',
    SIGNATURES,
    ({ statement, signed, keys, current }) => ({
      current: { ...current, release: signed(statement, keys.stolen.slice(0, 1)) },
    }),
  ),
  statement(
    'one-key-twice',
    'signs twice with the one key that it has stolen',
    SIGNATURES,
    ({ statement, signed, keys, current }) => ({
      current: {
        ...current,
        release: signed(
          statement,
          [0, 0, 0].flatMap((n) => keys.stolen[n] ?? []),
        ),
      },
    }),
  ),
  statement(
    'context',
    'passes signatures over another kind of statement off as those over a release',
    SIGNATURES,
    ({ statement, signed, keys, current }) => ({
      current: { ...current, release: signed(statement, keys.stolen, KILLS_CONTEXT) },
    }),
  ),
  statement(
    'downgrade',
    'brings an old release with a hole back, with its true signatures',
    /^manifest_refused older/,
    ({ statement, signed, keys, current }) => {
      const newer: ReleaseStatement = {
        ...JSON.parse(current.release.statement),
        sequence: statement.sequence + 7,
      };
      return {
        before: { ...current, release: signed(newer, keys.stolen) },
        current: { ...current, release: signed(statement, keys.stolen) },
      };
    },
  ),
  statement(
    'expired',
    'goes on serving an old release with a hole past its time',
    /^manifest_refused expired/,
    ({ statement, signed, keys, current }) => ({
      current: {
        ...current,
        release: signed(
          {
            ...statement,
            created: toInstant(Date.now() - YEAR_MS),
            expires: toInstant(Date.now() - DAY_MS),
          },
          keys.stolen,
        ),
      },
    }),
  ),
  statement(
    'killed',
    'serves a release that was killed for its hole',
    /^manifest_refused killed/,
    ({ statement, signed, keys }) => ({
      current: {
        release: signed({ ...statement, kills: 1 }, keys.stolen),
        kills: signed(kills(1, [statement.version]), keys.stolen, KILLS_CONTEXT),
      },
    }),
  ),
  statement(
    'kills-withheld',
    'serves a killed release, and keeps the kill list back',
    /^manifest_refused kills_missing/,
    ({ statement, signed, keys, current }) => ({
      before: { ...current, kills: signed(kills(3, ['0.0.1']), keys.stolen, KILLS_CONTEXT) },
      current: { release: signed(statement, keys.stolen), kills: null },
    }),
  ),
];
