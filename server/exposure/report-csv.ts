/** An exposure report as a file for a spreadsheet: everyone in it, one line each, made page by page. */
import type { ExposedConversation, ExposedReading } from '../../protocol/ledger.ts';
import { BYTE_ORDER_MARK, toLine, toText } from '../payments/csv.ts';
import type { Database } from '../store/store.ts';
import { eachExposed } from './reports.ts';

const COLUMNS = [
  'visitor_id',
  'conversation_id',
  'site_id',
  'categories',
  'first_at',
  'last_at',
  'reads',
  'previews',
  'read_by',
];

export async function* reportCsv(db: Database, reportId: string): AsyncGenerator<string, void> {
  yield BYTE_ORDER_MARK + toLine(COLUMNS);
  for await (const page of eachExposed(db, reportId)) yield page.map(toCsvLine).join('');
}

const toCsvLine = (one: ExposedConversation): string =>
  toLine([
    one.visitorId,
    one.conversationId ?? '',
    one.siteId,
    one.categories.join(' '),
    toInstant(one.firstAt),
    toInstant(one.lastAt),
    sum(one.readBy, ({ times }) => times),
    sum(one.readBy, ({ previews }) => previews),
    toText(one.readBy.map(inWords).join('; ')),
  ]);

const inWords = ({ name, agentId, from, to }: ExposedReading) =>
  `${name} (${agentId}) ${toInstant(from)} to ${toInstant(to)}`;

const toInstant = (at: number) => new Date(at).toISOString();
const sum = (readings: readonly ExposedReading[], of: (reading: ExposedReading) => number) =>
  readings.reduce((total, reading) => total + of(reading), 0);
