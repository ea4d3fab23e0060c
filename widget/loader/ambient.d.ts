/// <reference path="../bulkhead.d.ts" />

/** One script of a release, beside the loader in the same folder. */
interface ReleaseScript {
  file: string;
  /** Subresource integrity, `sha384-…`. */
  sha384: string;
}

/** Written into the loader by the build: what it, and nothing else, may run. */
declare const __RELEASE__: {
  version: string;
  chat: ReleaseScript;
  pay: ReleaseScript;
};
