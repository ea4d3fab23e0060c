/** Browsers and Node have the same one. */
declare const crypto: { getRandomValues(words: Uint32Array<ArrayBuffer>): Iterable<number> };

/**
 * An id for something that a client sends, 128 random bits behind the time [SEND-1]. The time is for
 * the store's sake: ids that are made one after another lie side by side in its index. Between two
 * letters there are never as many digits as a card has, for which the server would refuse it [CARD-2].
 */
export const newClientId = (): string =>
  [Date.now(), ...crypto.getRandomValues(new Uint32Array(4))]
    .map((number) => number.toString(36))
    .join('Z');
