/** Starts the console: session -> desk -> views. Only here the parts meet the browser. */
import { effect, signal } from '@preact/signals';
import { render } from 'preact';
import { agentApi, reportsApi } from './adapter/agent-api.ts';
import { chime } from './adapter/chime.ts';
import { createSocketLink } from './adapter/socket-link.ts';
import { createWebKeep } from './adapter/web-keep.ts';
import { createDesk, type Desk } from './desk.ts';
import { createPatientLink } from './models/patient-link.ts';
import { createPreferences } from './models/preferences.ts';
import { createSession } from './models/session.ts';
import './styles/tokens.css';
import './styles/base.css';
import './styles/controls.css';
import './styles/marks.css';
import './styles/sign-in.css';
import './styles/desk.css';
import './styles/menu.css';
import './styles/list.css';
import './styles/conversation.css';
import './styles/log.css';
import './styles/payment.css';
import './styles/payments.css';
import './styles/payments-table.css';
import './styles/payment-panel.css';
import './styles/incidents.css';
import './styles/exposure.css';
import './styles/notices.css';
import './styles/composer.css';
import './styles/details.css';
import './styles/dialog.css';
import './styles/order.css';
import './styles/motion.css';
import { App } from './views/App.tsx';

const PAGE_NAMES = {
  inbox: 'Inbox',
  payments: 'Payments',
  incidents: 'Incidents',
  exposure: 'Exposure',
  notices: 'Notices',
} as const;

const preferences = createPreferences(createWebKeep(() => localStorage));
const keep = createWebKeep(() => sessionStorage);
const session = createSession(agentApi, keep.forget);
const desk = signal<Desk | null>(null);

effect(() => {
  document.documentElement.dataset.theme = preferences.theme.value;
});

// A desk lives as long as its session.
effect(() => {
  const state = session.state.value;
  if (state.phase !== 'signed-in') return;
  const link = createPatientLink(createSocketLink({ onSignedOut: session.end }));
  const current = createDesk({
    agent: state.agent,
    link,
    reports: reportsApi,
    keep,
    onVisitorMessage: () => preferences.sound.peek() && chime(),
  });
  let connects = 0;
  // Who was signed in a moment ago is known already.
  const stop = link.onConnect(() => void (connects++ && session.check()));
  desk.value = current;
  return () => {
    desk.value = null;
    stop();
    current.close();
  };
});

effect(() => {
  const unread = desk.value?.inbox.unread.value ?? 0;
  const page = PAGE_NAMES[desk.value?.place.value.page ?? 'inbox'];
  document.title = `${unread ? `(${unread}) ` : ''}${desk.value ? page : 'Sign in'} · Bulkhead`;
});

const root = document.getElementById('console');
if (root) render(<App session={session} desk={desk} preferences={preferences} />, root);
void session.start();
