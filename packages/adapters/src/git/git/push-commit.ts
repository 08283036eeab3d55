import type { EffectResult } from '@lastgood/domain/rollback/effect';
import type { Clone } from './clone.ts';
import { printable, reasonOfRun } from './git-words.ts';
import type { GitRun } from './run-git.ts';

/** How soon a branch that moved is looked at anew, in milliseconds. */
const lookAgainMs = 100;

/**
 * Pushes one commit onto the branch as it was seen, and onto no other: a branch that moved refuses it by the lease, and even
 * without that it would be no fast-forward. https://git-scm.com/docs/git-push#Documentation/git-push.txt---force-with-leaseltrefnamegt
 */
export async function pushCommit(
  clone: Clone,
  {
    url,
    branch,
    head,
    commit,
    secret,
  }: { url: string; branch: string; head: string; commit: string; secret?: string },
  signal: AbortSignal,
): Promise<EffectResult> {
  const ref = `refs/heads/${branch}`;
  const options = ['--porcelain', '--no-verify', '--no-follow-tags', `--force-with-lease=${ref}:${head}`];
  const run = await clone.push([...options, '--end-of-options', url, `${commit}:${ref}`], signal);
  if (run.ended === 'exited' && run.code === 0)
    return { kind: 'applied', note: `pushed ${commit.slice(0, 12)} to ${branch}` };
  if (run.ended === 'not-started') return { kind: 'refused', reason: reasonOfRun(run, secret) };
  return notPushed(run, branch, secret);
}

function notPushed(run: GitRun, branch: string, secret: string | undefined): EffectResult {
  const refusal = run.stdout.split('\n').find((line) => line.startsWith('!'));
  if (refusal !== undefined && run.ended === 'exited') return rejected(refusal, run, branch, secret);
  const reason = reasonOfRun(run, secret);
  if (run.ended === 'exited' && neverArrived.test(run.stderr))
    return { kind: 'retry', reason, afterMs: 1_000 };
  if (run.ended === 'exited' && notAllowed.test(run.stderr))
    return {
      kind: 'refused',
      reason,
      advice: 'Give Lastgood credentials that may push to the branch, then resume.',
    };
  // It may have arrived: only the branch tells.
  return { kind: 'unknown', reason };
}

/** `!<TAB>FROM:TO<TAB>[rejected] (stale info)` */
function rejected(line: string, run: GitRun, branch: string, secret: string | undefined): EffectResult {
  const summary = printable(line.split('\t').slice(2).join(' '));
  if (
    /\[rejected\]/.test(summary) ||
    /cannot lock ref|failed to update ref|incorrect old value|fetch first/.test(summary)
  )
    return {
      kind: 'retry',
      reason: `${branch} moved while it was looked at ${summary}`,
      afterMs: lookAgainMs,
    };
  if (/\[remote rejected\]/.test(summary)) {
    return {
      kind: 'refused',
      reason: `the host of the repository does not take the push ${summary}: ${reasonOfRun(run, secret)}`,
      advice: `Let Lastgood push to ${branch} (a rule of the branch or a hook refuses it), then resume; or revert by hand.`,
    };
  }
  return { kind: 'unknown', reason: summary };
}

const neverArrived =
  /Could not resolve host|Connection refused|Failed to connect|Name or service not known|No route to host/i;
const notAllowed =
  /Authentication failed|could not read (Username|Password)|Permission denied|Host key verification failed|returned error: (401|403)|access denied|repository .*not found/i;
