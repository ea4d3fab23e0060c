/**
 * The chat's life on one page: panel open or closed, frame absent, starting or up, or the payment
 * sheet in its place. Everything else is told what to do from here.
 */
import type { ReportKind, ShownPayment } from '../../protocol/http.ts';
import type { FrameVerb, LoaderVerb } from '../../protocol/port.ts';
import { PROTOCOL_VERSION } from '../../protocol/version.ts';
import { emit } from './events.ts';
import { guardFocus } from './focus-guard.ts';
import {
  blurFrame,
  focusFrame,
  guard,
  isFrame,
  openFrame,
  removeFrame,
  tellFrame,
} from './frame.ts';
import { RESUME_MS } from './limits.ts';
import { NOTHING, remember, remembered } from './memory.ts';
import { openSheet } from './payment.ts';
import { release } from './release.ts';
import { explainRefusal } from './scripts.ts';
import { report, request } from './server.ts';
import { endVisit, getTicket, visit } from './session.ts';
import { parse } from './shape.ts';
import { LINK, SITE } from './shapes.ts';
import { api, locale, site as siteKey, stripeKey, theme } from './tag.ts';
import * as texts from './texts.ts';
import * as view from './view.ts';

/** What holds until, or without, an answer of the server. */
let site = { name: texts.support as string, color: '#1f4fd8', greeting: '' };
let configured: Promise<unknown> | undefined;
let isOpen = false;
/** Whether the frame has had its `init`. */
let isStarted = false;
let isPaying = false;
/** What to hand the frame that comes back after the sheet. */
let paid: Extract<LoaderVerb, { verb: 'init' }>['paid'];

/** Removes the frame for good, says so in its place, and reports it. */
function fail(code: ReportKind, script?: ReleaseScript): void {
  removeFrame();
  if (script) void explainRefusal(script.file);
  else report(code);
  view.showNote(texts.refused, start);
  view.showStatus(texts.unavailable);
  emit('error', { code, message: texts.refused });
}

function start(): void {
  if (guard || isPaying) return;
  isStarted = false;
  view.body.replaceChildren();
  view.showStatus(texts.connecting);
  // Also rejects where the page's Trusted Types list does not name `bulkhead`.
  openFrame(hear, fail).catch(() => frame === guard && fail('script_refused', release.chat));
  const frame = guard;
  // At the same time as the frame: its answer is there when the frame says hello.
  void getTicket(true);
}

/** Answers `hello`, and every later ask for a ticket. */
async function introduce(): Promise<void> {
  const frame = guard;
  const [{ data, error }] = await Promise.all([getTicket(), configured]);
  if (frame !== guard) return;
  if (!data) {
    tellFrame({ verb: 'offline', ...error });
    // A frame that has started says it itself, and when it is over.
    if (!isStarted) view.showStatus(texts.unavailable);
    return emit('error', error);
  }
  const { ticket } = data;
  if (isStarted) return tellFrame({ verb: 'ticket', ticket });
  isStarted = true;
  const { draft, outbox } = remembered();
  tellFrame({
    verb: 'init',
    protocol: PROTOCOL_VERSION,
    ticket,
    api,
    site,
    payments: !!stripeKey,
    open: isOpen,
    draft,
    outbox,
    locale,
    dir: getComputedStyle(view.host).direction as 'ltr' | 'rtl',
    theme,
    paid,
  });
  paid = undefined;
}

async function pay(shown: ShownPayment): Promise<void> {
  if (isPaying || !stripeKey) return;
  const { signal } = visit;
  isPaying = true;
  // The press that asked for it ends first: whoever drives a browser waits for its end in the frame.
  await new Promise((resolve) => setTimeout(resolve, 100));
  if (signal.aborted) return;
  removeFrame();
  // A page that goes away under the sheet, perhaps to the bank, comes back with the panel open.
  remember({ openAt: Date.now() });
  const result = await openSheet(shown, signal).catch(() => {});
  if (signal.aborted) return;
  isPaying = false;
  if (!result) return fail('script_refused', release.pay);
  paid = { paymentId: shown.paymentId, result };
  emit(`payment:${result}`, shown);
  start();
}

function hear(verb: FrameVerb): void {
  switch (verb.verb) {
    case 'hello':
    case 'ticket':
      void introduce();
      break;
    case 'ready':
      view.showStatus(texts.secure);
      // Only where the visitor still waits for it: they may have gone on writing in the page.
      if (document.activeElement === view.host) focusFrame();
      break;
    case 'close':
      close();
      break;
    case 'unread':
      if (view.showUnread(verb.count)) emit('unread', verb.count);
      break;
    case 'conversation':
      remember({ conversation: verb.open });
      break;
    case 'keep':
      remember(verb);
      break;
    case 'pay':
      void pay(verb.shown);
      break;
    case 'event':
      emit(verb.name);
  }
}

function setOpen(open: boolean): void {
  isOpen = open;
  view.panel.hidden = !open;
  view.launcher.ariaExpanded = `${open}`;
  remember({ openAt: open ? Date.now() : 0 });
  if (open) start();
  tellFrame({ verb: 'visible', open });
  emit(open ? 'open' : 'close');
}

export function open(): void {
  if (isOpen) return;
  setOpen(true);
  view.panel.focus();
  if (isStarted) focusFrame();
}

export function close(): void {
  if (!isOpen) return;
  const hadFocus = document.activeElement === view.host;
  blurFrame();
  setOpen(false);
  if (hadFocus) view.launcher.focus();
}

export const toggle = (): void => (isOpen ? close() : open());

view.launcher.onclick = toggle;
view.closer.onclick = close;
view.panel.onkeydown = (event) => {
  if (event.key === 'Escape') close();
  // By itself, Tab skips a frame within a frame that has had the focus before (Chromium).
  if (event.key === 'Tab' && !event.shiftKey && guard) {
    event.preventDefault();
    focusFrame();
  }
};

/** Draws the launcher. The rest is a task of its own, so that none is long: storage may be slow. */
export function boot(): void {
  view.showSite(site);
  view.showTheme();
  document.body.append(view.host);
  setTimeout(resume);
}

/** Asks for the configuration, and takes up what the page before this one left open. */
function resume(): void {
  configured = request(`sites/${siteKey}`, SITE).then(({ data }) => {
    site = data ?? site;
    view.showSite(site);
  });
  const { conversation, openAt } = remembered();
  if (isOpen) return; // By what the page asked for meanwhile.
  if (Date.now() - openAt < RESUME_MS) setOpen(true);
  else if (conversation) start();
}

/** Takes everything off the page and forgets the visitor. */
export function shutdown(): void {
  endVisit();
  isPaying = false;
  paid = undefined;
  close();
  removeFrame();
  view.showUnread(0);
  view.host.remove();
  remember(NOTHING);
}

/** Once per page: what has to listen outside the loader's own elements. */
export function guardPage(): void {
  guardFocus(() => fail('focus_theft'));
  // A file or an address of the chat server, or what this very script tried to do.
  addEventListener('securitypolicyviolation', (event) => {
    if ((event.blockedURI + event.sourceFile).includes(api))
      report('csp_violation', event.effectiveDirective);
  });
  // By message and not through the port, since WebKit hands a gesture on that way only [PORT-3]. Who
  // is typing into the page has made a gesture too, but not in the chat: that does not have the focus.
  addEventListener('message', ({ source, data }) => {
    const link = isFrame(source) && document.activeElement === view.host && parse(data, LINK);
    if (link && navigator.userActivation.isActive)
      window.open(link.url, '_blank', 'noopener,noreferrer');
  });
}
