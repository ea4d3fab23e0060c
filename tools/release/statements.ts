/**
 * What is signed, as text and as value: parsing, and the writing of a new one. The text that was
 * signed is never written out again from its value.
 */
import type { Static, TSchema } from 'typebox';
import { Compile } from 'typebox/compile';
import {
  KILLS_CONTEXT,
  KillStatement,
  RELEASE_CONTEXT,
  ReleaseStatement,
  Signed,
} from '../../protocol/releases.ts';
import { ReleaseError } from './release-error.ts';

export type ReadStatement =
  | { kind: 'release'; context: string; statement: ReleaseStatement }
  | { kind: 'kills'; context: string; statement: KillStatement };
export type StatementKind = ReadStatement['kind'];

export const CONTEXTS: Readonly<Record<StatementKind, string>> = {
  release: RELEASE_CONTEXT,
  kills: KILLS_CONTEXT,
};

/** @returns a check by that schema that narrows */
export function createCheck<const S extends TSchema>(schema: S) {
  const validator = Compile(schema);
  return (value: unknown): value is Static<S> => validator.Check(value);
}

const isSignedShape = createCheck(Signed);
const isRelease = createCheck(ReleaseStatement);
const isKills = createCheck(KillStatement);

/** @param what names the text in the complaint. @throws ReleaseError */
export function parseJson(text: string, what: string): unknown {
  try {
    return JSON.parse(text);
  } catch (cause) {
    throw new ReleaseError(`${what} is not JSON`, { cause });
  }
}

/** @throws ReleaseError */
export function parseSigned(value: unknown, what: string): Signed {
  if (isSignedShape(value)) return value;
  throw new ReleaseError(`${what} is not a statement with its signatures`);
}

/** Which kind it is, and what it says. Nothing is verified here. @throws ReleaseError */
export function readStatement({ statement: text }: Signed, what: string): ReadStatement {
  const statement = parseJson(text, `The statement of ${what}`);
  if (isRelease(statement) && hasPlainNames(statement))
    return { kind: 'release', context: CONTEXTS.release, statement };
  if (isKills(statement)) return { kind: 'kills', context: CONTEXTS.kills, statement };
  throw new ReleaseError(`The statement of ${what} is neither a release nor a kill list`);
}

/** They become paths and addresses. */
const hasPlainNames = ({ files }: ReleaseStatement): boolean =>
  Object.values(files).every(({ file }) => /^[\w-]+(\.[\w-]+)+$/.test(file));

export const unsigned = (statement: ReleaseStatement | KillStatement): Signed => ({
  statement: JSON.stringify(statement),
  signatures: [],
});

/** @param ms since the epoch. @returns UTC in whole seconds */
export const toInstant = (ms: number): string => `${new Date(ms).toISOString().slice(0, 19)}Z`;

/** Now, or what SOURCE_DATE_EPOCH (seconds) says, so that a build can be repeated to the byte. */
export function creationTime(env: Readonly<Record<string, string | undefined>>): number {
  const given = env.SOURCE_DATE_EPOCH?.trim();
  if (!given) return Date.now();
  if (!/^\d{1,11}$/.test(given)) {
    throw new ReleaseError('SOURCE_DATE_EPOCH must be a whole number of seconds since 1970');
  }
  return Number(given) * 1000;
}
