/**
 * Sending a form exactly once. One `clientId` per opening, so that a second try after a lost answer
 * is the first one again [PAY-3] [PAY-9]. While the outcome is unknown the fields are locked: the
 * server would answer a changed form with what it did first.
 */
import { type ReadonlySignal, signal } from '@preact/signals';
import type { Outcome } from '../../protocol/errors.ts';
import { isUncertain } from './link.ts';

export interface Submission {
  readonly phase: ReadonlySignal<'editing' | 'sending' | 'unknown'>;
  /** Why it was refused, for a person. */
  readonly refusal: ReadonlySignal<string | null>;
  readonly locked: () => boolean;
  /** Something was changed: what was refused before says nothing about it. */
  changed(): void;
  /** @returns whether it was accepted. */
  run<T>(send: (clientId: string) => Promise<Outcome<T>>): Promise<boolean>;
}

export function createSubmission(newClientId: () => string): Submission {
  const phase = signal<'editing' | 'sending' | 'unknown'>('editing');
  const refusal = signal<string | null>(null);
  let clientId = newClientId();
  return {
    phase,
    refusal,
    locked: () => phase.peek() !== 'editing',
    changed() {
      refusal.value = null;
    },
    async run(send) {
      if (phase.peek() === 'sending') return false;
      phase.value = 'sending';
      refusal.value = null;
      const answer = await send(clientId);
      if (answer.ok) return true;
      refusal.value = answer.error.message;
      const unknown = isUncertain(answer.error.code);
      phase.value = unknown ? 'unknown' : 'editing';
      if (!unknown) clientId = newClientId();
      return false;
    },
  };
}
