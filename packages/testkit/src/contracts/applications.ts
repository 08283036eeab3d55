import type { Applications } from '@lastgood/domain/ports/applications';
import type { ApplicationSeen } from '@lastgood/domain/rollback/contracts/wait-for-sync';
import type { StepOf } from '@lastgood/domain/rollback/step';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';

/** An application that has applied one commit and is well, and what happens to it. */
export interface ApplicationWorld {
  applications: Applications;
  step: StepOf<'wait-for-sync'>;
  /** The commit it has applied. */
  revision: string;
  suspend(): Promise<void>;
  /** Deleted, and made again under its name. */
  replace(): Promise<void>;
  remove(): Promise<void>;
  /** What goes wrong with the next request: its answer is lost after it was done, or nobody answers. */
  failNext(fault: 'lost-reply' | 'unreachable'): void;
  close(): Promise<void>;
}

/** What everybody keeps who reads applications of a Git controller, vendors and fakes alike. */
export function applicationsContract(name: string, setUp: () => Promise<ApplicationWorld>): void {
  describe(`${name} keeps the contract of applications`, () => {
    let world: ApplicationWorld;
    beforeEach(async () => {
      world = await setUp();
    });
    afterEach(() => world.close());

    const never = new AbortController().signal;
    const operation = { key: 'r1/1', epoch: 1 };
    const read = () => world.applications.read(world.step, never);
    async function look(): Promise<ApplicationSeen> {
      const found = await read();
      if (found.kind !== 'seen') throw new Error(`${found.kind}: ${found.reason}`);
      return found.seen;
    }
    const ask = async () =>
      world.applications.askForSync(
        world.step,
        { ...(await look()), includesRevert: false },
        operation,
        never,
      );

    it('sees what it has applied and that it is well', async () =>
      expect(await look()).toMatchObject({
        ...{ uid: world.step.uid, revision: world.revision, synced: true, healthy: true },
        ...{ suspended: false, askedBy: null },
      }));

    it('asks with the key of the operation, and twice is once', async () => {
      expect(await ask()).toMatchObject({ kind: 'applied' });
      expect(await look()).toMatchObject({ askedBy: operation.key });
      expect(['applied', 'already']).toContain((await ask()).kind);
      expect(await look()).toMatchObject({ askedBy: operation.key });
    });

    it('sees that it is suspended, whatever else still stands there', async () => {
      await world.suspend();
      expect(await look()).toMatchObject({ suspended: true, revision: world.revision });
    });

    it('leaves another object of the same name alone', async () => {
      const seen = { ...(await look()), includesRevert: false };
      await world.replace();
      const result = await world.applications.askForSync(world.step, seen, operation, never);
      expect(['retry', 'refused']).toContain(result.kind);
      const after = await look();
      expect(after.askedBy).toBeNull();
      expect(after.uid).not.toBe(world.step.uid);
    });

    it('tells one that is not there from one that could not be asked', async () => {
      world.failNext('unreachable');
      expect(await read()).toMatchObject({ kind: 'unreachable', reason: expect.stringMatching(/\w/) });
      await world.remove();
      expect(await read()).toMatchObject({ kind: 'not-found', reason: expect.stringMatching(/\w/) });
    });

    it('says unknown of a lost answer, and finds what was asked', async () => {
      const seen = { ...(await look()), includesRevert: false };
      world.failNext('lost-reply');
      const sent = await world.applications.askForSync(world.step, seen, operation, never);
      expect(sent).toMatchObject({ kind: 'unknown' });
      expect(await look()).toMatchObject({ askedBy: operation.key });
    });
  });
}
