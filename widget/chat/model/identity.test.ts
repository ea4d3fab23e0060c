import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { FakeServer } from '../../../test/support/fake-visitor-server.ts';
import { createIdentity, type OwnIdentity } from './identity.ts';

const GRACE = { name: 'Grace Hopper' };

let server: FakeServer;
let identity: OwnIdentity;
const settle = () => vi.advanceTimersByTimeAsync(50);
const told = () => server.asked.map(([, body]) => body);

beforeEach(() => {
  vi.useFakeTimers();
  server = new FakeServer();
  identity = createIdentity(server.link);
});
afterEach(() => {
  vi.useRealTimers();
  vi.restoreAllMocks();
});

describe('what the page says of its visitor', () => {
  it('is told when it is said, and again by the next connection', async () => {
    await identity.tell();
    expect(told()).toEqual([]);
    server.isUp = false;
    identity.set(GRACE);
    await settle();
    server.isUp = true;
    await vi.advanceTimersByTimeAsync(300_000);
    expect(told()).toEqual([GRACE]);
    await identity.tell();
    expect(told()).toEqual([GRACE, GRACE]);
  });

  it.each([
    'busy',
    'unavailable',
    'rate_limited',
    'internal',
  ] as const)('[SYNC-4] is told again where it was refused as %s, not before its time, and until it is taken', async (code) => {
    vi.spyOn(Math, 'random').mockReturnValue(0);
    server.refusals['visitor:identify'] = code;
    identity.set(GRACE);
    // A second each time, which the server asks for, and the random wait on top is none here.
    await vi.advanceTimersByTimeAsync(999);
    expect(told()).toHaveLength(1);
    await vi.advanceTimersByTimeAsync(1002);
    expect(told()).toHaveLength(3);
    server.refusals = {};
    await vi.advanceTimersByTimeAsync(1000);
    expect(told()).toHaveLength(4);
    await vi.advanceTimersByTimeAsync(300_000);
    expect(told()).toHaveLength(4);
  });

  it('is told in its newest words', async () => {
    server.refusals['visitor:identify'] = 'busy';
    identity.set(GRACE);
    await settle();
    server.refusals = {};
    identity.set({ name: 'Ada Lovelace' });
    await vi.advanceTimersByTimeAsync(300_000);
    expect(told()).toEqual([GRACE, { name: 'Ada Lovelace' }]);
  });

  it('is not told again where it was refused for what it says', async () => {
    server.refusals['visitor:identify'] = 'bad_request';
    identity.set(GRACE);
    await vi.advanceTimersByTimeAsync(300_000);
    expect(told()).toEqual([GRACE]);
  });
});
