/** Fills the demo shop's checkout as a customer does, key by key where it matters. */
import type { Page } from 'playwright';

export interface CheckoutDetails {
  number: string;
  cvc: string;
  name: string;
  street: string;
}

export async function fillCheckout(page: Page, details: CheckoutDetails): Promise<void> {
  const { number, cvc, name, street } = details;
  const form = page.locator('form#checkout');
  for (const [label, value] of [
    ['Email', 'ophelia@customer.example'],
    ['Full name', name],
    ['Street and number', street],
    ['Postal code', 'D02'],
    ['Town', 'Dublin'],
    ['Expiry date', '12 / 34'],
    ['Name on card', name],
  ] as const) {
    await form.getByLabel(label).fill(value);
  }
  await form.getByLabel('Card number').pressSequentially(number);
  await form.getByLabel('Security code').pressSequentially(cvc);
}
