/**
 * `authorisations.json`: who approved what, as the merchant fills it in and keeps it. What is new is
 * added as "to be authorised"; what somebody wrote is never changed, and nothing is made up.
 */
import { readFile, rename, writeFile } from 'node:fs/promises';
import { type Static, Type } from 'typebox';
import { createCheck, parseJson } from '../verify/statements.ts';
import { PciError } from './pci-error.ts';

const strict = { additionalProperties: false };
const Nullable = Type.Union([Type.String({ maxLength: 1_000 }), Type.Null()]);
const STATUSES = ['to be authorised', 'authorised', 'refused'] as const;

export const Authorisation = Type.Object(
  {
    status: Type.Enum(STATUSES),
    /** Who decided: a name and a role. */
    by: Nullable,
    /** `2026-11-21`. */
    on: Type.Union([Type.String({ pattern: '^\\d{4}-\\d\\d-\\d\\d$' }), Type.Null()]),
    reason: Nullable,
  },
  strict,
);
export type Authorisation = Static<typeof Authorisation>;

export const AuthorisationFile = Type.Object(
  {
    site: Type.String(),
    /** How often the page is evaluated [11.6.1], and the risk analysis that says so, if not weekly. */
    evaluation: Type.Object({ every: Nullable, riskAnalysis: Nullable }, strict),
    scripts: Type.Record(Type.String(), Authorisation),
  },
  strict,
);
export type AuthorisationFile = Static<typeof AuthorisationFile>;

const isFile = createCheck(AuthorisationFile);
const UNKNOWN: Authorisation = { status: 'to be authorised', by: null, on: null, reason: null };

/** @throws PciError where the file is there and cannot be believed as it stands */
export async function readAuthorisations(path: string, site: string): Promise<AuthorisationFile> {
  const text = await readFile(path, 'utf8').catch((error: unknown) => {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return null;
    throw new PciError(`${path} cannot be read`, { cause: error });
  });
  if (text === null) return { site, evaluation: { every: null, riskAnalysis: null }, scripts: {} };
  const file = parseJson(text);
  if (!isFile(file)) {
    const words = STATUSES.map((status) => `"${status}"`).join(', ');
    throw new PciError(
      `${path} does not have the form that docs/pci.md gives: each script has "status" (${words}), "by", "on" (2026-11-21) and "reason"`,
    );
  }
  if (file.site !== site) throw new PciError(`${path} is of ${file.site}, not of ${site}`);
  for (const [name, { status, by, on }] of Object.entries(file.scripts)) {
    if (status !== 'to be authorised' && !(by && on))
      throw new PciError(`${path}: ${name} is ${status}, but not by whom and when`);
  }
  return file;
}

/** @returns the file with a line for each of `names`, in that order, then what else it had */
export function withScripts(file: AuthorisationFile, names: readonly string[]): AuthorisationFile {
  const scripts = Object.fromEntries(names.map((name) => [name, file.scripts[name] ?? UNKNOWN]));
  return { ...file, scripts: { ...scripts, ...file.scripts } };
}

export const authorisationOf = (file: AuthorisationFile, name: string): Authorisation =>
  file.scripts[name] ?? UNKNOWN;

/** By another name first: the merchant's own words are not to be lost half-way. */
export async function writeAuthorisations(path: string, file: AuthorisationFile): Promise<void> {
  const draft = `${path}.${process.pid}.tmp`;
  await writeFile(draft, `${JSON.stringify(file, null, 2)}\n`);
  await rename(draft, path);
}
