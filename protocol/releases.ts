/**
 * Releases of the widget: what is signed, by whom, and the public log of it [REL-1]. Signatures are
 * over exact bytes, so a signed statement travels as the string that was signed, never as an object
 * that somebody would have to write out the same way again.
 */
import { type Static, Type } from 'typebox';
import { ReleaseFile } from './http.ts';

const strict = { additionalProperties: false };

/** First line of what is signed, so that a signature over one kind of statement is none over another. */
export const RELEASE_CONTEXT = 'bulkhead-release-v1';
export const KILLS_CONTEXT = 'bulkhead-kills-v1';

export const Version = Type.String({ pattern: '^[0-9]+\\.[0-9]+\\.[0-9]+(-[a-z0-9.]+)?$' });
/** ISO 8601, UTC, whole seconds: `2026-11-21T12:00:00Z`. */
export const Instant = Type.String({ pattern: '^\\d{4}-\\d\\d-\\d\\dT\\d\\d:\\d\\d:\\d\\dZ$' });
/** An uncompressed P-256 point, base64url: 65 bytes. */
export const PublicKey = Type.String({ pattern: '^B[A-Za-z0-9_-]{86}$' });

/** What a threshold of offline keys signs [REL-2]. */
export const ReleaseStatement = Type.Object(
  {
    version: Version,
    /** Rises with every release that is published, whatever its version; never goes back [REL-4]. */
    sequence: Type.Integer({ minimum: 1 }),
    protocol: Type.Integer(),
    /** Full hash of the source commit, or `unknown` outside a repository. */
    commit: Type.String({ pattern: '^([0-9a-f]{40}|unknown)$' }),
    created: Instant,
    /** Past it no bootstrap takes this statement any more [REL-5]. */
    expires: Instant,
    /** The kill list that a browser must have seen at least; 0 where there is none yet [REL-6]. */
    kills: Type.Integer({ minimum: 0 }),
    /** `loader`, `chat`, `pay`. The loader carries the others' hashes. */
    files: Type.Record(Type.String(), ReleaseFile),
  },
  strict,
);
export type ReleaseStatement = Static<typeof ReleaseStatement>;

/** A signed statement that can only take away [REL-6]. */
export const KillStatement = Type.Object(
  { sequence: Type.Integer({ minimum: 1 }), created: Instant, versions: Type.Array(Version) },
  strict,
);
export type KillStatement = Static<typeof KillStatement>;

/**
 * `statement` is the JSON text that was signed. Each signature is ECDSA P-256 with SHA-256 over
 * `<context>\n<statement>` in UTF-8, raw (r then s, 64 bytes), base64url; `key` is the public key.
 */
export const Signed = Type.Object(
  {
    statement: Type.String({ maxLength: 16_384 }),
    signatures: Type.Array(
      Type.Object(
        { key: PublicKey, signature: Type.String({ pattern: '^[A-Za-z0-9_-]{86}$' }) },
        strict,
      ),
      { maxItems: 16 },
    ),
  },
  strict,
);
export type Signed = Static<typeof Signed>;

/**
 * `keys.json`: whose signatures count, and how many of them it takes. The keys of a release that is
 * checked come from whoever checks: the tag has its own, and a server's copy is only what it says.
 */
export const ReleaseKeys = Type.Object(
  {
    threshold: Type.Integer({ minimum: 1, maximum: 16 }),
    keys: Type.Array(PublicKey, { minItems: 1, maxItems: 16, uniqueItems: true }),
    /** Of before a rotation: lines of the log that these signed still hold, new ones do not. */
    earlier: Type.Optional(
      Type.Array(
        Type.Object(
          {
            threshold: Type.Integer({ minimum: 1, maximum: 16 }),
            keys: Type.Array(PublicKey, { minItems: 1, maxItems: 16, uniqueItems: true }),
          },
          strict,
        ),
      ),
    ),
  },
  strict,
);
export type ReleaseKeys = Static<typeof ReleaseKeys>;

/** `GET /embed/current.json`: what a bootstrap asks for, and all it asks for. */
export const CurrentRelease = Type.Object({
  release: Signed,
  kills: Type.Union([Signed, Type.Null()]),
});
export type CurrentRelease = Static<typeof CurrentRelease>;

/**
 * One line of `GET /embed/releases.jsonl`, the public log [REL-7]. `hash` is SHA-256, hex, over the
 * JSON text of the line's other fields in this order: `n`, `at`, `kind`, `signed`, `previous`.
 */
export const ReleaseLogLine = Type.Object(
  {
    /** From 1, without gaps. */
    n: Type.Integer({ minimum: 1 }),
    at: Instant,
    kind: Type.Union([Type.Literal('release'), Type.Literal('kills')]),
    signed: Signed,
    /** `hash` of the line before; 64 zeros on the first. */
    previous: Type.String({ pattern: '^[0-9a-f]{64}$' }),
    hash: Type.String({ pattern: '^[0-9a-f]{64}$' }),
  },
  strict,
);
export type ReleaseLogLine = Static<typeof ReleaseLogLine>;

/** Why a bootstrap loads nothing; `subject` of its report of kind `manifest_refused` [REL-3]. */
export const MANIFEST_REFUSALS = [
  'unreadable',
  'signatures',
  'older',
  'expired',
  'killed',
  'kills_missing',
  'no_crypto',
  'no_storage',
] as const;
export type ManifestRefusal = (typeof MANIFEST_REFUSALS)[number];
