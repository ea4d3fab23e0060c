/**
 * The console alone, against a stand-in for its server that keeps everything in memory and can be
 * told to misbehave: for states that the real server does not get into on demand, and for looking.
 * The console is built as for a release and served under the policy that the real server sends.
 * One server with one memory: its answers would share all of it from other files.
 */
import { readFile } from 'node:fs/promises';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import path from 'node:path';
import { Server, type Socket } from 'socket.io';
import type { ConversationSummary } from '../../protocol/conversations.ts';
import type { Author, Entry, PaymentState } from '../../protocol/entries.ts';
import { type ErrorCode, refuse } from '../../protocol/errors.ts';
import type { AgentIdentity } from '../../protocol/http.ts';
import type { AgentMessageSend, LogRead } from '../../protocol/requests.ts';
import { AGENT_NAMESPACE } from '../../protocol/sockets.ts';
import { consolePolicy } from '../../server/http/security-headers.ts';
import type { BuiltConsole } from './console-build.ts';
import { createLabIncidents, type LabIncidents } from './lab-incidents.ts';
import { createLabPayments, type LabPayments, LabRefusal } from './lab-payments.ts';

const PAGE_SIZE = 100;
const TYPES: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript',
  '.css': 'text/css',
  '.svg': 'image/svg+xml',
};

export const AGENT: AgentIdentity = {
  id: 'ag_annaannaannaanna1',
  name: 'Anna Berg',
  email: 'anna@example.com',
  colleagues: [{ id: 'ag_omaromaromaromar1', name: 'Omar Haddad' }],
  role: 'owner',
  payments: true,
  currency: 'EUR',
};
export const PASSWORD = 'harbour lights';
const agentAuthor: Author = { kind: 'agent', id: AGENT.id, name: AGENT.name };

type Body = Entry extends infer E
  ? E extends Entry
    ? Omit<E, 'conversationId' | 'seq'>
    : never
  : never;
export interface LabConversation {
  summary: ConversationSummary;
  entries: Entry[];
}

export interface ConsoleLab {
  url: string;
  conversations: Map<string, LabConversation>;
  add(summary: Partial<ConversationSummary> & Pick<ConversationSummary, 'id' | 'visitor'>): void;
  /** Appends and tells everyone; `silent` loses the fact on the way. */
  append(id: string, body: Body, silent?: boolean): Entry;
  visitorSays(id: string, text: string, more?: { at?: number; redacted?: number }): void;
  agentSays(
    id: string,
    text: string,
    more?: { at?: number; note?: boolean; author?: Author },
  ): void;
  payment(id: string, payment: PaymentState, at?: number): void;
  payments: LabPayments;
  incidents: LabIncidents;
  tell(name: string, fact: unknown): void;
  /** The next request of that name is refused, or not answered at all. */
  fail(request: string, code: ErrorCode | 'silence'): void;
  /** Every request of that name is refused. @returns what ends that */
  keepFailing(request: string, code: ErrorCode): () => void;
  signOutEverywhere(): void;
  /** Ends every connection; refuses new ones while `down`. */
  setDown(down: boolean): void;
  setAgent(agent: Partial<AgentIdentity>): void;
  close(): Promise<void>;
}

const read = async (request: IncomingMessage): Promise<string> => {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks).toString('utf8');
};

export interface ConsoleLabOptions {
  /** Milliseconds between pings, and for their answer. */
  heartbeat?: { pingInterval: number; pingTimeout: number };
  /** Puts something between browser and lab. @returns where browsers reach it then */
  through?: (port: number) => string;
}

