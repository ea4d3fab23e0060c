/**
 * The chat frame alone, between stand-ins: a page that plays the loader (guard frame, sandboxed
 * frame, port) and a Socket.IO server of one visitor that keeps a log in memory and can be told to
 * misbehave. The chat's own script is built as for a release. One lab with one memory, as the
 * console's is.
 */
import { createHash } from 'node:crypto';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import path from 'node:path';
import type { BrowserContextOptions, FrameLocator, Page } from 'playwright';
import { Server, type Socket } from 'socket.io';
import { build } from 'vite';
import type { ConversationView } from '../../protocol/conversations.ts';
import type { Entry, MessageEntry, PaymentState } from '../../protocol/entries.ts';
import { refuse } from '../../protocol/errors.ts';
import type { FrameVerb, LoaderVerb } from '../../protocol/port.ts';
import type { LogRead, VisitorMessageSend } from '../../protocol/requests.ts';

const root = path.resolve(import.meta.dirname, '../..');
type Init = Extract<LoaderVerb, { verb: 'init' }>;
export type LabEntry =
  | { type: 'message'; text: string; redacted?: number }
  | { type: 'payment'; payment: PaymentState }
  | { type: 'event'; event: 'assigned' | 'resolved' | 'reopened'; agent?: typeof ANNA };

export const ANNA = { id: 'ag_annaannaannaanna1', name: 'Anna Berg' };
const CONVERSATION = 'cv_lablablablablab01';
const PAGE_SIZE = 30;

let script: Promise<string> | undefined;

/** @returns the chat's script, as a release has it. */
export function buildChat(): Promise<string> {
  script ??= build({
    root,
    configFile: false,
    logLevel: 'error',
    oxc: { jsx: { runtime: 'automatic', importSource: 'preact' } },
    build: {
      write: false,
      target: 'es2022',
      lib: { entry: path.join(root, 'widget/chat/main.tsx'), formats: ['iife'], name: 'chat' },
    },
  }).then((result) => {
    const [output] = Array.isArray(result) ? result : [result];
    if (!output || !('output' in output)) throw new Error('nothing was built');
    return output.output[0].code;
  });
  return script;
}

/** What runs on the lab's page: the least that a loader has to do. */
function playLoader(code: string, csp: string, init: Init): void {
  const heard: FrameVerb[] = [];
  const opened: unknown[] = [];
  const lab = { heard, opened, say: (_verb: LoaderVerb) => {}, tickets: 0, isOffline: false };
  Object.assign(window, { lab });
  const head = `<!doctype html><meta charset=utf-8><meta http-equiv=Content-Security-Policy content="${csp}"><meta name=referrer content=no-referrer><meta name=viewport content="width=device-width,initial-scale=1"><base href="${init.api}/">`;
  const guard = document.createElement('iframe');
  guard.title = 'Chat';
  guard.srcdoc = head;
  guard.addEventListener('load', () => {
    const frame = document.createElement('iframe');
    frame.title = 'Chat';
    frame.setAttribute('sandbox', 'allow-scripts');
    frame.srcdoc = `${head}<title>Chat</title><body><script>${code}</script>`;
    frame.addEventListener('load', () => {
      const { port1, port2 } = new MessageChannel();
      lab.say = (verb) => port1.postMessage(verb);
      port1.onmessage = ({ data }) => {
        heard.push(data);
        if (data.verb === 'hello') lab.say(init);
        if (data.verb === 'ready') frame.focus();
        if (data.verb === 'ticket' && !lab.isOffline) {
          lab.say({ verb: 'ticket', ticket: `t${++lab.tickets}` });
        }
        if (data.verb === 'ticket' && lab.isOffline) {
          lab.say({
            verb: 'offline',
            code: 'unavailable',
            message: 'The server cannot be reached.',
          });
        }
      };
      frame.contentWindow?.postMessage({ bulkhead: 'port', protocol: 1 }, '*', [port2]);
    });
    guard.contentDocument?.body.append(frame);
    frame.style.cssText = 'position:fixed;inset:0;width:100%;height:100%;border:0';
  });
  guard.style.cssText = 'position:fixed;inset:0;width:100%;height:100%;border:0';
  addEventListener('message', ({ data }) => opened.push(data));
  document.body.append(guard);
}

