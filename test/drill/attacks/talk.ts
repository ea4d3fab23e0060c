/** Asking for the card in words, and what the words may hide. */
import type { Entry } from '../../../protocol/entries.ts';
import { newClientId } from '../../support/clients.ts';
import type { SceneAttack } from '../attack.ts';
import { CARDS, cardBytes } from '../measure.ts';
import type { Outcome } from '../outcome.ts';
import { agentOf, comeBack, converse } from '../payments.ts';
import { PATIENCE_MS, pause, type Stage, until, withTab } from '../stage.ts';
import type { Tab } from '../tab.ts';
import { tagOf } from '../tags.ts';
import { openCheckout, press } from '../visitor.ts';

const NUMBER = CARDS.checkout.number;
const PANEL = `document.querySelector('#bulkhead').shadowRoot.querySelector('.panel')`;

/** What an agent's account gets to read, whatever the vendor's server has. */
async function readByAgent(
  stage: Stage,
  conversationId: string,
  act: () => Promise<unknown>,
): Promise<Buffer> {
  const { socket } = await agentOf(stage.demo);
  const read: string[] = [];
  const hear = (entry: Entry) => {
    if (entry.conversationId === conversationId && entry.type === 'message') read.push(entry.text);
  };
  await socket.emitWithAck('conversation:sync', { conversationId, after: 0 });
  socket.on('entry:appended', hear);
  try {
    await act();
  } finally {
    socket.off('entry:appended', hear);
  }
  const { data } = (await socket.emitWithAck('conversation:sync', {
    conversationId,
    after: 0,
  })) as { data?: { entries: Entry[] } };
  return Buffer.from(`${read.join('\n')}\n${JSON.stringify(data?.entries ?? [])}`);
}

async function writeInChat(tab: Tab, lines: readonly string[]): Promise<void> {
  const isThere = await until(
    async () =>
      (await tab.everywhere<boolean>(`!!document.querySelector('main textarea')`)).includes(true),
    PATIENCE_MS,
  );
  if (!isThere) throw new Error('the chat never came up');
  const rect = await tab.evaluate<{ x: number; y: number; width: number; height: number }>(
    `(() => { const { x, y, width, height } = ${PANEL}.getBoundingClientRect(); return { x, y, width, height }; })()`,
  );
  if (!rect) throw new Error('there is no panel');
  await tab.click(rect.x + rect.width / 2 - 40, rect.y + rect.height - 40);
  for (const line of lines) await tab.type(`${line}\n`);
}

/** The conventional widget sends what is typed; its server, and whoever reads there, has it. */
async function told(stage: Stage, lines: readonly string[]): Promise<Partial<Outcome>> {
  stage.lane.next();
  stage.lane.vendor.hostility.files.set('/control/widget.js', stage.widget);
  stage.lane.tag = stage.controlTag();
  return withTab(stage, async (tab) => {
    await openCheckout(stage, tab);
    await until(async () => (await tab.evaluate('widget.open(), true')) === true, PATIENCE_MS);
    for (const line of lines) {
      await tab.evaluate(
        `document.querySelector('#widget .composer').value = ''; document.querySelector('#widget .composer').focus()`,
      );
      await tab.type(line);
      await tab.evaluate(`document.querySelector('#widget .send').click()`);
      await pause(50);
    }
    const bytes = () =>
      cardBytes(stage.lane.vendor.heard(), (text) =>
        text.replace(/POST \/control\/send|GET [^\n]*/g, '').replace(/\s/g, ''),
      );
    await until(() => bytes() >= 16, PATIENCE_MS);
    return { bytes: bytes() };
  });
}

/** Whatever comes of it, the whole number reaches neither the server nor an agent's account. */
const asks = (
  id: string,
  tries: string,
  lines: readonly string[],
  request: string,
): SceneAttack => ({
  kind: 'scene',
  family: 'talk',
  held: 'agent',
  id: `talk-${id}`,
  tries,
  control: (stage) => told(stage, lines),
  columns: ['signed', 'pinned'],
  async act(stage, column) {
    stage.lane.next();
    const { token, conversationId } = await converse(stage, 'Where is my parcel?');
    const { socket } = await agentOf(stage.demo);
    await socket.emitWithAck('message:send', {
      conversationId,
      clientId: newClientId(),
      text: request,
    });
    stage.lane.tag = tagOf(stage, column === 'signed' ? 'signed' : 'pinned');
    return withTab(stage, async (tab) => {
      await comeBack(stage, tab, token);
      const read = await readByAgent(stage, conversationId, async () => {
        await writeInChat(tab, lines);
        await pause(600);
      });
      const words = await tab.everywhere<string>(
        `document.querySelector('.warning')?.textContent ?? ''`,
      );
      await stage.photograph(column, [this], tab);
      // Of a number in parts each part alone is none; what counts is what stands together in the end.
      const whole = cardBytes(Buffer.concat([read, stage.lane.vendor.heard()]));
      return { bytes: whole, told: words.filter(Boolean).map((text) => `composer: ${text}`) };
    });
  },
});