export async function startConsoleLab(
  built: BuiltConsole,
  { heartbeat, through }: ConsoleLabOptions = {},
): Promise<ConsoleLab> {
  const conversations = new Map<string, LabConversation>();
  const failures = new Map<string, ErrorCode | 'silence'>();
  const lastingFailures = new Map<string, ErrorCode>();
  let agent = AGENT;
  let signedIn = false;
  let down = false;

  const json = (response: ServerResponse, status: number, body: unknown) =>
    response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body));

  async function api(request: IncomingMessage, response: ServerResponse, pathname: string) {
    if (pathname === '/api/agent/me')
      return json(response, 200, signedIn ? { ok: true, data: agent } : refuse('signed_out'));
    if (pathname === '/api/agent/sign-out') {
      signedIn = false;
      return json(response, 200, { ok: true, data: null });
    }
    const failure = failures.get('sign-in');
    failures.delete('sign-in');
    if (failure === 'rate_limited') return json(response, 429, refuse('rate_limited', 42_000));
    const { password } = JSON.parse(await read(request)) as { password: string };
    if (password !== PASSWORD) return json(response, 401, refuse('credentials_wrong'));
    signedIn = true;
    return json(response, 200, { ok: true, data: agent });
  }

  const server = createServer(async (request, response) => {
    const { pathname } = new URL(request.url ?? '/', 'http://lab');
    if (down) return response.destroy();
    if (pathname === '/api/agent/payments.csv')
      return response
        .writeHead(200, {
          'content-type': 'text/csv',
          'content-disposition': 'attachment; filename="payments.csv"',
        })
        .end('payment_id\r\n');
    if (pathname.startsWith('/api/')) return api(request, response, pathname);
    const name = pathname.replace(/^\/console\//, '') || 'index.html';
    const file = await readFile(path.join(built.dir, path.normalize(`/${name}`))).catch(() => null);
    if (!file) return response.writeHead(404).end();
    return response
      .writeHead(200, {
        'content-type': TYPES[path.extname(name)] ?? 'application/octet-stream',
        'content-security-policy': consolePolicy(url),
      })
      .end(file);
  });
  const io = new Server(server, heartbeat);
  const agents = io.of(AGENT_NAMESPACE);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  const url = through?.(port) ?? `http://127.0.0.1:${port}`;

  const get = (id: string): LabConversation => {
    const found = conversations.get(id);
    if (!found) throw new Error(`no conversation ${id}`);
    return found;
  };
  const changed = (id: string) => agents.emit('conversation:changed', get(id).summary);

  function preview(entry: Entry): Partial<ConversationSummary> {
    if (entry.type === 'message')
      return { preview: entry.text.slice(0, 140), previewBy: entry.author.kind };
    if (entry.type !== 'payment') return {};
    const words = entry.payment.status === 'succeeded' ? 'Paid' : 'Payment requested';
    return {
      preview: `${words}: ${entry.payment.amountMinor / 100}`,
      previewBy: entry.author.kind,
    };
  }

  function append(id: string, body: Body, silent = false): Entry {
    const conversation = get(id);
    const { summary, entries } = conversation;
    const entry = { ...body, conversationId: id, seq: entries.length + 1 } as Entry;
    entries.push(entry);
    const visitors = entry.type === 'message' && entry.author.kind === 'visitor' ? 1 : 0;
    conversation.summary = {
      ...summary,
      ...preview(entry),
      lastSeq: entry.seq,
      updatedAt: 'at' in entry ? entry.at : summary.updatedAt,
      unread: summary.unread + visitors,
    };
    if (!silent) agents.emit('entry:appended', entry);
    changed(id);
    return entry;
  }

  function update(id: string, change: Partial<ConversationSummary>) {
    const conversation = get(id);
    conversation.summary = { ...conversation.summary, ...change };
  }

  function send(type: 'message' | 'note', { conversationId, clientId, text }: AgentMessageSend) {
    const known = get(conversationId).entries.find(
      (e) => 'clientId' in e && e.clientId === clientId,
    );
    const body = { type, author: agentAuthor, at: Date.now(), clientId, text } as const;
    const entry = known ?? append(conversationId, body);
    return { conversationId, seq: entry.seq, at: Date.now() };
  }

  const payments = createLabPayments({
    agent: () => agent,
    tell: (name, fact) => void agents.emit(name, fact),
    append(id, payment, clientId) {
      const isNew = payment.status === 'created' && payment.revision === 1;
      const author: Author = isNew ? agentAuthor : { kind: 'system' };
      const head = { type: 'payment', author, at: Date.now(), payment } as const;
      if (conversations.has(id)) append(id, { ...head, ...(clientId && { clientId }) });
    },
    visitorName: (id) => get(id).summary.visitor.name,
    visitorId: (id) => get(id).summary.visitor.id,
  });

  const incidents = createLabIncidents(
    { id: AGENT.id, name: AGENT.name },
    (fact) => void agents.emit('incident:changed', fact),
  );

  const page = (
    entries: Entry[],
    { after, before, limit = PAGE_SIZE }: Omit<LogRead, 'conversationId'>,
  ) => {
    if (after !== undefined && after > 0) {
      const rest = entries.filter(({ seq }) => seq > after);
      return { entries: rest.slice(0, limit), more: rest.length > limit };
    }
    const head = before === undefined ? entries : entries.filter(({ seq }) => seq < before);
    return { entries: head.slice(-limit), more: head.length > limit };
  };

  // biome-ignore lint/suspicious/noExplicitAny: the lab takes what its own console sends
  const handlers: Record<string, (body: any, socket: Socket) => unknown> = {
    ...payments.handlers,
    ...incidents.handlers,
    'conversations:list': ({ status, before }) => {
      const all = [...conversations.values()]
        .map(({ summary }) => summary)
        .filter((s) => status === 'all' || s.status === status)
        .sort((a, b) => b.updatedAt - a.updatedAt)
        .filter((s) => !before || s.updatedAt < before.updatedAt);
      return { conversations: all.slice(0, 50), more: all.length > 50 };
    },
    'conversation:sync': ({ conversationId, after }) => ({
      conversation: get(conversationId).summary,
      ...page(get(conversationId).entries, { after }),
    }),
    'log:read': ({ conversationId, ...rest }) => page(get(conversationId).entries, rest),
    'message:send': (body) => send('message', body),
    'note:send': (body) => send('note', body),
    'typing:set': () => null,
    'read:mark': ({ conversationId, seq }) => {
      const { reads } = get(conversationId).summary;
      update(conversationId, { unread: 0, reads: { ...reads, agent: seq } });
      changed(conversationId);
      return null;
    },
    'conversation:assign': ({ conversationId, agentId }) => {
      const to = [agent, ...agent.colleagues].find(({ id }) => id === agentId);
      const { assignee: _, ...rest } = get(conversationId).summary;
      const card = to && { id: to.id, name: to.name };
      get(conversationId).summary = { ...rest, ...(card && { assignee: card }) };
      const head = { type: 'event', author: agentAuthor, at: Date.now() } as const;
      append(conversationId, {
        ...head,
        event: card ? 'assigned' : 'unassigned',
        ...(card && { agent: card }),
      });
      return null;
    },
    'conversation:resolve': ({ conversationId }) => {
      update(conversationId, { status: 'resolved' });
      append(conversationId, {
        type: 'event',
        event: 'resolved',
        author: agentAuthor,
        at: Date.now(),
      });
      return null;
    },
    'conversation:reopen': ({ conversationId }) => {
      update(conversationId, { status: 'open' });
      append(conversationId, {
        type: 'event',
        event: 'reopened',
        author: agentAuthor,
        at: Date.now(),
      });
      return null;
    },
  };

  agents.use((_socket, next) =>
    next(
      signedIn
        ? undefined
        : Object.assign(new Error('signed_out'), { data: refuse('signed_out').error }),
    ),
  );
  agents.on('connection', (socket) => {
    socket.onAny((name: string, body: unknown, ack?: (outcome: unknown) => void) => {
      payments.asked.push({ name, body });
      const failure = failures.get(name) ?? lastingFailures.get(name);
      failures.delete(name);
      if (failure === 'silence') return;
      if (failure) return ack?.(refuse(failure));
      try {
        ack?.({ ok: true, data: handlers[name]?.(body, socket) ?? null });
      } catch (error) {
        if (!(error instanceof LabRefusal)) throw error;
        ack?.(error.outcome);
      }
    });
  });

  return {
    url: `${url}/console/`,
    conversations,
    payments,
    incidents,
    add(summary) {
      conversations.set(summary.id, {
        entries: [],
        summary: {
          site: { id: 'st_shopshopshopshop1', name: 'Harbour & Co.' },
          status: 'open',
          lastSeq: 0,
          updatedAt: Date.now(),
          reads: { visitor: 0, agent: 0 },
          unread: 0,
          preview: '',
          previewBy: 'visitor',
          ...summary,
        },
      });
    },
    append,
    visitorSays(id, text, { at = Date.now(), redacted } = {}) {
      const { visitor } = get(id).summary;
      const author: Author = {
        kind: 'visitor',
        id: visitor.id,
        ...(visitor.name && { name: visitor.name }),
      };
      append(id, { type: 'message', author, at, text, ...(redacted && { redacted }) });
    },
    agentSays(id, text, { at = Date.now(), note = false, author = agentAuthor } = {}) {
      append(id, { type: note ? 'note' : 'message', author, at, text });
    },
    payment(id, payment, at = Date.now()) {
      const author: Author = payment.status === 'created' ? agentAuthor : { kind: 'system' };
      append(id, { type: 'payment', author, at, payment });
    },
    tell: (name, fact) => void agents.emit(name, fact),
    fail: (request, code) => void failures.set(request, code),
    keepFailing(request, code) {
      lastingFailures.set(request, code);
      return () => void lastingFailures.delete(request);
    },
    signOutEverywhere() {
      signedIn = false;
      agents.disconnectSockets(true);
    },
    setDown(next) {
      down = next;
      if (down) agents.disconnectSockets(true);
    },
    setAgent(next) {
      agent = { ...agent, ...next };
    },
    async close() {
      await io.close();
    },
  };
}
