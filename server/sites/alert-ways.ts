/** Where a site's own people hear of incidents: an address for signed webhooks, and one for mail. */
import { isMailAddress } from '../alert-config.ts';
import { isHttpsAddress } from '../https-address.ts';
import type { Database } from '../store/store.ts';
import type { RandomBytes } from '../world.ts';
import { type Site, SiteSettingError } from './sites.ts';

/** Empty takes it away; what is not given stays as it is. */
export interface AlertSettings {
  url?: string | undefined;
  email?: string | undefined;
}

const SECRET_BYTES = 32;

/**
 * The secret is made when there is none or another address takes over.
 * @returns the new secret, to be shown once. @throws SiteSettingError
 */
export async function setAlertWays(
  { db, random }: { db: Database; random: RandomBytes },
  site: Site,
  { url, email }: AlertSettings,
): Promise<string | null> {
  if (url && !isHttpsAddress(url)) {
    throw new SiteSettingError(`${url} is not an https:// address for alerts`);
  }
  if (email && !isMailAddress(email)) {
    throw new SiteSettingError(`${email} is not an e-mail address`);
  }
  const known = await db
    .selectFrom('sites')
    .select('alert_url')
    .where('id', '=', site.id)
    .executeTakeFirst();
  const isNew = Boolean(url) && known?.alert_url !== url;
  const secret = isNew ? `bhas_${random(SECRET_BYTES).toString('base64url')}` : null;
  const change = {
    ...(url !== undefined && { alert_url: url || null }),
    ...(url === '' && { alert_secret: null }),
    ...(secret !== null && { alert_secret: secret }),
    ...(email !== undefined && { alert_email: email || null }),
  };
  if (Object.keys(change).length > 0) {
    await db.updateTable('sites').set(change).where('id', '=', site.id).execute();
  }
  return secret;
}
