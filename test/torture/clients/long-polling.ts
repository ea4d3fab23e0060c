/** The way of a browser whose WebSockets are blocked: Engine.IO's own client, by long-polling alone. */
import { Socket as Engine } from 'engine.io-client';
import type { Pipe, PipeEvents } from './web-socket.ts';

/** Carries Socket.IO's packets without Engine.IO's envelope, which its own client reads and writes. */
export function openLongPolling(
  base: string,
  headers: Record<string, string>,
  events: PipeEvents,
): Pipe {
  const engine = new Engine(base, {
    path: '/socket.io',
    transports: ['polling'],
    extraHeaders: headers,
    requestTimeout: 30_000,
  });
  let isOver = false;
  const end = () => {
    if (isOver) return;
    isOver = true;
    engine.close();
    events.onEnd();
  };
  engine.on('open', () => events.onText('0'));
  engine.on('data', (packet) => events.onText(`4${packet}`));
  engine.on('error', end);
  engine.on('close', end);
  return { send: (text) => void engine.send(text.slice(1)), drop: end };
}
