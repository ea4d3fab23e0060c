/**
 * An agent in the console: signs in, follows the conversations that are handed over, answers, takes
 * notes, resolves now and then, and comes back after each loss with a cursor for each conversation.
 */
import type { Case, Eyes } from '../checker/case.ts';
import type { Seen } from '../checker/seen.ts';
import { mixed } from '../words.ts';
import { isSilence, type Link, openLink, Refused } from './link.ts';
import { createOutbox, type Outbox } from './outbox.ts';
import { backOff, createPatience, isForLater } from './patience.ts';
import { HTTP_TIMEOUT_MS, type Stage } from './stage.ts';
import { createView, readWhole, type View } from './view.ts';

export interface Agent {
  follow(of: Case, quotas: { messages: number; notes: number }): Followed;
  /** The log of any conversation, whole, and nothing of it judged but its pages. */
  read(of: Case): Promise<Seen[]>;
  reload(): void;
  close(): void;
}
export interface Followed {
  /** Says what is left to be said. */
  finish(): Promise<void>;
  lastLook(): Promise<Seen[]>;
  leave(): void;
}

interface Desk {
  of: Case;
  view: View;
  outboxes: Outbox[];
  /** To be heard once something was acknowledged or the link is back. */
  moved(): void;
}

interface AgentOptions {
  stage: Stage;
  name: string;
  email: string;
  password: string;
}

/** Of a visitor's messages, one in so many is answered, and one entry in so many has the rest done. */
const ANSWER_EVERY = 5;
const MARK_EVERY = 40;
const RESOLVE_EVERY = 90;

export function createAgent({ stage, name, email, password }: AgentOptions): Agent {
  const eyes: Eyes = { side: 'agent', name };
  const desks = new Map<string, Desk>();
  let cookie: string | null = null;
  let link: Link | null = null;
  let isReady = false;
  let isClosed = false;
  const patience = createPatience();

  async function signIn(): Promise<string> {
    const answer = await fetch(`${stage.base}/api/agent/sign-in`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', origin: stage.base },
      body: JSON.stringify({ email, password }),
      signal: AbortSignal.timeout(HTTP_TIMEOUT_MS * patience.now()),
    });
    const made = answer.headers.getSetCookie()[0]?.split(';')[0];
    if (!answer.ok || made === undefined) throw new Refused(`sign-in ${answer.status}`);
    return made;
  }

  async function connect(): Promise<Link> {
    cookie ??= await signIn();
    const made = await openLink({
      base: stage.base,
      namespace: '/agent',
      headers: { origin: stage.base, cookie },
      auth: { protocol: 1 },
      tampering: stage.tampering,
      patience: patience.now(),
      onFact(event, body) {
        if (event === 'entry:appended') take(body as Seen);
        else if (event === 'state:stale') void catchUpAll();
      },
    });
    stage.tally.connects++;
    return made;
  }

  function take(entry: Seen): void {
    const desk = desks.get(entry.conversationId);
    if (!desk) return;
    desk.of.history.add(entry.seq, `${name} saw ${entry.type} ${entry.clientId ?? ''}`);
    if (desk.view.take(entry) && isReady && link) void desk.view.catchUp(link);
    if (entry.author?.kind === 'visitor' && link) react(link, desk, entry.seq);
  }

  /** By the place in the log, so that a seed says what is done and not when. */
  function react(now: Link, desk: Desk, seq: number): void {
    const { of } = desk;
    const choice = mixed(stage.seed, of.index, 77, seq);
    if (choice % ANSWER_EVERY === 0) say(now, desk, choice);
    if (choice % MARK_EVERY === 1) void mark(now, desk);
    if (choice % RESOLVE_EVERY === 2) {
      void now.request('conversation:resolve', { conversationId: of.id() });
    }
  }

  function say(now: Link, desk: Desk, choice: number): void {
    const outbox = desk.outboxes[choice % 3 === 0 ? 1 : 0];
    if (!outbox?.say()) return;
    const clientId = outbox.waiting().at(-1);
    if (clientId) void outbox.send(now, clientId).then(desk.moved);
  }

  async function mark(now: Link, { of, view }: Desk): Promise<void> {
    const seq = view.cursor();
    const outcome = await now.request('read:mark', { conversationId: of.id(), seq });
    if (outcome?.ok) of.marked('agent', seq);
  }

  async function resend(now: Link, desk: Desk): Promise<void> {
    for (const outbox of desk.outboxes) {
      for (const clientId of outbox.waiting()) await outbox.send(now, clientId);
    }
    desk.moved();
  }

  /** Several at a time, as a console that shows several. */
  async function catchUpAll(): Promise<void> {
    const now = link;
    if (!now) return;
    const each = desks.values();
    await Promise.all(
      Array.from({ length: 8 }, async () => {
        for (const desk of each) {
          if (now.isOver) return;
          if (await desk.view.catchUp(now)) await resend(now, desk);
        }
      }),
    );
  }

  async function once(): Promise<boolean> {
    const now = await connect();
    if (isClosed) {
      now.drop();
      return true;
    }
    link = now;
    isReady = true;
    await Promise.race([catchUpAll(), now.ended]);
    await now.ended;
    if (now.wasSilent) patience.wait();
    else patience.relax();
    link = null;
    isReady = false;
    return true;
  }

  async function live(): Promise<void> {
    for (let tries = 0; !isClosed; ) {
      const worked = await once().catch((error: unknown) => {
        if (error instanceof Refused) noteRefusal(error.code);
        else if (isSilence(error)) patience.wait();
        return false;
      });
      tries = worked ? 0 : tries + 1;
      if (!isClosed) await backOff(tries);
    }
  }

  function noteRefusal(code: string): void {
    stage.onRefused(`handshake ${code}`);
    // Unused for hours, by a clock that was moved.
    if (!isForLater(code)) cookie = null;
  }

  /** Until it comes to something; the link may be lost any number of times. */
  async function insist<T>(attempt: (now: Link) => Promise<T | null>): Promise<T> {
    for (let tries = 0; !isClosed; tries++) {
      const now = link;
      const result = now && isReady ? await attempt(now) : null;
      if (result !== null) return result;
      await backOff(tries);
    }
    // The run is over, and nobody waits for it.
    return new Promise<never>(() => {});
  }

  function follow(of: Case, quotas: { messages: number; notes: number }): Followed {
    const id = of.id();
    if (id === null) throw new Error('Nobody knows this conversation yet');
    const outboxes = [
      createOutbox({ stage, of, voice: 'agent', quota: quotas.messages }),
      createOutbox({ stage, of, voice: 'note', quota: quotas.notes }),
    ];
    const view = createView({ eyes, of, onRefused: stage.onRefused });
    const desk: Desk = { of, view, outboxes, moved() {} };
    desks.set(id, desk);
    if (link) void view.catchUp(link);
    const isDone = () => outboxes.every((outbox) => outbox.isDone());
    return {
      async finish() {
        for (const outbox of outboxes) while (outbox.say());
        await insist(async (now) => {
          await resend(now, desk);
          return isDone() || null;
        });
      },
      lastLook: () =>
        insist(async (now) => {
          if (!(await view.catchUp(now))) return null;
          const log = await readWhole(now, { eyes, of, onRefused: stage.onRefused });
          return log && view.cursor() >= (log.at(-1)?.seq ?? 0) ? log : null;
        }),
      leave: () => void desks.delete(id),
    };
  }

  void live();

  return {
    follow,
    read: (of) => insist((now) => readWhole(now, { eyes, of, onRefused: stage.onRefused })),
    reload: () => link?.drop(),
    close() {
      isClosed = true;
      link?.drop();
    },
  };
}
