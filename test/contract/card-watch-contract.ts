/** [CARD-3] Parts of a card number that come minutes apart, among much else, on every store. */
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createLog, type EntryDraft } from '../../server/log/log.ts';
import type { Store } from '../../server/store/store.ts';
import { newClientId } from '../support/clients.ts';
import type { OpenedStore } from '../support/stores.ts';
import { addConversation } from './log-contract.ts';

const CONVERSATION = 'cv_cccccccccccccccccccc';
const VISITOR = { kind: 'visitor', id: 'vs_cccccccccccccccccccc' } as const;
const AGENT = { kind: 'agent', id: 'ag_cccccccccccccccccccc', name: 'Ada' } as const;
const PARTS = ['4242', '4242', '4242', '4242'];

export function describeCardWatch(name: string, open: () => Promise<OpenedStore>): void {
  describe(`[CARD-3] a card in parts on ${name}`, () => {
    let opened: OpenedStore;
    let now: number;
    beforeEach(async () => {
      opened = await open();
      await addConversation(opened.store, CONVERSATION);
      now = 1_700_000_000_000;
    });
    afterEach(() => opened.destroy());

    const logOn = (store: Store) =>
      createLog({
        store,
        clock: { now: () => now },
        logger: { error() {} },
        publisher: {
          entryAppended() {},
          paymentChanged() {},
          incidentChanged() {},
          readChanged() {},
          conversationChanged() {},
        },
      });
    const message = (text: string, author: EntryDraft['author'] = VISITOR): EntryDraft => ({
      conversationId: CONVERSATION,
      author,
      clientId: newClientId(),
      type: 'message',
      text,
    });

    /** @returns what the log holds at the end, digits alone, but for what `between` said */
    async function said(gapMs: number, between: readonly EntryDraft[] = []): Promise<string[]> {
      const log = logOn(opened.store);
      for (const part of PARTS) {
        await log.append(message(part));
        await Promise.all(
          between.map((draft) => log.append({ ...draft, clientId: newClientId() })),
        );
        now += gapMs;
      }
      const { entries } = await log.read({ conversationId: CONVERSATION, after: 0, limit: 100 });
      await log.close();
      return entries.flatMap((entry) =>
        entry.type === 'message' && /^[\d•]/.test(entry.text) ? [entry.text] : [],
      );
    }

    it('is taken out when each part comes within two minutes of the one before', async () => {
      expect((await said(100_000)).join(' ')).not.toMatch(/4242 4242/);
    });

    it('is left where one of them comes later', async () => {
      expect(await said(121_000)).toEqual(PARTS);
    });

    it('is taken out whatever others say between the parts', async () => {
      const chatter = Array.from({ length: 40 }, () => message('One moment please', AGENT));
      expect((await said(1000, chatter)).join(' ')).not.toMatch(/4242 4242/);
    });
  });
}
