/** What an agent's socket may ask about incidents, each event bound to its action. */
import { IncidentRef, IncidentsList } from '../../protocol/incidents.ts';
import type { AgentRequests } from '../../protocol/sockets.ts';
import type { Deps } from '../deps.ts';
import { listIncidents } from '../incidents/list-incidents.ts';
import { setIncidentStatus } from '../incidents/set-incident-status.ts';
import { type Handlers, handle } from './dispatcher.ts';
import type { AgentSocket } from './namespaces.ts';

type IncidentRequests = Pick<AgentRequests, Extract<keyof AgentRequests, `incident${string}`>>;

export const incidentHandlers = (deps: Deps): Handlers<AgentSocket, IncidentRequests> => ({
  'incidents:list': handle(IncidentsList, (_socket, body) => listIncidents(deps.store.db, body)),
  'incident:close': handle(IncidentRef, (socket: AgentSocket, body) =>
    setIncidentStatus(deps, socket.data.agent, body, 'closed'),
  ),
  'incident:reopen': handle(IncidentRef, (socket: AgentSocket, body) =>
    setIncidentStatus(deps, socket.data.agent, body, 'open'),
  ),
});
