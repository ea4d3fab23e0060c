/**
 * What the parts of the server are given, so that none of them reaches for the world by itself.
 * `app.ts` makes one `Deps`; tests replace the clock, the randomness and the logger.
 */
import { randomBytes } from 'node:crypto';
import type { FastifyInstance } from 'fastify';
import type { Logger } from 'pino';
import type * as Asked from '../protocol/payments.ts';
import type { PaymentHistory, SavedTemplates } from '../protocol/sockets.ts';
import type { Config } from './config.ts';
import type { Keys } from './keys.ts';
import type { Ledger } from './ledger/ledger.ts';
import type { Load } from './load/load.ts';
import type { ConversationLog } from './log/log.ts';
import type { Publisher } from './log/publisher.ts';
import type { Meters } from './metrics/meters.ts';
import type { Shared } from './shared/shared.ts';
import type { Turns } from './shared/turns.ts';
import type { Store } from './store/store.ts';

export type { Logger } from 'pino';

export interface Clock {
  /** Milliseconds since the epoch. */
  now(): number;
}
export const systemClock: Clock = { now: () => Date.now() };

/** Unguessable bytes; ids, tokens and salts come from here alone. */
export type RandomBytes = (length: number) => Buffer;
export const systemRandom: RandomBytes = createRandom();

const POOL_BYTES = 4096;

/** Asks the system for many at once: a handshake takes a dozen ids and salts. */
function createRandom(): RandomBytes {
  let pool = Buffer.alloc(0);
  return (length) => {
    if (length > POOL_BYTES / 16) return randomBytes(length);
    if (pool.length < length) pool = randomBytes(POOL_BYTES);
    const taken = Buffer.from(pool.subarray(0, length));
    // What was given away is nowhere else.
    pool.fill(0, 0, length);
    pool = pool.subarray(length);
    return taken;
  };
}

/**
 * Kinds of id: site, agent, visitor, conversation, payment request, refund, payment template, incident,
 * alert, exposure report, notice.
 */
export type IdKind = 'st' | 'ag' | 'vs' | 'cv' | 'pr' | 'rf' | 'pt' | 'ic' | 'al' | 'ex' | 'nt';
const ID_BYTES = 16;
export const newId = (random: RandomBytes, kind: IdKind): string =>
  `${kind}_${random(ID_BYTES).toString('base64url')}`;

/** An agent who passed the handshake or the cookie check. */
export interface AgentActor {
  kind: 'agent';
  id: string;
  name: string;
  /** Of the peer, for the ledger. */
  address?: string;
}

export interface Deps {
  config: Config;
  clock: Clock;
  random: RandomBytes;
  logger: Logger;
  store: Store;
  log: ConversationLog;
  ledger: Ledger;
  publisher: Publisher;
  keys: Keys;
  load: Load;
  meters: Meters;
  shared: Shared;
  /** What two processes must not do at the same time. */
  turns: Turns;
  /** Origin under which browsers reach this server. Known once it listens. */
  publicUrl(): string;
}

/**
 * What agents may ask about payments, one function a request of the socket. The body has been parsed;
 * who may do what is decided inside. Each refuses by throwing `AppError`.
 */
export interface AgentPayments {
  request(agent: AgentActor, body: Asked.PaymentRequest): Promise<{ paymentId: string }>;
  edit(agent: AgentActor, body: Asked.PaymentEdit): Promise<{ revision: number }>;
  cancel(agent: AgentActor, body: Asked.PaymentRef): Promise<null>;
  approve(agent: AgentActor, body: Asked.PaymentRef): Promise<null>;
  return(agent: AgentActor, body: Asked.PaymentReturn): Promise<{ refundId: string }>;
  history(agent: AgentActor, body: Asked.PaymentRef): Promise<PaymentHistory>;
  list(agent: AgentActor, body: Asked.PaymentsList): Promise<Asked.PaymentsPage>;
  requestRefund(agent: AgentActor, body: Asked.RefundRequest): Promise<{ refundId: string }>;
  approveRefund(agent: AgentActor, body: Asked.RefundRef): Promise<null>;
  cancelRefund(agent: AgentActor, body: Asked.RefundRef): Promise<null>;
  listTemplates(agent: AgentActor, body: Asked.TemplatesList): Promise<SavedTemplates>;
  saveTemplate(agent: AgentActor, body: Asked.TemplateSave): Promise<{ templateId: string }>;
  deleteTemplate(agent: AgentActor, body: Asked.TemplateRef): Promise<null>;
}

/**
 * What `server/payments/payments.ts` gives to `app.ts`, as `createPayments(deps: Deps): Payments`.
 * Chat never imports it; the realtime layer receives `agents` from `app.ts`.
 */
export interface Payments {
  agents: AgentPayments;
  /** Adds its HTTP routes; see `http/merchant-route.ts` and `http/json.ts` for what to use. */
  registerRoutes(app: FastifyInstance): void;
  /** Begins reconciling in the background, once the server listens. */
  start(): void;
  /** Ends background work; resolves when nothing of it still touches the store. */
  close(): Promise<void>;
}
