/**
 * What is and is not in scope, in words. Quotes are short and of the standard's own publishers; this
 * pack is material for an assessment and never its outcome.
 */
export const SOURCES: readonly (readonly [name: string, where: string])[] = [
  [
    'PCI DSS v4.0.1 (June 2024), requirements 6.4.3, 11.6.1 and 12.3.1; SAQ A r1 (January 2025)',
    'https://www.pcisecuritystandards.org/document_library/',
  ],
  [
    'PCI SSC FAQ 1588 (February 2025): How does an e-commerce merchant meet the SAQ A eligibility criteria for scripts?',
    'https://www.pcisecuritystandards.org/faq/articles/Frequently_Asked_Question/how-does-an-e-commerce-merchant-meet-the-saq-a-eligibility-criteria-for-scripts/',
  ],
  ['Stripe, Integration security guide', 'https://docs.stripe.com/security/guide'],
];

export const NO_CLAIM =
  'This pack is evidence about Bulkhead’s scripts on your pages. It does not say that you comply with PCI DSS: whether you do, and which questionnaire is yours, only you with your acquirer or your assessor can say. Nothing in it covers the other scripts of your pages, your servers or your processes.';

export const IN_SCOPE = [
  '6.4.3 asks that each script of a payment page that is loaded and executed in the consumer’s browser is authorised, that its integrity is assured, and that an inventory says why each is necessary. Sections 2 to 4 give that for Bulkhead’s scripts and for Stripe.js as Bulkhead loads it.',
  '11.6.1 asks for a mechanism that alerts personnel to unauthorised modification of the HTTP headers and of the contents of payment pages as the consumer’s browser receives them, and that evaluates them at least once every seven days, or as often as a targeted risk analysis by 12.3.1 says. Sections 6 to 8 say what Bulkhead contributes.',
  'A page on which a visitor can pay inside the chat holds Stripe’s embedded form while that visitor pays. Every page that carries a tag with a Stripe key may therefore be a payment page.',
];

export const NOT_IN_SCOPE = [
  'The chat’s frame is a document of an opaque origin without access to the page. Card fields are frames of Stripe’s origin, children of the page and never of the chat. Card data reaches neither the chat server nor its database; what looks like a card number in a message is stopped in the composer and removed by the server.',
  'A tag without a Stripe key loads neither the payment sheet nor Stripe.js.',
];

export const SAQ_A = [
  'SAQ A r1 of January 2025 no longer lists 6.4.3, 11.6.1 and 12.3.1. In their place stands an eligibility criterion for e-commerce: “The merchant has confirmed that their site is not susceptible to attacks from scripts that could affect the merchant’s e-commerce system(s).”',
  'FAQ 1588 says that this criterion concerns merchants whose page includes a provider’s embedded payment page or form, such as a frame, and not those who redirect to the provider or leave payment to it wholly. It names two ways to confirm it: techniques such as those of 6.4.3 and 11.6.1, deployed by the merchant or a third party; or the compliant provider’s confirmation that its solution, used as it instructs, protects the page from script attacks.',
  'For the first way this pack gives what concerns Bulkhead; your other scripts need the same. For the second, ask Stripe: Bulkhead cannot give that confirmation, and does not.',
];
