/** Refusing a handshake: the client receives `connect_error` with the refusal as its `data`. */
import type { Refusal } from '../../protocol/errors.ts';
import { toRefusal } from '../app-error.ts';
import type { Logger } from '../deps.ts';

/** The shape that Socket.IO hands to the client. */
class HandshakeError extends Error {
  readonly data: Refusal;

  constructor(refusal: Refusal) {
    super(refusal.message);
    this.data = refusal;
  }
}

/** @param check throws to refuse */
export function handshake<Socket>(logger: Logger, check: (socket: Socket) => Promise<void>) {
  return async (socket: Socket, next: (error?: Error) => void): Promise<void> => {
    try {
      await check(socket);
    } catch (error) {
      const { outcome, unexpected } = toRefusal(error);
      if (unexpected) logger.error({ err: error }, 'handshake failed');
      next(new HandshakeError(outcome.error));
      return;
    }
    next();
  };
}
