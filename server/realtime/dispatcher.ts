/**
 * From a packet to an action and back [ERR-2] [ERR-3] [ERR-4]: look up, parse, run, acknowledge.
 * One listener for every event of a socket, because an idle socket should cost little.
 */
import type { Static, TSchema } from 'typebox';
import type { Outcome } from '../../protocol/errors.ts';
import { AppError, accept, toRefusal } from '../app-error.ts';
import type { Load, PeerLoad } from '../load/load.ts';
import type { Buckets } from '../metrics/buckets.ts';
import { countUp, type Meters, meterAnswers } from '../metrics/meters.ts';
import { inRequest } from '../request-context.ts';
import { createParser } from '../validator.ts';
import type { Logger } from '../world.ts';

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
}

/** What is used here of a socket. */
interface Peer {
  readonly id: string;
  readonly conn: { close(discard?: boolean): unknown };
  readonly data: { load: PeerLoad };
}

export interface DispatcherOptions<Context> {
  namespace: string;
  handlers: Record<string, Handler<Context, unknown>>;
  /** Throws to refuse before the body is looked at. */
  guard(context: Context): void;
  logger: Logger;
  load: Pick<Load, 'begin' | 'end'>;
  meters: Meters;
}

/** Refused for asking too often, so many times: not an honest client. */
const MAX_REFUSALS = 1000;
/** With each request that is not: a flood goes on while now and then one of it is taken. */
const FORGIVEN = 20;
type Ack = (outcome: Outcome<unknown>) => void;

export function createDispatcher<Context extends Peer>(
  options: DispatcherOptions<Context>,
): Dispatcher<Context> {
  const { namespace, guard, logger, load, meters } = options;
  const handlers = new Map<string, { run: Handler<Context, unknown>; answers: Buckets }>(
    Object.entries(options.handlers).map(([event, run]) => [
      event,
      { run, answers: meterAnswers(meters, namespace, event) },
    ]),
  );

  async function run(context: Context, packet: readonly unknown[]): Promise<void> {
    const [event, body] = packet;
    const ack = findAck(packet.at(-1));
    const peer = context.data.load;
    let begun = false;
    try {
      guard(context);
      load.begin(peer);
      begun = true;
      if (peer.refusals > 0) peer.refusals = Math.max(0, peer.refusals - FORGIVEN);
      const handler = typeof event === 'string' ? handlers.get(event) : undefined;
      if (!handler) throw new AppError('bad_request');
      const startedAt = performance.now();
      const data = await handler.run(context, body);
      ack?.(accept(data));
      handler.answers.observe((performance.now() - startedAt) / 1000);
    } catch (error) {
      const { outcome, unexpected } = toRefusal(error);
      if (unexpected) logger.error({ event: nameOf(event), err: error }, 'socket request failed');
      countUp(meters.refused.socket, outcome.error.code);
      ack?.(outcome);
      if (!begun && ++peer.refusals === MAX_REFUSALS) {
        countUp(meters.cut, 'flood');
        // Nothing of what is still in its pipe is taken, and so none of it forgiven.
        peer.leaving = true;
        context.conn.close(true);
      }
    } finally {
      if (begun) load.end(peer);
    }
  }

  const nameOf = (event: unknown) =>
    typeof event === 'string' && handlers.has(event) ? event : null;

  return {
    dispatch(context, packet) {
      inRequest({ requestId: null, socketId: context.id }, () => void run(context, packet));
    },
  };
}

const isAck = (value: unknown): value is Ack => typeof value === 'function';
const findAck = (value: unknown): Ack | null => (isAck(value) ? value : null);
