/**
 * The tag that a merchant pastes [REL-3]: *pinned* to one release's loader by its hash, or *signed*,
 * pinned to the bootstrap, with the keys whose releases it may load.
 */
import type { Manifest } from '../../protocol/http.ts';
import type { ReleaseKeys } from '../../protocol/releases.ts';
import type { Site } from './sites.ts';

export interface TagOptions {
  manifest: Manifest;
  site: Site;
  /** Origin of the chat server, which serves the embed files too. */
  publicUrl: string;
  /** With them the tag is a signed one. */
  keys?: ReleaseKeys | null;
  /** The merchant's own address for reports [REPORT-2]. */
  report?: string | undefined;
}

/** @throws where the manifest has not what such a tag pins */
export function scriptTag(options: TagOptions): string {
  const { site, publicUrl, report } = options;
  const { place, sha384, attributes } = options.keys
    ? signedScript(options.manifest, options.keys)
    : pinnedScript(options.manifest);
  const all: Record<string, string> = {
    crossorigin: 'anonymous',
    integrity: sha384,
    src: `${publicUrl}/embed/${place}`,
    ...attributes,
    'data-site': site.publicKey,
    ...(site.stripePublishableKey !== null && { 'data-stripe-key': site.stripePublishableKey }),
    // Pinned beside the key: an intent of any other account does not open there.
    ...(site.minting === 'connect' &&
      site.stripeAccount !== null && { 'data-stripe-account': site.stripeAccount }),
    ...(report !== undefined && { 'data-report': report }),
  };
  const written = Object.entries(all).map(([name, value]) => `${name}="${escapeAttribute(value)}"`);
  return `<script async ${written.join(' ')}></script>`;
}

interface PinnedFile {
  /** Below `/embed/`. */
  place: string;
  sha384: string;
  attributes: Record<string, string>;
}

function pinnedScript({ releases: [release] }: Manifest): PinnedFile {
  const loader = release?.files.loader;
  if (!release || !loader) throw new Error('The manifest has no release with a loader');
  return { place: `${release.version}/${loader.file}`, sha384: loader.sha384, attributes: {} };
}

function signedScript({ bootstrap }: Manifest, { threshold, keys }: ReleaseKeys): PinnedFile {
  if (!bootstrap) throw new Error('The manifest has no bootstrap');
  const attributes = { 'data-keys': keys.join(' '), 'data-threshold': `${threshold}` };
  return { place: bootstrap.file, sha384: bootstrap.sha384, attributes };
}

const escapeAttribute = (value: string) =>
  value.replace(/[&"<>]/g, (char) => `&#${char.codePointAt(0)};`);
