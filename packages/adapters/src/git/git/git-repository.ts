import type { Git } from '@lastgood/domain/ports/git';
import type { RevertSeen, RevertTarget } from '@lastgood/domain/rollback/contracts/ensure-commit-reverted';
import type { EffectResult, Observed } from '@lastgood/domain/rollback/effect';
import type { Closable, Entry } from '../../vendor.ts';
import { branchState, knownChange, undoneState } from './branch-state.ts';
import { createClone } from './clone.ts';
import { readsOf } from './object-reads.ts';
import { pushCommit } from './push-commit.ts';
import { commitRevert } from './revert-commit.ts';
import { completeSettings, type GitSettings } from './settings.ts';
import { Unreadable } from './unreadable.ts';

/**
 * One repository, by the program `git` over a copy of our own. Every look fetches first. Nothing of the repository is checked
 * out or run: trees are merged as objects, and the one thing that is ever sent is a commit onto the head that was seen.
 */
export function createGitRepository({ name, settings: given }: Entry<GitSettings>): Closable<Git> {
  const settings = completeSettings(given);
  const clone = createClone(name, settings);

  async function look(
    target: RevertTarget,
    operation: string | null,
    signal: AbortSignal,
  ): Promise<Observed<RevertSeen>> {
    const refusal = await refusedName(target.branch, signal);
    if (refusal !== null) return { kind: 'not-found', reason: refusal };
    const fetched = await clone.fetch(target.branch, signal);
    if (fetched.kind !== 'head') return fetched;
    const { head } = fetched;
    return {
      kind: 'seen',
      seen: await branchState(clone, readsOf(clone, signal), { target, head, operation }),
    };
  }

  async function refusedName(branch: string, signal: AbortSignal): Promise<string | null> {
    const bad = `${JSON.stringify(branch)} is no name of a branch`;
    if (branch.startsWith('-')) return bad;
    const { ended, code } = await clone.git(['check-ref-format', `refs/heads/${branch}`], signal);
    return ended === 'exited' && code !== 0 ? bad : null;
  }

  async function revert(
    target: RevertTarget,
    head: string,
    operation: string,
    signal: AbortSignal,
  ): Promise<EffectResult> {
    const reads = readsOf(clone, signal);
    const change = await knownChange(reads, target, head);
    if (change === null)
      return { kind: 'refused', reason: `${target.commit} is not part of ${target.branch}` };
    const { tree, isUndone } = await undoneState(clone, reads, {
      change,
      head,
      restore: target.restore === true,
    });
    if (isUndone) return { kind: 'already', note: `${target.commit} is undone already` };
    if (tree === null) return { kind: 'refused', reason: 'newer commits changed the same lines' };
    const commit = await commitRevert(reads, { target, change, tree, head, operation, settings });
    const { url, password } = settings;
    return pushCommit(
      clone,
      { url, branch: target.branch, head, commit, ...(password ? { secret: password } : {}) },
      signal,
    );
  }

  async function holds(
    target: RevertTarget,
    commit: string,
    signal: AbortSignal,
  ): Promise<Observed<boolean>> {
    const reads = readsOf(clone, signal);
    let id = await reads.commit(commit);
    if (id === null) {
      const fetched = await clone.fetch(target.branch, signal);
      if (fetched.kind !== 'head') return fetched;
      id = await reads.commit(commit);
    }
    if (id === null) return { kind: 'not-found', reason: `${commit} is not part of ${target.branch}` };
    const change = await knownChange(reads, target, id);
    if (change === null) return { kind: 'seen', seen: false };
    const { isUndone } = await undoneState(clone, reads, {
      change,
      head: id,
      restore: target.restore === true,
    });
    return { kind: 'seen', seen: isUndone };
  }

  const answered = <Seen>(
    work: () => Promise<Observed<Seen>>,
    signal: AbortSignal,
  ): Promise<Observed<Seen>> => clone.exclusive(work, signal).catch(unread);
  return {
    readBranch: (ask, signal) => answered(() => look(ask, null, signal), signal),
    isUndoneIn: (change, commit, signal) => answered(() => holds(change, commit, signal), signal),
    ensureCommitReverted: {
      observe: (step, { key }, signal) => answered(() => look(step, key, signal), signal),
      apply: (step, { head }, { key }, signal) =>
        clone
          .exclusive(() => revert(step, head, key, signal), signal)
          .catch((error: unknown): EffectResult => {
            // Whatever was not readable was read before anything was sent.
            const { kind, reason } = unread(error);
            if (kind === 'not-found') return { kind: 'refused', reason };
            return { kind: 'retry', reason, afterMs: 1_000 };
          }),
    },
    close: clone.close,
  };
}

/** A disk that is full, a folder that is not ours: faults of the outside, too. */
function unread(error: unknown): { kind: 'not-found' | 'unreachable'; reason: string } {
  if (error instanceof Unreadable) return { kind: error.kind, reason: error.message };
  return { kind: 'unreachable', reason: error instanceof Error ? error.message : String(error) };
}
