/**
 * The signed tag against whoever holds the server [REL-3] to [REL-6]. Each attack is first seen to run
 * its code under a loader that does as it is told; under the signed tag nothing of it runs, the
 * visitor is told, and a report goes to the server and to the merchant. Long because the attacks are
 * one table.
 */
import type { Browser, BrowserContext } from 'playwright';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import type { ManifestRefusal, ReleaseStatement } from '../../protocol/releases.ts';
import { createKey } from '../../tools/release/signing.ts';
import { launchBrowser } from '../support/browser.ts';
import { signedBy } from '../support/release-desk.ts';
import { loaderSaying, type SignedLab, startSignedLab } from '../support/signed-lab.ts';
import {
  expectRan,
  expectRefused,
  fallback,
  kept,
  PATIENTLY,
  ran,
} from '../support/signed-page.ts';

let browser: Browser;
let lab: SignedLab;
beforeAll(async () => {
  browser = await launchBrowser();
  lab = await startSignedLab(browser);
});
afterEach(() => lab.reset());
afterAll(async () => {
  await lab?.close();
  await browser?.close();
});

/** What a browser has seen before the attack: a release that is true, and a kill list. */
async function seeNews(context: BrowserContext): Promise<void> {
  const release = lab.release('true', { version: '2.0.0', sequence: 5, kills: 2 });
  lab.served.current = {
    release: lab.signed(release),
    kills: lab.signed(lab.kills(2, '0.9.0')),
  };
  const page = await lab.visit(context);
  await expectRan(page, 'true');
  expect(await kept(lab, page)).toBe('5 2');
  await page.close();
}

interface Attack {
  name: string;
  reason: ManifestRefusal;
  /** What the server answers from then on; whatever it brings says `evil`. */
  serve(): void;
  /** Whether the browser has seen a newer release and a kill list before. */
  after?: true;
}

const evil = (fields: Partial<Omit<ReleaseStatement, 'files'>> = {}) =>
  lab.release('evil', { version: '6.6.6', sequence: 6, ...fields });
const yesterday = '2020-01-01T00:00:00Z';

