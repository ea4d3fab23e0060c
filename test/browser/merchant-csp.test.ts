/**
 * The widget under the policies that merchants have. In each the chat opens, a message goes out and
 * an answer comes, and no policy is violated: a merchant's reports stay quiet.
 */
import type { Page } from 'playwright';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Shop } from '../../demo-site/shop/server.ts';
import { readManifest } from '../../server/sites/release-files.ts';
import { addShops } from '../support/shops.ts';
import { type Agent, createVisitor, startVoyage, type Voyage } from '../support/voyage.ts';

const CARD = '4242 4242 4242 4242';
/** The shop's own needs, which are no part of what the widget asks for. */
const OWN = "default-src 'none'; style-src 'self'; img-src 'self'; form-action 'self'";

interface Policy {
  csp?: string;
  paysBy?: string;
  /** Whether the shop carries the signed tag in place of the pinned one. */
  isSigned?: true;
}

let voyage: Voyage;
let agent: Agent;
const shops = new Map<string, Shop>();

/** What DESIGN and the README tell a merchant to add, by the kind of policy that the merchant has. */
async function policies(): Promise<Record<string, Policy>> {
  const { chat, stripe } = voyage.demo.urls;
  const [release] = (await readManifest(voyage.demo.app.deps.config)).releases;
  const { loader, chat: chatScript } = release?.files ?? {};
  const connect = `connect-src ${chat} ${chat.replace('http', 'ws')}`;
  const nonce = "'nonce-{nonce}' 'strict-dynamic'";
  const hosts = `'self' ${chat}/embed/${release?.version}/`;
  const signedTrusted = "require-trusted-types-for 'script'; trusted-types bulkhead bulkhead-boot";
  const trusted = "require-trusted-types-for 'script'; trusted-types bulkhead";
  const withStripe = (script: string) =>
    `${OWN}; script-src ${script} ${stripe}; ${connect} ${stripe}; frame-src ${stripe}`;
  return {
    'no policy': {},
    'a list of hosts': { csp: `${OWN}; script-src ${hosts}; ${connect}` },
    'a list of hashes': {
      csp: `${OWN}; script-src 'self' '${loader?.sha384}' '${chatScript?.sha384}'; ${connect}`,
    },
    'a nonce with strict-dynamic': { csp: `${OWN}; script-src ${nonce}; ${connect}` },
    'Trusted Types': { csp: `${OWN}; script-src ${nonce}; ${connect}; ${trusted}` },
    "frame-src 'none'": { csp: `${OWN}; script-src ${nonce}; ${connect}; frame-src 'none'` },
    'all of it, as strict as can be': {
      csp: `${OWN}; script-src ${nonce}; ${connect}; frame-src 'none'; child-src 'none'; object-src 'none'; base-uri ${chat}; frame-ancestors 'none'; ${trusted}`,
    },
    "base-uri 'none'": { csp: `${OWN}; script-src ${nonce}; ${connect}; base-uri 'none'` },
    'a list of hosts, signed': {
      csp: `${OWN}; script-src 'self' ${chat}/embed/; ${connect}`,
      isSigned: true,
    },
    'a nonce with strict-dynamic, signed': {
      csp: `${OWN}; script-src ${nonce}; ${connect}`,
      isSigned: true,
    },
    'Trusted Types, signed': {
      csp: `${OWN}; script-src ${nonce}; ${connect}; ${signedTrusted}`,
      isSigned: true,
    },
    'a list of hosts, with payment': { csp: withStripe(hosts), paysBy: stripe },
    'a nonce, with payment': { csp: withStripe(nonce), paysBy: stripe },
  };
}

beforeAll(async () => {
  voyage = await startVoyage();
  agent = await voyage.answer();
  const entries = Object.entries(await policies());
  const made = await addShops(
    voyage.demo,
    entries.map(([, { csp, paysBy, isSigned }]) => ({
      tag: isSigned ? voyage.demo.tag : voyage.demo.pinnedTag,
      csp,
      stripeScript: paysBy && `${paysBy}/endive/stripe.js`,
    })),
  );
  for (const [index, [name]] of entries.entries()) {
    const shop = made[index];
    if (shop) shops.set(name, shop);
  }
});
afterAll(async () => {
  await Promise.all([...shops.values()].map((shop) => shop.close()));
  await voyage?.close();
});

const REPORT = 'policy violated:';

