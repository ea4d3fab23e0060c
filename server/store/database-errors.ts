/** Why a database cannot be used; each `message` is for the person who starts the server. */

export class DatabaseUnusableError extends Error {}

/** The database was last used by a newer release; going back would lose what that one wrote. */
export class DatabaseTooNewError extends DatabaseUnusableError {
  constructor(unknown: readonly string[]) {
    super(
      `The database is newer than this release (it has ${unknown.join(', ')}). ` +
        'Start the release that last used it, or restore a backup.',
    );
    this.name = 'DatabaseTooNewError';
  }
}

/** A step to this release's schema failed: the database has an older one, or is not ours. */
export class MigrationFailedError extends DatabaseUnusableError {
  constructor(step: string | undefined, cause: unknown) {
    super(
      `The database could not be brought to the schema of this release${step ? ` (${step})` : ''}: ` +
        `${wordsOf(cause)}. What was not finished has been undone.`,
      { cause },
    );
    this.name = 'MigrationFailedError';
  }
}

export class DatabaseUnreachableError extends DatabaseUnusableError {
  /** @param host without user and password */
  constructor(host: string, cause: unknown) {
    super(`The database of DATABASE_URL (${host}) cannot be used: ${wordsOf(cause)}`, { cause });
    this.name = 'DatabaseUnreachableError';
  }
}

/** A host with several addresses fails with one error that holds the others, and no words. */
function wordsOf(cause: unknown): string {
  if (cause instanceof AggregateError && !cause.message) {
    return cause.errors.map(wordsOf).join('; ');
  }
  return cause instanceof Error ? cause.message : String(cause);
}
