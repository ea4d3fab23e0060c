import type { ReadonlySignal } from '@preact/signals';
import type { Desk } from '../desk.ts';
import type { Preferences } from '../models/preferences.ts';
import type { Session } from '../models/session.ts';
import { DeskView } from './DeskView.tsx';
import { EmptyState } from './EmptyState.tsx';
import { Mark } from './Icon.tsx';
import { SignIn } from './SignIn.tsx';

export interface AppProps {
  session: Session;
  desk: ReadonlySignal<Desk | null>;
  preferences: Preferences;
}

export function App({ session, desk, preferences }: AppProps) {
  const state = session.state.value;
  if (state.phase === 'signed-in' && desk.value)
    return (
      <DeskView
        desk={desk.value}
        preferences={preferences}
        onSignOut={() => void session.signOut()}
      />
    );
  if (state.phase === 'signed-out')
    return <SignIn note={state.note} email={session.lastEmail.value} onSignIn={session.signIn} />;
  if (state.phase === 'unreachable')
    return (
      <main class="alone">
        <EmptyState picture="storm" title="No connection">
          <p>{state.message}</p>
          <button type="button" class="button button-primary" onClick={() => void session.start()}>
            Try again
          </button>
        </EmptyState>
      </main>
    );
  return (
    <main class="alone" aria-busy="true">
      <div class="splash" role="status">
        <Mark />
        <span class="visually-hidden">Loading</span>
      </div>
    </main>
  );
}
