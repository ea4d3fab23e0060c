import type { PaymentHistoryLine } from '../../protocol/payments.ts';
import { historyWords } from '../format/history-words.ts';
import { dateTime, fullTime } from '../format/times.ts';

export interface PaymentHistoryProps {
  /** Oldest first. */
  lines: readonly PaymentHistoryLine[];
  currency: string;
  meId: string;
}

/** Who did what, and what the provider told: the newest first, because that is what one looks for. */
export function PaymentHistory({ lines, currency, meId }: PaymentHistoryProps) {
  if (!lines.length) return null;
  return (
    <section>
      <h3 id="panel-history">History</h3>
      <ol class="history" aria-labelledby="panel-history" reversed>
        {lines.toReversed().map((line, index) => {
          const { words, tone, more, code } = historyWords(line, currency);
          return (
            <li key={lines.length - index} class={`history-line history-${tone}`}>
              <p class="history-words">{words}</p>
              {more && <p class="history-more">{more}</p>}
              <p class="history-when">
                {line.by && (
                  <>
                    <bdi>{line.by.id === meId ? 'You' : line.by.name}</bdi> ·{' '}
                  </>
                )}
                <time dir="auto" title={fullTime(line.at)}>
                  {dateTime(line.at, Date.now())}
                </time>
                {code && <code dir="ltr">{code}</code>}
              </p>
            </li>
          );
        })}
      </ol>
    </section>
  );
}
