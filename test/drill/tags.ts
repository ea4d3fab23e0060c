/** The tags that the merchant may have on the page, and releases that are hostile themselves. */
import { sha384 } from '../support/loader-lab.ts';
import type { Lane } from './lane.ts';
import type { Stage } from './stage.ts';

export type TagKind = 'signed' | 'pinned';

const ofVendor = ({ demo, lane }: Stage, tag: string) =>
  tag.replaceAll(demo.urls.chat, lane.vendor.url);

/** The demo's own tag, of the release that was built, or of another. */
export function pinnedTag(stage: Stage, integrity = ''): string {
  const tag = ofVendor(stage, stage.demo.pinnedTag);
  return integrity ? tag.replace(/integrity="[^"]*"/, `integrity="${integrity}"`) : tag;
}

export const tagOf = (stage: Stage, kind: TagKind): string =>
  kind === 'pinned' ? pinnedTag(stage) : ofVendor(stage, stage.demo.tag);

/**
 * Has the vendor serve another chat, under a loader that names its hash.
 *
 * @returns that loader's own
 */
export function hostileRelease({ vendor, release }: Lane, chat: string): string {
  const { files, version } = release;
  const loader = files.loader.code.replaceAll(files.chat.sha384, sha384(chat));
  if (loader === files.loader.code) throw new Error('the loader names no chat');
  const serve = (file: string, code: string) =>
    vendor.hostility.files.set(`/embed/${version}/${file}`, code);
  serve(files.chat.file, chat);
  serve(files.loader.file, loader);
  return sha384(loader);
}
