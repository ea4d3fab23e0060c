/** Who sends a request from a merchant's page, by site key, `Origin` and token. */
import { AppError } from '../app-error.ts';
import type { Deps } from '../deps.ts';
import { findSiteByKey, type Site } from '../sites/sites.ts';
import { readToken, type TokenClaims } from './visitor-token.ts';
import { standingOf, type TokenStanding } from './visitors.ts';

/** @throws AppError `site_unknown`, `origin_not_allowed` */
export async function requireSite(
  { store }: Pick<Deps, 'store'>,
  siteKey: string,
  origin: string | undefined,
): Promise<Site> {
  const site = await findSiteByKey(store.db, siteKey);
  if (!site) throw new AppError('site_unknown');
  if (origin === undefined || !site.allowedOrigins.includes(origin)) {
    throw new AppError('origin_not_allowed');
  }
  return site;
}

export interface AuthenticatedVisitor extends TokenClaims {
  standing: Exclude<TokenStanding, 'unknown'>;
}

/** @throws AppError `token_invalid`, `token_expired` */
export async function authenticateVisitor(
  deps: Pick<Deps, 'store' | 'clock' | 'keys'>,
  site: Site,
  token: string,
): Promise<AuthenticatedVisitor> {
  const claims = readToken(deps, site.id, token);
  const standing = await standingOf(deps, site.id, claims);
  if (standing === 'unknown') throw new AppError('token_invalid');
  return { ...claims, standing };
}