const ATTACKS: Attack[] = [
  {
    name: 'a release without signatures',
    reason: 'signatures',
    serve: () => {
      lab.served.current = { release: signedBy(evil(), []), kills: null };
    },
  },
  {
    name: 'a release signed by one key, fewer than it takes',
    reason: 'signatures',
    serve: () => {
      lab.served.current = { release: signedBy(evil(), lab.people.slice(0, 1)), kills: null };
    },
  },
  {
    name: 'two signatures by one key',
    reason: 'signatures',
    serve: () => {
      const [ada] = lab.people.slice(0, 1);
      lab.served.current = { release: signedBy(evil(), ada ? [ada, ada] : []), kills: null };
    },
  },
  {
    name: 'one signature three times',
    reason: 'signatures',
    serve: () => {
      const { statement, signatures } = signedBy(evil(), lab.people.slice(0, 1));
      const thrice = [...signatures, ...signatures, ...signatures];
      lab.served.current = { release: { statement, signatures: thrice }, kills: null };
    },
  },
  {
    name: 'one stolen key and one that the tag does not name',
    reason: 'signatures',
    serve: () => {
      const signers = [...lab.people.slice(0, 1), createKey()];
      lab.served.current = { release: signedBy(evil(), signers), kills: null };
    },
  },
  {
    name: 'keys of the attacker’s own',
    reason: 'signatures',
    serve: () => {
      lab.served.current = {
        release: signedBy(evil(), [createKey(), createKey(), createKey()]),
        kills: null,
      };
    },
  },
  {
    name: 'a stranger’s signature under a known key’s name',
    reason: 'signatures',
    serve: () => {
      const signed = signedBy(evil(), [createKey(), createKey()]);
      const named = lab.signed(evil()).signatures.map(({ key }) => key);
      const signatures = signed.signatures.map((each, at) => ({ ...each, key: named[at] ?? '' }));
      lab.served.current = { release: { ...signed, signatures }, kills: null };
    },
  },
  {
    name: 'another script’s hash in a statement that was signed',
    reason: 'signatures',
    serve: () => {
      const signed = lab.signed(lab.release('true'));
      const { sha384 } = evil({ version: '1.0.0' }).files.loader ?? {};
      const statement = signed.statement.replace(/sha384-[^"]+/, sha384 ?? '');
      lab.served.current = { release: { ...signed, statement }, kills: null };
    },
  },
  {
    name: 'a signature over the same text in another context',
    reason: 'signatures',
    serve: () => {
      const replayed = signedBy(evil(), lab.people.slice(0, 2), 'kills');
      lab.served.current = { release: replayed, kills: null };
    },
  },
  {
    name: 'a forged kill list that would let a killed version live',
    reason: 'signatures',
    serve: () => {
      const forged = signedBy(lab.kills(9), lab.people.slice(0, 1));
      lab.served.current = { release: lab.signed(evil()), kills: forged };
    },
  },
  {
    name: 'a release whose time is over',
    reason: 'expired',
    serve: () => {
      lab.served.current = { release: lab.signed(evil({ expires: yesterday })), kills: null };
    },
  },
  {
    name: 'a killed version',
    reason: 'killed',
    serve: () => {
      lab.served.current = {
        release: lab.signed(evil()),
        kills: lab.signed(lab.kills(1, '6.6.6')),
      };
    },
  },
  {
    name: 'a release that knows a kill list, without the list',
    reason: 'kills_missing',
    serve: () => {
      lab.served.current = { release: lab.signed(evil({ kills: 1 })), kills: null };
    },
  },
  {
    name: 'a release that knows a newer kill list than comes with it',
    reason: 'kills_missing',
    serve: () => {
      lab.served.current = {
        release: lab.signed(evil({ kills: 2 })),
        kills: lab.signed(lab.kills(1)),
      };
    },
  },
  {
    name: 'an older release than was seen',
    reason: 'older',
    after: true,
    serve: () => {
      lab.served.current = {
        release: lab.signed(evil({ sequence: 4 })),
        kills: lab.signed(lab.kills(2, '0.9.0')),
      };
    },
  },
  {
    name: 'a kill list withheld that was seen',
    reason: 'kills_missing',
    after: true,
    serve: () => {
      lab.served.current = { release: lab.signed(evil()), kills: null };
    },
  },
  {
    name: 'an older kill list than was seen',
    reason: 'kills_missing',
    after: true,
    serve: () => {
      lab.served.current = { release: lab.signed(evil()), kills: lab.signed(lab.kills(1)) };
    },
  },
  {
    name: 'a file name that leads elsewhere',
    reason: 'unreadable',
    serve: () => {
      const statement = evil();
      const { loader } = statement.files;
      if (!loader) throw new Error('no loader');
      lab.served.scripts['elsewhere/loader.js'] = loaderSaying('evil');
      const files = { loader: { ...loader, file: '../elsewhere/loader.js' } };
      lab.served.current = { release: lab.signed({ ...statement, files }), kills: null };
    },
  },
  {
    name: 'a statement of another form',
    reason: 'unreadable',
    serve: () => {
      const { expires: _expires, ...timeless } = evil();
      lab.served.current = { release: lab.signed(timeless as ReleaseStatement), kills: null };
    },
  },
];

describe('[REL-3] whoever holds the server cannot run a script by', () => {
  it.each(ATTACKS.map((attack) => [attack.name, attack] as const))('%s', async (_name, attack) => {
    const context = await lab.newContext();
    if (attack.after) await seeNews(context);

    lab.embedding = { tag: 'naive' };
    attack.serve();
    await expectRan(await lab.visit(context), 'evil');

    lab.embedding = {};
    await expectRefused(lab, await lab.visit(context), attack.reason);
  });

  it.each([
    ['', 'unreadable'],
    ['<!doctype html>', 'unreadable'],
    ['null', 'unreadable'],
    ['{"release":null,"kills":null}', 'unreadable'],
    ['{"release":{"statement":7,"signatures":{}},"kills":[]}', 'unreadable'],
    [`{"release":"${'x'.repeat(90_000)}"}`, 'unreadable'],
  ] as const)('an answer that is none: %.20s', async (text, reason) => {
    lab.served.current = text;
    await expectRefused(lab, await lab.visit(), reason);
  });

  it('a bootstrap that was altered: the browser refuses it, and the tag hears of it', async () => {
    lab.served.bootstrapTail = `;${loaderSaying('evil')}`;
    lab.embedding = { tag: 'unpinned' };
    await expectRan(await lab.visit(), 'evil');

    lab.embedding = { attributes: 'onerror="tagFailed = true"' };
    const page = await lab.visit();
    await page.waitForFunction(() => Reflect.get(window, 'tagFailed') === true);
    expect(await ran(page)).toBeUndefined();
  });

  it('a loader that was altered: its hash refuses it, and the report names it', async () => {
    const release = lab.release('true');
    lab.served.current = { release: lab.signed(release), kills: null };
    lab.served.scripts['1.0.0/loader.js'] = loaderSaying('evil');
    const unpinned = `<script src="${lab.chat}/embed/1.0.0/loader.js"></script>`;
    lab.embedding = { tag: 'naive', head: unpinned };
    await expectRan(await lab.visit(), 'evil');

    lab.embedding = {};
    const page = await lab.visit();
    await fallback(page).waitFor();
    const report = expect.objectContaining({
      kind: 'script_refused',
      release: '1.0.0',
      subject: 'loader.js',
    });
    await expect.poll(() => lab.told, PATIENTLY).toEqual({ server: [report], merchant: [report] });
    expect(await ran(page)).toBeUndefined();
  });

  it.each([
    ['', '2'],
    ['nonsense', '1'],
    [undefined, ''],
    [undefined, '0'],
    [undefined, 'two'],
    [undefined, '-1'],
  ])('a tag without keys or threshold (%j, %j): it fails closed', async (keys, threshold) => {
    lab.served.current = { release: signedBy(evil(), []), kills: null };
    lab.embedding = { threshold, ...(keys !== undefined && { keys }) };
    const page = await lab.visit();
    await fallback(page).waitFor();
    expect(await ran(page)).toBeUndefined();
  });
});

describe('[REL-4] what a refused statement says is not remembered', () => {
  it('so that a forged sequence does not lock the true release out', async () => {
    const context = await lab.newContext();
    const forged = signedBy(evil({ sequence: 999, kills: 9 }), [createKey(), createKey()]);
    lab.served.current = { release: forged, kills: null };
    const refused = await lab.visit(context);
    await fallback(refused).waitFor();
    expect(await kept(lab, refused)).toBe(null);
    lab.served.current = { release: lab.signed(lab.release('true')), kills: null };
    await expectRan(await lab.visit(context), 'true');
  });
});
