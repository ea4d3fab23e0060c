/** An exposure report as the server answers one. */
import type { ExposureReport } from '../../protocol/ledger.ts';

const FROM = new Date(2026, 10, 20, 9, 0).getTime();
const TO = new Date(2026, 10, 21, 17, 30).getTime();

export const exposureReport = (over: Partial<ExposureReport> = {}): ExposureReport => ({
  id: 'ex_aaaaaaaaaaaaaaaa',
  question: { from: FROM, to: TO },
  askedAt: TO,
  head: { n: 12, hash: '0'.repeat(64), at: TO, signature: 's', key: 'k' },
  counts: {
    visitors: 1,
    conversations: 1,
    reads: 0,
    previews: 0,
    byCategory: { name: 0, email: 1, messages: 1, page: 1, browser: 0, payment_metadata: 0 },
  },
  exposed: [
    {
      conversationId: 'cv_aaaaaaaaaaaaaaaa',
      visitorId: 'vs_aaaaaaaaaaaaaaaa',
      siteId: 'st_aaaaaaaaaaaaaaaa',
      categories: ['email', 'messages', 'page'],
      firstAt: FROM,
      lastAt: TO,
      readBy: [],
    },
  ],
  more: false,
  ...over,
});
