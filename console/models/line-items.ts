/**
 * The lines of a request as an agent types them, and their sum, which then is the amount [PAY-7].
 * Knows nothing of the rest of the form but its currency.
 */
import { computed, type ReadonlySignal, signal } from '@preact/signals';
import { findCards } from '../../protocol/card-guard.ts';
import type { LineItem } from '../../protocol/entries.ts';
import { DESCRIPTION_MAX_LENGTH, LINE_ITEMS_MAX } from '../../protocol/limits.ts';
import { amountWords, parseMinor, writeAmount } from './amount.ts';

const QUANTITY_MAX = 9999;
/** Has no decimals, so that its amounts are read as counts are. */
const COUNTED = 'JPY';

export type LineField = 'description' | 'quantity' | 'price';
const FIELDS: readonly LineField[] = ['description', 'quantity', 'price'];

export interface LineDraft {
  key: number;
  description: string;
  quantity: string;
  /** For one of them. */
  price: string;
}
type Problems = Partial<Record<LineField, string>>;

export interface LineItems {
  readonly rows: ReadonlySignal<readonly LineDraft[]>;
  /** In words, only for fields that were left or sent. */
  readonly problems: ReadonlySignal<ReadonlyMap<number, Problems>>;
  /** As the wire wants them; `null` while one of them is wrong. */
  readonly items: ReadonlySignal<readonly LineItem[] | null>;
  /** In minor units; `null` while one of them is wrong. */
  readonly sumMinor: ReadonlySignal<number | null>;
  readonly canAdd: ReadonlySignal<boolean>;
  add(): void;
  remove(key: number): void;
  set(key: number, field: LineField, value: string): void;
  leave(key: number, field: LineField): void;
  /** Shows every problem. @returns the name of the first field that has one. */
  leaveAll(): string | undefined;
  fill(items: readonly LineItem[]): void;
}

export const lineFieldName = (key: number, field: LineField): string => `line-${key}-${field}`;

/** @returns what the lines cost together, in minor units. */
export const sumOf = (items: readonly LineItem[]): number =>
  items.reduce((sum, { quantity, unitAmountMinor }) => sum + quantity * unitAmountMinor, 0);

function readLine(row: LineDraft, currency: string, locale: string) {
  const problems: Problems = {};
  const description = row.description.trim();
  const quantity = parseMinor(row.quantity, COUNTED, locale);
  const price = parseMinor(row.price, currency, locale);
  if (!description) problems.description = 'Say what it is.';
  else if (description.length > DESCRIPTION_MAX_LENGTH)
    problems.description = `Up to ${DESCRIPTION_MAX_LENGTH} characters.`;
  else if (findCards(description).length)
    problems.description = 'This looks like a card number. Please remove it.';
  if (!quantity.ok || quantity.amountMinor < 1 || quantity.amountMinor > QUANTITY_MAX)
    problems.quantity = `A number from 1 to ${QUANTITY_MAX}.`;
  if (!price.ok) problems.price = amountWords(price.problem, currency, locale);
  const right = quantity.ok && price.ok && !FIELDS.some((field) => problems[field]);
  const item: LineItem | null = right
    ? { description, quantity: quantity.amountMinor, unitAmountMinor: price.amountMinor }
    : null;
  return { problems, item };
}

export function createLineItems(currency: ReadonlySignal<string>, locale: string): LineItems {
  const rows = signal<readonly LineDraft[]>([]);
  const left = signal<ReadonlySet<string>>(new Set());
  let lastKey = 0;

  const read = computed(() =>
    rows.value.map((row) => ({ key: row.key, ...readLine(row, currency.value, locale) })),
  );
  const items = computed(() => {
    const found = read.value.flatMap(({ item }) => item ?? []);
    return found.length === read.value.length ? found : null;
  });

  return {
    rows,
    items,
    sumMinor: computed(() => items.value && sumOf(items.value)),
    canAdd: computed(() => rows.value.length < LINE_ITEMS_MAX),
    problems: computed(
      () =>
        new Map(
          read.value.map(({ key, problems }) => [
            key,
            Object.fromEntries(
              Object.entries(problems).filter(([field]) =>
                left.value.has(lineFieldName(key, field as LineField)),
              ),
            ),
          ]),
        ),
    ),
    add() {
      if (rows.peek().length >= LINE_ITEMS_MAX) return;
      rows.value = [...rows.peek(), { key: ++lastKey, description: '', quantity: '1', price: '' }];
    },
    remove(key) {
      rows.value = rows.peek().filter((row) => row.key !== key);
    },
    set(key, field, value) {
      rows.value = rows.peek().map((row) => (row.key === key ? { ...row, [field]: value } : row));
    },
    leave(key, field) {
      left.value = new Set([...left.peek(), lineFieldName(key, field)]);
    },
    leaveAll() {
      const names = rows.peek().flatMap(({ key }) => FIELDS.map((f) => lineFieldName(key, f)));
      left.value = new Set(names);
      for (const { key, problems } of read.peek()) {
        const first = FIELDS.find((field) => problems[field]);
        if (first) return lineFieldName(key, first);
      }
      return undefined;
    },
    fill(next) {
      rows.value = next.map(({ description, quantity, unitAmountMinor }) => ({
        key: ++lastKey,
        description,
        quantity: new Intl.NumberFormat(locale, { useGrouping: false }).format(quantity),
        price: writeAmount(unitAmountMinor, currency.peek(), locale),
      }));
      left.value = new Set();
    },
  };
}
