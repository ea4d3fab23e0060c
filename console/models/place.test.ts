import { describe, expect, it } from 'vitest';
import {
  addressOf,
  exposureAddress,
  INBOX,
  INCIDENTS_ADDRESS,
  noticesAddress,
  parsePlace,
  paymentAddress,
} from './place.ts';

const CV = 'cv_aaaaaaaaaaaaaaaa';
const EX = 'ex_aaaaaaaaaaaaaaaa';
const PR = 'pr_aaaaaaaaaaaaaaaa';

describe('the place in the address', () => {
  it.each([
    [addressOf(null), INBOX],
    [addressOf(CV), { page: 'inbox', conversationId: CV, paymentId: null }],
    [paymentAddress(PR, CV), { page: 'inbox', conversationId: CV, paymentId: PR }],
    [paymentAddress(null, CV), { page: 'inbox', conversationId: CV, paymentId: null }],
    [paymentAddress(null), { page: 'payments', conversationId: null, paymentId: null }],
    [INCIDENTS_ADDRESS, { page: 'incidents', conversationId: null, paymentId: null }],
    [exposureAddress(), { ...INBOX, page: 'exposure' }],
    [exposureAddress(EX), { ...INBOX, page: 'exposure', subject: EX }],
    [noticesAddress(), { ...INBOX, page: 'notices' }],
    [noticesAddress('new'), { ...INBOX, page: 'notices', subject: 'new' }],
    [noticesAddress(EX), { ...INBOX, page: 'notices', subject: EX }],
    [paymentAddress(PR), { page: 'payments', conversationId: null, paymentId: PR }],
  ])('%s is read as it was written', (address, place) => {
    expect(parsePlace(address)).toEqual(place);
  });

  it('is the inbox when it is unknown', () => {
    for (const hash of [
      '',
      '#/x',
      '#/payments/../x',
      '#/conversations/<b>',
      '#/payments/pr_short',
      '#/notices/<b>',
    ])
      expect(parsePlace(hash)).toEqual(INBOX);
  });
});
