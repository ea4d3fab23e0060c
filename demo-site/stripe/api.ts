/**
 * The HTTP side of the API: forms in, JSON out, keys, idempotency, `expand`, CORS,
 * errors, and the outages that tests ask for.
 */
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { StripeApiError } from './api-error.ts';
import { type Call, registerApiRoutes } from './api-routes.ts';
import { authenticate, type Keys } from './authentication.ts';
import { API_VERSION, type Context } from './context.ts';
import { expand } from './expand.ts';
import { decodeForm, type FormRecord, readList, readString } from './form.ts';
import type { Answer, IdempotencyStore } from './idempotency.ts';
import { createId } from './object-store.ts';

/**
 * `unreachable`: the connection breaks before anything happens.
 * `reply-lost`: it breaks after the request was carried out, so the caller cannot know.
 * `refusing`: HTTP 403, as for a key without the permission.
 * `failing`: HTTP 500.
 * `failing-stored`: HTTP 500, nothing done, and the idempotency key answers so from then on.
 * `failing-acted`: the same, after the request was carried out.
 */
export type Availability =
  | 'available'
  | 'unreachable'
  | 'reply-lost'
  | 'refusing'
  | 'failing'
  | 'failing-stored'
  | 'failing-acted';

export interface RecordedRequest {
  method: string;
  path: string;
  caller: 'secret' | 'publishable' | undefined;
  account: string | undefined;
  idempotencyKey: string | undefined;
  status: number;
}

export interface ApiOptions {
  context: Context;
  keys: Keys;
  /** Asked once for each request. */
  availability: (method: string, path: string) => Availability;
  idempotency: IdempotencyStore;
  record: (request: RecordedRequest) => void;
}

/** Fields that say who calls and how, not what. */
const ENVELOPE = ['key', '_stripe_account', '_stripe_version', 'is_stripe_sdk'];

export function registerApi(app: FastifyInstance, options: ApiOptions): void {
  const { idempotency } = options;

  app.addContentTypeParser(
    'application/x-www-form-urlencoded',
    { parseAs: 'string' },
    (_request, body, done) => done(null, decodeForm(String(body))),
  );
  app.options('/v1/*', (_request, reply) => {
    allowAnyOrigin(reply)
      .header('Access-Control-Allow-Methods', 'GET, POST')
      .header('Access-Control-Allow-Headers', 'authorization, content-type, stripe-account')
      .code(204)
      .send();
  });
  app.setNotFoundHandler((request, reply) => {
    const { pathname } = new URL(request.url, 'http://stand-in');
    const message = `Unrecognized request URL (${request.method}: ${pathname}).`;
    reply.code(404).send({ error: { type: 'invalid_request_error', message } });
  });
  registerApiRoutes((method, path, handler) => {
    app.route({
      method,
      url: path,
      handler: (request, reply) => answer(request, reply, handler),
    });
  }, options.context);

  async function answer(
    request: FastifyRequest,
    reply: FastifyReply,
    handler: (call: Call) => object,
  ): Promise<FastifyReply> {
    const recorded = toRecorded(request);
    const availability = options.availability(recorded.method, recorded.path);
    if (availability === 'unreachable') return breakConnection(reply);
    const fields = fieldsOf(request);
    if ('key' in fields) await pause(options.context.timing.browserLatencyMs);
    const { status, body, replayed } =
      availability === 'failing' || availability === 'refusing'
        ? { ...(availability === 'failing' ? SERVER_ERROR : PERMISSION_ERROR), replayed: false }
        : perform(request, fields, { recorded, handler, availability });
    options.record({ ...recorded, status });
    if (availability === 'reply-lost') return breakConnection(reply);
    const version = request.headers['stripe-version'] ?? API_VERSION;
    if (replayed) reply.header('Idempotent-Replayed', 'true');
    if (recorded.idempotencyKey) reply.header('Idempotency-Key', recorded.idempotencyKey);
    return allowAnyOrigin(reply)
      .code(status)
      .header('Request-Id', createId('req', 14))
      .header('Stripe-Version', version)
      .header('Cache-Control', 'no-store')
      .send(body);
  }

  function perform(
    request: FastifyRequest,
    fields: FormRecord,
    { recorded, handler, availability }: Performance,
  ): Answer & { replayed: boolean } {
    try {
      const caller = authenticate(options.keys, {
        authorization: request.headers.authorization,
        key: readString(fields, 'key'),
        connectedAccount:
          header(request, 'stripe-account') ?? readString(fields, '_stripe_account'),
      });
      recorded.caller = caller.kind;
      recorded.account = caller.account;
      for (const name of ENVELOPE) delete fields[name];
      const key = request.method === 'POST' ? recorded.idempotencyKey : undefined;
      const scoped = key && `${caller.account}:${key}`;
      const fingerprint = `${request.method} ${request.url} ${JSON.stringify(fields)}`;
      const kept = scoped ? idempotency.recall(scoped, fingerprint) : undefined;
      if (kept) return { ...kept, replayed: true };
      const fresh = faulty(availability, () =>
        run(handler, { caller, form: fields, id: pathId(request) }),
      );
      if (scoped) idempotency.remember(scoped, fingerprint, fresh);
      return { ...fresh, replayed: false };
    } catch (error) {
      return { ...toAnswer(error), replayed: false };
    }
  }

  function run(handler: (call: Call) => object, call: Call): Answer {
    try {
      const paths = readList(call.form, 'expand');
      return { status: 200, body: expand(options.context.store, handler(call), paths) };
    } catch (error) {
      return toAnswer(error);
    }
  }
}

interface Performance {
  recorded: RecordedRequest;
  handler: (call: Call) => object;
  availability: Availability;
}

const SERVER_ERROR: Answer = {
  status: 500,
  body: { error: { type: 'api_error', message: 'An unknown error occurred.' } },
};

/** https://docs.stripe.com/keys/restricted-api-keys: a key that may not do this. */
const PERMISSION_ERROR: Answer = {
  status: 403,
  body: {
    error: {
      type: 'invalid_request_error',
      code: 'more_permissions_required',
      message: 'The provided key does not have the required permissions for this endpoint.',
    },
  },
};

function faulty(availability: Availability, act: () => Answer): Answer {
  if (availability === 'failing-stored') return SERVER_ERROR;
  const answer = act();
  return availability === 'failing-acted' ? SERVER_ERROR : answer;
}

function toAnswer(error: unknown): Answer {
  if (!(error instanceof StripeApiError)) throw error;
  return { status: error.status, body: { error: error.body } };
}

function toRecorded(request: FastifyRequest): RecordedRequest {
  return {
    method: request.method,
    path: request.url.split('?')[0] ?? request.url,
    caller: undefined,
    account: undefined,
    idempotencyKey: header(request, 'idempotency-key'),
    status: 0,
  };
}

function fieldsOf(request: FastifyRequest): FormRecord {
  const query = decodeForm(request.url.split('?')[1] ?? '');
  const body = request.body as FormRecord | undefined;
  return Object.assign(query, body);
}

function pathId(request: FastifyRequest): string {
  return String(Reflect.get(Object(request.params), 'id') ?? '');
}

function header(request: FastifyRequest, name: string): string | undefined {
  const value = request.headers[name];
  return Array.isArray(value) ? value[0] : value;
}

function allowAnyOrigin(reply: FastifyReply): FastifyReply {
  return reply.header('Access-Control-Allow-Origin', '*');
}

function breakConnection(reply: FastifyReply): FastifyReply {
  reply.hijack();
  reply.raw.destroy();
  return reply;
}

function pause(delayMs: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, delayMs));
}
