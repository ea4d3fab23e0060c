/** How a visitor and a watcher come and talk, at each of the two servers. */
import { newClientId } from '../../../protocol/client-id.ts';
import { AGENT_NAMESPACE, VISITOR_NAMESPACE } from '../../../protocol/sockets.ts';
import { PROTOCOL_VERSION } from '../../../protocol/version.ts';
import { AGENT, SITE } from '../people.ts';
import { post } from './http.ts';
import { connectPeer, type Peer } from './peer.ts';
import type { Address } from './websocket.ts';

export type Kind = 'bare' | 'bulkhead';

export interface Visitor {
  peer: Peer;
  /** Comes back with it. */
  token: string | null;
  /** Where this one talks, once it does. */
  room: string | null;
}

export interface Coming {
  kind: Kind;
  address: Address;
  onEvent(): void;
  onLost?(): void;
}

/** @param token of an earlier visit. @throws why it could not: no server, or a refusal */
export async function come(coming: Coming, token: string | null = null): Promise<Visitor> {
  if (coming.kind === 'bare') {
    const peer = await connectPeer({ ...coming, namespace: '/', auth: {} });
    return { peer, token: null, room: null };
  }
  const grant = await openSession(coming.address, token);
  const auth = { protocol: PROTOCOL_VERSION, ticket: grant.ticket };
  const headers = { Origin: 'null' };
  const peer = await connectPeer({ ...coming, namespace: VISITOR_NAMESPACE, auth, headers });
  await peer.request('conversation:sync', { conversationId: null, after: 0 });
  return { peer, token: grant.token, room: null };
}

async function openSession(address: Address, token: string | null) {
  const body = {
    protocol: PROTOCOL_VERSION,
    site: SITE.key,
    page: `${SITE.origin}/lanterns/brass`,
    locale: 'en-GB',
    release: '0.1.0',
    ...(token !== null && { token }),
  };
  const headers = { Origin: SITE.origin, 'Content-Type': 'text/plain' };
  const answer = await post(address, '/api/session', headers, body);
  if (answer.status !== 200) throw new Error(`a session was refused: ${answer.body}`);
  const { data } = JSON.parse(answer.body) as { data: { token: string; ticket: string } };
  return data;
}

/** The first message, or the room: from then on there is somewhere to talk. */
export async function beginToTalk(kind: Kind, visitor: Visitor, name: string): Promise<string> {
  if (kind === 'bare') {
    await visitor.peer.request('join', [name]);
    visitor.room = name;
    return name;
  }
  const first = { conversationId: null, clientId: newClientId(), text: 'Hello' };
  const outcome = (await visitor.peer.request('message:send', first)) as {
    data: { conversationId: string };
  };
  visitor.room = outcome.data.conversationId;
  return visitor.room;
}

/** What `message` and `message:send` carry, as JSON, but for what is new in each. */
export function say(kind: Kind, visitor: Visitor, text: string, onAck: (ok: boolean) => void) {
  const answered = (answer: string) => onAck(answer.startsWith('[{"ok":true'));
  const { peer, room } = visitor;
  if (kind === 'bare') peer.send('message', `{"room":"${room}","text":"${text}"}`, answered);
  else {
    const id = newClientId();
    const body = `{"conversationId":"${room}","clientId":"${id}","text":"${text}"}`;
    peer.send('message:send', body, answered);
  }
}

/** Somebody who is in all of these rooms. */
export async function watch(coming: Coming, rooms: readonly string[]): Promise<Peer> {
  if (coming.kind === 'bare') {
    const peer = await connectPeer({ ...coming, namespace: '/', auth: {} });
    await peer.request('join', rooms);
    return peer;
  }
  const { host, port } = coming.address;
  const origin = `http://${host}:${port}`;
  const { email, password } = AGENT;
  const signIn = { Origin: origin, 'Content-Type': 'application/json' };
  const answer = await post(coming.address, '/api/agent/sign-in', signIn, { email, password });
  const headers = { Origin: origin, Cookie: answer.cookies.join('; ') };
  const auth = { protocol: PROTOCOL_VERSION };
  const peer = await connectPeer({ ...coming, namespace: AGENT_NAMESPACE, auth, headers });
  for (const conversationId of rooms) {
    await peer.request('conversation:sync', { conversationId, after: 0 });
  }
  return peer;
}
