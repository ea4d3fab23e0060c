/** Where an attack is tried, and what came of it there. */
export const COLUMNS = {
  control: 'Conventional tag',
  signed: 'Bulkhead, signed tag',
  pinned: 'Bulkhead, pinned tag',
  frame: 'Hostile release, in its frame',
} as const;
export type Column = keyof typeof COLUMNS;

export interface Outcome {
  /** Characters of the card number and security code that arrived, in whatever encoding. */
  bytes: number;
  /** Requests at the attacker's host. */
  contacts: number;
  /** Times that a line of the attacker's ran in the page, or in a frame that refuses it. */
  lines: number;
  /** What else went wrong for the visitor; empty when nothing did. */
  harm: string;
  /** Keys of the card that a thief of the focus got within one look of the guard; see SECURITY.md. */
  strayKeys: number;
  /** In words: what stood in the way, as loader and browser say. */
  told: string[];
  tookMs: number;
}

export const NOTHING: Outcome = {
  bytes: 0,
  contacts: 0,
  lines: 0,
  harm: '',
  strayKeys: 0,
  told: [],
  tookMs: 0,
};

export const isRobbed = (outcome: Outcome | undefined): boolean =>
  outcome !== undefined && (outcome.bytes > 0 || outcome.contacts > 0 || outcome.harm !== '');
