/** Every time and cap of the loader's own, in one place; those of the wire are in `protocol/`. */

/** A panel that was open longer ago than this is not opened again on the next page. */
export const RESUME_MS = 1_800_000;
/** A field of the page counts as in use for this long after the last key. */
export const IN_USE_MS = 5_000;
/**
 * While a frame has the focus, whose it is can only be looked up, this often. A thief who waited until
 * another frame was seen to have it keeps it no longer than this.
 */
export const LOOK_MS = 50;
/** From the frame's making to its `hello` [PORT-1], and from the pay script's request to its coming. */
export const START_MS = 10_000;
/** The same for an answer of the server, or a script's text. */
export const ANSWER_MS = 15_000;
/** Messages that do not parse, until the frame is removed [PORT-2]. */
export const VIOLATIONS_MAX = 3;