/** A bare server of one visitor and one conversation. */
export class LabServer {
  log: Entry[] = [];
  reads = { visitor: 0, agent: 0 };
  status: ConversationView['status'] = 'open';
  /** What `message:send` does: store and answer, refuse for good or for now, or stay silent. */
  sending: 'works' | 'refuses' | 'busy' | 'silent' = 'works';
  /** Facts that are lost on the way: every one for which this is true. */
  loses: (seq: number) => boolean = () => false;
  tickets: string[] = [];
  transports: string[] = [];
  heard: [string, unknown][] = [];
  readonly #http = createServer((_request, response) =>
    response
      .setHeader('content-type', 'text/html')
      .end(
        '<!doctype html><html lang="en"><meta name="viewport" content="width=device-width"><title>Shop</title><body>',
      ),
  );
  /** As behind a proxy that does not know it. */
  blocksWebSocket = false;
  /** For how long it asks everybody who comes to stay away, at the door; 0: all may come. */
  turnsAwayMs = 0;
  /** When it turned somebody away who polls. */
  turnedAwayAt: number[] = [];
  /** Where browsers reach it, when something stands in between. */
  publicUrl: string | undefined;
  readonly #io = new Server(this.#http, {
    cors: { origin: '*' },
    allowRequest: ({ url }, decide) =>
      decide(null, !(this.blocksWebSocket && url?.includes('transport=websocket'))),
  });

  /** Before it starts: how soon it notices, and lets notice, that a connection is silent. */
  beat(pingInterval: number, pingTimeout: number): void {
    Object.assign(this.#io.engine.opts, { pingInterval, pingTimeout });
  }

  get port(): number {
    return (this.#http.address() as AddressInfo).port;
  }

  get url(): string {
    return this.publicUrl ?? `http://localhost:${this.port}`;
  }

  async start(): Promise<void> {
    this.#io.engine.use((request: IncomingMessage, response: ServerResponse, next: () => void) => {
      if (this.turnsAwayMs === 0) return next();
      // Of an upgrade the refusal has no body that a page could read.
      if (request.headers.upgrade !== undefined) return request.destroy();
      this.turnedAwayAt.push(performance.now());
      response.writeHead(503, { 'content-type': 'application/json' });
      response.end(JSON.stringify(refuse('busy', this.turnsAwayMs)));
    });
    const namespace = this.#io.of('/visitor');
    namespace.use((socket, next) => {
      const { ticket, protocol } = socket.handshake.auth;
      const isGood = protocol === 1 && !this.tickets.includes(ticket);
      this.tickets.push(ticket);
      this.transports.push(socket.conn.transport.name);
      if (isGood) return next();
      const { error } = refuse('ticket_invalid');
      next(Object.assign(new Error(error.message), { data: error }));
    });
    namespace.on('connection', (socket) => this.#serve(socket));
    await new Promise<void>((resolve) => this.#http.listen(0, '127.0.0.1', resolve));
  }

  get connections(): number {
    return this.#io.of('/visitor').sockets.size;
  }

  view(): ConversationView | null {
    if (!this.log.length) return null;
    const { status, reads, log } = this;
    return { id: CONVERSATION, status, reads, lastSeq: log.length, assignee: ANNA };
  }

  /** Appends as an agent, or as whoever `by` says, and tells it. */
  append(
    entry: LabEntry,
    by: MessageEntry['author'] = { kind: 'agent', ...ANNA },
    at = Date.now(),
  ) {
    return this.#append({ ...entry, author: by, at });
  }

  say(text: string): void {
    this.append({ type: 'message', text });
  }

  tell(name: string, fact: object): void {
    this.#io.of('/visitor').emit(name, { conversationId: CONVERSATION, ...fact });
  }

  /** Cuts every connection as a broken network does. */
  cut(): void {
    for (const socket of this.#io.of('/visitor').sockets.values()) socket.conn.close();
  }

  async close(): Promise<void> {
    await this.#io.close();
  }

  #append(fields: object): Entry {
    const seq = this.log.length + 1;
    const entry = { ...fields, conversationId: CONVERSATION, seq } as Entry;
    this.log.push(entry);
    if (!this.loses(seq)) this.#io.of('/visitor').emit('entry:appended', entry);
    return entry;
  }

  #serve(socket: Socket): void {
    socket.onAny((name, body) => this.heard.push([name, body]));
    socket.on('conversation:sync', ({ after }, ack) => {
      const entries = after ? this.log.slice(after) : this.log.slice(-PAGE_SIZE);
      const more = !after && this.log.length > PAGE_SIZE;
      ack({ ok: true, data: { conversation: this.view(), entries, more } });
    });
    socket.on('log:read', ({ after, before }: LogRead, ack) => {
      const from = before === undefined ? (after ?? 0) : Math.max(0, before - 1 - PAGE_SIZE);
      const to = before === undefined ? from + PAGE_SIZE : before - 1;
      const more = before === undefined ? to < this.log.length : from > 0;
      ack({ ok: true, data: { entries: this.log.slice(from, to), more } });
    });
    socket.on('message:send', ({ clientId, text }: VisitorMessageSend, ack) => {
      if (this.sending === 'silent') return;
      if (this.sending === 'refuses') return ack(refuse('message_too_long'));
      if (this.sending === 'busy') return ack(refuse('busy', 1000));
      const known = this.log.find((entry) => 'clientId' in entry && entry.clientId === clientId);
      const author = { kind: 'visitor' as const };
      const fields = { type: 'message' as const, text, clientId, author, at: Date.now() };
      const { seq } = known ?? this.#append(fields);
      ack({ ok: true, data: { conversationId: CONVERSATION, seq, at: fields.at } });
    });
    socket.on('read:mark', ({ seq }, ack) => {
      this.reads.visitor = seq;
      ack?.({ ok: true, data: null });
    });
  }
}

