/**
 * Knows of conversations that are being written in which `clientId`s they have [SEND-1], so that
 * nearly every message is seen to be new without a question to the tables. It may remember too many
 * of them, never too few: what it does not name is not there.
 */
export interface SentMemory {
  /** @returns false only where the conversation certainly has no such entry */
  mayHave(conversationId: string, lastSeq: number, clientId: string): boolean;
  /** One that is about to be written. */
  add(conversationId: string, clientId: string): void;
}

/** Longer ones are asked about each time, rather than read as a whole. */
const MAX_ENTRIES = 200;
/** About ten megabytes. */
const MAX_IDS = 100_000;

/** @param read the `clientId`s of all entries of a conversation that stand in the tables */
export function createSentMemory(
  read: (conversationId: string) => readonly string[],
  maxIds: number = MAX_IDS,
): SentMemory {
  /** In the order of first sight. */
  const sent = new Map<string, Set<string>>();
  let size = 0;

  function forgetOldest(): void {
    for (const [conversationId, ids] of sent) {
      if (size <= maxIds) return;
      sent.delete(conversationId);
      size -= ids.size;
    }
  }

  return {
    mayHave(conversationId, lastSeq, clientId) {
      const known = sent.get(conversationId);
      if (known) return known.has(clientId);
      if (lastSeq > MAX_ENTRIES) return true;
      const ids = new Set(read(conversationId));
      sent.set(conversationId, ids);
      size += ids.size;
      return ids.has(clientId);
    },
    add(conversationId, clientId) {
      const ids = sent.get(conversationId);
      if (!ids) return;
      ids.add(clientId);
      size++;
      if (size > maxIds) forgetOldest();
    },
  };
}
