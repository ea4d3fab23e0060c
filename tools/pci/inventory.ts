/**
 * The scripts that a tag brings to a page, each with why it is there and what fixes its bytes: what
 * 6.4.3 calls inventory, justification and integrity.
 */
import type { ReleaseStatement } from '../../protocol/releases.ts';
import type { Published } from './read-releases.ts';

export type TagKind = 'pinned' | 'signed';

export interface InventoryLine {
  script: string;
  /** Under which it stands in `authorisations.json`. */
  authorisedAs: string;
  address: string;
  origin: 'Bulkhead' | 'Stripe';
  runs: string;
  justification: string;
  integrity: string;
  /** `sha384-…`; empty for what cannot be pinned. */
  hash: string;
  /** Uncompressed; null where it is not ours. */
  bytes: number | null;
}

export const STRIPE_JS = 'https://js.stripe.com/endive/stripe.js';
export const releaseName = (version: string): string => `release ${version}`;
export const bootstrapName = (hash: string): string => `bootstrap ${hash}`;
export const STRIPE_NAME = 'Stripe.js';

export interface InventoryOptions {
  /** Of the chat server. */
  publicUrl: string;
  kind: TagKind;
  payments: boolean;
  release: ReleaseStatement | null;
  bootstrap: Published['bootstrap'];
}

export function inventoryOf(options: InventoryOptions): InventoryLine[] {
  const { publicUrl, kind, payments, release, bootstrap } = options;
  const isSigned = kind === 'signed';
  const lines: InventoryLine[] = [];
  if (isSigned && bootstrap) {
    lines.push({
      script: 'bootstrap',
      authorisedAs: bootstrapName(bootstrap.sha384),
      address: `${publicUrl}/embed/${bootstrap.file}`,
      origin: 'Bulkhead',
      runs: 'on the page, at every page view',
      justification:
        'Decides which release of the chat may run: verifies a threshold of offline signatures, the expiry, the kill list and that it is none older than seen, then loads the loader by its hash. Lets security fixes arrive without an edit of the page. Reads nothing of the page.',
      integrity: 'integrity attribute of the tag (Subresource Integrity); its bytes never change',
      hash: bootstrap.sha384,
      bytes: bootstrap.bytes,
    });
  }
  const how = {
    loader: isSigned
      ? 'the signed release statement, which the bootstrap verifies; set as integrity attribute'
      : 'integrity attribute of the tag (Subresource Integrity)',
    chat: 'hash in the loader, which is itself fixed by its own; also the only script that the frame’s policy allows',
    pay: 'hash in the loader, which is itself fixed by its own; set as integrity attribute',
  };
  const why = {
    loader:
      'Draws the chat’s launcher and panel, keeps the visitor’s token, opens the chat’s frame, and puts the payment sheet in its place. Reads no field of the page.',
    chat: 'The conversation itself. Runs in a sandboxed frame of an opaque origin, which cannot read or touch the page; it is away while a payment is made.',
    pay: 'The payment sheet: hosts Stripe’s own card fields, and shows amount and currency as Stripe gives them. Sees no card number.',
  };
  const when = {
    loader: 'on the page, at every page view',
    chat: 'in its frame, once a visitor opens the chat',
    pay: 'on the page, when a visitor pays',
  };
  for (const name of ['loader', 'chat', 'pay'] as const) {
    const file = release?.files[name];
    if (!release || !file || (name === 'pay' && !payments)) continue;
    lines.push({
      script: name,
      authorisedAs: releaseName(release.version),
      address: `${publicUrl}/embed/${release.version}/${file.file}`,
      origin: 'Bulkhead',
      runs: when[name],
      justification: why[name],
      integrity: how[name],
      hash: file.sha384,
      bytes: file.bytes,
    });
  }
  if (payments) {
    lines.push({
      script: 'Stripe.js',
      authorisedAs: STRIPE_NAME,
      address: STRIPE_JS,
      origin: 'Stripe',
      runs: 'on the page, when a visitor pays; elsewhere if the page itself loads it',
      justification:
        'Shows Stripe’s card fields in frames of Stripe’s own origin, and confirms the payment. Stripe requires that it is loaded from its own host.',
      integrity:
        'none by hash: Stripe changes the file and does not support Subresource Integrity. HTTPS and the page’s policy fix where it comes from; what it is, Stripe answers for as your PCI DSS compliant provider',
      hash: '',
      bytes: null,
    });
  }
  return lines;
}
