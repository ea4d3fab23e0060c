/** A desk's part after a breach: who was exposed, and what they are told. Has no DOM. */
import type { AgentIdentity } from '../protocol/http.ts';
import { createExposure, type Exposure, type ReportsApi } from './models/exposure.ts';
import type { AgentLink } from './models/link.ts';
import { createNotices, type Notices } from './models/notices.ts';
import { isOwner } from './models/permissions.ts';
import type { Place } from './models/place.ts';

export interface BreachDesk {
  readonly exposure: Exposure;
  readonly notices: Notices;
  go(place: Place): void;
  /** After every connect. */
  refresh(): void;
  close(): void;
}

export function createBreachDesk(
  agent: AgentIdentity,
  link: AgentLink,
  reports: ReportsApi,
): BreachDesk {
  const exposure = createExposure(reports, Date.now);
  const notices = createNotices({ link, reports, agent, now: Date.now });
  const stop = link.on('notice:changed', notices.apply);
  return {
    exposure,
    notices,
    go({ page, subject }) {
      if (page === 'exposure' && isOwner(agent)) void exposure.show(subject);
      if (page === 'notices') void notices.show(subject);
    },
    refresh() {
      exposure.refresh();
      void notices.refresh();
    },
    close: stop,
  };
}
