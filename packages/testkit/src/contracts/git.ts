import type { Git } from '@lastgood/domain/ports/git';
import type { RevertSeen } from '@lastgood/domain/rollback/contracts/ensure-commit-reverted';
import { ensureCommitReverted } from '@lastgood/domain/rollback/contracts/ensure-commit-reverted';
import type { StepOf } from '@lastgood/domain/rollback/step';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';

/** What goes wrong from now on with what is sent or asked. */
export type GitFault = 'lost-reply' | 'silent' | 'garbage';

/** A repository in which one commit brought a bad version, and somebody who works in it at the same time. */
export interface GitWorld {
  git: Git;
  /** What must be undone. */
  step: StepOf<'ensure-commit-reverted'>;
  /** Commits elsewhere on the branch. */
  strangerCommits(): Promise<void>;
  /** Commits on the very lines the bad commit changed. */
  strangerConflicts(): Promise<void>;
  /** Reverts by hand, without us. */
  strangerReverts(): Promise<void>;
  /** Reverts the newest revert. */
  strangerBringsBack(): Promise<void>;
  strangerRewrites(): Promise<void>;
  behave(fault: GitFault | 'well'): void;
  /** What the branch has now. */
  version(): Promise<'good' | 'bad' | 'other'>;
  /** How many commits of ours the branch has, and whether every commit of the stranger is there. */
  reverts(): Promise<number>;
  keepsStrangers(): Promise<boolean>;
  close(): Promise<void>;
}

/** What every host of a repository keeps, vendors and fakes alike. */
export function gitContract(name: string, setUp: () => Promise<GitWorld>): void {
  describe(`${name} keeps the contract of a Git repository`, () => {
    let world: GitWorld;
    beforeEach(async () => {
      world = await setUp();
    });
    afterEach(() => world.close());

    const never = new AbortController().signal;
    const operation = { key: 'run-1/0', epoch: 1 };
    const observe = () => world.git.ensureCommitReverted.observe(world.step, operation, never);
    const apply = (seen: RevertSeen) =>
      world.git.ensureCommitReverted.apply(world.step, seen, operation, never);
    async function look(): Promise<RevertSeen> {
      const observed = await observe();
      if (observed.kind !== 'seen') throw new Error(`${observed.kind}: ${observed.reason}`);
      return observed.seen;
    }
    const refusal = (seen: RevertSeen) => ensureCommitReverted.refusal(world.step, seen, operation.key);

    it('sees the change that is there, for a plan and for a step, and in which commit it is undone', async () => {
      const seen = await look();
      expect(seen).toMatchObject({ contains: true, reverted: false, conflicts: [] });
      const { kind: _kind, ...ask } = world.step;
      expect(await world.git.readBranch(ask, never)).toMatchObject({
        kind: 'seen',
        seen: { head: seen.head },
      });
      expect(await world.git.isUndoneIn(ask, seen.head, never)).toEqual({ kind: 'seen', seen: false });
    });

    it('undoes it once, however often it is asked', async () => {
      const seen = await look();
      expect(await apply(seen)).toMatchObject({ kind: 'applied' });
      const after = await look();
      expect(ensureCommitReverted.isDone(world.step, after)).toBe(true);
      expect(await apply(after)).toMatchObject({ kind: 'already' });
      const { kind: _kind, ...ask } = world.step;
      expect(await world.git.isUndoneIn(ask, after.head, never)).toEqual({ kind: 'seen', seen: true });
      expect([await world.version(), await world.reverts()]).toEqual(['good', 1]);
    });

    it('does not overwrite what a stranger pushed between the look and the push', async () => {
      const seen = await look();
      await world.strangerCommits();
      const result = await apply(seen);
      expect(result.kind).not.toBe('applied');
      expect([await world.reverts(), await world.keepsStrangers()]).toEqual([0, true]);
      await apply(await look());
      expect([await world.version(), await world.reverts(), await world.keepsStrangers()]).toEqual([
        'good',
        1,
        true,
      ]);
    });

    it('finds again what was pushed when the answer was lost', async () => {
      const seen = await look();
      world.behave('lost-reply');
      expect(await apply(seen)).toMatchObject({ kind: 'unknown' });
      world.behave('well');
      expect(await look()).toMatchObject({ reverted: true });
      expect([await world.version(), await world.reverts()]).toEqual(['good', 1]);
    });

    it('takes a revert by anybody for one, and its revert for none', async () => {
      await world.strangerReverts();
      expect(await look()).toMatchObject({ reverted: true });
      await world.strangerBringsBack();
      expect(await look()).toMatchObject({ contains: true, reverted: false });
      expect(await world.version()).toBe('bad');
    });

    it('does not fight with somebody who brings the change back after us', async () => {
      await apply(await look());
      await world.strangerBringsBack();
      const seen = await look();
      expect(seen.reverted).toBe(false);
      expect(refusal(seen)?.reason).toMatch(/somebody has brought the change back/);
    });

    it('refuses where newer commits changed the same lines', async () => {
      await world.strangerConflicts();
      const seen = await look();
      expect(refusal(seen)?.reason).toMatch(/changed the same lines/);
      expect(await apply(seen)).toMatchObject({ kind: 'refused' });
      expect([await world.version(), await world.reverts()]).toEqual(['other', 0]);
    });

    it('refuses where the branch was rewritten without the commit', async () => {
      await world.strangerRewrites();
      const seen = await look();
      expect(seen.contains).toBe(false);
      expect(refusal(seen)?.reason).toMatch(/rewritten/);
      expect(await apply(seen)).toMatchObject({ kind: 'refused' });
    });

    it.each(['silent', 'garbage'] as const)('has an answer for a host that is %s', async (fault) => {
      const seen = await look();
      world.behave(fault);
      expect(await observe()).toMatchObject({ kind: 'unreachable', reason: expect.stringMatching(/\w/) });
      expect(['unknown', 'retry']).toContain((await apply(seen)).kind);
      world.behave('well');
      expect(await world.reverts()).toBe(0);
      await apply(await look());
      expect([await world.version(), await world.reverts()]).toEqual(['good', 1]);
    });
  });
}
