/**
 * A build plugin that leaves out what the chat never runs of engine.io-client: its default list of
 * transports (WebTransport, XMLHttpRequest), since `visitor-socket.ts` passes its own by a documented
 * option, and binary packets, which this protocol never sends. Without this plugin the chat works
 * the same and weighs about 2 KB more.
 */

/** Text packets of Engine.IO, version 4: a digit for the type, then the data. */
const ENCODE = `
import { PACKET_TYPES } from './commons.js';
export const encodePacket = ({ type, data }, supportsBinary, callback) =>
  callback(PACKET_TYPES[type] + (data || ''));
export const encodePacketToBinary = () => {};`;

/** What is not text, or of no known type, is an error, after which the client connects anew. */
const DECODE = `
import { ERROR_PACKET, PACKET_TYPES_REVERSE } from './commons.js';
export const decodePacket = (text) => {
  const type = PACKET_TYPES_REVERSE[text[0]];
  return type && text.slice ? { type, data: text.slice(1) || undefined } : ERROR_PACKET;
};`;

const REPLACED: Readonly<Record<string, string>> = {
  'engine.io-client/build/esm/transports/index.js': 'export const transports = {};',
  'engine.io-parser/build/esm/encodePacket.browser.js': ENCODE,
  'engine.io-parser/build/esm/decodePacket.browser.js': DECODE,
};

export const slimSocket = {
  name: 'bulkhead-slim-socket',
  enforce: 'pre' as const,
  load: (id: string) => Object.entries(REPLACED).find(([module]) => id.endsWith(module))?.[1],
  /** The packages do not say that their modules have no side effects of their own. */
  transform: (code: string, id: string) =>
    /engine\.io-(client|parser)/.test(id)
      ? { code, map: null, moduleSideEffects: false }
      : undefined,
};
