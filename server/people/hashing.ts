/** What is stored of a secret that its owner keeps: enough to know it again, not to use it. */
import { createHash } from 'node:crypto';

/** For random secrets only; passwords need `passwords.ts`. SHA-256, hex. */
export const hashSecret = (secret: string): string =>
  createHash('sha256').update(secret).digest('hex');
