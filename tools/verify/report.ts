/**
 * What a run ends with, for machines: `--json` prints exactly this. docs/verify.md describes it;
 * fields may be added, never change their meaning.
 */
import { type Static, Type } from 'typebox';
import type { Level, Verdict } from './findings.ts';

const Text = Type.String();
const LEVELS = ['ok', 'warning', 'problem', 'unknown'] as const satisfies readonly Level[];
const VERDICTS = ['holds', 'differs', 'unchecked'] as const satisfies readonly Verdict[];

export const FindingReport = Type.Object({
  code: Text,
  level: Type.Enum(LEVELS),
  says: Text,
  subject: Text,
  detail: Text,
  todo: Text,
});

export const TagReport = Type.Object({
  kind: Type.Enum(['pinned', 'signed']),
  src: Text,
  site: Text,
  integrity: Type.Array(Text),
  payments: Type.Boolean(),
  keys: Type.Array(Text),
  threshold: Type.Union([Type.Integer(), Type.Null()]),
  reportTo: Type.Union([Text, Type.Null()]),
  /** The release that runs: of a pinned tag its own, of a signed one that in force. */
  release: Type.Union([
    Type.Object({
      version: Text,
      sequence: Type.Integer(),
      commit: Text,
      created: Text,
      expires: Text,
      files: Type.Record(Text, Type.Object({ file: Text, sha384: Text })),
    }),
    Type.Null(),
  ]),
});

export const Report = Type.Object({
  /** Of this shape. */
  bulkheadVerify: Type.Literal(1),
  url: Text,
  /** Where redirects led. */
  finalUrl: Text,
  checkedAt: Text,
  verdict: Type.Enum(VERDICTS),
  tags: Type.Array(TagReport),
  /** Of each server that a tag names: how far its log goes. */
  servers: Type.Array(
    Type.Object({ origin: Text, lines: Type.Integer(), lastHash: Type.Union([Text, Type.Null()]) }),
  ),
  findings: Type.Array(FindingReport),
  csp: Type.Object({
    policies: Type.Array(
      Type.Object({
        from: Type.Enum(['header', 'meta', 'given']),
        disposition: Type.Enum(['enforce', 'report']),
        kind: Type.Union([Type.Enum(['hosts', 'hashes', 'nonce']), Type.Null()]),
        add: Type.Array(Type.Object({ directive: Text, sources: Type.Array(Text) })),
        /** Changed directives, whole; `{nonce}` stands for that of each response. */
        lines: Type.Array(Text),
        /** The whole policy with them. */
        policy: Text,
      }),
    ),
    suggestions: Type.Record(Text, Text),
    reporting: Type.Array(Text),
  }),
});
export type Report = Static<typeof Report>;
