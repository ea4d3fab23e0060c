/** The process itself, by the names that every dashboard knows. */
import { readdir, readFile } from 'node:fs/promises';
import type { Gauge } from './meters.ts';

const MICRO = 1e6;
const one = (value: number) => [{ value }];

export const processGauges = (): Gauge[] => [
  {
    name: 'process_start_time_seconds',
    help: 'Start of the process, in seconds since the epoch.',
    read: () => one(Math.round(performance.timeOrigin / 1000)),
  },
  {
    name: 'process_cpu_seconds_total',
    help: 'Processor time of user and system.',
    read() {
      const { user, system } = process.cpuUsage();
      return one((user + system) / MICRO);
    },
  },
  {
    name: 'process_resident_memory_bytes',
    help: 'Memory that the process holds.',
    read: () => one(process.memoryUsage.rss()),
  },
  {
    name: 'nodejs_heap_size_used_bytes',
    help: 'Heap in use.',
    read: () => one(process.memoryUsage().heapUsed),
  },
  {
    name: 'nodejs_external_memory_bytes',
    help: 'Memory outside the heap that JavaScript holds.',
    read: () => one(process.memoryUsage().external),
  },
  { name: 'process_open_fds', help: 'Open file descriptors.', read: readOpenFiles },
  { name: 'process_max_fds', help: 'File descriptors that it may open.', read: readMaxFiles },
];

/** Only where there is a `/proc`. */
async function readOpenFiles() {
  const files = await readdir('/proc/self/fd').catch(() => null);
  return files ? one(files.length) : [];
}

async function readMaxFiles() {
  const limits = await readFile('/proc/self/limits', 'utf8').catch(() => '');
  const most = /^Max open files +(\d+)/m.exec(limits)?.[1];
  return most === undefined ? [] : one(Number(most));
}
