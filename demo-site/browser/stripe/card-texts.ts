/** The words of the card form. Errors of the bank come from the API, in English. */
import type { Problem } from './card-format.ts';

export interface CardTexts {
  number: string;
  expiry: string;
  expiryPlaceholder: string;
  cvc: string;
  problems: Record<Problem, string>;
}

const ENGLISH: CardTexts = {
  number: 'Card number',
  expiry: 'Expiration date',
  expiryPlaceholder: 'MM / YY',
  cvc: 'CVC',
  problems: {
    incomplete_number: 'Your card number is incomplete.',
    invalid_number: 'Your card number is invalid.',
    incomplete_expiry: "Your card's expiration date is incomplete.",
    invalid_expiry_month: "Your card's expiration month is invalid.",
    invalid_expiry_month_past: "Your card's expiration date is in the past.",
    invalid_expiry_year_past: "Your card's expiration year is in the past.",
    incomplete_cvc: "Your card's security code is incomplete.",
  },
};

const GERMAN: CardTexts = {
  number: 'Kartennummer',
  expiry: 'Ablaufdatum',
  expiryPlaceholder: 'MM / JJ',
  cvc: 'Prüfziffer',
  problems: {
    incomplete_number: 'Ihre Kartennummer ist unvollständig.',
    invalid_number: 'Ihre Kartennummer ist ungültig.',
    incomplete_expiry: 'Das Ablaufdatum Ihrer Karte ist unvollständig.',
    invalid_expiry_month: 'Der Ablaufmonat Ihrer Karte ist ungültig.',
    invalid_expiry_month_past: 'Das Ablaufdatum Ihrer Karte liegt in der Vergangenheit.',
    invalid_expiry_year_past: 'Das Ablaufjahr Ihrer Karte liegt in der Vergangenheit.',
    incomplete_cvc: 'Die Prüfziffer Ihrer Karte ist unvollständig.',
  },
};

const TEXTS: Record<string, CardTexts> = { de: GERMAN, en: ENGLISH };

export function textsFor(locale: string): CardTexts {
  const language = (locale === 'auto' ? navigator.language : locale).slice(0, 2);
  return TEXTS[language] ?? ENGLISH;
}
