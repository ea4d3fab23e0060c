/**
 * The whole of Bulkhead on one machine: the chat server, a shop that embeds it by its public tag,
 * and, unless real keys are given, a stand-in for Stripe. Owns how they find each other and nothing
 * of what they do.
 */
import { randomBytes } from 'node:crypto';
import Stripe from 'stripe';
import { type App, createApp } from '../server/app.ts';
import { ConfigError, type Environment, parseConfig } from '../server/config.ts';
import { ensureAgent } from '../server/people/agents.ts';
import { findMerchant, MINTINGS, setMinting } from '../server/sites/minting.ts';
import { readManifest, readReleaseKeys } from '../server/sites/release-files.ts';
import { scriptTag } from '../server/sites/script-tag.ts';
import { ensureSite, findSite } from '../server/sites/sites.ts';
import { type Clock, type Logger, systemClock, systemRandom } from '../server/world.ts';
import { startBreachHost } from './drill/breach-host.ts';
import { LIVE_ATTACKS } from './drill/live-attacks.ts';
import { publishDemoRelease } from './release.ts';
import { createShop, type Shop } from './shop/server.ts';
import { createStripeStandIn, type StripeStandIn } from './stripe/stand-in.ts';

export const DEMO_AGENT = { email: 'anna@halyard.example', name: 'Anna Lindqvist' };
const DEMO_SITE_KEY = 'site_halyard-demo';
/** Of the stand-in's accounts, the one that `DEMO_MINTING=connect` takes payments for. */
const DEMO_ACCOUNT = 'acct_halyard';
const STRIPE_NAMES = ['STRIPE_SECRET_KEY', 'STRIPE_PUBLISHABLE_KEY', 'STRIPE_WEBHOOK_SECRET'];

type StripeKeys = Environment;
/** What the chat server holds where the merchant mints. */
const NO_KEYS: StripeKeys = { STRIPE_SECRET_KEY: '', STRIPE_WEBHOOK_SECRET: '' };

export interface Demo {
  app: App;
  shop: Shop;
  /** Absent when the demo runs against Stripe itself. */
  stripe?: StripeStandIn;
  urls: { chat: string; console: string; shop: string; stripe: string };
  agent: { email: string; password: string };
  /** The signed tag, as it stands on every page of the shop but the checkout. */
  tag: string;
  /** The pinned one, as it stands on the checkout. */
  pinnedTag: string;
  close(): Promise<void>;
}

/**
 * @param env as `process.env`: what the chat server reads, and `SHOP_PORT`, `STRIPE_PORT`, `DRILL_PORT` (0
 * takes a free one), `DEMO_PASSWORD`, `DEMO_MINTING=merchant` to let the shop's own backend hold the Stripe
 * key or `connect` to charge on a connected account (`DEMO_STRIPE_ACCOUNT`), and all three keys of
 * Stripe's to run against Stripe itself.
 * @param options.logger in place of the chat server's own, as is `clock`
 * @throws ConfigError, and ReleaseError where what was built cannot be published
 */
