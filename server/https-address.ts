/**
 * Where this server may be told to send something: `https:`, or plain HTTP on this very machine. A
 * name and a password in the address would end in logs.
 */
export function isHttpsAddress(value: string): boolean {
  const url = URL.parse(value);
  if (!url || url.username || url.password) return false;
  const isLocal = /^(localhost|127\.0\.0\.1|\[::1\])$/.test(url.hostname);
  return url.protocol === 'https:' || (url.protocol === 'http:' && isLocal);
}
