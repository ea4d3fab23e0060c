/**
 * What the card guard costs: the microseconds that it takes on the mean for an ordinary message (the
 * aim is at most 5), for one full of numbers, and for the longest of the worst. Part of `bench.ts`;
 * prints JSON when it is run by itself.
 */
import { findCards } from '../../protocol/card-guard.ts';
import { MESSAGE_MAX_LENGTH } from '../../protocol/limits.ts';
import { createCardWatch } from '../../server/log/card-watch.ts';

const ORDINARY = [
  'Hi',
  'Is the brass lantern in stock, and would it arrive before Friday?',
  'Thanks, that is all I wanted to know. Have a nice day!',
  'My order 100045678 of 2026-11-12 has not come yet. Can you see where it is?',
  'You can reach me at +49 30 901820 between 9 and 17, or by e-mail.',
  'The lamp costs 49.90 and the oil 7.50, so with shipping it would be 62.30, right?',
  'Guten Tag, können Sie mir sagen, ob die Laterne auch in Größe M lieferbar ist? Ich bräuchte zwei.',
  'Здравствуйте, когда придёт мой заказ? Я жду уже две недели.',
  '请问我的订单什么时候发货？谢谢！',
  'I have read your page about returns but I still do not understand whether I pay for the way back. '.repeat(
    4,
  ),
];
const NUMBERS = [
  'DE89 3704 0044 0532 0130 00',
  '9400 1000 0000 0000 0000 06',
  '+49 30 901820, 4242424242424242',
];
const WORST = ['4 '.repeat(MESSAGE_MAX_LENGTH / 2), '4242 '.repeat(MESSAGE_MAX_LENGTH / 5)];

/** @returns the mean of the quickest of five rounds, in microseconds a text */
function microsOf(texts: readonly string[], run: (text: string) => unknown, times: number): number {
  const rounds = Array.from({ length: 5 }, () => {
    const startedAt = performance.now();
    for (let time = 0; time < times; time++) for (const text of texts) run(text);
    return ((performance.now() - startedAt) * 1000) / (times * texts.length);
  });
  return Number(Math.min(...rounds).toFixed(2));
}

const watch = createCardWatch();
const author = { kind: 'visitor', id: 'vs_bench' } as const;
const watched = (text: string) =>
  watch.look({ conversationId: 'cv_bench', author, type: 'message', text }, 0);

export const measureCardGuard = () => ({
  ordinaryMicros: microsOf(ORDINARY, findCards, 10_000),
  ordinaryWatchMicros: microsOf(ORDINARY, watched, 10_000),
  numbersMicros: microsOf(NUMBERS, findCards, 2_000),
  worstMicros: microsOf(WORST, findCards, 5),
});

if (import.meta.main) process.stdout.write(`${JSON.stringify(measureCardGuard(), null, 2)}\n`);
