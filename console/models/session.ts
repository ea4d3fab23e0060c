/** Who is signed in. Ends by the agent's own doing or when any answer says `signed_out`. */
import { type ReadonlySignal, signal } from '@preact/signals';
import type { Outcome, Refusal } from '../../protocol/errors.ts';
import type { AgentIdentity } from '../../protocol/http.ts';

export interface AgentApi {
  me(): Promise<Outcome<AgentIdentity>>;
  signIn(email: string, password: string): Promise<Outcome<AgentIdentity>>;
  signOut(): Promise<Outcome<null>>;
}

export type SessionState =
  | { phase: 'checking' }
  | { phase: 'unreachable'; message: string }
  | { phase: 'signed-out'; note: string | null }
  | { phase: 'signed-in'; agent: AgentIdentity };

export interface Session {
  readonly state: ReadonlySignal<SessionState>;
  /** The last e-mail that signed in here, so that only the password is asked for again. */
  readonly lastEmail: ReadonlySignal<string>;
  start(): Promise<void>;
  signIn(email: string, password: string): Promise<Refusal | null>;
  signOut(): Promise<void>;
  /** After a connect: name, role, colleagues and settings may have changed meanwhile. */
  check(): Promise<void>;
  /** The server no longer knows this session. */
  end(): void;
}

/** @param forget takes away what is kept of an agent who signs out */
export function createSession(
  api: AgentApi,
  forget: (agentId: string) => void = () => {},
): Session {
  const state = signal<SessionState>({ phase: 'checking' });
  const lastEmail = signal('');

  const enter = (agent: AgentIdentity) => {
    lastEmail.value = agent.email;
    state.value = { phase: 'signed-in', agent };
  };

  return {
    state,
    lastEmail,
    async start() {
      state.value = { phase: 'checking' };
      const answer = await api.me();
      if (answer.ok) enter(answer.data);
      else if (answer.error.code === 'signed_out')
        state.value = { phase: 'signed-out', note: null };
      else state.value = { phase: 'unreachable', message: answer.error.message };
    },
    async signIn(email, password) {
      const answer = await api.signIn(email.trim(), password);
      if (!answer.ok) return answer.error;
      enter(answer.data);
      return null;
    },
    async signOut() {
      const signedIn = state.peek();
      await api.signOut();
      // Drafts and unsent messages are nobody else's, on a computer that others use too.
      if (signedIn.phase === 'signed-in') forget(signedIn.agent.id);
      state.value = { phase: 'signed-out', note: null };
    },
    async check() {
      const answer = await api.me();
      const now = state.peek();
      if (now.phase !== 'signed-in' || !answer.ok || answer.data.id !== now.agent.id) return;
      // The same one again would be a new desk for nothing.
      if (JSON.stringify(answer.data) !== JSON.stringify(now.agent)) enter(answer.data);
    },
    end() {
      if (state.peek().phase !== 'signed-in') return;
      state.value = {
        phase: 'signed-out',
        note: 'Your session has ended. Sign in again; your drafts are kept.',
      };
    },
  };
}
