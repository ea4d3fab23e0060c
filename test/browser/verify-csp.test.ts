/**
 * The lines that verify prints, served: a shop with a strict policy of its own, and those lines. Chat
 * and pay sheet work there and the browser reports nothing; without one of the lines something is
 * refused, and verify names that line. Browsers' own reports are read, which the frame makes too.
 */
import type { Page } from 'playwright';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { Shop } from '../../demo-site/shop/server.ts';
import type { Report } from '../../tools/verify/report.ts';
import { verify } from '../../tools/verify/verify.ts';
import { serveAsStripe } from '../support/serve-as-stripe.ts';
import { addShops } from '../support/shops.ts';
import { type FileServer, startFileServer } from '../support/signed-releases.ts';
import { type Agent, createVisitor, startVoyage, type Voyage } from '../support/voyage.ts';

/** The shop's own needs; no kind of policy here allows anything else. */
const OWN =
  "default-src 'none'; style-src 'self'; img-src 'self'; form-action 'self'; base-uri 'none'";
const OWN_HASH = `'sha384-${'A'.repeat(64)}'`;
const NONCE = "script-src 'nonce-{nonce}' 'strict-dynamic'";
const TYPES = "require-trusted-types-for 'script'; trusted-types shop";

let voyage: Voyage;
let agent: Agent;
let collector: FileServer;
let pinnedTag: string;
const shops: Shop[] = [];

beforeAll(async () => {
  collector = await startFileServer();
  voyage = await startVoyage();
  agent = await voyage.answer();
  const checkout = await (await fetch(`${voyage.demo.urls.shop}/checkout`)).text();
  pinnedTag = /<script async[^>]*data-site=[^>]*><\/script>/.exec(checkout)?.[0] ?? '';
  expect(pinnedTag).toMatch(/\/embed\/[\w.-]+\/loader\.js/);
});
beforeEach(() => {
  collector.asked.length = 0;
});
afterEach(async () => {
  await Promise.all(shops.splice(0).map((shop) => shop.close()));
});
afterAll(async () => {
  await voyage?.close();
  await collector?.close();
});

const tagOf = (kind: 'pinned' | 'signed', payments: boolean) => {
  const tag = kind === 'pinned' ? pinnedTag : voyage.demo.tag;
  return payments ? tag : tag.replace(/ data-stripe-key="[^"]*"/, '');
};

async function openShop(tag: string, csp?: string): Promise<string> {
  const reported = csp && `${csp}; report-uri ${collector.url}/csp`;
  const made = await addShops(voyage.demo, [{ tag, csp: reported }]);
  shops.push(...made);
  return made[0]?.url ?? '';
}

const check = (url: string) => verify({ url: new URL(url) });
const problems = ({ findings }: Report) => [
  ...new Set(findings.filter(({ level }) => level === 'problem').map(({ code }) => code)),
];
/** With what verify adds, as it would be pasted; the collector's own line is put on again later. */
const policyOf = ({ csp }: Report) =>
  csp.policies[0]?.policy.replace(/; report-uri [^;]*/, '') ?? '';

interface Violation {
  directive: string;
  blocked: string;
}
const violations = (): Violation[] =>
  collector.asked
    .filter(({ path }) => path === '/csp')
    .map(({ body }) => {
      const report = JSON.parse(body)['csp-report'];
      return { directive: report['effective-directive'], blocked: report['blocked-uri'] };
    });

const BARRIER = 'https://elsewhere.example';

/** Everything that was reported, once a violation of the test's own has arrived behind it. */
async function settledViolations(page: Page): Promise<Violation[]> {
  await page.evaluate((host) => {
    // No HTML text: Trusted Types would refuse that instead.
    document.body.append(Object.assign(new Image(), { src: `${host}/barrier.png` }));
  }, BARRIER);
  const blocked = () => violations().map((each) => each.blocked.slice(0, BARRIER.length));
  await expect.poll(blocked, { timeout: 15_000 }).toContain(BARRIER);
  return violations().filter((each) => !each.blocked.startsWith(BARRIER));
}

async function visit(url: string) {
  const context = await voyage.browser.newContext({ locale: 'en-GB' });
  if (voyage.demo.stripe) await serveAsStripe(context, voyage.demo.stripe);
  const page = await context.newPage();
  page.setDefaultTimeout(20_000);
  await page.goto(url);
  return page;
}

async function converse(page: Page, question: string) {
  const visitor = createVisitor(page);
  await visitor.openChat();
  await visitor.send(question);
  await agent.conversations.getByText(question).click();
  await agent.log.getByText(question).waitFor();
  return visitor;
}

/** The agent asks for money, and the visitor's sheet shows Stripe's own fields. */
async function openSheet(page: Page, question: string) {
  const visitor = await converse(page, question);
  await agent.requestPayment('49.00', 'Brass lantern');
  await visitor.payButton.click();
  await visitor.fillCard('4242 4242 4242 4242');
}

const KINDS = [
  ['a list of hosts', 'pinned', "script-src 'self'", true],
  ['a list of hashes', 'pinned', `script-src 'self' ${OWN_HASH}`, true],
  ['a nonce with strict-dynamic', 'pinned', NONCE, true],
  ['Trusted Types', 'pinned', `${NONCE}; ${TYPES}`, false],
  ['a list of hosts, signed', 'signed', "script-src 'self'", true],
  ['a list of hashes, signed', 'signed', `script-src 'self' ${OWN_HASH}`, true],
  ['a nonce with strict-dynamic, signed', 'signed', NONCE, true],
  ['Trusted Types, signed', 'signed', `${NONCE}; ${TYPES}`, false],
] as const;

