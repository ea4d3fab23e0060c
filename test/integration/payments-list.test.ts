/** The payments page: filters, pages, totals, history, the export and the templates. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { PaymentSummary } from '../../protocol/payments.ts';
import { granted } from '../support/clients.ts';
import { type BooksWorld, createBooksWorld } from './books-world.ts';

let world: BooksWorld;
/** Oldest first. */
const asked: string[] = [];

beforeAll(async () => {
  world = await createBooksWorld();
  asked.push(await world.paid('pm_card_visa', { description: '=HYPERLINK("http://evil")' }));
  asked.push(await world.requested({ amountMinor: 12_340, currency: 'KWD' }));
  asked.push(await world.requested({ amountMinor: 900, description: 'Wick, and "oil"' }));
  asked.push(await world.paid('pm_card_mastercard', { amountMinor: 500_000, currency: 'ISK' }));
  const disputed = await world.paid('pm_card_visa', { amountMinor: 2000 });
  asked.push(disputed);
  await world.refunded(asked[0] ?? '', 1900);
  world.stripe.dispute(await world.chargeOf(disputed));
  await world.until(disputed, 'disputed');
  await world.until(asked[0] ?? '', 'partially_refunded');
});
afterAll(() => world.close());

const idsOf = (payments: readonly PaymentSummary[]) =>
  payments.map(({ payment }) => payment.paymentId);

describe('[PAY-9] the list', () => {
  it('is newest first, with who, where and what', async () => {
    const { payments, more } = await world.list();
    expect(idsOf(payments)).toEqual(asked.toReversed());
    expect(more).toBe(false);
    expect(payments.at(-1)).toMatchObject({
      payment: { status: 'partially_refunded', refundedMinor: 1900 },
      conversationId: world.conversationId,
      site: { id: world.siteId, name: 'Lantern shop' },
      requestedBy: { name: 'Ada' },
      refundableMinor: 3000,
      providerUrl: `https://dashboard.stripe.com/test/payments/${await world.intentIdOf(asked[0] ?? '')}`,
    });
  });

  it('pages by cursor, with totals over all of it', async () => {
    const seen: string[] = [];
    let before: { createdAt: number; id: string } | undefined;
    for (let page = 0; page < 3; page++) {
      const { payments, more, totals } = await world.list(
        {},
        { limit: 2, ...(before && { before }) },
      );
      seen.push(...idsOf(payments));
      expect(more).toBe(page < 2);
      expect(totals.map(({ count }) => count)).toEqual([3, 1, 1]);
      const last = payments.at(-1);
      before = last && { createdAt: last.createdAt, id: last.payment.paymentId };
    }
    expect(seen).toEqual(asked.toReversed());
  });

  it('sums by currency what was asked for, paid, given back and is disputed', async () => {
    const { totals } = await world.list();
    expect(totals).toEqual([
      {
        currency: 'EUR',
        count: 3,
        requestedMinor: 7800,
        paidMinor: 6900,
        refundedMinor: 1900,
        disputedMinor: 2000,
      },
      {
        currency: 'ISK',
        count: 1,
        requestedMinor: 500_000,
        paidMinor: 500_000,
        refundedMinor: 0,
        disputedMinor: 0,
      },
      {
        currency: 'KWD',
        count: 1,
        requestedMinor: 12_340,
        paidMinor: 0,
        refundedMinor: 0,
        disputedMinor: 0,
      },
    ]);
  });

  it('filters by state, agent, currency, conversation and date', async () => {
    const [, kwd, , isk] = asked;
    expect(idsOf((await world.list({ status: 'succeeded' })).payments)).toEqual([isk]);
    expect(idsOf((await world.list({ currency: 'KWD' })).payments)).toEqual([kwd]);
    const { payments } = await world.list({ agentId: world.server().agent.id });
    expect(payments).toHaveLength(5);
    const nobody = { agentId: 'ag_AAAAAAAAAAAAAAAAAAAAAA' };
    expect(await world.list(nobody)).toEqual({ payments: [], more: false, totals: [] });
    const elsewhere = { conversationId: 'cv_AAAAAAAAAAAAAAAAAAAAAA' };
    expect((await world.list(elsewhere)).payments).toEqual([]);
    const at = payments.find(({ payment }) => payment.paymentId === kwd)?.createdAt ?? 0;
    const day = await world.list({ from: at, to: at + 1 });
    expect(idsOf(day.payments)).toContain(kwd);
    expect((await world.list({ to: at })).payments.every(({ createdAt }) => createdAt < at)).toBe(
      true,
    );
  });

  it('finds what waits for an approval, names its visitor, and says so in the preview', async () => {
    await world.setPolicy({ currencies: { EUR: { approvalAboveMinor: 1000 } } });
    const waiting = await world.requested({ amountMinor: 5100 });
    await world.setPolicy(null);
    const { payments, totals } = await world.list({ approval: 'waiting' });
    expect(idsOf(payments)).toEqual([waiting]);
    expect(totals).toMatchObject([{ currency: 'EUR', count: 1, requestedMinor: 5100 }]);
    const { conversationId } = world;
    const { conversation } = granted(
      await world.agent.socket.emitWithAck('conversation:sync', { conversationId, after: 0 }),
    );
    expect(payments[0]?.visitorId).toBe(conversation.visitor.id);
    expect(conversation.preview).toBe('Payment waits for approval: €51.00');
    const csv = await world.csv('?approval=waiting');
    expect(csv.text.trim().split('\r\n')).toHaveLength(2);
    expect((await world.csv('?attention=true')).text.trim().split('\r\n')).toHaveLength(1);
    await world.agent.socket.emitWithAck('payment:cancel', { paymentId: waiting });
    expect((await world.list({ approval: 'waiting' })).payments).toEqual([]);
    const { app } = world.server();
    await app.store.db.deleteFrom('payment_history').where('payment_id', '=', waiting).execute();
    await app.store.db.deleteFrom('payments').where('id', '=', waiting).execute();
  });

  it('does not show a request that Stripe has not answered', async () => {
    const hidden = await world.rowOfCrash();
    expect(idsOf((await world.list()).payments)).not.toContain(hidden);
    await world.server().app.store.db.deleteFrom('payments').where('id', '=', hidden).execute();
  });
});

