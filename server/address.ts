/**
 * From where a request or a socket comes, written in one way, so that what the ledger says can be
 * looked up. Behind a proxy both are believed by the same rule, Fastify's own.
 */
import type { IncomingMessage } from 'node:http';
import { isIPv6 } from 'node:net';
import proxyAddress from '@fastify/proxy-addr';
import type { Config } from './config.ts';

/** An IPv4 address that came over IPv6 as IPv4; any other IPv6 address in its short form. */
export function plainAddress(address: string): string {
  const [plain = ''] = address.split('%');
  const [, mapped] = /^::ffff:(\d+\.\d+\.\d+\.\d+)$/i.exec(plain) ?? [];
  if (mapped) return mapped;
  // The URL parser writes every IPv6 address in one way (WHATWG URL, 3.5), without dots.
  return isIPv6(plain) ? new URL(`http://[${plain}]`).hostname.slice(1, -1) : plain;
}

/** Of a socket's handshake, which Fastify does not see. */
export type AddressOf = (request: IncomingMessage) => string;

export function createAddressOf(trustProxy: Config['trustProxy']): AddressOf {
  const trusts = trusted(trustProxy);
  return (request) => plainAddress(proxyAddress(request, trusts));
}

/** A number is how many proxies stand in front: the address is believed from that many of them. */
function trusted(setting: Config['trustProxy']) {
  if (typeof setting === 'boolean') return () => setting;
  if (typeof setting === 'number') return (_address: string, hop: number) => hop < setting;
  return proxyAddress.compile(setting.split(',').map((address) => address.trim()));
}
