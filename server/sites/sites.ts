/** Sites: one merchant's embedding each. Owns the table and what makes a site valid. */
import type { Selectable } from 'kysely';
import { NAME_MAX_LENGTH } from '../../protocol/limits.ts';
import { newId } from '../ids.ts';
import { cleanText } from '../log/entry-draft.ts';
import type { Minting, SiteRow } from '../store/schema.ts';
import type { Database } from '../store/store.ts';
import type { RandomBytes } from '../world.ts';

export interface Site {
  id: string;
  /** As it stands in the tag. */
  publicKey: string;
  name: string;
  /** `#rrggbb`, lower case. */
  color: string;
  greeting: string;
  /** Exact origins whose pages may use the chat. */
  allowedOrigins: string[];
  stripePublishableKey: string | null;
  /** Who makes the payment intents [PAY-11]. The merchant's secret is not part of a site's face. */
  minting: Minting;
  /** `acct_…`, for `connect`. */
  stripeAccount: string | null;
  /** Where the merchant's backend answers, for `merchant`. */
  merchantUrl: string | null;
  /** JSON; see `payments/policy.ts`. */
  paymentPolicy: string | null;
}

export interface SiteSettings {
  name: string;
  allowedOrigins: readonly string[];
  color?: string;
  greeting?: string;
  stripePublishableKey?: string | null;
}

/** A setting that cannot be; `message` names it, for the person who typed it. */
export class SiteSettingError extends Error {}

const DEFAULT_COLOR = '#1f5fbf';
const DEFAULT_GREETING = 'Hello! How can we help?';
const GREETING_MAX_LENGTH = 300;
const KEY_BYTES = 12;

const toSite = (row: Selectable<SiteRow>): Site => ({
  id: row.id,
  publicKey: row.public_key,
  name: row.name,
  color: row.color,
  greeting: row.greeting,
  allowedOrigins: JSON.parse(row.allowed_origins),
  stripePublishableKey: row.stripe_publishable_key,
  minting: row.minting,
  stripeAccount: row.stripe_account,
  merchantUrl: row.merchant_url,
  paymentPolicy: row.payment_policy,
});

export async function findSiteByKey(db: Database, publicKey: string): Promise<Site | null> {
  const row = await db
    .selectFrom('sites')
    .selectAll()
    .where('public_key', '=', publicKey)
    .executeTakeFirst();
  return row ? toSite(row) : null;
}

export async function findSite(db: Database, id: string): Promise<Site | null> {
  const row = await db.selectFrom('sites').selectAll().where('id', '=', id).executeTakeFirst();
  return row ? toSite(row) : null;
}

export async function listSites(db: Database): Promise<Site[]> {
  const rows = await db.selectFrom('sites').selectAll().orderBy('created_at').execute();
  return rows.map(toSite);
}

interface Maker {
  db: Database;
  random: RandomBytes;
  now: number;
}

/** @throws SiteSettingError */
export async function createSite(
  { db, random, now }: Maker,
  settings: SiteSettings & { publicKey?: string },
): Promise<Site> {
  const id = newId(random, 'st');
  await db
    .insertInto('sites')
    .values({
      id,
      public_key: settings.publicKey ?? `site_${random(KEY_BYTES).toString('base64url')}`,
      created_at: now,
      ...toColumns(settings),
    })
    .execute();
  return found(await findSite(db, id));
}

/** @throws SiteSettingError */
export async function updateSite(
  db: Database,
  publicKey: string,
  settings: SiteSettings,
): Promise<Site | null> {
  await db
    .updateTable('sites')
    .set(toColumns(settings))
    .where('public_key', '=', publicKey)
    .execute();
  return findSiteByKey(db, publicKey);
}

/** Makes the site of that key, or brings it to these settings; for demos and provisioning. */
export async function ensureSite(
  maker: Maker,
  settings: SiteSettings & { publicKey: string },
): Promise<Site> {
  const { publicKey, ...rest } = settings;
  return (await updateSite(maker.db, publicKey, rest)) ?? createSite(maker, settings);
}

function found(site: Site | null): Site {
  if (!site) throw new Error('A site vanished while it was made');
  return site;
}

function toColumns(settings: SiteSettings) {
  const { name, greeting = DEFAULT_GREETING, stripePublishableKey = null } = settings;
  const color = (settings.color ?? DEFAULT_COLOR).toLowerCase();
  if (!name.trim() || name.length > NAME_MAX_LENGTH) {
    throw new SiteSettingError(`The name must have 1 to ${NAME_MAX_LENGTH} characters`);
  }
  if (!/^#[0-9a-f]{6}$/.test(color)) throw new SiteSettingError('The color must look like #1f5fbf');
  if (greeting.length > GREETING_MAX_LENGTH) {
    throw new SiteSettingError(`The greeting can have up to ${GREETING_MAX_LENGTH} characters`);
  }
  if (stripePublishableKey !== null && !/^pk_[A-Za-z0-9_]+$/.test(stripePublishableKey)) {
    throw new SiteSettingError(
      'The Stripe key in a tag is the publishable one and begins with pk_',
    );
  }
  return {
    name: cleanText(name.trim()),
    color,
    greeting: cleanText(greeting),
    stripe_publishable_key: stripePublishableKey,
    allowed_origins: JSON.stringify(settings.allowedOrigins.map(requireOrigin)),
  };
}

function requireOrigin(value: string): string {
  const url = URL.parse(value);
  if (url && /^https?:$/.test(url.protocol) && url.href === `${url.origin}/`) return url.origin;
  throw new SiteSettingError(`${value} is not an origin such as https://shop.example`);
}
