/**
 * Visits in which the attacker's script is to run: as the widget's own on a conventional page, as an
 * altered file of a release, and as the chat of a release that is hostile itself. Several attacks
 * share a visit where they do not disturb each other; each sends its loot under its own name.
 */
import type { CodeAttack } from './attack.ts';
import { cardBytes } from './measure.ts';
import type { Column, Outcome } from './outcome.ts';
import { arm, prelude } from './prelude.ts';
import { PATIENCE_MS, pause, type Stage, until, withTab } from './stage.ts';
import type { Seen, Tab } from './tab.ts';
import { hostileRelease, pinnedTag, type TagKind, tagOf } from './tags.ts';
import { openChat, openCheckout, pressInChat, submitCheckout, typeCard } from './visitor.ts';

type Outcomes = Map<string, Outcome>;
/** Past the end of what a control needed. */
const MARGIN_MS = 300;
const MARGIN_MOST_MS = 2_500;

const controlScript = (widget: string, armed: string) => `${widget}\n${armed}`;
const armAll = (stage: Stage, batch: readonly CodeAttack[]) => {
  const setting = stage.lane.next();
  return prelude(setting) + batch.map(({ id, code }) => arm(id, code)).join('');
};

/** What has arrived so far of one attack, and what else is to be seen of it. */
async function look(
  { lane }: Stage,
  tab: Tab,
  attack: CodeAttack,
  calm: Seen,
): Promise<Pick<Outcome, 'bytes' | 'contacts' | 'harm'>> {
  const { run } = lane;
  const loot = lane.evil.loot.filter((one) => one.run === run && one.id === attack.id);
  const stray = attack.alone ? lane.evil.loot.filter((one) => one.run === 0) : [];
  const bytes = cardBytes(
    Buffer.concat([...loot.map((one) => one.bytes), lane.vendor.heardAs(run, attack.id)]),
    attack.decode,
  );
  const { succeeds } = attack;
  const isDone =
    typeof succeeds === 'object' &&
    (await tab.evaluate<boolean>(
      `(async () => !!(await (${succeeds.probe.replaceAll('RUN', `${run}`)})))()`,
    )) === true;
  const { windows, dialogs, downloads } = tab.seen;
  const harm = [
    isDone && 'the page was changed',
    windows > calm.windows && 'a window opened',
    dialogs > calm.dialogs && 'a dialog opened',
    downloads > calm.downloads && 'a download began',
  ].filter((words) => typeof words === 'string');
  return {
    bytes,
    contacts: [...loot, ...stray].filter(({ isContact }) => isContact).length,
    harm: harm.join(', '),
  };
}

const hasSucceeded = (
  { succeeds }: CodeAttack,
  { bytes, contacts, harm }: Pick<Outcome, 'bytes' | 'contacts' | 'harm'>,
): boolean => {
  if (succeeds === 'card') return bytes >= 16;
  return succeeds === 'contact' ? contacts > 0 : harm !== '';
};

/** The same script where nothing is in its way. */
export async function visitControl(stage: Stage, batch: readonly CodeAttack[]): Promise<Outcomes> {
  const armed = armAll(stage, batch);
  const { lane } = stage;
  lane.vendor.hostility.files.set('/control/widget.js', controlScript(stage.widget, armed));
  lane.tag = stage.controlTag();
  return withTab(stage, async (tab) => {
    await openCheckout(stage, tab, batch);
    await stage.ran(batch);
    if (batch.some(({ gesture }) => gesture)) await tab.click(30, 300);
    await typeCard(tab, { mayFail: batch.some(({ alone }) => alone === true) });
    const typedAt = Date.now();
    if (batch.some(({ submits }) => submits)) await submitCheckout(tab);
    const outcomes: Outcomes = new Map();
    const calm: Seen = { windows: 0, dialogs: 0, downloads: 0, complaints: [] };
    await until(async () => {
      for (const attack of batch) {
        if (outcomes.has(attack.id)) continue;
        const found = await look(stage, tab, attack, calm);
        if (!hasSucceeded(attack, found)) continue;
        const ran = lane.vendor.words.filter(({ id, kind }) => kind === 'ran' && id === attack.id);
        const tookMs = Date.now() - typedAt;
        outcomes.set(attack.id, { ...found, lines: ran.length, strayKeys: 0, told: [], tookMs });
      }
      return outcomes.size === batch.length;
    }, PATIENCE_MS);
    await stage.photograph('control', batch, tab);
    return outcomes;
  });
}

/** As an altered loader, and as an altered chat, under the merchant's true tag. */
export async function visitAltered(
  stage: Stage,
  kind: TagKind,
  file: 'loader' | 'chat',
  batch: readonly CodeAttack[],
): Promise<Outcomes> {
  const armed = armAll(stage, batch);
  const { lane } = stage;
  const { files, version } = lane.release;
  lane.vendor.hostility.files.set(
    `/embed/${version}/${files[file].file}`,
    files[file].code + armed,
  );
  lane.tag = tagOf(stage, kind);
  return withTab(stage, async (tab) => {
    await openCheckout(stage, tab, batch);
    if (file === 'loader') await stage.refused(tab);
    else await openChat(tab, 'refused');
    await typeCard(tab);
    await pause(MARGIN_MS);
    const outcomes = await judge(stage, tab, batch, kind);
    await stage.photograph(kind, batch, tab);
    return outcomes;
  });
}

/** As the chat of a release that the merchant's tag itself names: the wall alone is left. */
export async function visitFrame(
  stage: Stage,
  batch: readonly CodeAttack[],
  neededMs: number,
): Promise<Outcomes> {
  const armed = armAll(stage, batch);
  const { lane } = stage;
  const integrity = hostileRelease(lane, lane.release.files.chat.code + armed);
  lane.tag = pinnedTag(stage, integrity);
  return withTab(stage, async (tab) => {
    await openCheckout(stage, tab, batch);
    await openChat(tab, 'frame');
    await stage.ran(batch);
    if (batch.some(({ gesture }) => gesture)) await pressInChat(tab);
    await typeCard(tab, { mayFail: batch.some(({ alone }) => alone === true) });
    if (batch.some(({ submits }) => submits)) await submitCheckout(tab);
    await stage.ended(batch);
    await pause(Math.min(MARGIN_MS + 2 * neededMs, MARGIN_MOST_MS));
    const outcomes = await judge(stage, tab, batch, 'frame');
    await stage.photograph('frame', batch, tab);
    return outcomes;
  });
}

async function judge(
  stage: Stage,
  tab: Tab,
  batch: readonly CodeAttack[],
  column: Column,
): Promise<Outcomes> {
  const { lane } = stage;
  const calm: Seen = { windows: 0, dialogs: 0, downloads: 0, complaints: [] };
  // The chat may only ever say what the visitor wrote into it, and that was no card.
  const leaked = cardBytes(lane.vendor.heard());
  const told = [
    ...lane.vendor.reports.map(({ kind, subject = '' }) => `loader: ${kind} ${subject}`.trim()),
    ...new Set(tab.seen.complaints.map((text) => text.slice(0, 240))),
  ];
  const outcomes: Outcomes = new Map();
  for (const attack of batch) {
    const found = await look(stage, tab, attack, calm);
    const lines = lane.vendor.words.filter(
      ({ id, kind, at }) =>
        kind === 'ran' && id === attack.id && (column !== 'frame' || at !== 'null'),
    ).length;
    outcomes.set(attack.id, {
      ...found,
      bytes: found.bytes + leaked,
      lines,
      strayKeys: 0,
      told: told.slice(0, 12),
      tookMs: 0,
    });
  }
  return outcomes;
}
