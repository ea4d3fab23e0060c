/** The change log: every line of the public log of releases, in words. */
import type { ReleaseStatement } from '../../protocol/releases.ts';
import { killedVersions, type ReleaseLog } from '../verify/release-log.ts';

export interface Change {
  /** Of the public log. */
  line: number;
  at: string;
  what: string;
  detail: string;
}

export interface ReleaseState {
  version: string;
  published: string;
  expires: string;
  commit: string;
  killed: boolean;
}

export function changesOf(log: ReleaseLog): Change[] {
  const releases = log.releases.map(({ n, at, statement }, index) => ({
    line: n,
    at,
    what: `release ${statement.version} published (sequence ${statement.sequence})`,
    detail: [
      `commit ${statement.commit}`,
      `until ${statement.expires}`,
      changedFiles(log.releases[index - 1]?.statement, statement),
    ].join('; '),
  }));
  const kills = log.kills.map(({ n, at, statement }) => ({
    line: n,
    at,
    what: `kill list ${statement.sequence} published`,
    detail: statement.versions.length
      ? `disables ${statement.versions.join(', ')}`
      : 'disables nothing',
  }));
  return [...releases, ...kills].sort((a, b) => a.line - b.line);
}

function changedFiles(before: ReleaseStatement | undefined, after: ReleaseStatement): string {
  const names = Object.keys(after.files);
  const changed = names.filter((name) => before?.files[name]?.sha384 !== after.files[name]?.sha384);
  if (!before) return `first release: ${names.join(', ')}`;
  return changed.length ? `changed: ${changed.join(', ')}` : 'the same files, signed anew';
}

/** Each version once, the newest first. */
export function releaseStates(log: ReleaseLog): ReleaseState[] {
  const killed = killedVersions(log);
  const states = new Map<string, ReleaseState>();
  for (const { at, statement } of log.releases) {
    const { version, expires, commit } = statement;
    const published = states.get(version)?.published ?? at;
    states.set(version, { version, published, expires, commit, killed: killed.has(version) });
  }
  return [...states.values()].reverse();
}
