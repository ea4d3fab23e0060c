/** Parsing at the edge: each schema compiled once, what does not fit refused as `bad_request`. */
import type { Static, TSchema } from 'typebox';
import { Compile } from 'typebox/compile';
import { PROTOCOL_VERSION } from '../protocol/version.ts';
import { AppError } from './app-error.ts';

/** @returns the value, now of its type. @throws AppError `bad_request` */
export type Parse<T> = (value: unknown) => T;

export function createParser<const S extends TSchema>(schema: S): Parse<Static<S>> {
  const validator = Compile(schema);
  return (value) => {
    // The compiled check narrows to the encoded type, which is the same where no codec is used.
    if (!validator.Check(value)) throw new AppError('bad_request');
    return value as Static<S>;
  };
}

/** [VER-1] Looked at before the rest, since another version may have other fields. */
export function requireProtocol(value: unknown): void {
  if (typeof value !== 'object' || value === null || !('protocol' in value)) return;
  if (Number.isInteger(value.protocol) && value.protocol !== PROTOCOL_VERSION) {
    throw new AppError('protocol_unsupported');
  }
}
