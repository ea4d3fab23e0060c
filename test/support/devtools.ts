/**
 * A page beyond what Playwright knows of: it lets go of one whose renderer died, and does not see the
 * frames of one that came back from the back/forward cache. The browser does, so they are spoken with
 * over a DevTools connection of the test's own.
 */
import type { Page } from 'playwright';

interface Target {
  id: string;
  type: string;
  url: string;
  webSocketDebuggerUrl: string;
}

const ANSWER_MS = 3000;

async function send(target: Target, method: string, params: object): Promise<unknown> {
  const socket = new WebSocket(target.webSocketDebuggerUrl);
  await new Promise((resolve, reject) => {
    socket.onopen = resolve;
    socket.onerror = reject;
  });
  socket.send(JSON.stringify({ id: 1, method, params }));
  return new Promise((resolve) => {
    // A frozen frame does not answer.
    const late = setTimeout(() => {
      socket.close();
      resolve(undefined);
    }, ANSWER_MS);
    socket.onmessage = ({ data }) => {
      const { id, result } = JSON.parse(String(data));
      if (id !== 1) return;
      clearTimeout(late);
      socket.close();
      resolve(result);
    };
  });
}

export interface Peek {
  /** In the page, and in each frame that has a process of its own; whatever is there first. */
  evaluate(expression: string): Promise<unknown>;
  /** Kills the renderer, and reloads the page as its person would. */
  crashAndReload(): Promise<void>;
  close(): Promise<unknown>;
}

/** @param port the browser's `--remote-debugging-port`; no other page has frames meanwhile */
export async function peek(page: Page, port: number): Promise<Peek> {
  const list = async () =>
    (await (await fetch(`http://127.0.0.1:${port}/json/list`)).json()) as Target[];
  const devtools = await page.context().newCDPSession(page);
  const { targetInfo } = await devtools.send('Target.getTargetInfo');
  const own = (await list()).find(({ id }) => id === targetInfo.targetId);
  if (!own) throw new Error('the page is gone');
  return {
    async evaluate(expression) {
      const others = (await list()).filter(({ type }) => type === 'iframe');
      for (const target of [own, ...others]) {
        const answer = (await send(target, 'Runtime.evaluate', { expression })) as {
          result?: { value?: unknown };
        };
        if (answer?.result?.value) return answer.result.value;
      }
      return undefined;
    },
    async crashAndReload() {
      const crashed = page.waitForEvent('crash');
      devtools.send('Page.crash').catch(() => {});
      await crashed;
      await send(own, 'Page.reload', {});
    },
    close: () => send(own, 'Page.close', {}),
  };
}
