import { useEffect, useRef, useState } from 'preact/hooks';
import { onAddressChange, placeInAddress } from '../adapter/address.ts';
import type { Desk } from '../desk.ts';
import { visitorName } from '../format/people.ts';
import type { WritingMode } from '../models/composer.ts';
import { mayRequest } from '../models/permissions.ts';
import { addressOf, paymentAddress } from '../models/place.ts';
import type { Preferences } from '../models/preferences.ts';
import { Banner } from './Banner.tsx';
import { ExposurePage } from './ExposurePage.tsx';
import { HelpDialog } from './HelpDialog.tsx';
import { InboxPage } from './InboxPage.tsx';
import { IncidentsPage } from './IncidentsPage.tsx';
import { NoticesPage } from './NoticesPage.tsx';
import { type PaymentDialog, type PaymentDialogKind, PaymentDialogs } from './PaymentDialogs.tsx';
import { PaymentPanel } from './PaymentPanel.tsx';
import { PaymentsPage } from './PaymentsPage.tsx';
import { Rail } from './Rail.tsx';
import { usePhoneFocus } from './use-phone-focus.ts';
import { useShortcuts } from './use-shortcuts.ts';

export interface DeskViewProps {
  desk: Desk;
  preferences: Preferences;
  onSignOut: () => void;
}

/** Where details stand beside the conversation they are open from the start. */
const wide = window.matchMedia('(width >= 1200px)');
const locale = () => new Intl.NumberFormat().resolvedOptions().locale;

/** Moves in the list as it is on screen, and takes the focus along. */
function step(desk: Desk, by: 1 | -1) {
  const ids = desk.inbox.lines.peek().map(({ id }) => id);
  const at = ids.indexOf(desk.selectedId.peek() ?? '');
  const next = ids[at < 0 ? 0 : Math.min(ids.length - 1, Math.max(0, at + by))];
  if (!next) return;
  location.hash = addressOf(next);
  document.querySelector<HTMLElement>(`[data-conversation="${next}"]`)?.focus();
}

/** The dialog of a kind for the payment in the panel; nothing before it is read. */
function dialogFor(desk: Desk, kind: PaymentDialogKind): PaymentDialog | null {
  const { payments } = desk;
  const panel = payments.panel.peek();
  const summary = panel?.summary.peek();
  if (!panel || !summary) return null;
  if (kind === 'cancel' || kind === 'return') return { kind, panel };
  if (kind === 'refund') {
    const form = payments.refundForm(locale());
    return form && { kind, form };
  }
  const form = payments.editForm(locale());
  return form && { kind: 'form', form, visitor: desk.visitorOf(summary) };
}

export function DeskView({ desk, preferences, onSignOut }: DeskViewProps) {
  const [detailsOpen, setDetailsOpen] = useState(wide.matches);
  const [dialog, setDialog] = useState<PaymentDialog | null>(null);
  const [help, setHelp] = useState(false);
  const field = useRef<HTMLTextAreaElement>(null);
  const { page, conversationId } = desk.place.value;
  const panel = desk.payments.panel.value;
  const open = desk.selected.value;
  const summary = desk.summary.value;
  const back = paymentAddress(null, conversationId);

  useEffect(() => {
    desk.go(placeInAddress());
    return onAddressChange((place) => {
      if (!wide.matches && place.conversationId !== desk.selectedId.peek()) setDetailsOpen(false);
      desk.go(place);
    });
  }, [desk]);

  useEffect(() => {
    const follow = () => setDetailsOpen(wide.matches);
    wide.addEventListener('change', follow);
    return () => wide.removeEventListener('change', follow);
  }, []);
  usePhoneFocus(desk.selectedId.value);

  const canRequest = mayRequest(desk.agent);
  const requestPayment = () => {
    if (!canRequest || !summary) return;
    const form = desk.payments.requestForm(summary.id, locale());
    setDialog({ kind: 'form', form, visitor: visitorName(summary.visitor) });
  };
  const write = (mode: WritingMode) => {
    desk.selected.peek()?.composer.setMode(mode);
    field.current?.focus();
  };
  const inInbox = {
    j: () => step(desk, 1),
    ArrowDown: () => step(desk, 1),
    k: () => step(desk, -1),
    ArrowUp: () => step(desk, -1),
    r: () => write('reply'),
    n: () => write('note'),
    p: requestPayment,
    a: () => void desk.assign(desk.agent.id),
    e: () => void (summary?.status === 'resolved' ? desk.reopen() : desk.resolve()),
  };
  const closePanel = () => {
    location.hash = back;
  };
  useShortcuts(
    {
      ...(page === 'inbox' && inInbox),
      ...(panel && { Escape: closePanel }),
      '?': () => setHelp(true),
    },
    preferences.shortcuts.value,
  );

  const classes = [
    'desk',
    page !== 'inbox' && 'desk-payments',
    open && 'desk-open',
    panel && 'desk-panel',
  ];
  return (
    <div class={classes.filter(Boolean).join(' ')}>
      <header class="desk-head">
        <h1 class="visually-hidden">Bulkhead console</h1>
        <Banner state={desk.link.state.value} words={desk.link.words.value} />
      </header>
      <Rail
        agent={desk.agent}
        page={page}
        unread={desk.inbox.unread.value}
        attention={desk.payments.attention.byPayment.value.size}
        newIncident={desk.incidents.hasNew.value}
        preferences={preferences}
        onHelp={() => setHelp(true)}
        onSignOut={onSignOut}
      />
      {page === 'payments' && <PaymentsPage desk={desk} />}
      {page === 'incidents' && <IncidentsPage desk={desk} />}
      {page === 'exposure' && <ExposurePage desk={desk} />}
      {page === 'notices' && <NoticesPage desk={desk} />}
      {page === 'inbox' && (
        <InboxPage
          desk={desk}
          field={field}
          detailsOpen={detailsOpen && !panel}
          onDetails={(wanted) => {
            if (panel) closePanel();
            setDetailsOpen(wanted);
          }}
          onRequestPayment={canRequest ? requestPayment : undefined}
        />
      )}
      {panel && (
        <PaymentPanel
          desk={desk}
          panel={panel}
          back={back}
          inConversation={page === 'inbox'}
          onDialog={(kind) => setDialog(dialogFor(desk, kind))}
        />
      )}
      <PaymentDialogs
        dialog={dialog}
        templates={desk.payments.templates}
        onClose={() => setDialog(null)}
      />
      {help && <HelpDialog preferences={preferences} onClose={() => setHelp(false)} />}
    </div>
  );
}
