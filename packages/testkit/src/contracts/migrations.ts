import type { Migrations } from '@lastgood/domain/ports/migrations';
import type { MigrationSeen } from '@lastgood/domain/rollback/contracts/migrate-to';
import type { StepOf } from '@lastgood/domain/rollback/step';
import { afterEach, describe, expect, it } from 'vitest';
import { attemptStep, attemptUntilOver } from './attempt-step.ts';

/** A database that three migrations were applied to, and people beside Lastgood. */
export interface MigrationsWorld {
  migrations: Migrations;
  database: string;
  /** Newest first. Reversing the newest loses the rows of `coupons`, of which there are `coupons`. */
  versions: readonly [string, string, string];
  coupons: number;
  /** How many migrations were reversed since it was opened, by whomever. */
  reversals(): Promise<number>;
  /** Work that was set going comes to its end. */
  settle(): Promise<void>;
  /** Somebody else reverses the newest. */
  reverseByHand(): Promise<void>;
  /** The application connects. */
  openSession(): Promise<void>;
  /** A fix-up that is declared, and how often it has run. */
  fixUp: string;
  fixUpRuns(): Promise<number>;
  declareAnew(): Promise<void>;
  /** From now on nobody answers. */
  cutOff(): Promise<void>;
  close(): Promise<void>;
}

const never = new AbortController().signal;
const [one, two] = [
  { key: 'run-1/1', epoch: 1 },
  { key: 'run-2/1', epoch: 1 },
];