/** A page that says in `violations` what any of its documents, the chat's included, was refused. */
async function openShop(name: string, headers?: Record<string, string>) {
  // A page that a test answers for has no address space of its own, and may not reach this machine.
  const permissions = headers ? ['local-network-access'] : [];
  const page = await (await voyage.browser.newContext({ locale: 'en-GB', permissions })).newPage();
  page.setDefaultTimeout(10_000);
  const violations: string[] = [];
  page.on('console', (message) => {
    if (message.text().startsWith(REPORT)) violations.push(message.text().slice(REPORT.length));
  });
  await page.addInitScript((report) => {
    document.addEventListener('securitypolicyviolation', (event) => {
      const where = window === top ? 'page' : 'frame';
      // biome-ignore lint/suspicious/noConsole: the way out of a sandboxed frame to the test
      console.info(`${report}${where} ${event.effectiveDirective} ${event.blockedURI}`);
    });
  }, REPORT);
  const shop = shops.get(name);
  if (!shop) throw new Error(`no shop with ${name}`);
  if (headers) {
    await page.route(`${shop.url}/`, async (route) => {
      const response = await route.fetch();
      await route.fulfill({ response, headers: { ...response.headers(), ...headers } });
    });
  }
  await page.goto(shop.url);
  return { page, violations };
}

let asked = 0;

/** The visitor asks, the agent answers. No question is asked twice, not by a test's second try either. */
async function converse(page: Page, topic: string) {
  asked += 1;
  const question = `${topic} (${asked})`;
  const visitor = createVisitor(page);
  await visitor.openChat();
  await visitor.send(question);
  await agent.conversations.getByText(question).click();
  await agent.log.getByText(question, { exact: true }).waitFor();
  await agent.send(`Yes: ${question}`);
  await visitor.log.getByText(`Yes: ${question}`).waitFor();
  return visitor;
}

describe('the chat under a merchant’s policy', () => {
  it.each([
    'no policy',
    'a list of hashes',
    'a nonce with strict-dynamic',
    'Trusted Types',
    'a nonce with strict-dynamic, signed',
    'Trusted Types, signed',
    "frame-src 'none'",
    'all of it, as strict as can be',
  ])('works with %s', async (name) => {
    const { page, violations } = await openShop(name);
    await converse(page, `Does it work with ${name}?`);
    expect(violations).toEqual([]);
    await page.context().close();
  });

  // What the frame inherits and refuses, always for the same report: Playwright attaches to the frame's
  // process too late to see each, or puts the test's listener into it twice. With hosts alone there is
  // no hash for the script that is inline at first, and the loader then names the file: that report is
  // the price of the faster way elsewhere. Without a `base` the page's address shows in the frame.
  it.each([
    ['a list of hosts', () => 'frame script-src-elem inline'],
    ['a list of hosts, signed', () => 'frame script-src-elem inline'],
    ["base-uri 'none'", () => `frame base-uri ${voyage.demo.urls.chat}/`],
  ])('works with %s, for one kind of report out of the frame', async (name, report) => {
    const { page, violations } = await openShop(name);
    await converse(page, `Does it work with ${name}?`);
    expect(violations.filter((line) => line !== report())).toEqual([]);
    await page.context().close();
  });

  it('works on a page that is cross-origin isolated', async () => {
    const { page, violations } = await openShop('no policy', {
      'cross-origin-opener-policy': 'same-origin',
      'cross-origin-embedder-policy': 'require-corp',
    });
    expect(await page.evaluate(() => crossOriginIsolated)).toBe(true);
    await converse(page, 'Does it work in isolation?');
    expect(violations).toEqual([]);
    await page.context().close();
  });

  it('would see a violation', async () => {
    const { page, violations } = await openShop('a nonce with strict-dynamic');
    await page.evaluate(() => {
      const script = document.createElement('script');
      script.textContent = '0';
      script.setAttribute('nonce', 'wrong');
      document.body.append(script);
      document.body.insertAdjacentHTML('beforeend', '<img src="https://elsewhere.example/a.png">');
    });
    await expect.poll(() => violations).toContain('page img-src https://elsewhere.example/a.png');
    await page.context().close();
  });
});

describe('payment under a merchant’s policy', () => {
  it.each([
    'a list of hosts, with payment',
    'a nonce, with payment',
  ])('works with %s', async (name) => {
    const { page, violations } = await openShop(name);
    const visitor = await converse(page, `Can I pay with ${name}?`);
    await agent.requestPayment('49.00', 'Brass lantern');
    await visitor.payButton.click();
    await visitor.fillCard(CARD);
    await visitor.sheet.getByRole('button', { name: /^Pay/ }).click();
    await visitor.log.getByText('Paid').first().waitFor();
    expect(violations.filter((line) => line.startsWith('page'))).toEqual([]);
    await page.context().close();
  });
});
