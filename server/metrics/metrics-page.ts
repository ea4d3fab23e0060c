/**
 * What `/metrics` answers: the plain numbers of `meters.ts` in the words of Prometheus, in a registry
 * of its own. Everything is read when it is asked for.
 */
import { Counter, Gauge, Histogram, Registry } from 'prom-client';
import type { Buckets } from './buckets.ts';
import type { Meters, QueueMeter, Reading } from './meters.ts';

export interface MetricsPage {
  contentType: string;
  read(): Promise<string>;
}

type Labels = Readonly<Record<string, string>>;
interface Series {
  labels: Labels;
  buckets: Buckets;
}

/** Takes its values from elsewhere; those of prom-client's own would have to be observed one by one. */
class ReadHistogram extends Histogram {
  readonly #described: { name: string; help: string };
  readonly #series: () => readonly Series[];

  constructor(
    registry: Registry,
    described: { name: string; help: string; labelNames?: readonly string[] },
    series: () => readonly Series[],
  ) {
    super({ ...described, registers: [registry] });
    this.#described = described;
    this.#series = series;
  }

  /** What the registry asks for, and `get` as well; its declaration leaves it out. */
  async getForPromString() {
    const { name, help } = this.#described;
    const values = this.#series().flatMap((series) => toValues(name, series));
    return { name, help, type: 'histogram', values };
  }
}

function toValues(name: string, { labels, buckets: { bounds, counts, sum } }: Series) {
  let total = 0;
  const upTo = bounds.map((bound, index) => {
    total += counts[index] ?? 0;
    return { metricName: `${name}_bucket`, labels: { ...labels, le: bound }, value: total };
  });
  total += counts.at(-1) ?? 0;
  return [
    ...upTo,
    { metricName: `${name}_bucket`, labels: { ...labels, le: '+Inf' }, value: total },
    { metricName: `${name}_sum`, labels, value: sum },
    { metricName: `${name}_count`, labels, value: total },
  ];
}

export function createMetricsPage(meters: Meters): MetricsPage {
  const registry = new Registry();

  const counter = (
    name: string,
    help: string,
    labelNames: readonly string[],
    read: () => Iterable<Reading> | Promise<Iterable<Reading>>,
  ) =>
    new Counter({
      name,
      help,
      labelNames,
      registers: [registry],
      async collect() {
        const readings = await read();
        this.reset();
        for (const { labels = {}, value } of readings) this.inc(labels, value);
      },
    });
  const histogram = (
    name: string,
    help: string,
    series: () => readonly Series[],
    labelNames: readonly string[] = [],
  ) => new ReadHistogram(registry, { name, help, labelNames }, series);

  counter('bulkhead_entries_appended_total', 'Entries appended to the log.', ['type'], () =>
    readingsOf(meters.appended, 'type'),
  );
  counter('bulkhead_refusals_total', 'Requests that were refused.', ['surface', 'code'], () =>
    Object.entries(meters.refused).flatMap(([surface, codes]) =>
      readingsOf(codes, 'code', { surface }),
    ),
  );
  counter('bulkhead_connections_cut_total', 'Connections that the server ended.', ['reason'], () =>
    readingsOf(meters.cut, 'reason'),
  );
  histogram(
    'bulkhead_answer_seconds',
    'From a request of a socket to its answer.',
    () => meters.answers.map(({ buckets, ...labels }) => ({ labels, buckets })),
    ['namespace', 'request'],
  );
  histogram('bulkhead_webhook_lag_seconds', 'From an event at Stripe to its effect here.', () => [
    { labels: {}, buckets: meters.webhookLag },
  ]);
  addQueues(histogram, counter, { log: meters.log, ledger: meters.ledger });
  for (const { name, help, labels: labelNames = [], read } of meters.gauges) {
    if (name.endsWith('_total')) counter(name, help, labelNames, read);
    else
      new Gauge({
        name,
        help,
        labelNames,
        registers: [registry],
        async collect() {
          const readings = await read();
          this.reset();
          for (const { labels = {}, value } of readings) this.set(labels, value);
        },
      });
  }
  return { contentType: registry.contentType, read: () => registry.metrics() };
}

function addQueues(
  histogram: (name: string, help: string, series: () => readonly Series[], l: string[]) => unknown,
  counter: (n: string, help: string, l: string[], read: () => Reading[]) => unknown,
  queues: Readonly<Record<string, QueueMeter>>,
): void {
  const series = (which: 'append' | 'commit' | 'sizes') => () =>
    Object.entries(queues).map(([queue, meter]) => ({ labels: { queue }, buckets: meter[which] }));
  const labels = ['queue'];
  histogram(
    'bulkhead_append_seconds',
    'From the arrival of the first job of a commit until it is durable.',
    series('append'),
    labels,
  );
  histogram('bulkhead_commit_seconds', 'How long a commit takes.', series('commit'), labels);
  histogram('bulkhead_commit_jobs', 'Jobs in one commit.', series('sizes'), labels);
  counter('bulkhead_commit_failures_total', 'Commits that came to nothing.', labels, () =>
    Object.entries(queues).map(([queue, { failures: value }]) => ({ labels: { queue }, value })),
  );
}

const readingsOf = (
  counts: ReadonlyMap<string, number>,
  label: string,
  labels: Labels = {},
): Reading[] => [...counts].map(([key, value]) => ({ labels: { ...labels, [label]: key }, value }));
