import { imageOf, webWorkload } from '@lastgood/testkit/scenario/builders';
import { expect, it } from 'vitest';
import { openRun } from './run-harness.ts';

/*
 * A write that is forbidden while its owner dies before it records that: whoever takes the run over cannot know what the first
 * attempt sent. The run stops, what it took back is held, and what serves is seen before a person resumes it.
 */
async function stoppedInDoubt() {
  const engine = await openRun();
  const { store, workloads } = engine;
  const { apply } = workloads.setTemplate;
  workloads.setTemplate.apply = async () => ({ kind: 'refused', reason: 'the API server answered 403' });
  const dead = new AbortController();
  const first = engine.createWorker('first', {
    ...store.runs,
    async commit(lease, changes) {
      if (changes.steps?.some(({ ordinal, status }) => ordinal === 1 && status === 'failed'))
        throw new Error('killed');
      return store.runs.commit(lease, changes);
    },
  });
  const work = (signal: AbortSignal) => first.work(AbortSignal.any([signal, dead.signal]));
  await engine.work(60_000, { executing: first.executing, work }).catch(() => undefined);
  dead.abort();
  await engine.time.pass(2_001);
  await engine.work(60_000, engine.createWorker('second'));
  workloads.setTemplate.apply = apply;
  return engine;
}

const pages = ({ notifications }: Awaited<ReturnType<typeof stoppedInDoubt>>) =>
  notifications()
    .filter(({ urgency }) => urgency === 'page')
    .map(({ key }) => key);

const stop = 'run/r1/rollback_failed/1/2';
const back = /^deployment\/.*\/held_version_back$/;

it('a version that was never seen to leave is not said to be back', async () => {
  const engine = await stoppedInDoubt();
  expect(engine.deployment('r1-rollback').changes).toMatchObject([{ before: null, after: null }]);
  await engine.time.pass(15_000);
  await engine.follow();
  expect(engine.deployment('r1-rollback')).toMatchObject({
    putBack: null,
    changes: [{ after: { images: { app: imageOf('v2') } } }],
  });
  expect(pages(engine)).toEqual([stop]);
  await engine.resume();
  await engine.work();
  expect(engine.run('r1').run).toMatchObject({ status: 'done', verdict: 'passed' });
  expect(engine.deployment('r1-rollback').putBack).toBeNull();
  expect(pages(engine)).toEqual([stop]);
  engine.cluster.deploy(webWorkload, { app: imageOf('v2') });
  await engine.time.pass(15_000);
  await engine.follow();
  expect(pages(engine)).toEqual([stop, expect.stringMatching(back)]);
});

it('what the write in doubt has set, and somebody takes back, is back', async () => {
  const engine = await stoppedInDoubt();
  engine.cluster.deploy(webWorkload, { app: imageOf('v1') });
  await engine.time.pass(15_000);
  await engine.follow();
  expect(pages(engine)).toEqual([stop]);
  engine.cluster.deploy(webWorkload, { app: imageOf('v2') });
  await engine.time.pass(15_000);
  await engine.follow();
  expect(pages(engine)).toEqual([stop, expect.stringMatching(back)]);
});

/** As `kubectl rollout restart` does: another template with the same images. */
async function restart(engine: Awaited<ReturnType<typeof stoppedInDoubt>>, at: string) {
  const workload = engine.cluster.at(webWorkload);
  const metadata = { annotations: { 'kubectl.kubernetes.io/restartedAt': at } };
  engine.cluster.write(workload, { ...workload.template, metadata }, null);
  engine.cluster.settle(webWorkload);
  await engine.time.pass(15_000);
  await engine.follow();
}

it('a version that never left and is started anew is not back, but one that is set again later', async () => {
  const engine = await stoppedInDoubt();
  await engine.time.pass(15_000);
  await engine.follow();
  await restart(engine, '2026-01-05T12:10:00Z');
  await restart(engine, '2026-01-05T12:20:00Z');
  expect(engine.events('deployment.detected')).toHaveLength(2);
  expect(engine.events('rollback.put-back')).toEqual([]);
  expect(pages(engine)).toEqual([stop]);
  for (const version of ['v1', 'v2']) {
    engine.cluster.deploy(webWorkload, { app: imageOf(version) });
    await engine.time.pass(15_000);
    await engine.follow();
  }
  expect(pages(engine)).toEqual([stop, expect.stringMatching(back)]);
  // What is back and is started anew is another release, and no less back.
  await restart(engine, '2026-01-05T12:30:00Z');
  expect(pages(engine)).toHaveLength(3);
});
