import type { Migrations } from '@lastgood/domain/ports/migrations';
import type { StepEffect } from '@lastgood/domain/ports/step-effect';
import type { StepKind } from '@lastgood/domain/rollback/step';
import { attemptStep } from '@lastgood/testkit/contracts/attempt-step';
import { usePostgres } from '@lastgood/testkit/postgres/use-postgres';
import { aBaseline, aDeployment, aRun, aService } from '@lastgood/testkit/scenario/builders';
import { createLiveEngine, quickClock } from '@lastgood/testkit/scenario/live-engine';
import { afterEach, describe, expect, it } from 'vitest';
import { missing, orWhyNot } from './dbmate-harness.ts';
import { changesOf, imageOf, openStory, type Story, speed, web } from './story-harness.ts';

const postgres = usePostgres();
let story: Story;
afterEach(() => story.close());

type Ports = Parameters<ReturnType<typeof createLiveEngine>['createReplica']>[1];

/** What happens to an attempt once its effect is out; nothing by default. */
type Cut = (kind: StepKind) => 'dies' | 'loses the reply' | null;

/** Ports of one replica: nothing it has set going is known to the next. */
function portsOf({ cluster, dbmate }: Story, cut: Cut, die: () => void): Ports {
  const around = <K extends StepKind>(kind: K, effect: StepEffect<K>): StepEffect<K> => ({
    observe: (...given) => effect.observe(...given),
    async apply(...given) {
      const what = cut(kind);
      if (what !== 'dies') {
        const result = await effect.apply(...given);
        return what === null ? result : { kind: 'unknown', reason: 'the answer was lost' };
      }
      // It is out, and whoever sent it is gone before it can tell how it ended.
      void effect.apply(...given);
      die();
      return { kind: 'unknown', reason: 'nobody is there to hear it' };
    },
  });
  const { migrateTo, runFixUp, ...reads }: Migrations = dbmate.another();
  const { workloads, writers, rollout } = cluster;
  return {
    rollout,
    workloads: { ...workloads, setTemplate: around('set-template', workloads.setTemplate) },
    writers: {
      readWriters: writers.readWriters,
      stopWriters: around('stop-writers', writers.stopWriters),
      startWriters: around('start-writers', writers.startWriters),
    },
    migrations: {
      ...reads,
      migrateTo: around('migrate-to', migrateTo),
      runFixUp: around('run-fix-up', runFixUp),
    },
  };
}

/** Releases 1 and 2 as they were registered, and the button pressed: carried to its end by as many replicas as it takes. */
async function rollBack(cut: Cut) {
  const clock = quickClock(speed);
  const { store, createReplica } = createLiveEngine(clock);
  const now = clock.now();
  const changes = changesOf(story);
  const { kind, name } = web;
  await store.services.apply(
    aService({
      triggers: [],
      workloads: [
        { kind, name },
        { kind, name: 'worker' },
      ],
      writers: [
        { kind, name },
        { kind, name: 'worker' },
      ],
      rollback: { migration: { database: 'shop', fixUps: [{ name: 'totals' }] } },
    }),
    'test',
    now,
  );
  const served = changes.map((change) => ({ ...change, before: null, after: change.before }));
  const migrated = { kind: 'migration', target: { database: 'shop' }, before: '1', after: '3' } as const;
  await store.deployments.commit({ newDeployments: [aBaseline({ changes: served })] });
  await store.deployments.commit({ newDeployments: [aDeployment({ changes: [...changes, migrated] })] });
  await store.deployments.commit({ newRuns: [aRun({ createdAt: now, startsAt: now })] });
  for (let replicas = 1; ; replicas += 1) {
    const replica: ReturnType<typeof createReplica> = createReplica(
      `replica-${replicas}`,
      portsOf(story, cut, () => replica.die()),
    );
    const run = await replica.work('r1');
    if (run) return { run, steps: store.world.runs.get('r1')?.steps ?? [], replicas };
  }
}

