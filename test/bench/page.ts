/** The results as a page: bars drawn in SVG, a table of what each shows, and the JSON. No script. */
import { bars, type Chart, lines } from './charts.ts';
import type { Compared } from './figures.ts';
import type { ConnectedFigures } from './modes/connected.ts';
import type { HistoryFigures } from './modes/history.ts';
import type { ProcessesFigures } from './modes/processes.ts';
import type { SoakFigures } from './modes/soak.ts';
import type { StormFigures } from './modes/storm.ts';

export interface Results {
  setup: object;
  talk?: Compared;
  idle?: Compared;
  connected?: ConnectedFigures[];
  storm?: StormFigures[];
  history?: { stores: HistoryFigures[]; ratios: Record<string, number> };
  processes?: ProcessesFigures[];
  soak?: SoakFigures[];
  [mode: string]: unknown;
}

const BARE = '#8a94a6';
const OURS = '#1f6f8b';
const colorOf = (kind: 'bare' | 'bulkhead') => (kind === 'bare' ? BARE : OURS);

function chartsOf(results: Results): Chart[] {
  const { talk, idle, connected = [], storm = [], history, processes = [], soak = [] } = results;
  const charts: Chart[] = [];
  const compared = (title: string, unit: string, given: Compared, figure: string) =>
    charts.push(
      bars(`${title}: ${given.ratios[figure]?.toFixed(2)} times`, unit, [
        { name: 'bare', value: given.bare[figure] ?? 0, color: BARE },
        { name: 'Bulkhead', value: given.bulkhead[figure] ?? 0, color: OURS },
      ]),
    );
  if (talk) {
    compared('Server CPU per message', 'µs', talk, 'cpuMicrosPerMessage');
    compared('Ack under full load, p50', 'ms', talk, 'ackP50Ms');
    compared('Ack under full load, p99', 'ms', talk, 'ackP99Ms');
  }
  if (idle) compared('Memory per idle visitor', 'KB', idle, 'kbPerConnection');
  const perCount = (title: string, unit: string, of: (one: ConnectedFigures) => number) =>
    charts.push(
      bars(
        title,
        unit,
        connected.map((one) => ({
          name: `${one.visitors} ${one.kind}`,
          value: of(one),
          color: colorOf(one.kind),
        })),
      ),
    );
  if (connected.length > 0) {
    perCount('Messages a second, by visitors connected', '/s', (one) => one.most.messagesPerSecond);
    perCount(
      'Server CPU per message, by visitors connected',
      'µs',
      (one) => one.most.cpuMicrosPerMessage,
    );
    perCount('Ack at 500 messages a second, p50', 'ms', (one) => one.steady.ackP50Ms);
    perCount('Ack at 500 messages a second, p95', 'ms', (one) => one.steady.ackP95Ms);
    perCount('Ack at 500 messages a second, p99', 'ms', (one) => one.steady.ackP99Ms);
  }
  if (storm.length > 0) {
    charts.push(
      bars(
        `Seconds until all ${storm[0]?.visitors} were back after a kill`,
        's',
        storm.map(({ kind, seconds }) => ({ name: kind, value: seconds, color: colorOf(kind) })),
      ),
    );
  }
  for (const page of ['lastPageAny', 'middlePageAny'] as const) {
    if (!history) continue;
    charts.push(
      bars(
        `History: ${page === 'lastPageAny' ? 'the last page' : 'a page in the middle'}, any conversation`,
        'µs',
        history.stores.map((one) => ({
          name: `${one.store}, ${one.messages.toLocaleString('en-GB')}`,
          value: one[page].medianMicros,
          color: OURS,
        })),
      ),
    );
  }
  if (processes.length > 0) {
    const named = (of: (one: ProcessesFigures) => number) =>
      processes.map((one) => ({
        name: one.kind === 'bare' ? 'bare' : `${one.processes} on Postgres`,
        value: of(one),
        color: colorOf(one.kind),
      }));
    charts.push(
      bars(
        'Messages a second, by processes',
        '/s',
        named((one) => one.messagesPerSecond),
      ),
    );
    charts.push(
      bars(
        'CPU per message, all processes',
        'µs',
        named((one) => one.cpuMicrosPerMessage),
      ),
    );
  }
  if (soak.length > 0) {
    charts.push(
      lines(
        'Resident memory after a collection, by minute',
        'MB',
        soak.map(({ kind, samples, mbPerHour }) => ({
          name: `${kind}: ${mbPerHour.toFixed(1)} MB an hour`,
          color: colorOf(kind),
          points: samples.map(({ minute, residentMb }) => [minute, residentMb] as const),
        })),
      ),
    );
  }
  return charts;
}

const escapeHtml = (text: string) =>
  text.replace(/[&<>"]/g, (character) => `&#${character.charCodeAt(0)};`);

export function toPage(results: Results): string {
  const charts = chartsOf(results)
    .map(({ title, svg }) => `<figure><figcaption>${escapeHtml(title)}</figcaption>${svg}</figure>`)
    .join('\n');
  return `<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>Bulkhead: benchmark</title>
<style>
  body { font: 16px/1.5 system-ui, sans-serif; margin: 2rem auto; max-width: 60rem; padding: 0 1rem; }
  main { display: grid; gap: 1.5rem; grid-template-columns: repeat(auto-fit, minmax(24rem, 1fr)); }
  figure { border: 1px solid #d5dae1; border-radius: 8px; margin: 0; padding: 1rem; }
  figcaption { font-weight: 600; margin-bottom: .5rem; }
  svg { height: auto; width: 100%; }
  pre { background: #f4f6f8; overflow: auto; padding: 1rem; }
</style>
<h1>Bulkhead beside a bare Socket.IO server</h1>
<p>Measured in turn on the same machine in the same minutes. Machines differ: only the ratios are
worth comparing.</p>
<main>
${charts}
</main>
<h2>All figures</h2>
<pre>${escapeHtml(JSON.stringify(results, null, 2))}</pre>
</html>
`;
}
