/** A script as browsers receive it. The build, the publishing and the size check all weigh by this. */
import { brotliCompressSync, constants, gzipSync } from 'node:zlib';

/** Codes for short distances (RFC 7932, 4): which is best depends on the file, so all are tried. */
const BROTLI_DIRECT = [0, 4, 8, 12, 15];

export function brotli(code: Uint8Array | string): Buffer {
  const tried = BROTLI_DIRECT.map((direct) =>
    brotliCompressSync(code, {
      params: {
        [constants.BROTLI_PARAM_QUALITY]: 11,
        [constants.BROTLI_PARAM_LGWIN]: 16,
        [constants.BROTLI_PARAM_NDIRECT]: direct,
      },
    }),
  );
  return tried.reduce((best, each) => (each.length < best.length ? each : best));
}

export const gzip = (code: Uint8Array | string): Buffer => gzipSync(code, { level: 9 });