/** What every vendor of migrations promises, however it moves a schema. */
export function migrationsContract(name: string, open: () => Promise<MigrationsWorld>): void {
  describe(`${name} as migrations`, () => {
    let world: MigrationsWorld;
    const begin = async () => {
      world = await open();
      const { database, versions, coupons } = world;
      const [newest, middle, oldest] = versions;
      const step = (from: string, to: string, accepts = ['coupons']): StepOf<'migrate-to'> => ({
        ...{ kind: 'migrate-to', database, from, to, acceptedLoss: accepts },
      });
      return { ...world, newest, middle, oldest, coupons, step, first: step(newest, middle) };
    };
    afterEach(() => world.close());
    const seenBy = async (step: StepOf<'migrate-to'>): Promise<MigrationSeen> => {
      const observed = await world.migrations.migrateTo.observe(step, one, never);
      if (observed.kind !== 'seen') throw new Error(observed.reason);
      return observed.seen;
    };
    const drive = async (step: StepOf<'migrate-to'>, operation = one.key) => {
      const first = await attemptStep(world.migrations.migrateTo, step, operation);
      if (first.outcome.kind !== 'waiting') return first.outcome;
      await world.settle();
      const attempts = await attemptUntilOver(world.migrations.migrateTo, step, operation);
      return attempts.at(-1)?.outcome;
    };

    it('tells the head, the way down version by version, and what it loses', async () => {
      const { migrations, database, newest, middle, oldest, coupons } = await begin();
      const at = async (to: string) => {
        const read = await migrations.readDatabase({ database, to }, never);
        if (read.kind !== 'seen') throw new Error(read.reason);
        return read.seen;
      };
      const fit = { irreversible: null, undeclared: [] };
      expect(await at(oldest)).toEqual({
        ...{ head: newest, dirty: false, running: null },
        path: [
          { from: newest, to: middle, ...fit, loss: { coupons } },
          { from: middle, to: oldest, ...fit, loss: {} },
        ],
      });
      expect((await at(newest)).path).toEqual([]);
      expect((await at('nowhere')).path).toBeNull();
    });

    it('tells what reversing a version takes, that it is at and one that nobody knows', async () => {
      const { migrations, database, newest } = await begin();
      const coming = async (version: string) => {
        const read = await migrations.readDatabase({ database, to: newest, coming: version }, never);
        return read.kind === 'seen' ? read.seen.coming : read;
      };
      expect(await coming(newest)).toMatchObject({ irreversible: null, undeclared: [] });
      expect(await coming('29990101000000')).toMatchObject({ irreversible: expect.any(String) });
    });

    it('reverses one version and no more, however often it is asked', async () => {
      const { first, middle, reversals } = await begin();
      expect(await drive(first)).toMatchObject({ kind: 'applied' });
      expect(await drive(first)).toMatchObject({ kind: 'applied' });
      expect(await drive(first, two.key)).toMatchObject({ kind: 'applied' });
      expect((await seenBy(first)).head).toBe(middle);
      expect(await reversals()).toBe(1);
    });

    it('reverses one after the other', async () => {
      const { first, step, middle, oldest, reversals } = await begin();
      await drive(first);
      expect(await drive(step(middle, oldest), 'run-1/2')).toMatchObject({ kind: 'applied' });
      expect(await reversals()).toBe(2);
    });

    it('whose reply was lost reverses nothing more when it is sent again, as it was seen before', async () => {
      const { migrations, first, middle, reversals } = await begin();
      const seen = await seenBy(first);
      await migrations.migrateTo.apply(first, seen, one, never);
      await world.settle();
      const again = await migrations.migrateTo.apply(first, seen, { ...one, epoch: 2 }, never);
      expect(again.kind).not.toBe('applied');
      expect((await seenBy(first)).head).toBe(middle);
      expect(await reversals()).toBe(1);
      expect(await drive(first)).toMatchObject({ kind: 'applied' });
    });

    it('sent twice at once, by two, reverses once', async () => {
      const { migrations, first, reversals } = await begin();
      const seen = await seenBy(first);
      await Promise.all([one, two].map((by) => migrations.migrateTo.apply(first, seen, by, never)));
      await world.settle();
      expect(await reversals()).toBe(1);
    });

    it('leaves alone what somebody else has changed between the look and the write', async () => {
      const { migrations, first, reverseByHand, reversals, middle, oldest, step } = await begin();
      const seen = await seenBy(first);
      await reverseByHand();
      expect((await migrations.migrateTo.apply(first, seen, one, never)).kind).not.toBe('applied');
      await reverseByHand();
      expect(await drive(first)).toMatchObject({
        kind: 'failed',
        reason: expect.stringContaining('Somebody else'),
      });
      expect(await drive(step(middle, oldest), 'run-1/2')).toMatchObject({ kind: 'applied' });
      expect(await reversals()).toBe(2);
    });

    it('refuses while the application has a session, and while rows would be lost that nobody named', async () => {
      const { step, newest, middle, coupons, openSession, reversals, migrations, database } = await begin();
      expect(await drive(step(newest, middle, []))).toMatchObject({
        reason: expect.stringContaining(`lose ${coupons} rows of coupons`),
      });
      expect(await migrations.readSessions({ database }, never)).toEqual({ kind: 'seen', seen: 0 });
      await openSession();
      expect(await migrations.readSessions({ database }, never)).toEqual({ kind: 'seen', seen: 1 });
      expect(await drive(step(newest, middle))).toMatchObject({
        reason: expect.stringContaining('traffic still flows'),
      });
      expect(await reversals()).toBe(0);
    });

    it('runs a fix-up once for its occasion and anew for the next one', async () => {
      const { migrations, database, fixUp, fixUpRuns } = await begin();
      const ask = { database, name: fixUp, occasion: 'd2' };
      const read = await migrations.readFixUp(ask, never);
      if (read.kind !== 'seen') throw new Error(read.reason);
      const { digest, last } = read.seen;
      expect(last).toBeNull();
      const step = { kind: 'run-fix-up', ...ask, digest } as const;
      for (const by of [one, one, two]) {
        await attemptStep(migrations.runFixUp, step, by.key);
        await world.settle();
        expect((await attemptUntilOver(migrations.runFixUp, step, by.key)).at(-1)?.outcome.kind).toBe(
          'applied',
        );
      }
      expect(await fixUpRuns()).toBe(1);
      const next = { ...step, occasion: 'd3' };
      await attemptStep(migrations.runFixUp, next, 'run-3/2');
      await world.settle();
      expect((await attemptUntilOver(migrations.runFixUp, next, 'run-3/2')).at(-1)?.outcome.kind).toBe(
        'applied',
      );
      expect(await fixUpRuns()).toBe(2);
    });

    it('refuses a fix-up that was declared anew since it was planned, and one that nobody declared', async () => {
      const { migrations, database, fixUp, fixUpRuns, declareAnew } = await begin();
      const ask = { database, name: fixUp, occasion: 'd2' };
      const read = await migrations.readFixUp(ask, never);
      if (read.kind !== 'seen') throw new Error(read.reason);
      await declareAnew();
      const step = { kind: 'run-fix-up', ...ask, digest: read.seen.digest } as const;
      expect((await attemptStep(migrations.runFixUp, step, one.key)).outcome).toMatchObject({
        reason: expect.stringContaining('declared anew'),
      });
      expect((await migrations.readFixUp({ ...ask, name: 'nobody' }, never)).kind).toBe('not-found');
      expect(await fixUpRuns()).toBe(0);
    });

    it('is unreachable where nobody answers, and has done nothing', async () => {
      const { migrations, database, newest, first, cutOff } = await begin();
      const seen = await seenBy(first);
      await cutOff();
      expect((await migrations.readDatabase({ database, to: newest }, never)).kind).toBe('unreachable');
      expect((await migrations.readSessions({ database }, never)).kind).toBe('unreachable');
      expect((await migrations.migrateTo.observe(first, one, never)).kind).toBe('unreachable');
      expect((await migrations.migrateTo.apply(first, seen, one, never)).kind).toBe('retry');
    });
  });
}