export interface ChatLab {
  page: Page;
  chat: FrameLocator;
  server: LabServer;
  /** What the frame has said through the port. */
  heard(): Promise<FrameVerb[]>;
  /** What came by `window.postMessage`. */
  opened(): Promise<unknown[]>;
  say(verb: LoaderVerb): Promise<void>;
  close(): Promise<void>;
}

/** Opens the lab's page; `before` may fill the log first. */
export async function openChatLab(
  newPage: (options: BrowserContextOptions) => Promise<Page>,
  init: Partial<Init> = {},
  options: BrowserContextOptions = {},
  before: (server: LabServer) => void = () => {},
): Promise<ChatLab> {
  const server = new LabServer();
  await server.start();
  before(server);
  const code = await buildChat();
  const hash = createHash('sha256').update(code).digest('base64');
  const { url } = server;
  const csp =
    `default-src 'none';script-src 'sha256-${hash}';connect-src ${url} ${url.replace('http', 'ws')};` +
    `img-src ${url} blob: data:;base-uri ${url};form-action 'none';frame-src 'none';` +
    "require-trusted-types-for 'script';trusted-types dompurify bulkhead";
  const whole: Init = {
    verb: 'init',
    protocol: 1,
    ticket: 't0',
    api: url,
    site: {
      name: 'Nordlicht & Co',
      color: '#1f4d7a',
      greeting: 'Hello! Ask us anything about lanterns, delivery or returns.',
    },
    payments: true,
    open: true,
    draft: '',
    outbox: [],
    locale: 'en-GB',
    dir: 'ltr',
    theme: 'light',
    ...init,
  };
  const page = await newPage({ viewport: { width: 380, height: 540 }, ...options });
  // Another origin than the chat server's, on the same machine.
  await page.goto(url.replace('localhost', '127.0.0.1'));
  await page.evaluate(
    ([text, policy, verb, play]) => {
      const run = new Function(`return ${play}`)();
      run(text, policy, verb);
    },
    [code, csp, whole, String(playLoader)] as const,
  );
  return {
    page,
    server,
    chat: page.frameLocator('iframe').frameLocator('iframe'),
    heard: () => page.evaluate('lab.heard'),
    opened: () => page.evaluate('lab.opened'),
    say: (verb) => page.evaluate(`lab.say(${JSON.stringify(verb)})`),
    async close() {
      await page.context().close();
      await server.close();
    },
  };
}
