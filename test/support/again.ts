/**
 * Runs the test files that failed in a run once more, by themselves: `again.ts <report>`, where the
 * report is what vitest's JSON reporter wrote. More than a few of them are no accident, and are refused.
 */
import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';

const MOST = 4;

interface Run {
  testResults: { name: string; status: string }[];
}

const [report] = process.argv.slice(2);
if (!report) throw new Error('usage: again.ts <report of a run, as JSON>');
const { testResults } = JSON.parse(readFileSync(report, 'utf8')) as Run;
const failed = testResults.filter(({ status }) => status === 'failed').map(({ name }) => name);
const say = (line: string) => process.stderr.write(`${line}\n`);
say(`${failed.length} of ${testResults.length} test files failed:\n${failed.join('\n')}`);
if (failed.length === 0 || failed.length > MOST) process.exit(1);
say('Once more, alone:');
const { status } = spawnSync('vitest', ['run', ...failed], { stdio: 'inherit' });
process.exit(status ?? 1);
