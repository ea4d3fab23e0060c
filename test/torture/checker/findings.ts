/** What can be wrong with a log, by the rules of PROTOCOL.md. */
export const FINDING_KINDS = [
  /** Acknowledged and not there [SEND-3], or an own conversation that is unknown. */
  'lost',
  /** Twice in the log, or acknowledged in two places [SEND-1]. */
  'doubled',
  /** Two places for one entry, two entries for one place, or before what was there already [LOG-2]. */
  'disordered',
  /** A `seq` that nobody has [LOG-2], or a page with a hole [LOG-3]. */
  'gap',
  /** Seen by somebody who may not [LOG-4]. */
  'leak',
  /** Another text, author, type or instant than was sent or acknowledged [LOG-1]. */
  'altered',
  /** In the log, and sent by nobody. */
  'invented',
  /** A page without what was acknowledged before it was asked for [LOG-3]. */
  'stale',
  /** A read mark that moved back, or past the end [READ-1]. */
  'unread',
  /** A refusal that the protocol does not have for this, or a server that ended by itself. */
  'refused',
  /** Nothing moves any more. */
  'stuck',
] as const;
export type FindingKind = (typeof FINDING_KINDS)[number];

export interface Finding {
  kind: FindingKind;
  /** Index of the conversation in the plan; -1 for the whole. */
  conversation: number;
  words: string;
  /** What happened to the entries that are concerned, oldest first. */
  history: readonly string[];
}

export const countByKind = (findings: readonly Finding[]): Record<FindingKind, number> =>
  Object.fromEntries(
    FINDING_KINDS.map((kind) => [kind, findings.filter((one) => one.kind === kind).length]),
  ) as Record<FindingKind, number>;

/** The one that is easiest to read. */
export const shortest = (findings: readonly Finding[]): Finding | undefined =>
  findings.toSorted((a, b) => a.history.length - b.history.length)[0];
