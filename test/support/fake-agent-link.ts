/**
 * An `AgentLink` for unit tests whose answers come when the test says so: each request waits in
 * `asked` until it is answered, so that every order of answers and facts can be played.
 */
import { type Signal, signal } from '@preact/signals';
import type { AgentLink, LinkState } from '../../console/models/link.ts';
import type { Outcome } from '../../protocol/errors.ts';

export interface Asked {
  name: string;
  body: Record<string, unknown>;
  answer(outcome: Outcome<unknown>): Promise<void>;
}

export interface FakeLink extends AgentLink {
  readonly state: Signal<LinkState>;
  asked: Asked[];
  told: { name: string; body: unknown }[];
  /** Takes the oldest waiting request of that name. */
  next(name: string): Asked;
  fact(name: string, fact: unknown): void;
  connect(): void;
}

export function createFakeLink(): FakeLink {
  const state = signal<LinkState>('online');
  const listeners = new Map<string, Set<(fact: never) => void>>();
  const connects = new Set<() => void>();
  const asked: Asked[] = [];
  const told: FakeLink['told'] = [];
  return {
    state,
    words: signal<string | null>(null),
    asked,
    told,
    request: (name, body) =>
      new Promise((resolve) => {
        asked.push({
          name,
          body: body as Record<string, unknown>,
          async answer(outcome) {
            resolve(outcome as Parameters<typeof resolve>[0]);
            // What follows from the answer happens in microtasks.
            for (let turn = 0; turn < 10; turn++) await Promise.resolve();
          },
        });
      }),
    tell: (name, body) => void told.push({ name, body }),
    on(name, receive) {
      const set = listeners.get(name) ?? new Set();
      listeners.set(name, set.add(receive as (fact: never) => void));
      return () => set.delete(receive as (fact: never) => void);
    },
    onConnect(run) {
      connects.add(run);
      return () => connects.delete(run);
    },
    next(name) {
      const index = asked.findIndex((request) => request.name === name);
      const [request] = index < 0 ? [] : asked.splice(index, 1);
      if (!request) throw new Error(`nobody asked ${name}`);
      return request;
    },
    fact(name, fact) {
      for (const receive of listeners.get(name) ?? []) receive(fact as never);
    },
    connect() {
      state.value = 'online';
      for (const run of connects) run();
    },
    close() {},
  };
}
