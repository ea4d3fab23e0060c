/**
 * More shops of the demo's merchant, each with an embedding of its own: another tag, another policy,
 * or no tag at all. Their origins are allowed, as an administrator would do it.
 */
import type { Demo } from '../../demo-site/demo.ts';
import type { EmbedOptions } from '../../demo-site/shop/embed.ts';
import { createShop, type Shop } from '../../demo-site/shop/server.ts';
import { findSiteByKey, updateSite } from '../../server/sites/sites.ts';

/** The public key in a tag. */
export const siteKeyOf = (tag: string): string => /data-site="([^"]+)"/.exec(tag)?.[1] ?? '';

/** @returns the shops in the order of their embeddings; the caller closes them. */
export async function addShops(demo: Demo, embeds: readonly EmbedOptions[]): Promise<Shop[]> {
  const shops = await Promise.all(
    embeds.map((embed) => createShop({ port: 0, host: 'localhost', ...embed })),
  );
  const { db } = demo.app.store;
  const site = await findSiteByKey(db, siteKeyOf(demo.tag));
  if (!site) throw new Error('The demo has no site');
  const allowedOrigins = [...site.allowedOrigins, ...shops.map(({ url }) => url)];
  await updateSite(db, site.publicKey, { ...site, allowedOrigins });
  return shops;
}
