/** Who may ask for how much, and what waits for a second agent. */
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { type AgentClient, granted, newClientId } from '../support/clients.ts';
import { type BooksWorld, createBooksWorld } from './books-world.ts';

let world: BooksWorld;
let agent: AgentClient;
let admin: AgentClient;
let viewer: AgentClient;
beforeAll(async () => {
  world = await createBooksWorld();
  agent = await world.colleague('agent');
  admin = await world.colleague('admin');
  viewer = await world.colleague('viewer');
});
afterEach(() => world.setPolicy(null));
afterAll(() => world.close());

const order = { amountMinor: 4900, currency: 'EUR', description: 'Brass lantern' };
const ask = (by: AgentClient, change: object = {}) =>
  by.socket.emitWithAck('payment:request', {
    conversationId: world.conversationId,
    clientId: newClientId(),
    ...order,
    ...change,
  });
const asked = async (by: AgentClient, change: object = {}) =>
  granted(await ask(by, change)).paymentId;
const approve = (by: AgentClient, paymentId: string) =>
  by.socket.emitWithAck('payment:approve', { paymentId });
const refused = (code: string) => ({ ok: false, error: { code } });

describe('[PAY-8] roles', () => {
  it('let a viewer touch no money', async () => {
    const paymentId = await world.requested();
    expect(await ask(viewer)).toMatchObject(refused('forbidden'));
    const edited = { paymentId, revision: 1, ...order };
    expect(await viewer.socket.emitWithAck('payment:edit', edited)).toMatchObject(
      refused('forbidden'),
    );
    expect(await viewer.socket.emitWithAck('payment:cancel', { paymentId })).toMatchObject(
      refused('forbidden'),
    );
    expect(await approve(viewer, paymentId)).toMatchObject(refused('forbidden'));
  });

  it('have a limit per request, by currency', async () => {
    await world.setPolicy({ roles: { agent: { EUR: { perRequestMinor: 5000 } } } });
    expect(await ask(agent, { amountMinor: 5001 })).toMatchObject(refused('amount_above_limit'));
    expect(await ask(agent, { amountMinor: 5000 })).toMatchObject({ ok: true });
    expect(await ask(agent, { currency: 'USD' })).toMatchObject(refused('amount_above_limit'));
    expect(await ask(admin, { amountMinor: 500_000 })).toMatchObject({ ok: true });
  });

  it('have a limit per day, in which edits and repeats are not counted twice', async () => {
    await world.setPolicy({ roles: { agent: { GBP: { perDayMinor: 10_000 } } } });
    const GBP = { currency: 'GBP' };
    const first = await asked(agent, { ...GBP, amountMinor: 6000 });
    const edited = { paymentId: first, revision: 1, ...order, ...GBP, amountMinor: 9000 };
    expect(await agent.socket.emitWithAck('payment:edit', edited)).toMatchObject({ ok: true });
    expect(await ask(agent, { ...GBP, amountMinor: 1001 })).toMatchObject(
      refused('amount_above_limit'),
    );
    const clientId = newClientId();
    const last = await asked(agent, { ...GBP, amountMinor: 1000, clientId });
    expect(await asked(agent, { ...GBP, amountMinor: 1000, clientId })).toBe(last);
    await agent.socket.emitWithAck('payment:cancel', { paymentId: first });
    expect(await ask(agent, { ...GBP, amountMinor: 9000 })).toMatchObject({ ok: true });
  });
});

