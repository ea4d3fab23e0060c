/** The one question: may this statement's loader run on this page? Everything unclear is a no. */
import type { ManifestRefusal } from '../../protocol/releases.ts';
import { raiseSeen, type Seen } from './seen.ts';
import { isSigned, type SignedText } from './signatures.ts';
import { type KillList, type Release, readKills, readRelease } from './statement.ts';
import { keys, threshold } from './tag.ts';

/** Of `protocol/releases.ts`, which brings its schemas along. */
const RELEASE = 'bulkhead-release-v1';
const KILLS = 'bulkhead-kills-v1';
/** Two statements of the most that the schemas allow, written twice over. */
const MAX_LENGTH = 80_000;

/** @param text the body of `current.json`. @returns the release, or why it is refused */
export async function judge(text: string): Promise<Release | ManifestRefusal> {
  let release: Release;
  let list: KillList = { sequence: 0, versions: [] };
  let isTrusted: boolean;
  try {
    // A hostile server may take the chat down, and not the page's time with it.
    if (text.length > MAX_LENGTH) return 'unreadable';
    const current: { release: SignedText; kills: SignedText | null } = JSON.parse(text);
    release = readRelease(current.release.statement);
    if (current.kills) list = readKills(current.kills.statement);
    isTrusted =
      (await isSigned(current.release, RELEASE, keys, threshold)) &&
      (!current.kills || (await isSigned(current.kills, KILLS, keys, threshold)));
  } catch {
    return 'unreadable';
  }
  if (!isTrusted) return 'signatures';

  let seen: Seen;
  try {
    seen = await raiseSeen({ release: release.sequence, kills: list.sequence });
  } catch {
    return 'no_storage';
  }
  if (release.sequence < seen.release) return 'older';
  if (list.sequence < Math.max(release.kills, seen.kills)) return 'kills_missing';
  if (!(release.expires > Date.now())) return 'expired';
  return list.versions.includes(release.version) ? 'killed' : release;
}
