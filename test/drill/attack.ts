/** What an attack is: one declarative record each. Knows neither browsers nor servers. */
import type { Column, Outcome } from './outcome.ts';
import type { Stage } from './stage.ts';

/** What the attacker holds. */
export const HOLDINGS = {
  host: 'the static host',
  server: 'the chat server and its database',
  agent: "an agent's account",
  all: 'all of them',
} as const;
export type Held = keyof typeof HOLDINGS;

export const FAMILIES = {
  release: 'What is served and signed',
  skimmer: 'Skimmers as seen in the wild',
  channel: 'Ways to carry data away',
  page: 'Reaching for the page',
  focus: 'Stealing keys and focus',
  port: 'Forged messages',
  text: 'Script in every text',
  payment: 'Another amount, another account',
  talk: 'Asking for the card',
} as const;
export type Family = keyof typeof FAMILIES;

/** How success shows, besides card data at the attacker's host, which always counts. */
export type Sign =
  /** Card data arrives. */
  | 'card'
  /** Anything at all arrives at a host that the page never names. */
  | 'contact'
  | 'window'
  | 'dialog'
  | 'download'
  /** An expression that is true in the merchant's page once the harm is done. */
  | { probe: string };

interface Told {
  /** Stable; SECURITY.md names it. */
  id: string;
  family: Family;
  held: Held;
  /** What is tried, for people, in one line. */
  tries: string;
  /** Why an unprotected widget cannot show it. Without it, the control has to be robbed. */
  noControl?: string;
  /**
   * The only browsers in which the conventional widget has to fall: driven and without a window, the
   * others give the attack no chance even there. Bulkhead is tried in them all the same.
   */
  controlIn?: readonly string[];
  /** Why a contact, or a harm, without card data is expected; SECURITY.md says so too. */
  known?: string;
}

/**
 * Script that the attacker wants to run: at first as the widget's, altered on its way, and then as
 * the chat of a release that its own vendor made hostile, so that the frame is tried too. A body of
 * an async function that has `prelude.ts` in scope.
 */
export interface CodeAttack extends Told {
  kind: 'code';
  code: string;
  succeeds: Sign;
  /** Breaks its page, or is in the way of others: has a page of its own. */
  alone?: boolean;
  /** The visitor clicks into the chat. */
  gesture?: boolean;
  /** Where on the page the visitor is, and from where they came. */
  before?: string;
  /** The form is sent off at the end. */
  submits?: boolean;
  /** Reads what arrived, where that takes more than percent signs, base64 or hex. */
  decode?: (arrived: string) => string;
  /** Only these browsers know it. */
  only?: readonly string[];
}

/** Markup in one of the texts that the server, or an agent, may choose. `WORDS` is the text itself. */
export interface FieldAttack extends Told {
  kind: 'field';
  /** Which text. */
  field: string;
  /** `URL` becomes the address of a script of the attacker's. */
  payload: string;
}

/**
 * What takes more than a line of script: an attack that changes what the server, a signature or a
 * payment says. Each function plays its part of it in one visit and tells what came of it; it throws
 * where the part could not be played, for that proves nothing.
 */
export interface SceneAttack extends Told {
  kind: 'scene';
  control?: (stage: Stage) => Promise<Partial<Outcome>>;
  columns: readonly Exclude<Column, 'control'>[];
  act: (stage: Stage, column: Exclude<Column, 'control'>) => Promise<Partial<Outcome>>;
}

export type Attack = CodeAttack | FieldAttack | SceneAttack;

export interface Row {
  attack: Attack;
  browser: string;
  outcomes: Partial<Record<Column, Outcome>>;
}

/** At most what falls within one look of the focus guard, and one more on its way. */
export const STRAY_KEYS_MAX = 2;

/** @returns what got through the wall, in words; nothing where all held. */
export function breachOf({ attack, outcomes }: Row): string[] {
  return (['signed', 'pinned', 'frame'] as const).flatMap((column) => {
    const outcome = outcomes[column];
    if (!outcome) return [];
    const { bytes, contacts, lines, harm, strayKeys } = outcome;
    return [
      bytes > 0 && `${bytes} bytes of card data`,
      contacts > 0 && attack.known === undefined && `${contacts} requests`,
      lines > 0 && `${lines} lines of script`,
      attack.known === undefined && harm,
      strayKeys > STRAY_KEYS_MAX && `${strayKeys} keys`,
    ]
      .filter((words) => typeof words === 'string' && words !== '')
      .map((words) => `${attack.id}, ${column}: ${words}`);
  });
}
