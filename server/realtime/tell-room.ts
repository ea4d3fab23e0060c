/**
 * A fact to everybody of this process who is in a room, the room's members being asked for only once
 * and the fact being written as JSON by whoever tells it: the same for visitors and for agents.
 */
import type { AgentNamespace, VisitorNamespace } from './namespaces.ts';

type Told = Pick<VisitorNamespace | AgentNamespace, 'name' | 'adapter'> & {
  sockets: ReadonlyMap<string, { conn: { write(packet: string): unknown } }>;
};

/** @param fact as JSON */
export function tellRoom(namespace: Told, room: string, event: string, fact: string): void {
  const members = namespace.adapter.rooms.get(room);
  if (!members) return;
  const packet = `2${namespace.name},["${event}",${fact}]`;
  for (const id of members) namespace.sockets.get(id)?.conn.write(packet);
}
