/**
 * From a packet to an action and back [ERR-2] [ERR-3] [ERR-4]: look up, parse, run, acknowledge.
 * One listener for every event of a socket, because an idle socket should cost little.
 */
import type { Static, TSchema } from 'typebox';
import type { Outcome } from '../../protocol/errors.ts';
import { AppError, accept, toRefusal } from '../app-error.ts';
import type { Logger, RandomBytes } from '../deps.ts';
import { createParser } from '../validator.ts';

/** Parses and runs one kind of request. */
export type Handler<Context, Data> = (context: Context, body: unknown) => Data | Promise<Data>;

/** What the ack of each request in a socket map carries. */
type AckOf<Request> = Request extends (
  body: never,
  ack: infer Ack extends (outcome: never) => void,
) => void
  ? Parameters<Ack>[0] extends Outcome<infer Data>
    ? Data
    : never
  : Request extends (body: never, ack?: infer Ack extends (outcome: never) => void) => void
    ? Parameters<Ack>[0] extends Outcome<infer Data>
      ? Data
      : never
    : never;

/** One handler for each request of a socket map, and none for anything else. */
export type Handlers<Context, Requests> = {
  [Event in keyof Requests]: Handler<Context, AckOf<Requests[Event]>>;
};

export function handle<Context, const Schema extends TSchema, Data>(
  schema: Schema,
  run: (context: Context, body: Static<Schema>) => Data | Promise<Data>,
): Handler<Context, Data> {
  const parse = createParser(schema);
  return (context, body) => run(context, parse(body));
}

export interface Dispatcher<Context> {
  /** @param packet the event's name, its body and, where one is wanted, the ack */
  dispatch(context: Context, packet: readonly unknown[]): void;
  /** Refuses what is new as `unavailable`; resolves when what runs is answered. */
  drain(): Promise<void>;
}

export interface DispatcherOptions<Context> {
  handlers: Record<string, Handler<Context, unknown>>;
  /** Throws to refuse before the body is looked at. */
  guard(context: Context): void;
  logger: Logger;
  random: RandomBytes;
}

const REQUEST_ID_BYTES = 9;
type Ack = (outcome: Outcome<unknown>) => void;

export function createDispatcher<Context>(
  options: DispatcherOptions<Context>,
): Dispatcher<Context> {
  const { guard, logger, random } = options;
  const handlers = new Map(Object.entries(options.handlers));
  let running = 0;
  let draining = false;
  let onIdle: (() => void) | null = null;

  async function run(context: Context, packet: readonly unknown[]): Promise<void> {
    const [event, body] = packet;
    const ack = findAck(packet.at(-1));
    running++;
    try {
      if (draining) throw new AppError('unavailable');
      guard(context);
      const handler = typeof event === 'string' ? handlers.get(event) : undefined;
      if (!handler) throw new AppError('bad_request');
      const data = await handler(context, body);
      ack?.(accept(data));
    } catch (error) {
      const { outcome, unexpected } = toRefusal(error);
      if (unexpected) {
        const requestId = random(REQUEST_ID_BYTES).toString('base64url');
        logger.error({ requestId, event, err: error }, 'socket request failed');
      }
      ack?.(outcome);
    } finally {
      running--;
      if (running === 0) onIdle?.();
    }
  }

  return {
    dispatch: (context, packet) => void run(context, packet),
    async drain() {
      draining = true;
      if (running === 0) return;
      await new Promise<void>((resolve) => {
        onIdle = resolve;
      });
    },
  };
}

const isAck = (value: unknown): value is Ack => typeof value === 'function';
const findAck = (value: unknown): Ack | null => (isAck(value) ? value : null);
