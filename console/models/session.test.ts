import { describe, expect, it } from 'vitest';
import { type Outcome, refuse } from '../../protocol/errors.ts';
import type { AgentIdentity } from '../../protocol/http.ts';
import { createMemoryKeep } from './keep.ts';
import { createSession } from './session.ts';

const anna: AgentIdentity = {
  id: 'ag_aaaaaaaaaaaaaaaa',
  name: 'Anna',
  email: 'anna@example.com',
  colleagues: [],
  role: 'owner',
  payments: true,
  currency: 'EUR',
};
const withAnswers = (me: Outcome<AgentIdentity>, signIn: Outcome<AgentIdentity> = me) =>
  createSession({
    me: async () => me,
    signIn: async () => signIn,
    signOut: async () => ({ ok: true, data: null }),
  });

describe('[AUTH-4] the session', () => {
  it('goes on where the cookie is good', async () => {
    const session = withAnswers({ ok: true, data: anna });
    await session.start();
    expect(session.state.value).toEqual({ phase: 'signed-in', agent: anna });
  });

  it('asks to sign in where there is none, and tells a lost connection apart', async () => {
    const session = withAnswers(refuse('signed_out'));
    await session.start();
    expect(session.state.value).toEqual({ phase: 'signed-out', note: null });
    const offline = withAnswers(refuse('unavailable'));
    await offline.start();
    expect(offline.state.value.phase).toBe('unreachable');
  });

  it('hands a refusal on and stays signed out', async () => {
    const session = withAnswers(refuse('signed_out'), refuse('rate_limited', 5000));
    await session.start();
    expect(await session.signIn('a@b.c', 'x')).toMatchObject({ retryAfterMs: 5000 });
    expect(session.state.value.phase).toBe('signed-out');
  });

  it('says why when it ended by itself, and remembers who it was', async () => {
    const session = withAnswers({ ok: true, data: anna });
    await session.start();
    session.end();
    expect(session.state.value).toMatchObject({ note: expect.stringContaining('drafts are kept') });
    expect(session.lastEmail.value).toBe(anna.email);
  });

  it('[SYNC-1] takes what changed about the agent, and nothing that did not', async () => {
    let me: AgentIdentity = anna;
    const session = createSession({
      me: async () => ({ ok: true, data: { ...me } }),
      signIn: async () => ({ ok: true, data: anna }),
      signOut: async () => ({ ok: true, data: null }),
    });
    await session.start();
    const before = session.state.value;
    await session.check();
    expect(session.state.value).toBe(before);
    me = { ...anna, payments: false };
    await session.check();
    expect(session.state.value).toEqual({ phase: 'signed-in', agent: me });
  });

  it('takes what is kept of an agent along when they sign out, and only then', async () => {
    const keep = createMemoryKeep();
    keep.write(`${anna.id}.draft.x`, 'secret');
    keep.write('ag_bbbbbbbbbbbbbbbb.draft.x', 'another');
    const session = createSession(
      {
        me: async () => ({ ok: true, data: anna }),
        signIn: async () => ({ ok: true, data: anna }),
        signOut: async () => ({ ok: true, data: null }),
      },
      keep.forget,
    );
    await session.start();
    session.end();
    expect(keep.read(`${anna.id}.draft.x`)).toBe('secret');
    await session.signIn(anna.email, 'x');
    await session.signOut();
    expect(keep.read(`${anna.id}.draft.x`)).toBeNull();
    expect(keep.read('ag_bbbbbbbbbbbbbbbb.draft.x')).toBe('another');
  });
});
