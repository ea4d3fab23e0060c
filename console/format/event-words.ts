import type { EventEntry } from '../../protocol/entries.ts';

/** @returns what happened, as the agent `meId` reads it. */
export function eventWords({ event, author, agent }: EventEntry, meId: string): string {
  const who = author.id === meId ? 'You' : (author.name ?? 'The visitor');
  switch (event) {
    case 'assigned':
      if (agent && agent.id === author.id) return `${who} took this conversation`;
      return `${who} assigned this to ${agent?.id === meId ? 'you' : (agent?.name ?? 'an agent')}`;
    case 'unassigned':
      return `${who} removed the assignment`;
    case 'resolved':
      return `${who} resolved this conversation`;
    case 'reopened':
      return author.kind === 'agent'
        ? `${who} reopened this conversation`
        : 'Reopened by a new message';
  }
}
