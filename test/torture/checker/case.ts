/**
 * The judge of one conversation, written from PROTOCOL.md and from nothing of the server's. It is told
 * whatever any client sent, was acknowledged, saw live or read, and holds it against the first that
 * was known of the same entry. Forgotten once the conversation is over and was read whole from both
 * sides; a digest is kept, for the end of the run.
 */
import { createHash } from 'node:crypto';
import type { Finding, FindingKind } from './findings.ts';
import type { History } from './history.ts';
import type { Page, Seen, Sent } from './seen.ts';
import { contentOf, isOwnOf } from './seen.ts';

export interface Eyes {
  side: 'visitor' | 'agent';
  name: string;
}
export interface Ack {
  conversationId: string;
  seq: number;
  at: number;
}
/** What was known when a page was asked for; whatever comes back must have it. */
export interface Floor {
  seq: number;
  reads: Readonly<Reads>;
}
export interface Reads {
  visitor: number;
  agent: number;
}
export interface Asked {
  after?: number;
  before?: number;
  floor: Floor;
}

interface Said extends Sent {
  /** Everything up to here was in the log before this was first sent. */
  above: number;
  ack?: Ack;
}

export interface Case {
  readonly index: number;
  readonly history: History;
  /** `null` until somebody was told. */
  id(): string | null;
  ackedCount(): number;
  /** Once for each line, before it is first sent. */
  sending(clientId: string, sent: Sent): void;
  acked(clientId: string, ack: Ack): void;
  /** A fact that was told. */
  saw(eyes: Eyes, entry: Seen): void;
  floor(): Floor;
  readPage(eyes: Eyes, asked: Asked, page: Page): void;
  sawReads(eyes: Eyes, floor: Floor, reads: Reads): void;
  /** `read:mark` was accepted. */
  marked(side: keyof Reads, seq: number): void;
  report(kind: FindingKind, words: string, ...about: (string | number)[]): void;
  /** Both sides have read everything, forwards from the beginning. @returns how long the log is */
  close(logs: { visitor: readonly Seen[]; agent: readonly Seen[] }): number;
}