describe('[PAY-1] the history of a payment', () => {
  it('says who asked, what Stripe told, and where it stands', async () => {
    const { summary, lines } = await world.history(asked[0] ?? '');
    expect(summary.payment.status).toBe('partially_refunded');
    const refunded = lines.find(({ kind }) => kind === 'refund_requested');
    expect(refunded).toMatchObject({ by: { name: 'Ada' }, amountMinor: 1900 });
    expect(lines.map(({ detail }) => detail)).toContain('payment_intent.succeeded');
    expect(lines.map(({ at }) => at)).toEqual(lines.map(({ at }) => at).toSorted((a, b) => a - b));
  });

  it('is of a payment that exists', async () => {
    await expect(world.history('pr_AAAAAAAAAAAAAAAAAAAAAA')).rejects.toThrow('payment_unknown');
  });
});

describe('[PAY-9] the export', () => {
  it('has a line for each payment of the filter, as RFC 4180 says', async () => {
    const { status, headers, text, bytes } = await world.csv();
    expect(status).toBe(200);
    expect(headers.get('content-type')).toMatch(/^text\/csv; charset=utf-8/);
    expect(headers.get('content-disposition')).toMatch(/^attachment; filename="payments-.*\.csv"$/);
    expect(headers.get('cache-control')).toBe('no-store');
    expect(text.startsWith('payment_id,')).toBe(true);
    expect(bytes.subarray(0, 3)).toEqual(Buffer.from([0xef, 0xbb, 0xbf]));
    const lines = text.split('\r\n');
    expect(lines.at(-1)).toBe('');
    expect(lines).toHaveLength(7);
    expect(text).toContain('"Wick, and ""oil"""');
    expect(text).toContain('KWD,12.340,0.000,12340,0');
    expect(text).toContain('ISK,5000,0,500000,0');
    expect(text).toContain('EUR,49.00,19.00,4900,1900');
  });

  it('holds nothing that a spreadsheet would run', async () => {
    const { text } = await world.csv();
    expect(text).toContain(`"'=HYPERLINK(""http://evil"")"`);
    expect(text).not.toMatch(/(^|,)"?[=+@\t-]/m);
  });

  it('takes the filter of the list', async () => {
    expect((await world.csv('?currency=KWD&status=&from=0')).text.split('\r\n')).toHaveLength(3);
    expect((await world.csv('?currency=nonsense')).status).toBe(400);
    expect((await world.csv('?colour=red')).status).toBe(400);
  });

  it('[AUTH-4] is for the console of an agent who is signed in', async () => {
    expect((await world.csv('', { cookie: '' })).status).toBe(401);
    expect((await world.csv('', { 'sec-fetch-site': 'cross-site' })).status).toBe(403);
    expect((await world.csv('', { 'sec-fetch-site': 'same-site' })).status).toBe(403);
    expect((await world.csv('', { origin: 'https://evil.example' })).status).toBe(403);
    expect((await world.csv('', { origin: world.server().url })).status).toBe(200);
  });

  it('reads more than a page, in order and without a gap', async () => {
    const { db } = world.server().app.store;
    const payment = await db
      .selectFrom('payments')
      .selectAll()
      .where('id', '=', asked[1] ?? '')
      .executeTakeFirstOrThrow();
    const copies = Array.from({ length: 1200 }, (_, index) => {
      const id = `copy${String(index).padStart(5, '0')}`;
      return { ...payment, id, client_id: id, intent_id: id };
    });
    for (let from = 0; from < copies.length; from += 400) {
      await db
        .insertInto('payments')
        .values(copies.slice(from, from + 400))
        .execute();
    }
    try {
      const ids = (await world.csv('?currency=KWD')).text
        .split('\r\n')
        .slice(1, -1)
        .map((line) => line.split(',')[0]);
      expect(ids).toHaveLength(1201);
      expect(new Set(ids).size).toBe(1201);
    } finally {
      await db.deleteFrom('payments').where('id', 'like', 'copy%').execute();
    }
  });
});

describe('[PAY-7] templates', () => {
  const lantern = {
    name: 'Lantern',
    amountMinor: 4900,
    currency: 'EUR',
    description: ' Brass  lantern ',
    lineItems: [
      { description: 'Lantern', quantity: 1, unitAmountMinor: 4500 },
      { description: 'Wick', quantity: 2, unitAmountMinor: 200 },
    ],
  };
  const all = async () => {
    const answer = await world.agent.socket.emitWithAck('template:list', {});
    return answer.ok ? answer.data.templates : [];
  };

  it('are saved, listed by name, changed and deleted', async () => {
    const saved = await world.saveTemplate(lantern);
    const templateId = saved.ok ? saved.data.templateId : '';
    expect(await all()).toEqual([
      { templateId, template: { ...lantern, description: 'Brass lantern' } },
    ]);
    const { lineItems: _none, ...plain } = { ...lantern, amountMinor: 900, name: 'Anchor' };
    expect(await world.saveTemplate(plain, templateId)).toEqual({ ok: true, data: { templateId } });
    expect(await all()).toMatchObject([{ templateId, template: { name: 'Anchor' } }]);
    const remove = () => world.agent.socket.emitWithAck('template:delete', { templateId });
    expect(await remove()).toEqual({ ok: true, data: null });
    expect(await remove()).toMatchObject({ error: { code: 'template_unknown' } });
    expect(await world.saveTemplate(plain, templateId)).toMatchObject({
      error: { code: 'template_unknown' },
    });
  });

  it.each([
    [
      'an amount that cannot be charged',
      { amountMinor: 49, lineItems: undefined },
      'amount_too_small',
    ],
    ['an unknown currency', { currency: 'XXX' }, 'currency_unknown'],
    ['lines that do not add up', { amountMinor: 5000 }, 'line_items_mismatch'],
    ['no words', { description: ' \n ' }, 'bad_request'],
  ])('are refused with %s', async (_what, change, code) => {
    const template = JSON.parse(JSON.stringify({ ...lantern, ...change }));
    expect(await world.saveTemplate(template)).toMatchObject({ error: { code } });
    expect(await all()).toEqual([]);
  });

  it('[CARD-2] hold no card number, and are not a viewer’s to change', async () => {
    const name = 'card 4242 4242 4242 4242';
    const saved = await world.saveTemplate({ ...lantern, name });
    expect((await all())[0]?.template.name).toBe('card •••• 4242');
    const viewer = await world.colleague('viewer');
    expect(await world.saveTemplate(lantern, null, viewer)).toMatchObject({
      error: { code: 'forbidden' },
    });
    const templateId = saved.ok ? saved.data.templateId : '';
    await world.agent.socket.emitWithAck('template:delete', { templateId });
  });
});
