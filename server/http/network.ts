/** Whom a limit counts. */
import { isIPv6 } from 'node:net';

/**
 * An IPv4 address by itself; of an IPv6 address its /64, which is the least that a customer is given
 * (RFC 6177, 2): whoever has one address there has 2^64.
 */
export function networkOf(address: string): string {
  const [plain = ''] = address.split('%');
  const [, mapped] = /^::ffff:(\d+\.\d+\.\d+\.\d+)$/i.exec(plain) ?? [];
  if (mapped) return mapped;
  if (!isIPv6(plain)) return address;
  // The URL parser writes every IPv6 address in one way (WHATWG URL, 3.5), without dots.
  const [head = '', tail] = new URL(`http://[${plain}]`).hostname.slice(1, -1).split('::');
  const before = head ? head.split(':') : [];
  const after = tail ? tail.split(':') : [];
  const zeros = Array<string>(8 - before.length - after.length).fill('0');
  return `${[...before, ...zeros, ...after].slice(0, 4).join(':')}::/64`;
}