export async function startDemo(
  env: Environment,
  { logger, clock = systemClock }: { logger?: Logger; clock?: Clock } = {},
): Promise<Demo> {
  const usesStripe = STRIPE_NAMES.some((name) => env[name]);
  const missing = STRIPE_NAMES.filter((name) => usesStripe && !env[name]);
  if (missing.length) throw new ConfigError(missing.map((name) => `${name} is missing`));

  const stripe = usesStripe
    ? undefined
    : await createStripeStandIn({ port: portOf(env, 'STRIPE_PORT', 4002), host: 'localhost' });
  const keys: StripeKeys = stripe
    ? {
        STRIPE_SECRET_KEY: stripe.secretKey,
        STRIPE_WEBHOOK_SECRET: `whsec_${randomBytes(24).toString('base64url')}`,
        STRIPE_API_BASE: stripe.url,
      }
    : env;
  const minting = MINTINGS.find((one) => one === env.DEMO_MINTING) ?? 'server';
  const isMerchants = minting === 'merchant';
  const config = parseConfig({ ...env, ...(isMerchants ? NO_KEYS : keys) });
  publishDemoRelease(config, systemClock.now());
  const app = await createApp({ config, clock, ...(logger && { logger }) });
  const { url: chatUrl } = await app.listen();

  let tag = '';
  let pinnedTag = '';
  let merchantSecret = '';
  const drillPort = portOf(env, 'DRILL_PORT', Number(env.SHOP_PORT) === 0 ? 0 : 4003);
  const breach = await startBreachHost(drillPort, config.releasesDir);
  const shop = await createShop({
    port: portOf(env, 'SHOP_PORT', 4001),
    host: 'localhost',
    // Where a card is typed, each release is the merchant's own decision (docs/releases.md).
    tag: (path) => (path === '/checkout' ? pinnedTag : tag),
    stripeScript: stripe && `${stripe.url}/endive/stripe.js`,
    drill: {
      attacks: LIVE_ATTACKS,
      logUrl: breach.url,
      tag: (side, visit, attack) =>
        side === 'conventional'
          ? breach.conventionalTag(visit, attack)
          : breach.breachedTag(side === 'pinned' ? pinnedTag : tag, chatUrl, visit, attack),
    },
    ...(isMerchants && {
      paymentBackend: {
        stripe: stripeClient(keys),
        webhookSecret: keys.STRIPE_WEBHOOK_SECRET ?? '',
        bulkheadSecret: () => merchantSecret,
        siteKey: DEMO_SITE_KEY,
        chatUrl,
      },
    }),
  });
  stripe?.control.webhooks.setEndpoint({
    url: isMerchants ? `${shop.url}/stripe/webhook` : `${chatUrl}/api/stripe/webhook`,
    secret: keys.STRIPE_WEBHOOK_SECRET ?? '',
  });
  const maker = { db: app.store.db, random: systemRandom, now: clock.now() };
  const made = await ensureSite(maker, {
    publicKey: DEMO_SITE_KEY,
    name: 'Halyard & Co',
    color: '#0b4f6c',
    greeting: 'Ahoy! Ask us anything about the shop, your order or a delivery.',
    allowedOrigins: [shop.url],
    stripePublishableKey: stripe ? stripe.publishableKey : (env.STRIPE_PUBLISHABLE_KEY ?? null),
  });
  await setMinting(maker, made, {
    minting,
    ...(minting === 'connect' && { stripeAccount: env.DEMO_STRIPE_ACCOUNT || DEMO_ACCOUNT }),
    ...(isMerchants && { merchantUrl: `${shop.url}/bulkhead/payments` }),
  });
  const site = (await findSite(app.store.db, made.id)) ?? made;
  merchantSecret = (await findMerchant(app.store.db, site.id))?.secret ?? '';
  const password = env.DEMO_PASSWORD || randomBytes(9).toString('base64url');
  await ensureAgent(maker, { ...DEMO_AGENT, password });
  const pinned = { manifest: await readManifest(config), site, publicUrl: chatUrl };
  pinnedTag = scriptTag(pinned);
  tag = scriptTag({ ...pinned, keys: await readReleaseKeys(config) });

  return {
    app,
    shop,
    ...(stripe && { stripe }),
    urls: {
      chat: chatUrl,
      console: `${chatUrl}/console/`,
      shop: shop.url,
      stripe: stripe?.url ?? 'https://stripe.com',
    },
    agent: { email: DEMO_AGENT.email, password },
    tag,
    pinnedTag,
    async close() {
      await shop.close();
      await breach.close();
      await app.close();
      await stripe?.close();
    },
  };
}

/** The shop's own, as any merchant's backend has one. */
function stripeClient({ STRIPE_SECRET_KEY = '', STRIPE_API_BASE }: StripeKeys): Stripe {
  if (!STRIPE_API_BASE) return new Stripe(STRIPE_SECRET_KEY);
  const { hostname: host, port } = new URL(STRIPE_API_BASE);
  return new Stripe(STRIPE_SECRET_KEY, { host, port, protocol: 'http', telemetry: false });
}

function portOf(env: Environment, name: string, fallback: number): number {
  const port = Number(env[name] || fallback);
  if (Number.isInteger(port) && port >= 0 && port <= 65_535) return port;
  throw new ConfigError([`${name} must be a whole number from 0 to 65535`]);
}
