/** Visitors and agents as the protocol knows them: one HTTP request, then a real socket. */
import { Agent } from 'node:http';
import { io, type Socket } from 'socket.io-client';
import type { Outcome, Refusal } from '../../protocol/errors.ts';
import type { AgentIdentity, SessionGrant } from '../../protocol/http.ts';
import {
  AGENT_NAMESPACE,
  type AgentFactsMap,
  type AgentRequests,
  type SentMessage,
  VISITOR_NAMESPACE,
  type VisitorFactsMap,
  type VisitorRequests,
} from '../../protocol/sockets.ts';
import { PROTOCOL_VERSION } from '../../protocol/version.ts';
import { AGENT, SHOP_ORIGIN, SITE_KEY } from './server.ts';

export type VisitorSocket = Socket<VisitorFactsMap, VisitorRequests>;
export type AgentSocket = Socket<AgentFactsMap, AgentRequests>;

let made = 0;
/** A `clientId` that no other call has given. */
export const newClientId = (): string => `client-${String(++made).padStart(12, '0')}`;

const post = async (url: string, body: unknown, headers: Record<string, string>) =>
  fetch(url, {
    method: 'POST',
    headers: { 'content-type': 'text/plain', ...headers },
    body: typeof body === 'string' ? body : JSON.stringify(body),
  });

/** As the loader sends it from the merchant's page. */
export const postFromShop = (
  url: string,
  body: unknown,
  headers: Record<string, string> = {},
): Promise<Response> => post(url, body, { origin: SHOP_ORIGIN, ...headers });

export async function requestSession(
  url: string,
  fields: Record<string, unknown> = {},
  headers: Record<string, string> = {},
): Promise<Outcome<SessionGrant>> {
  const body = { protocol: PROTOCOL_VERSION, site: SITE_KEY, ...fields };
  const response = await postFromShop(`${url}/api/session`, body, headers);
  return (await response.json()) as Outcome<SessionGrant>;
}

/** @throws with the refusal's code */
export function granted<T>(outcome: Outcome<T>): T {
  if (!outcome.ok) throw new Error(outcome.error.code);
  return outcome.data;
}

export const codeOf = (outcome: { ok: boolean; error?: Refusal }): string | undefined =>
  outcome.ok ? 'ok' : outcome.error?.code;

interface SocketOptions {
  transports?: ('polling' | 'websocket')[];
  headers?: Record<string, string>;
  auth?: Record<string, unknown>;
  /** The own address, of this machine's many; 127.0.0.1 unless told. */
  localAddress?: string;
}

const openSocket = (url: string, namespace: string, options: SocketOptions): Socket =>
  io(`${url}${namespace}`, {
    forceNew: true,
    reconnection: false,
    transports: options.transports ?? ['websocket'],
    extraHeaders: options.headers ?? {},
    auth: options.auth ?? {},
    // Engine.IO's types know browsers alone, where there is none.
    ...(options.localAddress !== undefined &&
      ({ agent: new Agent({ localAddress: options.localAddress, keepAlive: true }) } as object)),
  });

/** @returns the socket once it is connected. @throws the refusal */
async function connected<S extends Socket>(socket: S): Promise<S> {
  await new Promise<void>((resolve, reject) => {
    socket.once('connect', resolve);
    socket.once('connect_error', (error: Error & { data?: unknown }) => {
      socket.close();
      reject(error.data ?? error);
    });
  });
  return socket;
}

export interface VisitorClient {
  socket: VisitorSocket;
  token: string;
  close(): void;
}
export interface VisitorOptions extends SocketOptions {
  token?: string;
  session?: Record<string, unknown>;
}

/** A new visitor, or with `token` another tab of a known one. */
export async function visitorClient(
  url: string,
  { token, session = {}, ...options }: VisitorOptions = {},
): Promise<VisitorClient> {
  const fields = { ...session, ...(token !== undefined && { token }) };
  const grant = granted(await requestSession(url, fields));
  const socket = await connectVisitor(url, { ticket: grant.ticket }, options);
  return { socket, token: grant.token, close: () => void socket.close() };
}

/** A visitor writes into the own conversation, which the first message begins. @throws as `granted` */
export const say = async (
  { socket }: Pick<VisitorClient, 'socket'>,
  text: string,
): Promise<SentMessage> => {
  const message = { conversationId: null, clientId: newClientId(), text };
  return granted(await socket.emitWithAck('message:send', message));
};

/** Only the handshake, with whatever stands in `auth`. */
export const connectVisitor = (
  url: string,
  auth: Record<string, unknown>,
  options: SocketOptions = {},
): Promise<VisitorSocket> =>
  connected(
    openSocket(url, VISITOR_NAMESPACE, {
      headers: { origin: 'null' },
      ...options,
      auth: { protocol: PROTOCOL_VERSION, ...auth },
    }),
  );

export interface AgentClient {
  socket: AgentSocket;
  cookie: string;
  identity: AgentIdentity;
  close(): void;
}

export const signIn = (
  url: string,
  credentials: { email: string; password: string } = AGENT,
  headers: Record<string, string> = {},
): Promise<Response> =>
  post(
    `${url}/api/agent/sign-in`,
    { email: credentials.email, password: credentials.password },
    { origin: url, ...headers },
  );

/** The cookie as a browser would send it back. */
export const cookieOf = (response: Response): string =>
  response.headers.getSetCookie()[0]?.split(';')[0] ?? '';

export async function agentClient(
  url: string,
  credentials: { email: string; password: string } = AGENT,
): Promise<AgentClient> {
  const response = await signIn(url, credentials);
  const identity = granted((await response.json()) as Outcome<AgentIdentity>);
  const cookie = cookieOf(response);
  const socket = await connectAgent(url, { cookie, origin: url });
  return { socket, cookie, identity, close: () => void socket.close() };
}

export const connectAgent = (
  url: string,
  headers: Record<string, string>,
  { auth = {}, ...options }: SocketOptions = {},
): Promise<AgentSocket> =>
  connected(
    openSocket(url, AGENT_NAMESPACE, {
      ...options,
      headers,
      auth: { protocol: PROTOCOL_VERSION, ...auth },
    }),
  );

/** Everything a socket is told under one name, from now on. */
export function collect<T>(socket: Socket, event: string): T[] {
  const facts: T[] = [];
  socket.on(event, (fact: T) => facts.push(fact));
  return facts;
}
