/** How the tests run. What is built, and how, is `vite.config.ts`'s affair, which knows no test. */
import { defineConfig, mergeConfig } from 'vitest/config';
import { testProjects } from './test/support/projects.ts';
import build from './vite.config.ts';

export default mergeConfig(
  build,
  defineConfig({
    test: {
      hookTimeout: process.env.CI ? 120_000 : 60_000,
      // What is waited for comes; how soon is the machine's affair.
      expect: { poll: { timeout: 15_000 } },
      maxWorkers: 2,
      // A browser on a machine that others use as well misses a beat now and then; what was tried twice is
      // said. Nowhere else, so that whoever writes a test sees it fail.
      retry: process.env.CI ? 1 : 0,
      projects: await testProjects(),
    },
  }),
);
