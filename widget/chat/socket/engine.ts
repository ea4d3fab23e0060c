/**
 * One connection of Engine.IO, protocol version 4, in text packets
 * (https://github.com/socketio/socket.io/blob/main/docs/engine.io-protocol): by WebSocket, or by
 * long-polling where that is blocked. Notices by itself that nothing comes any more [SYNC-2]. Does
 * not know what is said.
 */
import type { Refused } from '../../../protocol/back-off.ts';

export interface EngineEvents {
  onOpen(): void;
  onText(text: string): void;
  /** Once, whatever the reason; with the refusal of a server that opens no connection now [LIMIT-4]. */
  onEnd(refusal?: Refused): void;
}

export interface Engine {
  send(text: string): void;
  /** Ends what was silent for too long by the clock: timers stand still while a machine sleeps. */
  check(): void;
  /** At once, without a goodbye that would still wait to be written when the page freezes. */
  end(): void;
}

interface Carrier {
  write(packet: string): void;
  close(): void;
}
type Lost = (refusal?: Refused) => void;
type Carry = (place: string, hear: (packet: string) => void, lost: Lost) => Carrier;

/** A packet is a digit for its type, and its text. */
const [OPEN, , PING, PONG, MESSAGE, , NOOP] = '0123456';
/** A WebSocket that a firewall swallows neither opens nor fails. */
const OPEN_TIMEOUT_MS = 8000;
/** Between the packets of one answer. */
const SEPARATOR = '\x1e';

const byWebSocket: Carry = (place, hear, lost) => {
  const socket = new WebSocket(`${place.replace('http', 'ws')}websocket`);
  socket.onmessage = ({ data }) => hear(data);
  // What the page's policy forbids ends with an error and nothing more (Chromium).
  socket.onclose = socket.onerror = () => lost();
  return { write: (packet) => socket.send(packet), close: () => socket.close() };
};

const byPolling: Carry = (place, hear, lost) => {
  const abort = new AbortController();
  let url = `${place}polling`;
  let writing: Promise<unknown> = Promise.resolve();

  async function ask(body?: string): Promise<string> {
    const answer = await fetch(url, {
      cache: 'no-store',
      credentials: 'omit',
      signal: abort.signal,
      ...(body && { method: 'POST', body }),
    });
    // A page can read a refusal here, and none that a WebSocket is given.
    if (!answer.ok) throw (await answer.json()).error;
    return answer.text();
  }
  /** Until it is closed, which makes the next question fail. */
  async function poll(): Promise<never> {
    for (;;) {
      for (const packet of (await ask()).split(SEPARATOR)) {
        if (packet[0] === OPEN) url += `&sid=${JSON.parse(packet.slice(1)).sid}`;
        hear(packet);
      }
    }
  }
  poll().catch(lost);
  return {
    // One at a time, as the protocol wants; alone in its body, so that none is too large for it.
    write(packet) {
      writing = writing.then(() => ask(packet)).catch(lost);
    },
    close: () => abort.abort(),
  };
};

/** @param canPoll whether to try long-polling where a WebSocket does not open. */
export function openEngine(api: string, canPoll: boolean, events: EngineEvents): Engine {
  const place = `${api}/socket.io/?EIO=4&transport=`;
  /** What the server allows between two of its pings, with the time for an answer; 0 until it is open. */
  let patienceMs = 0;
  let deadline = Number.POSITIVE_INFINITY;
  let timer: ReturnType<typeof setTimeout>;
  let carrier: Carrier;
  let isOver = false;

  function end(refusal?: Refused) {
    if (isOver) return;
    isOver = true;
    clearTimeout(timer);
    carrier.close();
    events.onEnd(refusal);
  }

  function hear(packet: string) {
    if (isOver) return;
    const type = packet[0];
    const text = packet.slice(1);
    if (type === OPEN) {
      const { pingInterval, pingTimeout } = JSON.parse(text);
      patienceMs = pingInterval + pingTimeout;
      events.onOpen();
    } else if (type === PING) carrier.write(`${PONG}`);
    else if (type === MESSAGE) events.onText(text);
    // The server's goodbye, or nothing that it may say.
    else if (type !== NOOP) return end();
    deadline = Date.now() + patienceMs;
    clearTimeout(timer);
    if (!isOver) timer = setTimeout(end, patienceMs);
  }

  function start(carry: Carry, other?: Carry) {
    let isLost = false;
    const lost: Lost = (refusal) => {
      if (isLost) return;
      isLost = true;
      if (!other || patienceMs || isOver) return end(refusal);
      carrier.close();
      start(other);
    };
    clearTimeout(timer);
    timer = setTimeout(lost, OPEN_TIMEOUT_MS);
    carrier = carry(place, hear, lost);
  }

  start(byWebSocket, canPoll ? byPolling : undefined);
  return {
    send: (text) => carrier.write(MESSAGE + text),
    check() {
      if (Date.now() > deadline) end();
    },
    end,
  };
}
