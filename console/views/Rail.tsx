import type { AgentIdentity } from '../../protocol/http.ts';
import { isOwner } from '../models/permissions.ts';
import {
  exposureAddress,
  INCIDENTS_ADDRESS,
  noticesAddress,
  type Place,
  paymentAddress,
} from '../models/place.ts';
import type { Preferences, Theme } from '../models/preferences.ts';
import { Avatar } from './Avatar.tsx';
import { Icon, type IconName, Mark } from './Icon.tsx';

export interface RailProps {
  agent: AgentIdentity;
  page: Place['page'];
  unread: number;
  /** Payments that somebody has to see to. */
  attention: number;
  /** Whether an incident is open that this agent has not looked at. */
  newIncident: boolean;
  preferences: Preferences;
  onHelp: () => void;
  onSignOut: () => void;
}

const THEMES: readonly (readonly [Theme, string, IconName])[] = [
  ['auto', 'System', 'screen'],
  ['light', 'Light', 'sun'],
  ['dark', 'Dark', 'moon'],
];

function ThemeChoice({ preferences }: { preferences: Preferences }) {
  return (
    <fieldset class="theme-choice">
      <legend>Appearance</legend>
      <div class="segments">
        {THEMES.map(([theme, label, icon]) => (
          <button
            key={theme}
            type="button"
            class="segment"
            aria-pressed={preferences.theme.value === theme}
            onClick={() => {
              preferences.theme.value = theme;
            }}
          >
            <Icon name={icon} />
            {label}
          </button>
        ))}
      </div>
    </fieldset>
  );
}

export function Rail(props: RailProps) {
  const { agent, page, unread, attention, newIncident, preferences, onHelp, onSignOut } = props;
  const { sound } = preferences;
  return (
    <nav class="rail" aria-label="Console">
      <a class="rail-mark" href="#/" aria-label="Bulkhead">
        <Mark />
      </a>
      <a class="rail-item" href="#/" aria-current={page === 'inbox' ? 'page' : undefined}>
        <Icon name="inbox" />
        <span class="rail-label">Inbox</span>
        {unread > 0 && <span class="rail-dot" aria-hidden="true" />}
      </a>
      <a
        class="rail-item"
        href={paymentAddress(null)}
        aria-current={page === 'payments' ? 'page' : undefined}
      >
        <Icon name="card" />
        <span class="rail-label">Payments</span>
        {attention > 0 && (
          <span class="rail-count">
            {attention > 9 ? '9+' : attention}
            <span class="visually-hidden">
              {attention === 1 ? ' needs attention' : ' need attention'}
            </span>
          </span>
        )}
      </a>
      <a
        class="rail-item"
        href={INCIDENTS_ADDRESS}
        aria-current={page === 'incidents' ? 'page' : undefined}
      >
        <Icon name="alert" />
        <span class="rail-label">Incidents</span>
        {newIncident && (
          <span class="rail-dot rail-dot-bad">
            <span class="visually-hidden">new</span>
          </span>
        )}
      </a>
      {isOwner(agent) && (
        <a
          class="rail-item"
          href={exposureAddress()}
          aria-current={page === 'exposure' ? 'page' : undefined}
        >
          <Icon name="shield" />
          <span class="rail-label">Exposure</span>
        </a>
      )}
      <a
        class="rail-item"
        href={noticesAddress()}
        aria-current={page === 'notices' ? 'page' : undefined}
      >
        <Icon name="info" />
        <span class="rail-label">Notices</span>
      </a>
      <span class="rail-space" />
      <button type="button" class="rail-item rail-help" onClick={onHelp}>
        <Icon name="keyboard" />
        <span class="rail-label">Keys</span>
      </button>
      <button
        type="button"
        class="rail-agent"
        popovertarget="account-menu"
        aria-label={`Account of ${agent.name}`}
      >
        <Avatar id={agent.id} name={agent.name} />
      </button>
      <div class="menu" id="account-menu" popover="auto">
        <div class="menu-person">
          <Avatar id={agent.id} name={agent.name} />
          <p>
            <strong>{agent.name}</strong>
            <span>{agent.email}</span>
          </p>
        </div>
        <ThemeChoice preferences={preferences} />
        <label class="menu-item">
          <Icon name="sound" />
          <span>Sound for new messages</span>
          <input
            type="checkbox"
            class="switch"
            checked={sound.value}
            onChange={(event) => {
              sound.value = event.currentTarget.checked;
            }}
          />
        </label>
        <button type="button" class="menu-item" onClick={onSignOut}>
          <Icon name="signOut" />
          <span>Sign out</span>
        </button>
      </div>
    </nav>
  );
}