describe('the printed lines', () => {
  it.each(KINDS)(
    'let everything work: %s',
    async (name, kind, script, payments) => {
      const tag = tagOf(kind, payments);
      const before = await check(await openShop(tag, `${OWN}; ${script}`));
      expect(problems(before)).toContain('csp_connect');
      const url = await openShop(tag, policyOf(before));
      expect(problems(await check(url))).toEqual([]);

      const page = await visit(url);
      if (payments) await openSheet(page, `Do the lines hold with ${name}?`);
      else await converse(page, `Do the lines hold with ${name}?`);
      // A signed tag's chat has no fixed hash to list beside hosts: that one report verify announces.
      const isAnnounced = before.findings.some(({ code }) => code === 'csp_script_slow');
      const announced = isAnnounced && kind === 'signed' ? ['inline'] : [];
      const seen = await settledViolations(page);
      expect(seen.filter(({ blocked }) => !announced.includes(blocked))).toEqual([]);
      await page.context().close();
    },
    90_000,
  );

  it.each([
    'hosts',
    'hashes',
    'nonce',
  ])('let everything work on a page that had no policy: %s', async (kind) => {
    const tag = tagOf('pinned', true);
    const before = await check(await openShop(tag));
    expect(problems(before)).toEqual([]);
    const url = await openShop(tag, before.csp.suggestions[kind]);
    expect(problems(await check(url))).toEqual([]);
    const page = await visit(url);
    await openSheet(page, `Does the suggestion hold by ${kind}?`);
    expect(violations()).toEqual([]);
    await page.context().close();
  }, 90_000);
});

describe('without one of the lines', () => {
  /** A policy whose `directive` is as it was before. */
  const without = (whole: string, directive: string, before: string) => {
    const parts = (text: string) => text.split('; ');
    const old = parts(before).find((part) => part.startsWith(`${directive} `));
    return parts(whole)
      .flatMap((part) => (part.startsWith(`${directive} `) ? (old ?? []) : part))
      .join('; ');
  };
  const HOSTS = `${OWN}; script-src 'self'`;
  const TYPED = `${OWN}; ${NONCE}; ${TYPES}`;

  async function shopWithout(directive: string, { beginning = HOSTS, payments = true } = {}) {
    const tag = tagOf('pinned', payments);
    const whole = policyOf(await check(await openShop(tag, beginning)));
    const policy = without(whole, directive, beginning);
    expect(policy).not.toBe(whole);
    const url = await openShop(tag, policy);
    return { url, report: await check(url) };
  }

  it.each([
    ['script-src', ['csp_script', 'csp_stripe'], {}, 'script-src-elem'],
    ['connect-src', ['csp_connect', 'csp_stripe'], {}, 'connect-src'],
    [
      'trusted-types',
      ['csp_trusted_types'],
      { beginning: TYPED, payments: false },
      'trusted-types',
    ],
  ] as const)(
    '%s: verify names it, and the browser refuses',
    async (directive, codes, options, seen) => {
      const { url, report } = await shopWithout(directive, options);
      expect(problems(report)).toEqual(codes);
      expect(report.csp.policies[0]?.add.map((each) => each.directive)).toEqual([directive]);
      const page = await visit(url);
      const launcher = page.getByRole('button', { name: 'Open chat' });
      if (directive !== 'script-src') await launcher.click();
      const directives = () => violations().map((each) => each.directive);
      await expect.poll(directives, { timeout: 15_000 }).toContain(seen);
      const message = createVisitor(page).chat.getByRole('textbox', { name: 'Message' });
      expect(await message.isVisible()).toBe(false);
      await page.context().close();
    },
    60_000,
  );

  it('frame-src: verify names it, and Stripe’s fields do not show', async () => {
    const { url, report } = await shopWithout('frame-src');
    expect(problems(report)).toEqual(['csp_stripe']);
    const page = await visit(url);
    const visitor = await converse(page, 'Do the fields show?');
    await agent.requestPayment('49.00', 'Brass lantern');
    await visitor.payButton.click();
    const directives = () => violations().map((each) => each.directive);
    await expect.poll(directives, { timeout: 15_000 }).toContain('frame-src');
    expect(await visitor.card.getByLabel('Card number').isVisible()).toBe(false);
    await page.context().close();
  }, 60_000);

  it('base-uri: verify names it, and the frame sees the page’s address', async () => {
    const tag = tagOf('pinned', false);
    const whole = policyOf(await check(await openShop(tag, HOSTS)));
    const bases: string[] = [];
    for (const policy of [whole, without(whole, 'base-uri', HOSTS)]) {
      const url = await openShop(tag, policy);
      bases.push(problems(await check(url)).join());
      const page = await visit(`${url}/about?order=7`);
      const visitor = createVisitor(page);
      await visitor.openChat();
      const base = await visitor.chat.locator('body').evaluate(() => document.baseURI);
      bases.push(base.includes('order=7') ? 'the page' : base);
      await page.context().close();
    }
    expect(bases).toEqual(['', `${voyage.demo.urls.chat}/`, 'csp_base', 'the page']);
  }, 90_000);
});
