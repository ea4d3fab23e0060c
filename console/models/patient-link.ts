/**
 * A link whose reads are asked again by themselves where the server refuses them for now [LIMIT-4]: a
 * screen that was to come up to date would otherwise stay behind until the next connect. Only reads:
 * what changes something is repeated by whoever asked for it.
 */
import { backOffMs, isPassing } from '../../protocol/back-off.ts';
import { type AgentLink, NO_ANSWER, type RequestName } from './link.ts';

const READS: ReadonlySet<RequestName> = new Set([
  'conversations:list',
  'conversation:sync',
  'log:read',
  'incidents:list',
  'payment:history',
  'payments:list',
  'template:list',
  'notice:list',
] as const);
const TRIES_MAX = 6;

const sleep = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));

export const createPatientLink = (link: AgentLink): AgentLink => ({
  ...link,
  async request(name, body) {
    for (let tries = 1; ; tries++) {
      const answer = await link.request(name, body);
      const isOver =
        answer.ok ||
        !READS.has(name) ||
        // The next connect asks anew.
        answer.error === NO_ANSWER.error ||
        // A fault is said, and not only waited for.
        answer.error.code === 'internal' ||
        !isPassing(answer.error.code) ||
        tries === TRIES_MAX;
      if (isOver) return answer;
      await sleep(backOffMs(tries - 1, answer.error));
      if (link.state.peek() !== 'online') return answer;
    }
  },
});
