/**
 * What a signed statement says, read by hand: whatever is missing or of another form makes the whole
 * unreadable. Fields that are not known here are let be [VER-2], since these bytes never change and
 * releases do. Pure; a test holds it against the schemas of `protocol/releases.ts`.
 */

export interface Release {
  version: string;
  sequence: number;
  /** Milliseconds since the epoch. */
  expires: number;
  /** Sequence of the kill list that must be there at least. */
  kills: number;
  file: string;
  /** Subresource integrity. */
  sha384: string;
}

export interface KillList {
  sequence: number;
  versions: string[];
}

type Fields = Readonly<Record<string, unknown>>;

const VERSION = /^\d+\.\d+\.\d+(-[a-z0-9.]+)?$/;
const INSTANT = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/;
/** It becomes a part of an address. */
const FILE = /^[\w-]+(\.[\w-]+)+$/;
const HASH = /^sha384-[A-Za-z0-9+/]{64}$/;

function text(value: unknown, form: RegExp): string {
  if (typeof value === 'string' && form.test(value)) return value;
  throw form;
}

function count(value: unknown, least: number): number {
  if (Number.isSafeInteger(value) && (value as number) >= least) return value as number;
  throw least;
}

/** Throws whatever, where it does not fit. */
export function readRelease(json: string): Release {
  const { version, sequence, expires, kills, files } = JSON.parse(json) as Fields;
  const { file, sha384 } = (files as Fields).loader as Fields;
  return {
    version: text(version, VERSION),
    sequence: count(sequence, 1),
    // A day that there is not, such as the 32nd, is no time at all: never after now.
    expires: Date.parse(text(expires, INSTANT)),
    kills: count(kills, 0),
    file: text(file, FILE),
    sha384: text(sha384, HASH),
  };
}

/** The same for a kill list. */
export function readKills(json: string): KillList {
  const { sequence, versions } = JSON.parse(json) as Fields;
  return {
    sequence: count(sequence, 1),
    versions: (versions as unknown[]).map((version) => text(version, VERSION)),
  };
}
