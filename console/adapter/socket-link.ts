/** The agents' socket: connects, connects again, and turns its events into an `AgentLink`. */
import { signal } from '@preact/signals';
import { io, type Socket } from 'socket.io-client';
import { AGENT_NAMESPACE, type AgentHandshake } from '../../protocol/sockets.ts';
import { PROTOCOL_VERSION } from '../../protocol/version.ts';
import { type AgentLink, type Answer, type LinkState, NO_ANSWER } from '../models/link.ts';
import { isOutcome, refusalCode } from './outcome.ts';

/** [SEND-5] */
const ANSWER_TIMEOUT_MS = 10_000;
/** When the server closed the socket, or refused it for now; Socket.IO does not retry these. */
const RETRY_MS = 3000;

export interface SocketLinkDeps {
  /** The session is over: the cookie no longer stands for an agent. */
  onSignedOut: () => void;
}

export function createSocketLink({ onSignedOut }: SocketLinkDeps): AgentLink {
  const state = signal<LinkState>('connecting');
  const socket: Socket = io(AGENT_NAMESPACE, {
    auth: { protocol: PROTOCOL_VERSION } satisfies AgentHandshake,
    transports: ['websocket', 'polling'],
    tryAllTransports: true,
    // A new session needs a handshake of its own, with its own cookie.
    forceNew: true,
    reconnectionDelay: 500,
    reconnectionDelayMax: 8000,
  });
  let retry: ReturnType<typeof setTimeout> | undefined;

  const lost = () => {
    state.value = 'offline';
    clearTimeout(retry);
    if (!socket.active) retry = setTimeout(() => socket.connect(), RETRY_MS);
  };
  const wake = () => {
    if (document.visibilityState === 'visible' && !socket.connected) socket.connect();
  };

  socket.on('connect', () => {
    state.value = 'online';
  });
  socket.on('disconnect', lost);
  socket.on('connect_error', (error) => {
    const code = refusalCode(error);
    if (code === 'signed_out') onSignedOut();
    else if (code === 'protocol_unsupported') state.value = 'outdated';
    else lost();
  });
  window.addEventListener('online', wake);
  document.addEventListener('visibilitychange', wake);

  return {
    state,
    async request(name, body) {
      let answer: unknown;
      try {
        answer = await socket.timeout(ANSWER_TIMEOUT_MS).emitWithAck(name, body);
      } catch {
        return NO_ANSWER;
      }
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
      socket.on('connect', run);
      return () => socket.off('connect', run);
    },
    close() {
      clearTimeout(retry);
      window.removeEventListener('online', wake);
      document.removeEventListener('visibilitychange', wake);
      socket.close();
    },
  };
}