export function createCase(
  index: number,
  history: History,
  onFinding: (finding: Finding) => void,
  /** Of a conversation that is known already, and of which only pages are judged. */
  knownId: string | null = null,
): Case {
  const said = new Map<string, Said>();
  const entries = new Map<number, Seen>();
  const places = new Map<string, number>();
  const reads: Reads = { visitor: 0, agent: 0 };
  let id = knownId;
  let known = 0;
  let acks = 0;

  const report: Case['report'] = (kind, words, ...about) => {
    const refs = new Set(about);
    for (const one of about) {
      const other = typeof one === 'string' ? places.get(one) : entries.get(one)?.clientId;
      if (other !== undefined) refs.add(other);
    }
    onFinding({ kind, conversation: index, words, history: history.about(refs) });
  };

  function isHere(conversationId: string, whose: string): boolean {
    id ??= conversationId;
    if (id === conversationId) return true;
    report('leak', `${whose}: ${conversationId} in place of ${id}`);
    return false;
  }

  /** One entry has one place, and one place has one entry. */
  function take(clientId: string, seq: number, whose: string): void {
    const before = places.get(clientId);
    if (before !== undefined && before !== seq) {
      report('doubled', `${whose}: ${clientId} at ${seq} and at ${before}`, clientId, seq, before);
      return;
    }
    places.set(clientId, seq);
    const above = said.get(clientId)?.above ?? 0;
    if (seq <= above) {
      const words = `${whose}: ${clientId} at ${seq}, sent when the log had reached ${above}`;
      report('disordered', words, clientId, seq, above);
    }
  }

  function check(eyes: Eyes, entry: Seen): void {
    const { seq } = entry;
    if (!isHere(entry.conversationId, eyes.name)) return;
    const isHidden = eyes.side === 'visitor' && !isOwnOf(entry);
    if (isHidden) report('leak', `${eyes.name} saw ${JSON.stringify(entry)}`, seq);
    else if (!Number.isInteger(seq) || seq < 1) report('gap', `${eyes.name}: seq ${seq}`);
    else compare(eyes, entry);
  }

  /** With what was known of this place before. */
  function compare(eyes: Eyes, entry: Seen): void {
    const { seq } = entry;
    known = Math.max(known, seq);
    const first = entries.get(seq);
    if (first && entry.type === 'hidden') {
      if (first.type !== 'note' && first.type !== 'hidden') {
        report('altered', `${eyes.name}: a ${first.type} is hidden at ${seq}`, seq);
      }
      return;
    }
    if (!first || first.type === 'hidden') {
      meet(eyes, entry, first);
      return;
    }
    const [before, now] = [contentOf(first), contentOf(entry)];
    if (before === now) return;
    const kind = first.clientId === entry.clientId ? 'altered' : 'disordered';
    report(kind, `${eyes.name} at ${seq}: ${now}, and not ${before}`, seq, entry.clientId ?? seq);
  }

  /** The first time that somebody sees what stands there. */
  function meet(eyes: Eyes, entry: Seen, hidden: Seen | undefined): void {
    const { seq, clientId } = entry;
    entries.set(seq, entry);
    if (hidden && entry.type !== 'note') {
      report('altered', `${eyes.name}: a ${entry.type} was hidden at ${seq}`, seq);
    }
    if (entry.type === 'hidden' || entry.type === 'event') return;
    const sent = clientId === undefined ? undefined : said.get(clientId);
    if (knownId !== null) return;
    if (clientId === undefined || !sent) {
      report('invented', `${eyes.name} at ${seq}: ${contentOf(entry)}`, seq);
      return;
    }
    take(clientId, seq, eyes.name);
    const isSame =
      entry.text === sent.text &&
      entry.type === sent.type &&
      entry.author?.kind === sent.by &&
      entry.redacted === undefined;
    if (!isSame) {
      report('altered', `${eyes.name} at ${seq}: ${contentOf(entry)}, sent ${sent.text}`, seq);
    }
    if (sent.ack && entry.at !== sent.ack.at) {
      report('altered', `${eyes.name} at ${seq}: at ${entry.at}, acked ${sent.ack.at}`, seq);
    }
  }

  /** @returns the digest's line of each entry, as agents see it */
  function readWhole(name: string, log: readonly Seen[]): void {
    log.forEach(({ seq }, place) => {
      if (seq !== place + 1) report('gap', `${name}: ${seq} stands at place ${place + 1}`, seq);
    });
    const found = new Map<string, number>();
    for (const { clientId, seq } of log) {
      if (clientId === undefined) continue;
      const before = found.get(clientId);
      if (before !== undefined) {
        report('doubled', `${name}: ${clientId} at ${before} and ${seq}`, clientId, seq);
      }
      found.set(clientId, seq);
    }
    for (const [clientId, { ack, type }] of said) {
      if (!ack || (type === 'note' && name === 'visitor')) continue;
      const seq = found.get(clientId);
      if (seq === undefined) report('lost', `${name}: ${clientId}, acked at ${ack.seq}`, clientId);
      else if (seq !== ack.seq) {
        const words = `${name}: ${clientId} at ${seq}, acked at ${ack.seq}`;
        report('disordered', words, clientId, seq, ack.seq);
      }
    }
  }

  return {
    index,
    history,
    id: () => id,
    ackedCount: () => acks,
    report,
    floor: () => ({ seq: known, reads: { ...reads } }),
    sending: (clientId, sent) => void said.set(clientId, { ...sent, above: known }),

    acked(clientId, ack) {
      const sent = said.get(clientId);
      if (!sent || !isHere(ack.conversationId, `the ack of ${clientId}`)) return;
      const { seq } = ack;
      if (sent.ack && (sent.ack.seq !== seq || sent.ack.at !== ack.at)) {
        const words = `${clientId} acked at ${sent.ack.seq}/${sent.ack.at}, then ${seq}/${ack.at}`;
        report('doubled', words, clientId, seq);
        return;
      }
      if (!sent.ack) acks++;
      sent.ack = ack;
      known = Math.max(known, seq);
      take(clientId, seq, 'the ack');
      const there = entries.get(seq);
      if (!there) return;
      if (there.clientId !== clientId && !(there.type === 'hidden' && sent.type === 'note')) {
        report('disordered', `${clientId} acked at ${seq}: ${contentOf(there)}`, clientId, seq);
      } else if (there.type !== 'hidden' && there.at !== ack.at) {
        report('altered', `${clientId} acked ${ack.at}, and stands at ${there.at}`, clientId, seq);
      }
    },

    saw: check,

    readPage(eyes, asked, { entries: page, more }) {
      for (const entry of page) check(eyes, entry);
      const [first, last] = [page[0]?.seq, page.at(-1)?.seq];
      const holes = page.filter((one, at) => at > 0 && one.seq !== (page[at - 1]?.seq ?? 0) + 1);
      for (const { seq } of holes) report('gap', `${eyes.name}: a page has a hole at ${seq}`, seq);
      const { after, before, floor } = asked;
      if (after !== undefined) {
        if (first !== undefined && first !== after + 1) {
          report('gap', `${eyes.name}: after ${after} comes ${first}`, first);
        }
        if (more && last === undefined) report('gap', `${eyes.name}: nothing, and more`);
        if (!more && (last ?? after) < floor.seq) {
          const words = `${eyes.name}: the log ends at ${last ?? after}, and had ${floor.seq}`;
          report('stale', words, floor.seq, last ?? after);
        }
        return;
      }
      const end = before === undefined ? undefined : before - 1;
      if (end !== undefined && end > 0 && last !== end) {
        report('gap', `${eyes.name}: before ${before} comes ${last}`, before ?? 0);
      }
      if (end === undefined && (last ?? 0) < floor.seq) {
        report('stale', `${eyes.name}: the last page ends at ${last}`, floor.seq);
      }
      if (!more && first !== undefined && first !== 1) {
        report('gap', `${eyes.name}: the log begins at ${first}`, first);
      }
    },

    sawReads(eyes, floor, now) {
      for (const side of ['visitor', 'agent'] as const) {
        if (now[side] < floor.reads[side]) {
          const words = `${eyes.name}: the ${side}'s mark at ${now[side]} after ${floor.reads[side]}`;
          report('unread', words);
        }
        reads[side] = Math.max(reads[side], now[side]);
      }
    },

    marked(side, seq) {
      // A mark stops at the end of the log, so only what was known to be there is sure.
      reads[side] = Math.max(reads[side], Math.min(seq, known));
    },

    close(logs) {
      for (const side of ['visitor', 'agent'] as const) {
        for (const entry of logs[side]) check({ side, name: `the ${side}'s last look` }, entry);
        readWhole(side, logs[side]);
      }
      return logs.agent.length;
    },
  };
}

/** Of a log as agents see it, up to a length: something may still come after the last look. */
export function digestOf(log: readonly Seen[], length = log.length): string {
  const hash = createHash('sha256');
  for (const entry of log.slice(0, length)) hash.update(`${entry.seq} ${contentOf(entry)}\n`);
  return hash.digest('base64url');
}
