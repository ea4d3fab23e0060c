/** The life of one conversation, from the first message to the judgement. */
import { type Case, createCase, digestOf } from './checker/case.ts';
import type { Finding } from './checker/findings.ts';
import { createHistory } from './checker/history.ts';
import type { Agent, Followed } from './clients/agent.ts';
import { openLink } from './clients/link.ts';
import type { Stage } from './clients/stage.ts';
import { createVisitor, type Visitor } from './clients/visitor.ts';
import { mixed } from './words.ts';

export interface Conversation {
  readonly of: Case;
  readonly visitor: Visitor;
  /** @returns what is kept of it */
  live(): Promise<Finished>;
}
export interface Finished {
  id: string;
  length: number;
  digest: string;
}

export interface Quota {
  visitor: number;
  messages: number;
  notes: number;
}

/** A few are short, most are long, one in fifty is longer than several pages of the log. */
export function quotaOf(seed: number, index: number, mean: number): Quota {
  const random = mixed(seed, index, 5);
  const factor = index % 50 === 49 ? 6 : 0.3 + (random % 140) / 100;
  const visitor = Math.max(4, Math.round(mean * 0.8 * factor));
  return { visitor, messages: Math.round(visitor / 6), notes: Math.round(visitor / 12) };
}

interface ConversationOptions {
  stage: Stage;
  index: number;
  quota: Quota;
  agents: readonly Agent[];
  now(): number;
  onFinding(finding: Finding): void;
}

export function createConversation(options: ConversationOptions): Conversation {
  const { stage, index, quota, agents } = options;
  const of = createCase(index, createHistory(options.now), options.onFinding);
  const followers: Followed[] = [];
  const { promise: begun, resolve } = Promise.withResolvers<void>();
  const visitor = createVisitor({ stage, of, quota: quota.visitor, onBegun: resolve });

  /** The first answers; where there is a second, it only looks and takes notes. */
  function follow(): void {
    const first = mixed(stage.seed, index, 6) % agents.length;
    const count = index % 4 === 0 ? 2 : 1;
    for (let at = 0; at < count; at++) {
      const agent = agents[(first + at) % agents.length];
      const quotas = at === 0 ? quota : { messages: 0, notes: 0 };
      if (agent) followers.push(agent.follow(of, quotas));
    }
  }

  async function live(): Promise<Finished> {
    await begun;
    follow();
    await visitor.done;
    for (const follower of followers) await follower.finish();
    const [visitorLog, ...agentLogs] = await Promise.all([
      visitor.lastLook(),
      ...followers.map((follower) => follower.lastLook()),
    ]);
    if (!visitorLog) throw new Error('A conversation without a visitor');
    let length = 0;
    for (const agent of agentLogs) length = of.close({ visitor: visitorLog, agent });
    for (const follower of followers) follower.leave();
    visitor.close();
    const agent = agentLogs.at(-1) ?? [];
    return { id: of.id() ?? '', length, digest: digestOf(agent) };
  }

  return { of, visitor, live };
}

/** [AUTH-1] Somebody who knows another's id and has a good ticket of the own. */
export async function pry(stage: Stage, of: Case, conversationId: string): Promise<void> {
  const answer = await fetch(`${stage.base}/api/session`, {
    method: 'POST',
    headers: { 'content-type': 'text/plain', origin: stage.shopOrigin },
    body: JSON.stringify({ protocol: 1, site: stage.site }),
  });
  const { data } = (await answer.json()) as { data: { ticket: string } };
  const link = await openLink({
    base: stage.base,
    namespace: '/visitor',
    headers: { origin: 'null' },
    auth: { protocol: 1, ticket: data.ticket },
    tampering: stage.tampering,
    onFact: (event, body) => of.report('leak', `a stranger heard ${event} ${JSON.stringify(body)}`),
  });
  const asked = { conversationId, after: 0 };
  const sending = { conversationId, clientId: 'a-stranger-in-here', text: 'A stranger was here' };
  const outcomes = await Promise.all([
    link.request('conversation:sync', asked),
    link.request('log:read', asked),
    link.request('message:send', sending),
  ]);
  for (const outcome of outcomes) {
    if (outcome?.ok) of.report('leak', `a stranger was told ${JSON.stringify(outcome.data)}`);
  }
  stage.tally.pries++;
  link.drop();
}
