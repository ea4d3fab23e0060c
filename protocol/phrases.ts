/**
 * Words that one side writes for a person and the other knows again. To everything in between they
 * are a message like any other.
 */

/** Sent by one press where the card guard stopped a number [CARD-2]; the console offers the request. */
export const ASK_SECURE_PAYMENT = 'Could you send me a secure payment request here, please?';
