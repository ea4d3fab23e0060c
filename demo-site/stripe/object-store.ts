/**
 * Everything the stand-in remembers, in memory, each object owned by one Stripe
 * account. What another account owns is answered as if it did not exist.
 */
import { randomInt } from 'node:crypto';
import type Stripe from 'stripe';
import { noSuch } from './api-error.ts';

export type ApiObject =
  | Stripe.PaymentIntent
  | Stripe.PaymentMethod
  | Stripe.Charge
  | Stripe.Refund
  | Stripe.Dispute
  | Stripe.Radar.EarlyFraudWarning
  | Stripe.Event;

export type Kind = ApiObject['object'];
export type OfKind<K extends Kind> = Extract<ApiObject, { object: K }>;

interface Owned {
  account: string;
  object: ApiObject;
}

export interface ObjectStore {
  /** Once for each, when it is made. */
  put<T extends ApiObject>(account: string, object: T): T;
  find<K extends Kind>(kind: K, id: string, account: string): OfKind<K> | undefined;
  /** Throws Stripe's `resource_missing`. */
  get<K extends Kind>(kind: K, id: string, account: string, param?: string): OfKind<K>;
  /** Newest first, as Stripe lists. */
  list<K extends Kind>(kind: K, account: string): OfKind<K>[];
  /** Of every account, oldest first. */
  everything<K extends Kind>(kind: K): OfKind<K>[];
  /** By id alone, whatever its kind: for `expand` and for tests. */
  any(id: string): ApiObject | undefined;
  accountOf(id: string): string | undefined;
}

/** @param now in milliseconds since the epoch; says when each object was made */
export function createObjectStore(now: () => number = Date.now): ObjectStore {
  const byId = new Map<string, Owned>();

  function find<K extends Kind>(kind: K, id: string, account: string): OfKind<K> | undefined {
    const owned = byId.get(id);
    if (owned?.account !== account || !isKind(owned.object, kind)) return undefined;
    return owned.object;
  }

  function everything<K extends Kind>(kind: K): OfKind<K>[] {
    return [...byId.values()].map((owned) => owned.object).filter((object) => isKind(object, kind));
  }

  return {
    find,
    put(account, object) {
      object.created = Math.floor(now() / 1000);
      byId.set(object.id, { account, object });
      return object;
    },
    get(kind, id, account, param) {
      const object = find(kind, id, account);
      if (!object) throw noSuch(kind, id, param);
      return object;
    },
    list: (kind, account) =>
      everything(kind)
        .filter((object) => byId.get(object.id)?.account === account)
        .reverse(),
    everything,
    any: (id) => byId.get(id)?.object,
    accountOf: (id) => byId.get(id)?.account,
  };
}

function isKind<K extends Kind>(object: ApiObject, kind: K): object is OfKind<K> {
  return object.object === kind;
}

const ALPHABET = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz';

export function createId(prefix: string, length = 24): string {
  const characters = Array.from({ length }, () => ALPHABET[randomInt(ALPHABET.length)]);
  return `${prefix}_${characters.join('')}`;
}

export function nowSeconds(): number {
  return Math.floor(Date.now() / 1000);
}
