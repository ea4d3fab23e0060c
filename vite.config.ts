/**
 * Builds a release in one go: `chat` and `pay` first, then `loader` with their hashes baked in, then
 * the bootstrap, the console and the manifest. Classic scripts without a runtime loader: whatever a
 * visitor's browser runs is fixed by the hash in the merchant's tag.
 *
 * A release has the version that BULKHEAD_VERSION says (`npm run release -- build` sets it). Any other
 * build is named by its content, such as `0.1.0-dev1a2b3c4d`: no two of them share an address, as no
 * two releases do. Nothing of time, machine or folder gets into a file.
 */
import { createHash } from 'node:crypto';
import { mkdir, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { type BuildEnvironment, build, defineConfig, type Plugin } from 'vite';
import packageJson from './package.json' with { type: 'json' };
import type { ReleaseFile } from './protocol/http.ts';
import { PROTOCOL_VERSION } from './protocol/version.ts';
import { brotli, gzip } from './tools/release/compressed.ts';
import { slimStripe } from './widget/pay/slim-stripe.ts';

const root = import.meta.dirname;
const embed = path.join(root, 'dist/embed');
const SCRIPTS = {
  chat: 'chat/main.tsx',
  pay: 'pay/main.ts',
  loader: 'loader/main.ts',
  bootstrap: 'bootstrap/main.ts',
} as const;
type ScriptName = keyof typeof SCRIPTS;
/** In the loader in place of its version, until its content is known. */
const VERSION_MARK = '@bulkhead-version@';
const VERSION = /^\d+\.\d+\.\d+(-[a-z0-9.]+)?$/;

const built: Partial<Record<ScriptName, ReleaseFile>> = {};

const digestOf = (code: string | Buffer, algorithm = 'sha256') =>
  createHash(algorithm).update(code).digest();

const readBuilt = (name: ScriptName) =>
  readFile(path.join(root, 'dist/build', `${name}.js`), 'utf8');

/** Names a built script by its content (the loader keeps its name), and measures it. */
async function settle(name: ScriptName, code: string, folder: string): Promise<void> {
  const digest = digestOf(code).toString('hex').slice(0, 10);
  const file = name === 'loader' ? 'loader.js' : `${name}.${digest}.js`;
  await mkdir(folder, { recursive: true });
  await writeFile(path.join(folder, file), code);
  built[name] = {
    file,
    sha384: `sha384-${digestOf(code, 'sha384').toString('base64')}`,
    ...(await compress(path.join(folder, file))),
  };
}

/** The loader holds the others' hashes, so it stands for all that a visitor may run. */
function versionOf(loader: string): string {
  const given = process.env.BULKHEAD_VERSION;
  if (given && !VERSION.test(given)) throw new Error(`BULKHEAD_VERSION ${given} is no version`);
  return given || `${packageJson.version}-dev${digestOf(loader).toString('hex').slice(0, 8)}`;
}

/** Writes `.gz` and `.br` beside a file, which the server sends to who accepts them. */
async function compress(place: string): Promise<Pick<ReleaseFile, 'bytes' | 'gzip' | 'brotli'>> {
  const code = await readFile(place);
  const [gzipped, brotlied] = [gzip(code), brotli(code)];
  await Promise.all([writeFile(`${place}.gz`, gzipped), writeFile(`${place}.br`, brotlied)]);
  return { bytes: code.length, gzip: gzipped.length, brotli: brotlied.length };
}

/** The constant that the loader knows the other scripts by; only complete once they are built. */
const bakeRelease: Plugin = {
  name: 'bulkhead-release',
  applyToEnvironment: (environment) => environment.name === 'loader',
  transform(code) {
    if (!code.includes('__RELEASE__')) return null;
    const pin = ({ file, sha384 }: ReleaseFile) => ({ file, sha384 });
    if (!built.chat || !built.pay) throw new Error('chat and pay must be built before the loader');
    const release = { version: VERSION_MARK, chat: pin(built.chat), pay: pin(built.pay) };
    return { code: code.replaceAll('__RELEASE__', JSON.stringify(release)), map: null };
  },
};

/** This build alone: what was released stands in the release directory, for ever. */
async function writeManifest(version: string): Promise<void> {
  const { bootstrap, ...files } = built;
  await writeFile(
    path.join(embed, version, 'release.json'),
    `${JSON.stringify({ version, files })}\n`,
  );
  const manifest = { protocol: PROTOCOL_VERSION, releases: [{ version, files }], bootstrap };
  await writeFile(path.join(embed, 'manifest.json'), `${JSON.stringify(manifest, null, 2)}\n`);
}

const oxc = { jsx: { runtime: 'automatic', importSource: 'preact' } } as const;

const script = (name: ScriptName) => ({
  consumer: 'client' as const,
  build: {
    outDir: 'dist/build',
    emptyOutDir: false,
    copyPublicDir: false,
    target: 'es2022',
    reportCompressedSize: false,
    rolldownOptions: {
      input: path.join(root, 'widget', SCRIPTS[name]),
      // A word or limit that is used once weighs less in its place than under a name of its own.
      optimization: { inlineConst: { mode: 'all' as const } },
      output: { format: 'iife' as const, entryFileNames: `${name}.js` },
    },
  },
});

/** A build of its own: another root and base, and a style sheet beside the script (its CSP allows no inline one). */
async function buildConsole(): Promise<void> {
  await build({
    configFile: false,
    logLevel: 'warn',
    root: path.join(root, 'console'),
    base: '/console/',
    publicDir: false,
    oxc,
    build: {
      outDir: path.join(root, 'dist/console'),
      emptyOutDir: true,
      target: 'es2022',
      modulePreload: { polyfill: false },
      assetsInlineLimit: 0,
      reportCompressedSize: false,
    },
  });
  const assets = path.join(root, 'dist/console/assets');
  for (const file of await readdir(assets)) await compress(path.join(assets, file));
}

export default defineConfig({
  root,
  appType: 'custom',
  define: { 'process.env.NODE_ENV': '"production"' },
  oxc,
  plugins: [slimStripe, bakeRelease],
  environments: {
    chat: script('chat'),
    pay: script('pay'),
    loader: script('loader'),
    bootstrap: script('bootstrap'),
  },
  builder: {
    sharedConfigBuild: true,
    async buildApp(builder) {
      const environment = (name: string): BuildEnvironment => {
        const found = builder.environments[name];
        if (!found) throw new Error(`no environment ${name}`);
        return found;
      };
      await rm(embed, { recursive: true, force: true });
      const folder = path.join(root, 'dist/build');
      for (const name of ['chat', 'pay'] as const) {
        await builder.build(environment(name));
        await settle(name, await readBuilt(name), folder);
      }
      await builder.build(environment('loader'));
      const loader = await readBuilt('loader');
      const version = versionOf(loader);
      const release = path.join(embed, version);
      await settle('loader', loader.replaceAll(VERSION_MARK, version), release);
      for (const name of ['chat', 'pay'] as const)
        await settle(name, await readBuilt(name), release);
      await builder.build(environment('bootstrap'));
      await settle('bootstrap', await readBuilt('bootstrap'), embed);
      await rm(folder, { recursive: true, force: true });
      await writeManifest(version);
      await buildConsole();
    },
  },
});
