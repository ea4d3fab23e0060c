/** Who is connected, counted when somebody asks. */
import type { Server } from 'socket.io';
import type { Gauge, Reading } from '../metrics/meters.ts';
import type { Namespaces } from './namespaces.ts';
import type { UnreadTotal } from './unread-total.ts';

const TRANSPORTS = ['websocket', 'polling'];

export const connectionGauges = (
  io: Server,
  { visitors, agents }: Namespaces,
  unread: Pick<UnreadTotal, 'bytes'>,
): Gauge[] => [
  {
    name: 'bulkhead_sockets',
    help: 'Sockets that have shown who they are.',
    labels: ['namespace', 'transport'],
    read: () => [...count('visitor', visitors.sockets), ...count('agent', agents.sockets)],
  },
  {
    name: 'bulkhead_connections',
    help: 'Connections, whoever is at their end.',
    read: () => [{ value: io.engine.clientsCount }],
  },
  {
    name: 'bulkhead_unread_bytes',
    help: 'What slow peers have been sent and have not read.',
    read: () => [{ value: unread.bytes() }],
  },
];

interface Counted {
  values(): Iterable<{ conn: { transport: { name: string } } }>;
}

function count(namespace: string, sockets: Counted): Reading[] {
  const counts = new Map(TRANSPORTS.map((transport) => [transport, 0]));
  for (const { conn } of sockets.values()) {
    const { name } = conn.transport;
    counts.set(name, (counts.get(name) ?? 0) + 1);
  }
  return [...counts].map(([transport, value]) => ({ labels: { namespace, transport }, value }));
}
