/** The tables that the loader holds against what it is told; a test holds them against `protocol/`. */
import type { Leaf } from './shape.ts';

const FLAG = /^boolean/ as Leaf<boolean>;
const COUNT = /^number\d{1,15}$/ as Leaf<number>;

export const KEPT = {
  draft: /^string.{0,4000}$/s,
  outbox: [{ clientId: /^string[\w-]{16,64}$/, text: /^string.{1,4000}$/s }, 20],
} as const;

/** What the frame may say through the port, by verb [PORT-2]. */
export const VERBS = {
  /** This version, and no other [VER-1]. */
  hello: { protocol: /^number1$/ as Leaf<number> },
  ready: {},
  close: {},
  ticket: {},
  /** For the badge: 0 to 99. */
  unread: { count: /^number\d\d?$/ as Leaf<number> },
  conversation: { open: FLAG },
  keep: KEPT,
  pay: {
    shown: {
      paymentId: /^string\w\w_[\w-]{16,40}$/,
      amountMinor: /^number[1-9]\d{0,11}$/ as Leaf<number>,
      currency: /^string[A-Z]{3}$/,
      description: /^string.{1,200}$/s,
    },
  },
  event: { name: /^stringmessage:(sent|received)$/ },
} as const;

/** A link that the frame asks for [PORT-3]. Without white space, a URL's scheme is what it begins with. */
export const LINK = { bulkhead: /^stringopen$/, url: /^stringhttps?:\/\/\S{1,2000}$/i };

/** The visitor's bearer token [AUTH-1]; empty when there is none yet. */
const TOKEN = /^string(bv1\.[\w.-]{40,160})?$/;

export const SESSION = { token: TOKEN, ticket: /^string\S+$/ };
export const NAME = /^string.{1,80}$/;
export const EMAIL = /^string\S{3,254}$/;
export const SITE = { name: NAME, color: /^string#[0-9a-f]{6}$/, greeting: /^string.{0,300}$/s };
export const REFUSAL = {
  error: {
    code: /^string\w+$/,
    message: /^string./,
    /** Not always there. */
    retryAfterMs: /^[nu]/ as Leaf<number | undefined>,
  },
};

/** The record that the loader keeps of a visitor, in storage that any script can write to. */
export const MEMORY = {
  ...KEPT,
  token: TOKEN,
  /** Whether an open conversation waits, so that this page connects by itself [PORT-5]. */
  conversation: FLAG,
  /** When the panel was last open, in milliseconds since the epoch; 0 after it was closed. */
  openAt: COUNT,
} as const;
