/**
 * The agents' socket: connects, connects again, and turns its events into an `AgentLink`. When to try
 * again is decided here and not by Socket.IO, which knows nothing of what a refusal says.
 */
import { signal } from '@preact/signals';
import { io, type Socket } from 'socket.io-client';
import type { Refused } from '../../protocol/back-off.ts';
import { createBackOff } from '../../protocol/back-off-timer.ts';
import { AGENT_NAMESPACE, type AgentHandshake } from '../../protocol/sockets.ts';
import { PROTOCOL_VERSION } from '../../protocol/version.ts';
import { type AgentLink, type Answer, type LinkState, NO_ANSWER } from '../models/link.ts';
import { isOutcome, refusalOf } from './outcome.ts';

/** [SEND-5] */
const ANSWER_TIMEOUT_MS = 10_000;
/** What a dead network swallows neither opens nor fails. */
const CONNECT_TIMEOUT_MS = 10_000;
/** Longer than between two of the server's pings: who heard nothing since then asks [SYNC-2]. */
const SILENCE_MS = 30_000;

export interface SocketLinkDeps {
  /** The session is over: the cookie no longer stands for an agent. */
  onSignedOut: () => void;
}

export function createSocketLink({ onSignedOut }: SocketLinkDeps): AgentLink {
  const state = signal<LinkState>('connecting');
  const words = signal<string | null>(null);
  const backOff = createBackOff();
  const connects = new Set<() => void>();
  const tellConnected = () => {
    for (const run of connects) run();
  };
  let heardAt = 0;
  const socket: Socket = io(AGENT_NAMESPACE, {
    auth: { protocol: PROTOCOL_VERSION } satisfies AgentHandshake,
    transports: ['websocket', 'polling'],
    tryAllTransports: true,
    // A new session needs a handshake of its own, with its own cookie.
    forceNew: true,
    reconnection: false,
    timeout: CONNECT_TIMEOUT_MS,
  });

  function lost(refusal?: Refused) {
    const isPatience = refusal?.code === 'busy' || refusal?.code === 'rate_limited';
    words.value = (isPatience && refusal.message) || null;
    state.value = 'offline';
    backOff.later(() => socket.connect(), refusal);
  }
  /** Something suggests that it would work now, or that what seemed to work does no longer. */
  function wake() {
    if (document.visibilityState !== 'visible') return;
    if (!socket.connected) {
      backOff.reset();
      socket.connect();
    } else if (Date.now() - heardAt > SILENCE_MS) tellConnected();
  }
  const hear = () => {
    heardAt = Date.now();
  };
  /** What the browser itself takes for cut off is not waited for. */
  const cutOff = () => socket.connected && socket.disconnect();

  socket.on('connect', () => {
    hear();
    backOff.reset();
    words.value = null;
    state.value = 'online';
    tellConnected();
  });
  socket.on('disconnect', () => lost());
  socket.on('connect_error', (error) => {
    const refusal = refusalOf(error);
    if (refusal?.code === 'signed_out') onSignedOut();
    else if (refusal?.code === 'protocol_unsupported') state.value = 'outdated';
    else lost(refusal);
  });
  socket.io.on('ping', hear);
  socket.onAny(hear);
  window.addEventListener('online', wake);
  window.addEventListener('offline', cutOff);
  document.addEventListener('visibilitychange', wake);

  return {
    state,
    words,
    async request(name, body) {
      const { id } = socket;
      let answer: unknown;
      try {
        answer = await socket.timeout(ANSWER_TIMEOUT_MS).emitWithAck(name, body);
      } catch {
        // It took the question and gave no answer: dead, however alive it looks [SYNC-2].
        if (id && id === socket.id) socket.disconnect();
        return NO_ANSWER;
      }
      hear();
      if (!isOutcome(answer)) return NO_ANSWER;
      if (!answer.ok && answer.error.code === 'signed_out') onSignedOut();
      return answer as Answer<typeof name>;
    },
    tell(name, body) {
      if (socket.connected) socket.emit(name, body);
    },
    on(name, receive) {
      const listener = receive as (...facts: unknown[]) => void;
      socket.on(name as string, listener);
      return () => socket.off(name as string, listener);
    },
    onConnect(run) {
      connects.add(run);
      return () => connects.delete(run);
    },
    close() {
      backOff.cancel();
      window.removeEventListener('online', wake);
      window.removeEventListener('offline', cutOff);
      document.removeEventListener('visibilitychange', wake);
      socket.off();
      socket.close();
    },
  };
}
