import { useEffect, useRef, useState } from 'preact/hooks';
import type { Refusal } from '../../protocol/errors.ts';
import { waitingTime } from '../format/times.ts';
import { Icon, Mark } from './Icon.tsx';

export interface SignInProps {
  note: string | null;
  email: string;
  onSignIn: (email: string, password: string) => Promise<Refusal | null>;
}

/** @returns milliseconds until `until`, counted down by the second. */
function useCountdown(until: number): number {
  const [now, setNow] = useState(Date.now);
  useEffect(() => {
    if (until <= Date.now()) return;
    setNow(Date.now());
    const timer = setInterval(() => setNow(Date.now()), 1000);
    return () => clearInterval(timer);
  }, [until]);
  return Math.max(0, until - now);
}

export function SignIn({ note, email, onSignIn }: SignInProps) {
  const [refusal, setRefusal] = useState<Refusal | null>(null);
  const [blockedUntil, setBlockedUntil] = useState(0);
  const [busy, setBusy] = useState(false);
  const password = useRef<HTMLInputElement>(null);
  const waiting = useCountdown(blockedUntil);

  async function submit(event: SubmitEvent) {
    event.preventDefault();
    if (busy || waiting > 0 || !(event.currentTarget instanceof HTMLFormElement)) return;
    const form = new FormData(event.currentTarget);
    setBusy(true);
    const refused = await onSignIn(String(form.get('email')), String(form.get('password')));
    if (!refused) return;
    setBusy(false);
    setRefusal(refused);
    setBlockedUntil(refused.retryAfterMs ? Date.now() + refused.retryAfterMs : 0);
    password.current?.select();
  }

  const wrong = refusal?.code === 'credentials_wrong';
  return (
    <main class="sign-in">
      <form class="sign-in-card" onSubmit={submit}>
        <div class="sign-in-brand">
          <Mark />
          <span>Bulkhead</span>
        </div>
        <h1>Sign in to the console</h1>
        <p class="sign-in-lead">Answer your visitors and take payments in the conversation.</p>
        {note && !refusal && <p class="notice notice-info">{note}</p>}
        {refusal && (
          <p class="notice notice-bad">
            <Icon name="warning" />
            <span>
              <span role="alert">{refusal.message}</span>{' '}
              {waiting > 0 && (
                // Beside the alert: inside, it would be read out every second.
                <span role="timer">You can try again in {waitingTime(waiting)}.</span>
              )}
            </span>
          </p>
        )}
        <label class="field">
          <span class="field-label">Email</span>
          <input
            class="input"
            name="email"
            type="email"
            autocomplete="username"
            required
            defaultValue={email}
            autofocus={!email}
            aria-invalid={wrong}
          />
        </label>
        <label class="field">
          <span class="field-label">Password</span>
          <input
            ref={password}
            class="input"
            name="password"
            type="password"
            autocomplete="current-password"
            required
            autofocus={email !== ''}
            aria-invalid={wrong}
          />
        </label>
        <button
          type="submit"
          class="button button-primary button-wide"
          disabled={busy || waiting > 0}
        >
          {busy ? 'Signing in…' : 'Sign in'}
        </button>
      </form>
      <p class="sign-in-foot">
        <Icon name="shield" /> Card numbers never reach this console.
      </p>
    </main>
  );
}
