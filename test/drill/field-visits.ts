/** Visits in which the attacker can only choose texts, and tries to have them taken for markup. */
import type { Entry, PaymentState } from '../../protocol/entries.ts';
import type { FieldAttack } from './attack.ts';
import { cardBytes } from './measure.ts';
import type { Outcome } from './outcome.ts';
import { arm, prelude, type Setting } from './prelude.ts';
import { PATIENCE_MS, pause, type Stage, until, withTab } from './stage.ts';
import type { Tab } from './tab.ts';
import { type TagKind, tagOf } from './tags.ts';
import { openChatPanel, openCheckout, typeCard } from './visitor.ts';

type Texts = ReadonlyMap<string, string>;

/** What the markup loads, should it become markup. */
function serveSkimmers({ lane }: Stage, setting: Setting, batch: readonly FieldAttack[]): Texts {
  lane.evil.answer = (run, id) =>
    run === setting.run ? prelude(setting) + arm(id, 'whenCard(send)') : '';
  return new Map(
    batch.map(({ id, payload }) => [
      id,
      payload.replaceAll('URL', `${lane.evil.url}/x/${setting.run}/${id}`),
    ]),
  );
}

const PAYMENT = { amount: '€49.00', description: 'Brass lantern', status: '' };
/** A line of the conventional widget's log, with the text in its place. */
function controlEntry(field: string, text: string): unknown {
  const line = { author: 'Anna', text: 'Hello' };
  switch (field) {
    case 'message':
      return { ...line, text };
    case 'author':
    case 'avatar':
      return { ...line, [field]: text };
    case 'lineItem':
      return { payment: { ...PAYMENT, lineItems: [{ description: text }] } };
    case 'brand':
      return { payment: { ...PAYMENT, card: { brand: text } } };
    case 'dispute':
      return { payment: { ...PAYMENT, dispute: { reason: text } } };
    case 'description':
    case 'reason':
    case 'reference':
      return { payment: { ...PAYMENT, [field]: text } };
    default:
      return undefined;
  }
}

const lootOf = ({ lane }: Stage, id: string) =>
  lane.evil.loot.filter((one) => one.run === lane.run && one.id === id);

function measure(stage: Stage, id: string): Pick<Outcome, 'bytes' | 'contacts' | 'lines'> {
  const loot = lootOf(stage, id);
  const said = stage.lane.vendor.words.filter((word) => word.id === id && word.kind === 'ran');
  return {
    bytes: cardBytes(Buffer.concat(loot.map(({ bytes }) => bytes))),
    contacts: loot.filter(({ isContact }) => isContact).length,
    lines: said.length,
  };
}

export async function visitFieldControl(
  stage: Stage,
  batch: readonly FieldAttack[],
): Promise<Map<string, Outcome>> {
  const { lane } = stage;
  const texts = serveSkimmers(stage, lane.next(), batch);
  const of = (field: string) => texts.get(batch.find((one) => one.field === field)?.id ?? '');
  const state = {
    site: {
      name: of('siteName') ?? 'Halyard & Co',
      color: of('color') ?? '#1f4fd8',
      greeting: of('greeting') ?? 'Ahoy!',
    },
    error: of('refusal'),
    entries: batch
      .map(({ id, field }) => controlEntry(field, texts.get(id) ?? ''))
      .filter((entry) => entry !== undefined),
  };
  lane.vendor.hostility.files.set('/control/state.json', JSON.stringify(state));
  lane.vendor.hostility.files.set('/control/widget.js', stage.widget);
  lane.tag = stage.controlTag();
  return withTab(stage, async (tab) => {
    await openCheckout(stage, tab);
    await until(async () => (await tab.evaluate('widget.open(), true')) === true, PATIENCE_MS);
    await until(
      async () => (await tab.evaluate(`!!document.querySelector('#widget .log p')`)) === true,
      PATIENCE_MS,
    );
    await tab.evaluate(`document.querySelector('#widget a[href^=javascript]')?.click()`);
    await typeCard(tab);
    const typedAt = Date.now();
    const outcomes = new Map<string, Outcome>();
    await until(() => {
      for (const { id, payload } of batch) {
        if (outcomes.has(id)) continue;
        const found = measure(stage, id);
        const isRobbed = payload.includes('import') ? found.bytes >= 16 : found.contacts > 0;
        const tookMs = Date.now() - typedAt;
        if (isRobbed) outcomes.set(id, { ...found, harm: '', strayKeys: 0, told: [], tookMs });
      }
      return outcomes.size === batch.length;
    }, PATIENCE_MS);
    await stage.photograph('control', batch, tab);
    return outcomes;
  });
}

const CONVERSATION = `cv_${'d'.repeat(22)}`;
const SENTINEL = 'That was all of it.';

