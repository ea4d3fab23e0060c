/** Ids: the kind of thing, then what nobody can guess. */
import type { RandomBytes } from './world.ts';

/**
 * Kinds of id: site, agent, visitor, conversation, payment request, refund, payment template, incident,
 * alert, exposure report, notice.
 */
export type IdKind = 'st' | 'ag' | 'vs' | 'cv' | 'pr' | 'rf' | 'pt' | 'ic' | 'al' | 'ex' | 'nt';
const ID_BYTES = 16;
export const newId = (random: RandomBytes, kind: IdKind): string =>
  `${kind}_${random(ID_BYTES).toString('base64url')}`;
