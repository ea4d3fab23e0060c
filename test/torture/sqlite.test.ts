import { it } from 'vitest';
import { expectNothingWrong } from './short-form.ts';

it(
  '[SEND-1] [SEND-3] [LOG-2] [LOG-4] loses, doubles, reorders and leaks nothing on SQLite',
  () => expectNothingWrong('--messages 3000 --side 40 --length 70 --every 600 --minutes 3'),
  300_000,
);
