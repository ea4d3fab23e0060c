/** Holds the logs of a run against those of the last one, and keeps them for the next. */
import type { CheckedTag } from './check-tag.ts';
import { type Finding, finding } from './findings.ts';
import { compareWithState, readState, writeState } from './state.ts';

/** A log with a problem in it is not remembered: the next run would start from the forgery. */
export async function remember(
  file: string | null | undefined,
  checked: readonly CheckedTag[],
  findings: readonly Finding[],
  now: Date,
): Promise<Finding[]> {
  if (!file) return checked.length ? [finding('state_none')] : [];
  const state = await readState(file);
  if (!state) return [finding('state_unreadable', file)];
  const found: Finding[] = [];
  const servers = { ...state.servers };
  for (const { tag, log, current } of checked) {
    const { origin } = tag.src;
    const hash = log?.hashes.at(-1);
    if (!log || hash === undefined) continue;
    const inForce = {
      release: current?.release?.sequence ?? 0,
      kills: current?.kills?.sequence ?? 0,
    };
    const known = state.servers[origin];
    if (known) found.push(...compareWithState(log, known, inForce));
    else found.push(finding('log_remembered', origin, `${log.hashes.length} lines`));
    servers[origin] = {
      n: log.hashes.length,
      hash,
      release: Math.max(inForce.release, known?.release ?? 0),
      kills: Math.max(inForce.kills, known?.kills ?? 0),
      at: now.toISOString(),
    };
  }
  const isSound = (each: Finding) => each.level !== 'problem' || !/^(log|current)_/.test(each.code);
  if ([...findings, ...found].every(isSound))
    await writeState(file, { bulkheadVerifyState: 1, servers });
  return found;
}
