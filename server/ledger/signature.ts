/** Checks what `keys.ts` signed, with nothing but a public key. */
import { createPublicKey, verify } from 'node:crypto';

/** @param key raw Ed25519 public key, base64url */
export function isSignedBy(key: string, text: string, signature: string): boolean {
  try {
    const jwk = { kty: 'OKP', crv: 'Ed25519', x: key };
    const publicKey = createPublicKey({ key: jwk, format: 'jwk' });
    return verify(null, Buffer.from(text, 'utf8'), publicKey, Buffer.from(signature, 'base64url'));
  } catch {
    return false;
  }
}
