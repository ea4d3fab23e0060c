/** The chat's lab in a browser, found by the names that people and assistive technology find it by. */
import type { Browser, Locator } from 'playwright';
import { expect } from 'vitest';
import { type ChatLab, type LabServer, openChatLab } from './chat-lab.ts';

export interface ChatPage extends ChatLab {
  box: Locator;
  log: Locator;
  /** What the frame has said through the port by that verb. */
  verbs(verb: string): Promise<Awaited<ReturnType<ChatLab['heard']>>>;
  /** @throws when a script threw since the page was opened */
  close(): Promise<void>;
}

export async function openChatPage(
  browser: Browser,
  init: Parameters<typeof openChatLab>[1] = {},
  before: (server: LabServer) => void = () => {},
): Promise<ChatPage> {
  const errors: string[] = [];
  const lab = await openChatLab(
    async (contextOptions) => {
      const page = await (await browser.newContext(contextOptions)).newPage();
      page.on('pageerror', ({ message }) => errors.push(message));
      return page;
    },
    init,
    {},
    before,
  );
  return {
    ...lab,
    box: lab.chat.getByRole('textbox', { name: 'Message' }),
    log: lab.chat.getByRole('log', { name: 'Conversation' }),
    verbs: async (verb) => (await lab.heard()).filter((said) => said.verb === verb),
    async close() {
      await lab.close();
      expect(errors).toEqual([]);
    },
  };
}
