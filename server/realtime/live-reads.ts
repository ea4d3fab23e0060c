/**
 * What agents are shown without asking: entries of the conversations that they have open, and lines
 * of their lists. Gathered, so that a busy minute is a line of the ledger and not a hundred; the
 * first entry after a quiet while is written at once. Nothing waits for it: a visitor's message must
 * not get slower because somebody reads it.
 */

import type { Ledger } from '../ledger/ledger.ts';
import {
  GATHER_READS_MS,
  type ListName,
  listedEvent,
  type ReadConversation,
  type Reader,
  readEvent,
  type Stretch,
} from '../ledger/readings.ts';
import type { LogEntry } from '../log/publisher.ts';
import type { Clock, Logger } from '../world.ts';
import type { AgentSocket, Namespaces } from './namespaces.ts';

export interface LiveReads {
  /** An entry went to everyone who has its conversation open. */
  received(entry: LogEntry): void;
  /** Lines of a list went to every agent. */
  shown(list: ListName, conversationIds: readonly string[]): void;
  /** Writes what was gathered. */
  close(): Promise<void>;
}

interface Following {
  reader: Reader;
  conversation: ReadConversation;
  /** Received since the last line; null where there is nothing to say yet. */
  stretch: Required<Omit<Stretch, 'live'>> | null;
  dueAt: number;
}
interface Showing {
  reader: Reader;
  list: ListName;
  ids: Set<string>;
  since: number;
  dueAt: number;
}

const LOOK_EVERY_MS = 5000;

export interface LiveReadsDeps {
  ledger: Ledger;
  clock: Clock;
  logger: Logger;
  agents: Namespaces['agents'];
  /** Shorter only in tests. */
  gatherMs?: number;
}

export const readerOf = ({ data }: AgentSocket): Reader => ({
  agentId: data.agent.id,
  ip: data.agent.address ?? '',
});

export function createLiveReads(deps: LiveReadsDeps): LiveReads {
  const { ledger, clock, logger, agents, gatherMs = GATHER_READS_MS } = deps;
  const followings = new Map<string, Following>();
  const showings = new Map<string, Showing>();
  /** Of the conversations that sockets follow: made once for each, as every entry asks for it. */
  const keys = new WeakMap<ReadConversation, string>();
  let writing: Promise<unknown> = Promise.resolve();

  function write(event: Parameters<Ledger['record']>[0]): void {
    const written = ledger.record(event).catch((err: unknown) => {
      logger.error({ err }, 'a reading could not be written down');
    });
    writing = Promise.all([writing, written]);
  }

  function keyOf(socket: AgentSocket, conversation: ReadConversation): string {
    const known = keys.get(conversation);
    if (known !== undefined) return known;
    const { agentId, ip } = readerOf(socket);
    const key = `${agentId} ${ip} ${conversation.id}`;
    keys.set(conversation, key);
    return key;
  }

  function follow(socket: AgentSocket, entry: LogEntry): void {
    const conversation = socket.data.following.get(entry.conversationId);
    if (!conversation) return;
    const { seq } = entry;
    const key = keyOf(socket, conversation);
    const known = followings.get(key);
    if (!known) {
      const reader = readerOf(socket);
      write(readEvent(reader, conversation, { firstSeq: seq, lastSeq: seq, live: true }));
      const dueAt = performance.now() + gatherMs;
      followings.set(key, { reader, conversation, stretch: null, dueAt });
      return;
    }
    known.stretch ??= { firstSeq: seq, lastSeq: seq, since: clock.now() };
    known.stretch.firstSeq = Math.min(known.stretch.firstSeq ?? seq, seq);
    known.stretch.lastSeq = Math.max(known.stretch.lastSeq ?? seq, seq);
  }

  function writeDue(now: number): void {
    for (const [key, following] of followings) {
      if (following.dueAt > now) continue;
      const { reader, conversation, stretch } = following;
      if (stretch) write(readEvent(reader, conversation, { ...stretch, live: true }));
      if (!stretch) followings.delete(key);
      following.stretch = null;
      following.dueAt = now + gatherMs;
    }
    for (const [key, { reader, list, ids, since, dueAt }] of showings) {
      if (dueAt > now) continue;
      write(listedEvent(reader, { list, conversationIds: [...ids], since, live: true }));
      showings.delete(key);
    }
  }

  const looking = setInterval(
    () => writeDue(performance.now()),
    Math.min(LOOK_EVERY_MS, gatherMs),
  ).unref();

  return {
    received(entry) {
      const { author, conversationId } = entry;
      for (const id of agents.adapter.rooms.get(conversationId) ?? []) {
        const socket = agents.sockets.get(id);
        // What somebody wrote is no news to them.
        const isOwn = author.kind === 'agent' && author.id === socket?.data.agent.id;
        if (socket && !isOwn) follow(socket, entry);
      }
    },
    shown(list, conversationIds) {
      for (const socket of agents.sockets.values()) {
        const reader = readerOf(socket);
        const key = `${reader.agentId} ${reader.ip} ${list}`;
        const showing = showings.get(key) ?? {
          reader,
          list,
          ids: new Set(),
          since: clock.now(),
          dueAt: performance.now() + gatherMs,
        };
        showings.set(key, showing);
        for (const id of conversationIds) showing.ids.add(id);
      }
    },
    async close() {
      clearInterval(looking);
      writeDue(Number.POSITIVE_INFINITY);
      await writing;
    },
  };
}