/** The old code serves on the old schema, and no row is missing that anybody was told is written. */
async function expectEveryRow(since: number) {
  const { written, dbmate, cluster } = story;
  const after = () => written.rows.filter(({ by, at }) => by === 'v1' && at > since).length;
  await expect.poll(after, { timeout: 5_000 }).toBeGreaterThan(20);
  await story.stopTraffic();
  const stored = await dbmate.at.sql<{ id: string; by: string }>('select id, by from user_events');
  const there = new Map(stored.map(({ id, by }) => [id, by]));
  expect(written.rows.filter(({ id, by }) => there.get(id) !== by)).toEqual([]);
  const [total] = await dbmate.at.sql<{ n: string }>('select n from totals');
  expect(Number(total?.n)).toBe(stored.length);
  expect(await dbmate.at.sql('select version from schema_migrations order by 1')).toEqual([{ version: '1' }]);
  expect(await dbmate.at.sql('select version from reversals order by 1')).toEqual([
    { version: '2' },
    { version: '3' },
  ]);
  const read = await cluster.rollout.read(web, new AbortController().signal);
  expect(read).toMatchObject({
    observation: {
      snapshot: { images: { app: expect.stringContaining(imageOf('v1')) } },
      progress: { complete: true, desired: 3 },
    },
  });
}

const changing = ['stop-writers', 'migrate-to', 'run-fix-up', 'set-template', 'start-writers'];

describe.skipIf(missing !== null)(`the rollback that deleted production data${orWhyNot}`, () => {
  it('happens where the same is reversed by hand while traffic flows', async () => {
    story = await openStory(postgres);
    await story.dbmate.dbmate('rollback');
    await story.dbmate.dbmate('rollback');
    await story.stopTraffic();
    const there = await story.dbmate.at.sql<{ id: string }>('select id from user_events');
    const ids = new Set(there.map(({ id }) => id));
    expect(story.written.rows.filter(({ id }) => !ids.has(id)).length).toBeGreaterThan(0);
  });

  it('goes back under traffic with every row that was written before, during and after', async () => {
    story = await openStory(postgres);
    expect(story.written.failures).toContain('v2: relation "user_events" does not exist');
    const now = { key: 'panic/1', epoch: 1 };
    const reversed = { kind: 'migrate-to', database: 'shop', from: '3', to: '2', acceptedLoss: [] } as const;
    const panic = await attemptStep(
      story.dbmate.another().migrateTo,
      { ...reversed, acceptedLoss: [] },
      now.key,
    );
    expect(panic.outcome).toMatchObject({
      kind: 'failed',
      reason: expect.stringContaining('traffic still flows'),
    });
    const { run, steps, replicas } = await rollBack(() => null);
    expect([run.stop, run.status, run.verdict, replicas]).toEqual([null, 'done', 'passed', 1]);
    expect(steps.map(({ planned }) => planned.step.kind).filter((kind) => changing.includes(kind))).toEqual([
      ...['stop-writers', 'migrate-to', 'migrate-to', 'run-fix-up'],
      ...['set-template', 'set-template', 'start-writers'],
    ]);
    await expectEveryRow(run.finishedAt === null ? 0 : Date.now());
  });

  it('does so where whoever works on it dies at every step, its effect just sent', async () => {
    story = await openStory(postgres);
    const sent: StepKind[] = [];
    const { run, replicas } = await rollBack((kind) => {
      const times = sent.push(kind) && sent.filter((one) => one === kind).length;
      return times <= (kind === 'migrate-to' || kind === 'set-template' ? 2 : 1) ? 'dies' : null;
    });
    expect([run.stop, run.status, run.verdict]).toEqual([null, 'done', 'passed']);
    expect([...new Set(sent)]).toEqual(changing);
    expect(replicas).toBeGreaterThanOrEqual(7);
    await expectEveryRow(Date.now());
  });

  it('does so where the reply to every step is lost', async () => {
    story = await openStory(postgres);
    const { run } = await rollBack(() => 'loses the reply');
    expect([run.stop, run.status, run.verdict]).toEqual([null, 'done', 'passed']);
    await expectEveryRow(Date.now());
  });
});
