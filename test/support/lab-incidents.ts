/** The lab's incidents: kept in memory, listed, closed, opened and told as the real server does. */
import type { AgentCard } from '../../protocol/conversations.ts';
import type { IncidentRef, IncidentSummary, IncidentsList } from '../../protocol/incidents.ts';

export interface LabIncidents {
  all: Map<string, IncidentSummary>;
  pageSize: number;
  dropped: number;
  /** New or changed, and told to everyone. */
  put(incident: IncidentSummary): void;
  handlers: Record<string, (body: never) => unknown>;
}

export const incidentId = (name: string): string => `ic_${name.padEnd(22, '0')}`;

export function incidentSummary(
  name: string,
  more: Partial<IncidentSummary> = {},
): IncidentSummary {
  const at = more.lastAt ?? Date.now();
  return {
    id: incidentId(name),
    siteId: 'st_shopshopshopshop1',
    siteName: 'Harbour & Co.',
    kind: 'script_refused',
    subject: 'chat.4be1c0ffee.js',
    release: '1.4.0',
    status: 'open',
    count: 3,
    firstAt: at,
    lastAt: at,
    openedAt: at,
    updatedAt: at,
    pages: [{ page: 'https://shop.example/checkout', count: 3 }],
    browsers: [{ browser: 'Chrome 156', count: 3 }],
    ...more,
  };
}

/** @param by who closes them */
export function createLabIncidents(
  by: AgentCard,
  tell: (fact: IncidentSummary) => void,
): LabIncidents {
  const all = new Map<string, IncidentSummary>();
  const put = (incident: IncidentSummary) => {
    all.set(incident.id, incident);
    tell(incident);
  };
  const get = (id: string): IncidentSummary => {
    const found = all.get(id);
    if (!found) throw new Error(`no incident ${id}`);
    return found;
  };
  const lab: LabIncidents = {
    all,
    put,
    pageSize: 50,
    dropped: 0,
    handlers: {
      'incidents:list': ({ status, before }: IncidentsList) => {
        const lines = [...all.values()]
          .filter((one) => status === undefined || one.status === status)
          .sort((a, b) => b.lastAt - a.lastAt)
          .filter((one) => !before || one.lastAt < before.lastAt);
        const { pageSize, dropped } = lab;
        return { incidents: lines.slice(0, pageSize), more: lines.length > pageSize, dropped };
      },
      'incident:close': ({ incidentId: id }: IncidentRef) => {
        const closed = { at: Date.now(), by };
        put({ ...get(id), status: 'closed', updatedAt: Date.now(), closed });
        return null;
      },
      'incident:reopen': ({ incidentId: id }: IncidentRef) => {
        const { closed: _, ...rest } = get(id);
        put({ ...rest, status: 'open', updatedAt: Date.now(), openedAt: Date.now() });
        return null;
      },
    },
  };
  return lab;
}
