/**
 * One tab of a visitor: asks for a session, connects, reads from its cursor, sends what waits, and does
 * all of it again whenever the connection is lost. A reload forgets all but what the browser keeps.
 */
import type { Case, Eyes } from '../checker/case.ts';
import type { Seen } from '../checker/seen.ts';
import { isSilence, type Link, openLink, Refused } from './link.ts';
import type { Outbox } from './outbox.ts';
import type { Outcome } from './outcome.ts';
import { backOff, createPatience, isForLater } from './patience.ts';
import { HTTP_TIMEOUT_MS, type Stage } from './stage.ts';
import { createView, readWhole, type View } from './view.ts';

/** What a browser keeps for the visitor, whichever tab is open. */
export interface Browser {
  token: string | null;
  outbox: Outbox;
}

export interface Tab {
  /** Sends as much as the window lets it; called when there is more to say. */
  pump(): void;
  reload(): void;
  /** Once everything was said: reads to the end, then the whole log anew. */
  lastLook(): Promise<Seen[]>;
  close(): void;
}

interface TabOptions {
  stage: Stage;
  of: Case;
  browser: Browser;
  name: string;
  /** Messages under way at once. */
  window: number;
  polling: boolean;
  /** After each line that it says, with how many were said. */
  onSaid(count: number): void;
  /** Something moved. */
  onMoved(): void;
}

const MARK_EVERY = 24;

export function openTab(options: TabOptions): Tab {
  const { stage, of, browser, window, onSaid, onMoved } = options;
  const eyes: Eyes = { side: 'visitor', name: options.name };
  const viewOptions = { eyes, of, onRefused: stage.onRefused };
  const underWay = new Set<string>();
  let view: View = createView(viewOptions);
  let link: Link | null = null;
  let isReady = false;
  let isClosed = false;
  let marked = 0;
  const patience = createPatience();

  async function session(): Promise<string> {
    const answer = await fetch(`${stage.base}/api/session`, {
      method: 'POST',
      headers: { 'content-type': 'text/plain', origin: stage.shopOrigin },
      body: JSON.stringify({
        protocol: 1,
        site: stage.site,
        ...(browser.token !== null && { token: browser.token }),
      }),
      signal: AbortSignal.timeout(HTTP_TIMEOUT_MS * patience.now()),
    });
    const outcome = (await answer.json()) as Outcome<{ token: string; ticket: string }>;
    if (!outcome.ok) throw new Refused(outcome.error.code ?? `HTTP ${answer.status}`);
    browser.token = outcome.data.token;
    return outcome.data.ticket;
  }

  async function connect(): Promise<Link> {
    const ticket = await session();
    const made = await openLink({
      base: stage.base,
      namespace: '/visitor',
      headers: { origin: 'null' },
      auth: { protocol: 1, ticket },
      polling: options.polling,
      tampering: stage.tampering,
      patience: patience.now(),
      onFact(event, body) {
        if (event === 'entry:appended') take(body as Seen);
        else if (event === 'state:stale') void catchUp();
      },
    });
    stage.tally.connects++;
    of.history.add(null, `${eyes.name} connected`);
    return made;
  }

  function take(entry: Seen): void {
    of.history.add(entry.seq, `${eyes.name} saw ${entry.type} ${entry.clientId ?? ''}`);
    if (view.take(entry) && isReady) void catchUp();
    onMoved();
  }

  async function catchUp(): Promise<boolean> {
    const now = link;
    if (!now) return false;
    const reached = await view.catchUp(now);
    if (reached && view.cursor() >= marked + MARK_EVERY) await markRead(now);
    return reached;
  }

  async function markRead(now: Link): Promise<void> {
    marked = view.cursor();
    const seq = marked;
    const outcome = await now.request('read:mark', { conversationId: of.id(), seq });
    if (outcome?.ok) of.marked('visitor', seq);
  }

  async function send(now: Link, clientId: string): Promise<void> {
    underWay.add(clientId);
    await browser.outbox.send(now, clientId);
    underWay.delete(clientId);
    if (now === link) pump();
    onMoved();
  }

  function pump(): void {
    const now = link;
    if (!now || !isReady || isClosed) return;
    while (underWay.size < window && browser.outbox.say()) {
      const clientId = browser.outbox.waiting().at(-1);
      if (clientId) void send(now, clientId);
      onSaid(browser.outbox.said());
    }
    if (underWay.size === 0) resend(now);
  }

  function resend(now: Link): void {
    for (const clientId of browser.outbox.waiting()) {
      if (!underWay.has(clientId) && underWay.size < window) void send(now, clientId);
    }
  }

  async function live(): Promise<void> {
    for (let tries = 0; !isClosed; ) {
      const ended = await once().catch((error: unknown) => {
        if (error instanceof Refused) noteRefusal(error.code);
        else if (isSilence(error)) patience.wait();
        return false;
      });
      tries = ended ? 0 : tries + 1;
      if (!isClosed) await backOff(tries);
    }
  }

  /** A ticket may run out when a clock is moved; the token never may. */
  function noteRefusal(code: string): void {
    stage.onRefused(`handshake ${code}`);
    if (isForLater(code) || code === 'ticket_expired') return;
    of.report('refused', `${eyes.name} is not let in: ${code}`);
  }

  /** @returns whether there was a connection that worked */
  async function once(): Promise<boolean> {
    const now = await connect();
    if (isClosed) {
      now.drop();
      return true;
    }
    link = now;
    const reached = await view.catchUp(now);
    if (reached && !now.isOver) {
      isReady = true;
      resend(now);
      pump();
      onMoved();
      await now.ended;
    } else now.drop();
    of.history.add(null, `${eyes.name} lost its connection`);
    if (now.wasSilent) patience.wait();
    else if (reached) patience.relax();
    isReady = false;
    link = null;
    underWay.clear();
    return reached;
  }

  void live();

  return {
    pump,
    reload() {
      stage.tally.reloads++;
      of.history.add(null, `${eyes.name} reloads`);
      view = createView(viewOptions);
      marked = 0;
      link?.drop();
    },
    async lastLook() {
      for (let tries = 0; !isClosed; tries++) {
        const now = link;
        const log = now && isReady && (await catchUp()) ? await readWhole(now, viewOptions) : null;
        if (log) {
          const last = log.at(-1)?.seq ?? 0;
          if (view.cursor() >= last) return log;
        }
        await backOff(tries);
      }
      // The run is over, and nobody waits for it.
      return new Promise<never>(() => {});
    },
    close() {
      isClosed = true;
      link?.drop();
    },
  };
}
