/**
 * Every word that the loader shows, by message id. English is the only table yet; another language
 * is another module with the same names, chosen by the build. Names and not an object's keys, which a
 * bundler cannot shorten.
 */
export const openChat = 'Open chat';
export const closeChat = 'Close chat';
export const chat = 'Chat';
export const support = 'Support';
export const connecting = 'Connecting…';
export const secure = 'Private and secure';
export const unavailable = 'Not available';
export const unread = 'Unread messages: ';
export const refused = 'Could not be loaded safely. Nothing was charged.';
export const tryAgain = 'Try again';
