import { truncate } from '@lastgood/domain/truncate';
import type { GitRun } from './run-git.ts';

/** Why a run came to nothing, for people: without control characters, secrets and hints. */
export function reasonOfRun({ ended, code, stderr }: GitRun, secret?: string): string {
  if (ended === 'timed-out') return 'the host of the repository gave no answer in time';
  if (ended === 'called-off') return 'cancelled before the answer came';
  if (ended === 'too-much') return 'it answered more than is read';
  if (ended === 'missing') return 'the program git is not installed where Lastgood runs';
  if (ended === 'not-started') return `the program git could not be started: ${printable(stderr)}`;
  if (/could not read (Username|Password)/.test(stderr))
    return 'Authentication failed: the host of the repository wants credentials, or others than it got';
  const said = stderr
    .split('\n')
    .filter((line) => line.trim() !== '' && !/^hint:/.test(line))
    .slice(-3)
    .join(' ');
  return printable(secret ? said.replaceAll(secret, '…') : said) || `git ended with ${code}`;
}

/** One line of bounded length. */
export function printable(text: string, longest = 300): string {
  return truncate(text.replace(/[\p{Cc}\p{Cf}\u2028\u2029]+/gu, ' ').trim(), longest);
}
