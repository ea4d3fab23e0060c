import { EventEmitter } from 'node:events';
import { PassThrough } from 'node:stream';
import { expect, it, vi } from 'vitest';
import { limitPolling, type NewConnection, UNREAD_MAX_BYTES, unreadBytes } from './unread.ts';

/** As Engine.IO sends: into a buffer, from there into the response to a poll. */
function poller() {
  const transport = Object.assign(new EventEmitter(), { name: 'polling' });
  const close = vi.fn();
  const connection: NewConnection = Object.assign(new EventEmitter(), { transport, close });
  limitPolling(connection);
  return {
    connection,
    close,
    send: (data: string) => connection.emit('packetCreate', { type: 'message', data }),
    /** @returns the response's connection, which takes the bytes and hands them to nobody */
    poll(bytes: number) {
      const socket = new PassThrough({ highWaterMark: 1 });
      connection.emit('flush');
      transport.emit('headers', {}, { socket });
      socket.write('x'.repeat(bytes));
      socket.write('x'.repeat(bytes));
      return socket;
    },
  };
}
const HALF = UNREAD_MAX_BYTES / 2;

it('[LIMIT-1] counts what waits for a poll', () => {
  const { send, close, connection } = poller();
  send('x'.repeat(HALF + 1));
  send('x'.repeat(HALF));
  expect(close).not.toHaveBeenCalled();
  expect(unreadBytes(connection)).toBe(UNREAD_MAX_BYTES + 1);
  send('x');
  expect(close).toHaveBeenCalledWith(true);
});

it('[LIMIT-1] counts the responses to earlier polls until they are read', () => {
  const { send, poll, close, connection } = poller();
  const read = poll(HALF);
  read.resume();
  read.destroy();
  const unread = [poll(HALF), poll(HALF), poll(HALF)];
  expect(unreadBytes(connection)).toBeGreaterThan(UNREAD_MAX_BYTES);
  send('x');
  expect(close).toHaveBeenCalledWith(true);
  expect(unread.every(({ destroyed }) => destroyed)).toBe(true);
});

it('leaves the counting to others once it is a WebSocket', () => {
  const { send, close, connection } = poller();
  connection.emit('upgrade');
  for (let sent = 0; sent < 5; sent++) send('x'.repeat(UNREAD_MAX_BYTES));
  expect(close).not.toHaveBeenCalled();
});
