/**
 * Browser side of `/drill`: the page that stages both shops and reads the attacker's log, and within
 * each shop the customer who types a test card. One file without imports: its types are stripped.
 */

type Told = { stage: 'refused' | 'typed'; words: string };
type Log = { control: string[]; bulkhead: string[]; reports: string[] };

const CARD: readonly (readonly [name: string, text: string])[] = [
  ['card-name', 'Test Customer'],
  ['card-number', '4242 4242 4242 4242'],
  ['card-cvc', '123'],
];
const KEY_MS = 35;
const START_MS = 900;
const LOOK_MS = 300;
/** Past the last key: as long again as the slowest of these attacks takes. */
const WAIT_MS = 2_500;

const pause = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));
const one = <E extends Element>(selector: string, within: ParentNode = document): E => {
  const found = within.querySelector<E>(selector);
  if (!found) throw new Error(`the page has no ${selector}`);
  return found;
};

if (document.body.classList.contains('drill-stage')) void playCustomer();
else if (document.querySelector('.drill')) playStage();

/** In one of the two small shops. */
async function playCustomer(): Promise<void> {
  const tell = (told: Told) => parent.postMessage(told, location.origin);
  one<HTMLFormElement>('form').addEventListener('submit', (event) => {
    event.preventDefault();
    one('.stage-paid').textContent = 'Paid. Thank you.';
  });
  await pause(START_MS);
  for (const [name, text] of CARD) {
    const own = one<HTMLInputElement>(`[name=${name}]`);
    const { x, y, width, height } = own.getBoundingClientRect();
    // Whatever lies there: a customer types into what they see.
    const seen = document.elementFromPoint(x + width / 2, y + height / 2);
    const falseField = seen === own ? null : document.querySelector('[name=false-card]');
    const field = falseField instanceof HTMLInputElement ? falseField : own;
    field.value = '';
    for (const key of text) {
      field.dispatchEvent(new KeyboardEvent('keydown', { key, bubbles: true }));
      field.value += key;
      field.dispatchEvent(new InputEvent('input', { data: key, bubbles: true }));
      await pause(KEY_MS);
    }
  }
  one<HTMLFormElement>('form').requestSubmit();
  // Noted by a script that stands before the tag: this one may come after the browser's refusal.
  const page: Window & { refused?: string[] } = window;
  for (const src of page.refused ?? []) {
    const file = new URL(src).pathname.split('/').slice(-2).join('/');
    const words = `The browser refused ${file}: its bytes are not those whose hash the page names.`;
    tell({ stage: 'refused', words });
  }
  tell({ stage: 'typed', words: '' });
}

/** The page around them. */
function playStage(): void {
  const logUrl = one<HTMLElement>('.drill').dataset.drill ?? '';
  const choice = one<HTMLFormElement>('.drill-choice');
  const sides = {
    control: one<HTMLElement>('[data-side=conventional]'),
    bulkhead: one<HTMLElement>('[data-side=bulkhead]'),
  };
  let visit = '';
  let typedAt = 0;

  const showLines = (list: Element, lines: readonly string[]) =>
    list.replaceChildren(
      ...lines.map((text) => Object.assign(document.createElement('li'), { textContent: text })),
    );
  const judge = (side: HTMLElement, verdict: '' | 'robbed' | 'held', words: string) => {
    side.dataset.verdict = verdict;
    one('.drill-verdict', side).textContent = words;
  };

  async function watch(current: string): Promise<void> {
    for (;;) {
      await pause(LOOK_MS);
      if (visit !== current) return;
      const answer = await fetch(`${logUrl}/log/${current}`).catch(() => undefined);
      if (!answer?.ok || visit !== current) continue;
      const log: Log = await answer.json();
      const isOver = typedAt > 0 && Date.now() - typedAt > WAIT_MS;
      for (const name of ['control', 'bulkhead'] as const) {
        const side = sides[name];
        const lines = log[name];
        const list = one('.drill-log', side);
        if (list.childElementCount !== lines.length) showLines(list, lines);
        list.scrollTop = list.scrollHeight;
        if (lines.length)
          judge(side, 'robbed', `${lines.length} messages arrived at the attacker.`);
        else if (isOver)
          judge(side, 'held', 'Nothing arrived. The order went through all the same.');
      }
      for (const report of log.reports)
        say(sides.bulkhead, `Reported to vendor and merchant: ${report}`);
      if (isOver) return;
    }
  }
  function say(side: HTMLElement, words: string): void {
    const list = one('.drill-told', side);
    const known = [...list.children].map((item) => item.textContent ?? '');
    if (!known.includes(words)) showLines(list, [...known, words]);
  }

  addEventListener('message', ({ origin, source, data }: MessageEvent<Told>) => {
    if (origin !== location.origin) return;
    const side = Object.values(sides).find(
      (each) => one<HTMLIFrameElement>('iframe', each).contentWindow === source,
    );
    if (!side) return;
    if (data.stage === 'refused') say(side, data.words);
    if (data.stage === 'typed') typedAt = Date.now();
  });
  choice.addEventListener('submit', (event) => {
    event.preventDefault();
    const asked = new FormData(choice);
    visit = crypto.randomUUID();
    typedAt = 0;
    one<HTMLElement>('.drill-sides').hidden = false;
    for (const [name, side] of Object.entries(sides)) {
      judge(side, '', 'The customer is at the checkout…');
      showLines(one('.drill-log', side), []);
      showLines(one('.drill-told', side), []);
      const query = new URLSearchParams({
        side: name === 'control' ? 'conventional' : String(asked.get('side')),
        attack: String(asked.get('attack')),
        visit,
      });
      one<HTMLIFrameElement>('iframe', side).src = `/drill/stage?${query}`;
    }
    one('.drill-sides').scrollIntoView({ block: 'start', behavior: 'smooth' });
    void watch(visit);
  });
}

export {};
