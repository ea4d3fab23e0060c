/** All attacks, in the order in which the table shows them. */
import type { Attack } from './attack.ts';
import { CHANNELS } from './attacks/channels.ts';
import { FIELD_ATTACKS } from './attacks/fields.ts';
import { FOCUS_ATTACKS } from './attacks/focus.ts';
import { PAGE_ATTACKS } from './attacks/page.ts';
import { PAYMENT_ATTACKS } from './attacks/payments.ts';
import { PORT_ATTACKS } from './attacks/port.ts';
import { RELEASE_ATTACKS } from './attacks/releases.ts';
import { SKIMMERS } from './attacks/skimmers.ts';
import { TALK_ATTACKS } from './attacks/talk.ts';

export const ATTACKS: readonly Attack[] = [
  ...RELEASE_ATTACKS,
  ...SKIMMERS,
  ...CHANNELS,
  ...PAGE_ATTACKS,
  ...FOCUS_ATTACKS,
  ...PORT_ATTACKS,
  ...FIELD_ATTACKS,
  ...PAYMENT_ATTACKS,
  ...TALK_ATTACKS,
];
