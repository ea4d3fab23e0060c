/**
 * The agents' cookie [AUTH-4]. Over https it has the `__Host-` prefix, so that no other host of the
 * domain can set one (RFC 6265bis, 4.1.3.2).
 */

const nameFor = (publicUrl: string) =>
  publicUrl.startsWith('https:') ? '__Host-bulkhead_agent' : 'bulkhead_agent';

/** The first cookie of that name is the one with the most specific path. */
export function readAgentCookie(header: string | undefined, publicUrl: string): string | undefined {
  const start = `${nameFor(publicUrl)}=`;
  return header
    ?.split(';')
    .map((pair) => pair.trim())
    .find((pair) => pair.startsWith(start))
    ?.slice(start.length);
}

/** @param value `null` takes the cookie away */
export function writeAgentCookie(value: string | null, publicUrl: string): string {
  const attributes = ['Path=/', 'HttpOnly', 'SameSite=Strict'];
  if (publicUrl.startsWith('https:')) attributes.push('Secure');
  if (value === null) attributes.push('Max-Age=0');
  return [`${nameFor(publicUrl)}=${value ?? ''}`, ...attributes].join('; ');
}
