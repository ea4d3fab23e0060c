/** Refusing a handshake: the client receives `connect_error` with the refusal as its `data`. */
import type { Refusal } from '../../protocol/errors.ts';
import { toRefusal } from '../app-error.ts';
import { countUp, type Meters } from '../metrics/meters.ts';
import { inRequest } from '../request-context.ts';
import type { Logger } from '../world.ts';
import type { Connection, Doors } from './doors.ts';

/** The shape that Socket.IO hands to the client. */
class HandshakeError extends Error {
  readonly data: Refusal;

  constructor(refusal: Refusal) {
    super(refusal.message);
    this.data = refusal;
  }
}

interface Peer {
  readonly id: string;
  readonly conn: Connection;
}
export interface HandshakeDeps {
  logger: Logger;
  meters: Meters;
  doors: Doors;
}

/** @param check throws to refuse */
export function handshake<Socket extends Peer>(
  { logger, meters, doors }: HandshakeDeps,
  check: (socket: Socket) => Promise<void>,
) {
  async function run(socket: Socket, next: (error?: Error) => void): Promise<void> {
    try {
      doors.knock(socket.conn);
      await check(socket);
      doors.admitted(socket.conn);
    } catch (error) {
      const { outcome, unexpected } = toRefusal(error);
      if (unexpected) logger.error({ err: error }, 'handshake failed');
      countUp(meters.refused.handshake, outcome.error.code);
      next(new HandshakeError(outcome.error));
      return;
    }
    next();
  }
  return (socket: Socket, next: (error?: Error) => void): Promise<void> =>
    inRequest({ requestId: null, socketId: socket.id }, () => run(socket, next));
}
