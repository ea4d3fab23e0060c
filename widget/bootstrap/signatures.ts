/**
 * Whether a threshold of keys has signed [REL-3]: ECDSA P-256 with SHA-256 over the context, a line
 * break and the exact text of the statement.
 */
export interface SignedText {
  statement: string;
  signatures: { key: string; signature: string }[];
}

/** As in the schema of the wire: whatever comes after is not looked at. */
const MOST = 16;
const ALGORITHM = { name: 'ECDSA', namedCurve: 'P-256', hash: 'SHA-256' };

/** Of base64url, as a binary string: two ways of writing the same bytes are one. */
const decode = (text: string): string => atob(text.replaceAll('-', '+').replaceAll('_', '/'));

const toBytes = (binary: string): Uint8Array<ArrayBuffer> =>
  Uint8Array.from(binary, (char) => char.charCodeAt(0));

/** What is no key or no signature counts for nothing, as one that does not hold. */
async function holds(key: string, signature: string, bytes: BufferSource): Promise<boolean> {
  try {
    const { subtle } = crypto;
    const trusted = await subtle.importKey('raw', toBytes(key), ALGORITHM, false, ['verify']);
    return await subtle.verify(ALGORITHM, trusted, toBytes(decode(signature)), bytes);
  } catch {
    return false;
  }
}

/**
 * @param keys of the tag, apart by blanks; each counts once, however often it is named or has signed
 * @param threshold NaN or less than 1 is never reached
 */
export async function isSigned(
  { statement, signatures }: SignedText,
  context: string,
  keys: string,
  threshold: number,
): Promise<boolean> {
  const bytes = new TextEncoder().encode(`${context}\n${statement}`);
  let signers = 0;
  for (const key of new Set(keys.split(/\s+/).filter(Boolean).map(decode)))
    for (const each of signatures.slice(0, MOST))
      if (decode(each.key) === key && (await holds(key, each.signature, bytes))) {
        signers++;
        break;
      }
  return threshold >= 1 && signers >= threshold;
}