/** The log as a hostile server tells it: one entry for each text, and an honest one at the end. */
function hostileLog(batch: readonly FieldAttack[], texts: Texts): Entry[] {
  const agent = { kind: 'agent', id: `ag_${'a'.repeat(22)}`, name: 'Anna' } as const;
  const paymentOf = (index: number, change: Partial<PaymentState>): PaymentState => ({
    paymentId: `pr_${String(index).padStart(22, '0')}`,
    revision: 1,
    amountMinor: 4900,
    currency: 'EUR',
    description: 'Brass lantern',
    status: 'created',
    ...change,
  });
  const changeOf = (field: string, text: string): Partial<PaymentState> | undefined =>
    ({
      description: { description: text },
      lineItem: { lineItems: [{ description: text, quantity: 1, unitAmountMinor: 4900 }] },
      reason: { status: 'failed' as const, reason: text },
      reference: { status: 'succeeded' as const, paidAt: 1, reference: text },
      brand: { status: 'succeeded' as const, paidAt: 1, card: { brand: text, last4: '4242' } },
      dispute: {
        status: 'disputed' as const,
        dispute: { amountMinor: 4900, reason: text, status: 'lost' },
      },
    })[field];
  const entries: Entry[] = [];
  const push = (entry: object) => {
    const seq = entries.length + 1;
    const head = { conversationId: CONVERSATION, seq, at: Date.now(), author: agent };
    entries.push({ ...head, ...entry } as Entry);
  };
  batch.forEach(({ id, field }, index) => {
    const text = texts.get(id) ?? '';
    const change = changeOf(field, text);
    if (change) push({ type: 'payment', payment: paymentOf(index, change) });
    else if (field === 'author') {
      // As a second person, so that the name is shown.
      push({
        type: 'message',
        text: 'Hello',
        author: { ...agent, id: `ag_${'b'.repeat(22)}`, name: text },
      });
      push({ type: 'event', event: 'assigned', agent: { id: agent.id, name: text } });
    } else if (field === 'avatar')
      push({ type: 'message', text: 'Hi', author: { ...agent, avatar: text } });
    else if (field === 'message') push({ type: 'message', text });
  });
  push({ type: 'message', text: SENTINEL });
  return entries;
}

/** The real release, and a server that says what it likes. */
export async function visitFields(
  stage: Stage,
  kind: TagKind,
  batch: readonly FieldAttack[],
  neededMs: number,
): Promise<Map<string, Outcome>> {
  const { lane } = stage;
  const texts = serveSkimmers(stage, lane.next(), batch);
  const of = (field: string) => texts.get(batch.find((one) => one.field === field)?.id ?? '');
  const refusal = of('refusal');
  const { hostility } = lane.vendor;
  hostility.answer = (path, answer) => {
    if (path.startsWith('/api/sites/')) {
      const data = {
        name: of('siteName') ?? 'Halyard & Co',
        color: of('color') ?? '#0b4f6c',
        greeting: of('greeting') ?? 'Ahoy!',
        avatar: of('avatar'),
      };
      return { ok: true, data };
    }
    return answer;
  };
  const entries = hostileLog(batch, texts);
  const conversation = {
    id: CONVERSATION,
    status: 'open',
    lastSeq: entries.length,
    reads: { visitor: 0, agent: 0 },
    assignee: { id: `ag_${'a'.repeat(22)}`, name: of('author') ?? 'Anna' },
  };
  hostility.frame = (text) => {
    if (refusal && text.startsWith('40/visitor,')) {
      const data = { code: 'origin_not_allowed', message: refusal };
      return `44/visitor,${JSON.stringify({ message: refusal, data })}`;
    }
    const [, head] = /^(43\/visitor,\d+)\[.*"entries":/s.exec(text) ?? [];
    if (!head) return text;
    const data = { conversation, entries, more: false };
    return `${head}${JSON.stringify([{ ok: true, data }])}`;
  };
  lane.tag = tagOf(stage, kind);
  return withTab(stage, async (tab) => {
    await openCheckout(stage, tab);
    await openChatPanel(tab);
    await until(() => isShown(tab, refusal ?? SENTINEL), PATIENCE_MS).then((isThere) => {
      if (!isThere) throw new Error('the hostile texts were never shown');
    });
    // A visitor presses what is there to be pressed; nothing may be but an address of the web.
    const links = await tab.everywhere<number>(
      `[...document.links].filter(({ protocol }) => !/^https?:$/.test(protocol)).map((link) => link.click()).length`,
    );
    await typeCard(tab);
    await pause(Math.min(300 + 2 * neededMs, 2_500));
    const marks = await tab.everywhere<number>(
      `document.querySelectorAll('img[src*="/x/"],[onerror],[onload],[onfocus],[ontoggle],iframe[src*="/x/"],form[action*="/x/"]').length`,
    );
    const told = tab.seen.complaints.slice(0, 8);
    const isMarkup = [...links, ...marks].some((count) => count > 0);
    await stage.photograph(kind, batch, tab);
    return new Map(
      batch.map(({ id }) => [
        id,
        {
          ...measure(stage, id),
          harm: isMarkup ? 'a text became markup' : '',
          strayKeys: 0,
          told,
          tookMs: 0,
        },
      ]),
    );
  });
}

const isShown = async (tab: Tab, words: string): Promise<boolean> => {
  const shown = await tab.everywhere<boolean>(
    `(document.body.innerText + (document.querySelector('#bulkhead')?.shadowRoot.textContent ?? '')).includes(${JSON.stringify(words.slice(0, 60))})`,
  );
  return shown.includes(true);
};