describe('[PAY-8] above the threshold', () => {
  const policy = { currencies: { EUR: { approvalAboveMinor: 10_000 } } };
  const large = { amountMinor: 20_000 };

  it('a request is seen, has no intent and cannot be paid, until another one approves', async () => {
    await world.setPolicy(policy);
    const paymentId = await asked(agent, large);
    expect(await world.stateOf(paymentId)).toMatchObject({
      status: 'created',
      approval: 'waiting',
    });
    await expect.poll(() => world.visitorFacts(paymentId).length).toBe(1);
    expect(world.intentsMadeFor(paymentId)).toBe(0);
    expect((await world.open(paymentId)).body).toMatchObject(refused('payment_not_payable'));
    expect((await world.refresh(paymentId)).body).toMatchObject({ data: { status: 'created' } });
    expect(await approve(agent, paymentId)).toMatchObject(refused('forbidden'));
    expect(world.intentsMadeFor(paymentId)).toBe(0);

    expect(await approve(admin, paymentId)).toEqual({ ok: true, data: null });
    expect((await world.stateOf(paymentId)).approval).toBe(undefined);
    await world.confirm((await world.opened(paymentId)).clientSecret, 'pm_card_visa');
    await world.until(paymentId, 'succeeded');
    const lines = (await world.history(paymentId)).lines;
    expect(lines.find(({ kind }) => kind === 'approved')?.by?.name).toBe('The admin');
  });

  it('nobody approves what they asked for, nor what they edited', async () => {
    await world.setPolicy(policy);
    const paymentId = await asked(admin, large);
    expect(await approve(admin, paymentId)).toMatchObject(refused('approval_own'));
    const edited = { paymentId, revision: 1, ...order, amountMinor: 30_000 };
    granted(await world.agent.socket.emitWithAck('payment:edit', edited));
    expect(await world.stateOf(paymentId)).toMatchObject({ revision: 2, approval: 'waiting' });
    expect(await approve(world.agent, paymentId)).toMatchObject(refused('approval_own'));
    expect(await approve(admin, paymentId)).toMatchObject(refused('approval_own'));
    expect(world.intentsMadeFor(paymentId)).toBe(0);
  });

  it('an edit below it needs no approval, and one above it needs another', async () => {
    await world.setPolicy(policy);
    const paymentId = await asked(agent, large);
    const to = (revision: number, amountMinor: number) =>
      agent.socket.emitWithAck('payment:edit', { paymentId, revision, ...order, amountMinor });
    granted(await to(1, 9000));
    expect((await world.stateOf(paymentId)).approval).toBe(undefined);
    expect(await approve(admin, paymentId)).toMatchObject(refused('approval_not_needed'));
    granted(await to(2, 20_000));
    expect(await world.stateOf(paymentId)).toMatchObject({ revision: 3, approval: 'waiting' });
    expect((await world.open(paymentId)).body).toMatchObject(refused('payment_not_payable'));
    granted(await approve(admin, paymentId));
    expect((await world.opened(paymentId)).revision).toBe(3);
  });

  it('two who approve at once make one intent', async () => {
    await world.setPolicy(policy);
    const paymentId = await asked(agent, large);
    const answers = await Promise.all([approve(admin, paymentId), approve(world.agent, paymentId)]);
    expect(answers.map((answer) => (answer.ok ? 'ok' : answer.error.code)).sort()).toEqual([
      'approval_not_needed',
      'ok',
    ]);
    expect(world.intentsMadeFor(paymentId)).toBe(1);
    expect(world.callsWith(`pr:${paymentId}:1`)).toBe(1);
  });

  it('an approval holds when Stripe is away, and the intent follows', async () => {
    await world.setPolicy(policy);
    const paymentId = await asked(agent, large);
    world.stripe.setAvailability('unreachable');
    expect(await approve(admin, paymentId)).toEqual({ ok: true, data: null });
    world.stripe.setAvailability('available');
    expect(await world.stateOf(paymentId)).not.toHaveProperty('approval');
    await world.untilLater(60_000, async () => world.intentsMadeFor(paymentId) === 1);
  });

  it('what waits can be called off, and expires, without Stripe', async () => {
    await world.setPolicy(policy);
    const canceled = await asked(agent, large);
    granted(await agent.socket.emitWithAck('payment:cancel', { paymentId: canceled }));
    expect((await world.stateOf(canceled)).status).toBe('canceled');
    expect(await approve(admin, canceled)).toMatchObject(refused('approval_not_needed'));

    const expired = await asked(agent, { ...large, expiresInMs: 300_000 });
    await world.untilLater(
      301_000,
      async () => (await world.stateOf(expired)).status === 'expired',
    );
    expect(await approve(admin, expired)).toMatchObject(refused('approval_not_needed'));
    expect(world.intentsMadeFor(expired) + world.intentsMadeFor(canceled)).toBe(0);
  });
});
