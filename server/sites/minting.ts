/** Who makes a site's payment intents [PAY-11]: what that takes, and whether it is all there. */
import type { Config } from '../config.ts';
import { isHttpsAddress } from '../https-address.ts';
import type { Minting } from '../store/schema.ts';
import type { Database } from '../store/store.ts';
import type { RandomBytes } from '../world.ts';
import { type Site, SiteSettingError } from './sites.ts';

export const MINTINGS: readonly Minting[] = ['server', 'connect', 'merchant'];

export interface MintingSettings {
  minting: Minting;
  stripeAccount?: string | undefined;
  merchantUrl?: string | undefined;
}

export interface MerchantAccess {
  url: string;
  /** Shared with the merchant's backend; signs both ways. */
  secret: string;
}

/** Stands in `payments.minted_by`, so that a payment stays with who minted it. */
export const mintedBy = ({ minting, stripeAccount }: Site): string =>
  minting === 'connect' ? (stripeAccount ?? '') : minting;

/** Whether a payment can be requested on this site: both halves of the key must be there. */
export function takesPayments(
  config: Config,
  site: Pick<Site, 'stripePublishableKey' | 'minting' | 'stripeAccount' | 'merchantUrl'>,
): boolean {
  if (site.stripePublishableKey === null) return false;
  if (site.minting === 'merchant') return site.merchantUrl !== null;
  return config.stripe !== null && (site.minting === 'server' || site.stripeAccount !== null);
}

export async function findMerchant(db: Database, siteId: string): Promise<MerchantAccess | null> {
  const row = await db
    .selectFrom('sites')
    .select(['merchant_url', 'merchant_secret'])
    .where('id', '=', siteId)
    .executeTakeFirst();
  return row?.merchant_url && row.merchant_secret
    ? { url: row.merchant_url, secret: row.merchant_secret }
    : null;
}

/** @param policy JSON that `payments/policy.ts` has checked */
export async function setPaymentPolicy(
  db: Database,
  siteId: string,
  policy: string | null,
): Promise<void> {
  await db.updateTable('sites').set({ payment_policy: policy }).where('id', '=', siteId).execute();
}

const SECRET_BYTES = 32;

/**
 * A merchant's secret is made when there is none or another address takes over.
 * @returns the new secret, to be shown once. @throws SiteSettingError
 */
export async function setMinting(
  { db, random }: { db: Database; random: RandomBytes },
  site: Site,
  settings: MintingSettings,
): Promise<string | null> {
  const { minting } = settings;
  const account = settings.stripeAccount ?? site.stripeAccount;
  const url = settings.merchantUrl ?? site.merchantUrl;
  if (minting === 'connect' && !/^acct_[A-Za-z0-9]+$/.test(account ?? '')) {
    throw new SiteSettingError('A connected account begins with acct_');
  }
  if (minting === 'merchant') requireMerchantUrl(url ?? '');
  const known = await findMerchant(db, site.id);
  const isNew = minting === 'merchant' && known?.url !== url;
  const secret = isNew ? `bhms_${random(SECRET_BYTES).toString('base64url')}` : null;
  await db
    .updateTable('sites')
    .set({
      minting,
      stripe_account: account,
      merchant_url: url,
      ...(secret !== null && { merchant_secret: secret }),
    })
    .where('id', '=', site.id)
    .execute();
  return secret;
}

/** Plain HTTP only on this machine: the requests are signed, and their answers are not. */
function requireMerchantUrl(value: string): void {
  if (isHttpsAddress(value)) return;
  throw new SiteSettingError(`${value || 'Nothing'} is not an https:// address of a backend`);
}
