/**
 * `npm run release -- …`: from keys to a published release. Signing happens wherever the keys are;
 * only `build`, `publish`, `kill`, `log` and `check` look at the release directory.
 */
import path from 'node:path';
import { createInterface } from 'node:readline';
import { Writable } from 'node:stream';
import { runRelease } from './command-line.ts';
import { ReleaseError } from './release-error.ts';

/** From the environment, else from the terminal, where nothing of it is shown. */
async function passphrase(question: string): Promise<string> {
  const given = process.env.BULKHEAD_KEY_PASSPHRASE;
  if (given) return given;
  if (!process.stdin.isTTY) {
    throw new ReleaseError('A passphrase is needed: set BULKHEAD_KEY_PASSPHRASE');
  }
  process.stderr.write(question);
  const silent = new Writable({ write: (_chunk, _encoding, done) => done() });
  const terminal = createInterface({ input: process.stdin, output: silent, terminal: true });
  const answer = await new Promise<string>((resolve) => terminal.question('', resolve));
  terminal.close();
  process.stderr.write('\n');
  return answer;
}

process.exitCode = await runRelease(process.argv.slice(2), {
  env: process.env,
  root: path.resolve(import.meta.dirname, '../..'),
  say: (line) => void process.stdout.write(`${line}\n`),
  complain: (line) => void process.stderr.write(`${line}\n`),
  passphrase,
});
