/** A man in the middle between the clients and the checker's eyes, who makes a good server a bad one. */
import type { Outcome } from './outcome.ts';

export interface Message {
  namespace: '/visitor' | '/agent';
  event: string;
  body: unknown;
}

export interface Tampering {
  /** @returns the body that goes out in its place */
  request(message: Message): unknown;
  /** @returns the answer as the client gets to see it */
  answer(asked: Message, outcome: Outcome): Outcome;
  /** @returns what arrives in its place: nothing, one fact or several of the same event */
  fact(message: Message): readonly unknown[];
}