export const TALK_ATTACKS: readonly SceneAttack[] = [
  asks(
    'plain',
    'an agent asks for the card number, and the visitor types it',
    [NUMBER],
    'Please type your card number here.',
  ),
  asks(
    'disguised',
    'the visitor is told to write the number with words and signs between',
    [`my card is ${NUMBER.replaceAll(' ', ' - ')} thanks`],
    'Please write it with dashes, so that the filter lets it through.',
  ),
  asks(
    'other-digits',
    'the visitor is told to use the digits of another script',
    [
      [...NUMBER]
        .map((char) => (char === ' ' ? ' ' : String.fromCodePoint(0xff10 + Number(char))))
        .join(''),
    ],
    'Please use full-width digits.',
  ),
  {
    kind: 'scene',
    family: 'talk',
    held: 'agent',
    id: 'talk-tabnab',
    tries: "sends a link, whose page then changes the shop's own tab into another site",
    controlIn: ['chromium'],
    async control(stage) {
      const setting = stage.lane.next();
      const { lane } = stage;
      lane.evil.page = (run, id) => nab(lane.evil.url, run, id);
      const url = `${lane.evil.url}/x/${setting.run}/link`;
      const site = { name: 'Halyard & Co', color: '#1f4fd8', greeting: 'Ahoy!' };
      const entries = [{ author: 'Anna', text: `[Your parcel](${url})` }];
      lane.vendor.hostility.files.set('/control/widget.js', stage.widget);
      lane.vendor.hostility.files.set('/control/state.json', JSON.stringify({ site, entries }));
      lane.tag = stage.controlTag();
      return withTab(stage, async (tab) => {
        await openCheckout(stage, tab);
        await until(async () => (await tab.evaluate('widget.open(), true')) === true, PATIENCE_MS);
        await press(tab, `document.querySelector('#widget .log a')`);
        await until(() => wasNabbed(stage), PATIENCE_MS);
        return { harm: wasNabbed(stage) ? 'the shop’s tab was moved' : '' };
      });
    },
    columns: ['signed', 'pinned'],
    async act(stage, column) {
      stage.lane.next();
      const { lane } = stage;
      lane.evil.page = (run, id) => nab(lane.evil.url, run, id);
      const { token, conversationId } = await converse(stage, 'Where is my parcel?');
      const { socket } = await agentOf(stage.demo);
      const text = `Look here: ${lane.evil.url}/x/${lane.run}/link`;
      await socket.emitWithAck('message:send', { conversationId, clientId: newClientId(), text });
      lane.tag = tagOf(stage, column === 'signed' ? 'signed' : 'pinned');
      return withTab(stage, async (tab) => {
        await comeBack(stage, tab, token);
        const link = await until(
          async () =>
            (await tab.everywhere<boolean>(`!!document.querySelector('main .bubble a')`)).includes(
              true,
            ),
          PATIENCE_MS,
        );
        if (!link) throw new Error('the link was never shown');
        // The visitor does press it: it must open, and harm nothing.
        const isOpen = await until(async () => {
          await pressLink(tab);
          return lane.evil.loot.some(({ id }) => id === 'link');
        }, PATIENCE_MS);
        if (!isOpen) throw new Error('the link did not open');
        await pause(700);
        return {
          harm: wasNabbed(stage) ? 'the shop’s tab was moved' : '',
          told: ['opened without an opener'],
        };
      });
    },
  },
];

const nab = (evil: string, run: number, id: string) =>
  id === 'link'
    ? `<!doctype html><title>link</title><script>if (opener) opener.location = ${JSON.stringify(`${evil}/x/${run}/nabbed`)}</script>`
    : '<title>nabbed</title>';
const wasNabbed = ({ lane }: Stage) => lane.evil.loot.some(({ id }) => id === 'nabbed');

/** Where a link stands in the frame, and the frame on the page. */
async function pressLink(tab: Tab): Promise<void> {
  type Place = { x: number; y: number };
  const [inside] = await tab.everywhere<Place>(
    `(() => { const link = document.querySelector('main .bubble a'); if (!link) return undefined; /* A link may go over two lines. */ const { x, y, width, height } = link.getClientRects()[0]; return { x: x + width / 2, y: y + height / 2 }; })()`,
  );
  const frame = await tab.evaluate<Place>(
    `(() => { const { x, y } = ${PANEL}.querySelector('iframe').getBoundingClientRect(); return { x, y }; })()`,
  );
  if (inside && frame) await tab.click(frame.x + inside.x, frame.y + inside.y);
  await pause(200);
}
