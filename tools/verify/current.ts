/**
 * `/embed/current.json` as a bootstrap would judge it [REL-3] to [REL-6], and against the public log,
 * which a bootstrap does not read. Pure.
 */
import {
  CurrentRelease,
  type KillStatement,
  type ReleaseStatement,
} from '../../protocol/releases.ts';
import { type Finding, finding } from './findings.ts';
import { killedVersions, type ReleaseLog } from './release-log.ts';
import {
  createCheck,
  isSignedBy,
  type KeySet,
  parseJson,
  parseKills,
  parseRelease,
} from './statements.ts';

const isCurrent = createCheck(CurrentRelease);

export interface Current {
  findings: Finding[];
  release: ReleaseStatement | null;
  kills: KillStatement | null;
}

export interface CurrentContext {
  log: ReleaseLog | null;
  /** The tag's own, or those that the merchant gave; never those of before a rotation. */
  keys: KeySet | null;
  now: Date;
}

const SUBJECT = 'current.json';

export function judgeCurrent(text: string, { log, keys, now }: CurrentContext): Current {
  const findings: Finding[] = [];
  const complain = (code: Parameters<typeof finding>[0], detail = '') =>
    void findings.push(finding(code, SUBJECT, detail));
  const current = parseJson(text);
  const release = isCurrent(current) ? parseRelease(current.release) : undefined;
  if (!isCurrent(current) || !release) {
    complain('current_unreadable');
    return { findings, release: null, kills: null };
  }
  if (keys && !isSignedBy('release', current.release, [keys])) complain('current_unsigned');

  const list = current.kills ? parseKills(current.kills) : undefined;
  const isListSigned = !keys || (current.kills && isSignedBy('kills', current.kills, [keys]));
  const kills = list && isListSigned ? list : null;
  if (current.kills && !kills) complain('current_kills_missing', 'unsigned or unreadable');
  else if (release.kills > (kills?.sequence ?? 0))
    complain('current_kills_missing', `${release.kills} required, ${kills?.sequence ?? 0} there`);

  // Of a list whose signatures do not hold nothing is known, not even that it is old.
  const listed = current.kills && !kills ? null : (kills?.sequence ?? 0);

  const { version } = release;
  if (kills?.versions.includes(version) || (log && killedVersions(log).has(version)))
    complain('current_killed', version);
  if (Date.parse(release.expires) <= now.getTime()) complain('current_expired', release.expires);
  if (log)
    compareWithLog(log, { text: current.release.statement, release, kills: listed }, complain);
  if (findings.length === 0 && keys)
    complain('current_verified', `${version}, sequence ${release.sequence}`);
  return { findings, release, kills };
}

function compareWithLog(
  log: ReleaseLog,
  { text, release, kills }: { text: string; release: ReleaseStatement; kills: number | null },
  complain: (code: Parameters<typeof finding>[0], detail?: string) => void,
): void {
  if (!log.releases.some((line) => line.text === text))
    complain('current_not_logged', release.version);
  const newest = Math.max(0, ...log.releases.map(({ statement }) => statement.sequence));
  if (release.sequence < newest)
    complain('current_rolled_back', `sequence ${release.sequence}, and ${newest} in the log`);
  const list = Math.max(0, ...log.kills.map(({ statement }) => statement.sequence));
  if (kills !== null && kills < list)
    complain('current_rolled_back', `kill list ${kills}, and ${list} in the log`);
}
