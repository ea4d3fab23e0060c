/** The few commands of WebDriver BiDi that a visitor of the drill needs (https://w3c.github.io/webdriver-bidi/). */
import type { Seen, Tab } from './tab.ts';

interface Message {
  id?: number;
  type?: 'success' | 'error' | 'event';
  method?: string;
  params?: Record<string, unknown>;
  result?: Record<string, unknown>;
  message?: string;
}
interface Context {
  context: string;
  children?: Context[] | null;
}

const COMPLAINT = /blocked|refused|violates|sandbox|integrity|denied|not allowed/i;
const ANSWER_MS = 30_000;
const VIEWPORT = { width: 1100, height: 760 };
const EVENTS = [
  'browsingContext.contextCreated',
  'browsingContext.userPromptOpened',
  'browsingContext.downloadWillBegin',
  'log.entryAdded',
];

export interface Bidi {
  version: string;
  open(): Promise<Tab>;
  close(): void;
}

/** @param url of the session's WebSocket */
export async function openBidi(url: string): Promise<Bidi> {
  const socket = new WebSocket(url);
  const waiting = new Map<number, (message: Message) => void>();
  /** Of every tab: a dialog or a download is told by its tab's. */
  const tops = new Set<unknown>();
  const listeners = new Set<(method: string, params: Record<string, unknown>) => void>();
  let count = 0;
  await new Promise((resolve, reject) => {
    socket.onopen = resolve;
    socket.onerror = () => reject(new Error('the browser does not answer'));
  });
  socket.onmessage = ({ data }) => {
    const message: Message = JSON.parse(String(data));
    if (message.id !== undefined) waiting.get(message.id)?.(message);
    else if (message.method)
      for (const hear of listeners) hear(message.method, message.params ?? {});
  };
  const send = (method: string, params: object = {}): Promise<Record<string, unknown>> =>
    new Promise((resolve, reject) => {
      const id = ++count;
      const late = setTimeout(() => settle({ message: `${method}: no answer` }), ANSWER_MS);
      const settle = (message: Message) => {
        clearTimeout(late);
        waiting.delete(id);
        if (message.type === 'success') resolve(message.result ?? {});
        else reject(new Error(message.message));
      };
      waiting.set(id, settle);
      socket.send(JSON.stringify({ id, method, params }));
    });

  const { capabilities } = (await send('session.new', {
    capabilities: { alwaysMatch: { unhandledPromptBehavior: { default: 'dismiss' } } },
  })) as { capabilities?: { browserVersion?: string } };
  await send('session.subscribe', { events: EVENTS });

  return {
    version: capabilities?.browserVersion ?? '',
    close: () => socket.close(),
    async open() {
      const { userContext } = await send('browser.createUserContext');
      const { context } = await send('browsingContext.create', { type: 'window', userContext });
      const top = String(context);
      tops.add(top);
      await send('browsingContext.setViewport', { context: top, viewport: VIEWPORT }).catch(
        () => {},
      );
      const seen: Seen = { windows: 0, dialogs: 0, downloads: 0, complaints: [] };
      const hear = (method: string, params: Record<string, unknown>) => {
        const isOthers = params.context !== top && tops.has(params.context);
        if (isOthers) return;
        if (method === 'browsingContext.contextCreated') {
          const isWindow = params.parent === null && params.context !== top;
          if (isWindow && params.userContext === userContext) seen.windows++;
        } else if (method === 'browsingContext.userPromptOpened') seen.dialogs++;
        else if (method === 'browsingContext.downloadWillBegin') seen.downloads++;
        else if (COMPLAINT.test(String(params.text))) seen.complaints.push(String(params.text));
      };
      listeners.add(hear);
      return tabOf(send, top, seen, async () => {
        listeners.delete(hear);
        tops.delete(top);
        await send('browser.removeUserContext', { userContext }).catch(() => {});
      });
    },
  };
}

function tabOf(
  send: (method: string, params?: object) => Promise<Record<string, unknown>>,
  top: string,
  seen: Seen,
  close: () => Promise<void>,
): Tab {
  let pointer = { x: 5, y: 5 };
  /** Of the value only what JSON can say. */
  const evaluateIn = async <Value>(
    context: string,
    expression: string,
  ): Promise<Value | undefined> => {
    try {
      const { result } = (await send('script.evaluate', {
        expression: `Promise.resolve(${wrap(expression)}).then((value) => value === undefined ? undefined : JSON.stringify(value))`,
        target: { context },
        awaitPromise: true,
        userActivation: false,
      })) as { result?: { value?: string } };
      return result?.value === undefined ? undefined : JSON.parse(result.value);
    } catch {
      return undefined;
    }
  };
  const contexts = async (): Promise<string[]> => {
    const { contexts } = await send('browsingContext.getTree', { root: top });
    const flat = (list: readonly Context[]): string[] =>
      list.flatMap(({ context, children }) => [context, ...flat(children ?? [])]);
    return flat(contexts as Context[]);
  };
  const perform = (source: object) =>
    send('input.performActions', { context: top, actions: [source] }).catch(() => {});
  return {
    seen,
    async go(url) {
      await send('browsingContext.navigate', { context: top, url, wait: 'interactive' });
    },
    evaluate: (expression) => evaluateIn(top, expression),
    async everywhere<Value>(expression: string) {
      const all = await contexts().catch(() => []);
      const answers = await Promise.all(all.map((one) => evaluateIn<Value>(one, expression)));
      return answers.filter((answer) => answer !== undefined) as Value[];
    },
    async click(x, y) {
      const to = { x: Math.round(x), y: Math.round(y) };
      await perform({
        type: 'pointer',
        id: 'mouse',
        actions: [
          { type: 'pointerMove', ...pointer },
          { type: 'pointerMove', ...to, duration: 20 },
          { type: 'pointerDown', button: 0 },
          { type: 'pointerUp', button: 0 },
        ],
      });
      pointer = to;
    },
    async type(text, delayMs = 0) {
      const keys = [...text].map((char) =>
        char === '\n' ? '\uE007' : char === '\t' ? '\uE004' : char,
      );
      await perform({
        type: 'key',
        id: 'keys',
        actions: keys.flatMap((value) => [
          { type: 'keyDown', value },
          { type: 'keyUp', value },
          ...(delayMs ? [{ type: 'pause', duration: delayMs }] : []),
        ]),
      });
    },
    async screenshot() {
      const { data } = await send('browsingContext.captureScreenshot', {
        context: top,
        format: { type: 'image/jpeg', quality: 0.6 },
      }).catch(() => ({ data: undefined }));
      return data ? Buffer.from(String(data), 'base64') : undefined;
    },
    close,
  };
}

/** A statement, or several, as an expression. */
const wrap = (code: string): string =>
  /^[\s]*[^;]*$/.test(code) ? `(${code})` : `eval(${JSON.stringify(code)})`;
