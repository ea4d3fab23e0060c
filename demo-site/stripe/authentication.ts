/** Who is calling: checks the API key and picks the account that the call acts on. */
import { invalidRequest, unauthorized } from './api-error.ts';
import { type Caller, OWN_ACCOUNT } from './context.ts';

export interface Keys {
  secretKey: string;
  publishableKey: string;
}

export interface Credentials {
  /** `Authorization` header; the SDK sends the secret key as a bearer token. */
  authorization: string | undefined;
  /** `key` field; Stripe.js sends the publishable key there, which needs no CORS preflight. */
  key: string | undefined;
  connectedAccount: string | undefined;
}

export function authenticate(keys: Keys, credentials: Credentials): Caller {
  const key = credentials.key ?? keyFromHeader(credentials.authorization);
  if (key === undefined) {
    throw unauthorized(
      'You did not provide an API key. You need to provide your API key in the Authorization ' +
        "header, using Bearer auth (e.g. 'Authorization: Bearer YOUR_SECRET_KEY').",
    );
  }
  const account = credentials.connectedAccount ?? OWN_ACCOUNT;
  if (!account.startsWith('acct_')) {
    throw invalidRequest(`No such account: '${account}'`, { code: 'account_invalid' });
  }
  if (key === keys.secretKey) return { kind: 'secret', account };
  if (key === keys.publishableKey) return { kind: 'publishable', account };
  // Somebody else's publishable key is a good key: it only opens nothing of this account.
  if (key.startsWith('pk_test_')) return { kind: 'publishable', account: `acct_of_${key}` };
  throw unauthorized(`Invalid API Key provided: ${key.slice(0, 8)}${'*'.repeat(8)}`);
}

function keyFromHeader(header: string | undefined): string | undefined {
  if (header === undefined) return undefined;
  const [scheme = '', value = ''] = header.split(' ');
  if (scheme.toLowerCase() === 'bearer') return value;
  if (scheme.toLowerCase() !== 'basic') return undefined;
  return Buffer.from(value, 'base64').toString().split(':')[0];
}
