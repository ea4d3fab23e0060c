/** Every word that the sheet shows, by message id. English is the only table yet. */
export const texts = {
  payment: 'Payment',
  secured: 'Card details go to Stripe only',
  pay: (amount: string) => `Pay ${amount}`,
  paying: 'Paying…',
  cancel: 'Cancel',
  tryAgain: 'Try again',
  backToChat: 'Back to chat',
  orByCard: 'or pay another way',
  fromShop: 'From the shop',
  total: 'Total',
  paid: (amount: string) => `Paid ${amount}`,
  paidBefore: 'This is paid already',
  paidDetail: 'Thank you. The receipt is in the chat.',
  paidOn: 'Paid on',
  paidWith: 'Paid with',
  reference: 'Reference',
  returned: 'Returned',
  print: 'Print receipt',
  processing: 'Payment is being processed',
  processingDetail: 'It is not paid yet. The chat shows as soon as it is.',
  noStripe: 'The payment form of Stripe could not be loaded. Nothing was charged.',
  mismatch:
    'What would be charged differs from what the chat showed, so it was refused. Nothing was charged.',
  mischarged:
    'The payment was changed while you paid. Another amount than shown may have been charged: please contact the shop.',
  canceled: 'This payment request was canceled. Nothing was charged.',
  expired: 'This payment request has expired. Nothing was charged.',
  failed: 'The payment did not go through. Nothing was charged; you can try again.',
  unknown:
    'We could not learn whether the payment went through. The chat will show it; please look there before you pay again.',
} as const;
