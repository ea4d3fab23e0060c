/**
 * `npm run bench`: Bulkhead's server beside a bare Socket.IO server, in turn, on the same machine in
 * the same minutes. Machines differ and are noisy, so only the ratios are worth comparing. Prints
 * JSON, and with `--out` writes `bench.json` and `bench.html` with the same, plotted.
 *
 * Which of them: `--modes talk,idle,connected,storm,history,processes,soak,guard` (`talk,idle,guard`).
 * `--rounds 5` of talk and idle; `--talkers 50 --messages 20000`; `--idle 1500`;
 * `--visitors 100,1000,10000`; `--storm 10000`; `--history 1000,5000000`; `--processes 1,2,4`
 * with `--postgres URL --redis URL`; `--soak 60` minutes at `--rate 200` messages a second.
 */
import { mkdirSync, writeFileSync } from 'node:fs';
import { cpus } from 'node:os';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { measureCardGuard } from './card-guard.ts';
import { runConnected } from './modes/connected.ts';
import { runHistory } from './modes/history.ts';
import { runIdle } from './modes/idle.ts';
import { runProcesses } from './modes/processes.ts';
import { runSoak } from './modes/soak.ts';
import { runStorm } from './modes/storm.ts';
import { runTalk } from './modes/talk.ts';
import { type Results, toPage } from './page.ts';

const { values } = parseArgs({
  options: {
    modes: { type: 'string', default: 'talk,idle,guard' },
    rounds: { type: 'string', default: '5' },
    talkers: { type: 'string', default: '50' },
    messages: { type: 'string', default: '20000' },
    idle: { type: 'string', default: '1500' },
    visitors: { type: 'string', default: '100,1000,10000' },
    storm: { type: 'string', default: '10000' },
    history: { type: 'string', default: '1000,5000000' },
    processes: { type: 'string', default: '1,2,4' },
    postgres: { type: 'string' },
    redis: { type: 'string', default: 'redis://127.0.0.1:6379' },
    soak: { type: 'string', default: '60' },
    rate: { type: 'string', default: '200' },
    out: { type: 'string' },
  },
});
const numbers = (list: string) => list.split(',').map(Number);
const rounds = Number(values.rounds);
const talk = { talkers: Number(values.talkers), messages: Number(values.messages) };

const MODES: Readonly<Record<string, () => Promise<unknown>>> = {
  talk: () => runTalk(rounds, talk),
  idle: () => runIdle(Math.min(rounds, 3), Number(values.idle)),
  connected: () => runConnected(numbers(values.visitors), talk.messages),
  storm: () => runStorm(Number(values.storm)),
  history: () => runHistory(numbers(values.history), values.postgres),
  processes: () => runProcesses(numbers(values.processes), { ...values, messages: talk.messages }),
  soak: () => runSoak({ minutes: Number(values.soak), perSecond: Number(values.rate) }),
  guard: async () => measureCardGuard(),
};

const results: Results = {
  setup: { at: new Date().toISOString(), node: process.version, cores: cpus().length, ...values },
};
for (const name of values.modes.split(',')) {
  const run = MODES[name];
  if (!run) throw new Error(`${name} is none of ${Object.keys(MODES).join(', ')}`);
  results[name] = await run();
}

const json = `${JSON.stringify(results, (_, value) => (typeof value === 'number' ? Math.round(value * 1000) / 1000 : value), 2)}\n`;
process.stdout.write(json);
if (values.out !== undefined) {
  mkdirSync(values.out, { recursive: true });
  writeFileSync(path.join(values.out, 'bench.json'), json);
  writeFileSync(path.join(values.out, 'bench.html'), toPage(JSON.parse(json)));
}
