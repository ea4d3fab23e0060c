/** The bank's challenge page: passes or fails at the press of a button, for tests and demos. */
import { apiBaseFor, callApi, intentIdOf, retrieveIntent } from './api-client.ts';
import { greetParent } from './frame-guest.ts';
import type { ChallengeFrameOptions, FromChallengeFrame } from './messages.ts';

const challengeApiBase = apiBaseFor(location.origin);

greetParent<ChallengeFrameOptions, FromChallengeFrame, never>(({ access, source }, send) => {
  const buttons = document.querySelectorAll('button');
  for (const button of buttons) {
    button.disabled = false;
    button.addEventListener('click', async () => {
      for (const each of buttons) each.disabled = true;
      await callApi(challengeApiBase, 'POST', '/v1/3ds2/authenticate', access, {
        source,
        payment_intent: intentIdOf(access.clientSecret),
        outcome: button.value,
      });
      send({ type: 'done' });
    });
  }
  buttons[0]?.focus();
  void retrieveIntent(challengeApiBase, access).then((result) => {
    const amount = document.getElementById('amount');
    if (amount && result.ok)
      amount.textContent = formatAmount(result.data.amount, result.data.currency);
  });
  return () => {};
});

function formatAmount(amountMinor: number, currency: string): string {
  const format = new Intl.NumberFormat(navigator.language, { style: 'currency', currency });
  const decimals = format.resolvedOptions().maximumFractionDigits ?? 2;
  return format.format(amountMinor / 10 ** decimals);
}
