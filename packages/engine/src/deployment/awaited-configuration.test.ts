import { noContracts, type Rollout } from '@lastgood/domain';
import { createInMemoryStepWorld } from '@lastgood/testkit/fakes/in-memory-step-world';
import { aService, dayZero, imageOf, minute, webWorkload } from '@lastgood/testkit/scenario/builders';
import { createTestEngine } from '@lastgood/testkit/scenario/test-engine';
import { expect, it, vi } from 'vitest';
import { createFollower } from './follow.ts';
import { registerDeployment } from './register.ts';
import { reportStatus } from './report-status.ts';

const template = (version: string) => ({
  spec: {
    containers: [{ name: 'app', image: imageOf(version), envFrom: [{ configMapRef: { name: 's' } }] }],
  },
});

/** v1 serves for ten minutes, with ConfigMap s; a release without an image is registered. */
async function withRelease(commit: string | null) {
  const engine = createTestEngine();
  const { state, ports: stepPorts } = createInMemoryStepWorld([webWorkload]);
  await engine.store.services.apply(aService(), 'test', dayZero);
  const { rollout } = engine;
  const { cluster } = rollout;
  let named = 'old';
  const naming = <Read extends Awaited<ReturnType<Rollout['read']>>>(read: Read): Read => {
    if (read.kind !== 'found') return read;
    const { observation } = read;
    return {
      ...read,
      observation: { ...observation, snapshot: { ...observation.snapshot, commit: named } },
    };
  };
  const read: Rollout['read'] = async (...args) => naming(await rollout.read(...args));
  const watch = {
    ...rollout.watch,
    observe: (...args: Parameters<typeof rollout.watch.observe>) => naming(rollout.watch.observe(...args)),
  };
  let version = 0;
  const hold = (level: string) => {
    version += 1;
    state.configurations['ConfigMap/s'] = { uid: 's', version, held: { LEVEL: level } };
  };
  const bringOut = (to: string) => {
    cluster.write(cluster.at(webWorkload), template(to), null);
    cluster.settle(webWorkload);
  };
  cluster.create(webWorkload, { app: imageOf('v1') });
  bringOut('v1');
  hold('info');
  const readConfiguration = vi.fn(stepPorts.configurations.readConfiguration);
  const ports = {
    ...stepPorts,
    ...{ rollout: { ...rollout, read }, workloads: engine.workloads },
    configurations: { ...stepPorts.configurations, readConfiguration },
  };
  const { deployments } = engine.store;
  const { clock } = engine.time;
  const follower = createFollower({
    ...{ deployments, watch, clock, rollout: { read }, readWithinMs: 3_000 },
    ...{ passEveryMs: 5_000, judgeAllEveryMs: 5 * minute, ports, configuration: ports },
  });
  const during = async (ms: number) => {
    for (const until = clock.now() + ms; clock.now() < until; await engine.time.pass(5_000))
      await follower.follow(engine.forever);
  };
  await during(10 * minute);
  const deps = { deployments, ports, clock, newId: engine.newId, deadlineMs: 5_000 };
  const result = await registerDeployment(
    deps,
    {
      ...{ service: 'main/shop/web', idempotencyKey: null, version: 'next', commit, author: 'ada' },
      ...{ pipelineUrl: null, images: {}, changes: [], contracts: noContracts },
    },
    engine.forever,
  );
  if (result.kind !== 'registered') throw new Error(result.kind);
  const { id } = result.deployment;
  await engine.time.pass(5_000);
  return {
    ...{ engine, during, hold, readConfiguration },
    comeOut(to: string, of: string) {
      named = of;
      bringOut(to);
      rollout.watch.tell([webWorkload]);
    },
    report: () => reportStatus(deps, { id, status: 'completed', detail: null }, engine.forever),
    row: () => engine.deployment(id),
  };
}

it('completes one whose ConfigMap is applied only after its pipeline has reported', async () => {
  const { report, during, hold, row, engine, readConfiguration } = await withRelease(null);
  await report();
  const asked = readConfiguration.mock.calls.length;
  await during(3 * minute);
  expect(row().status).toBe('in_progress');
  expect(readConfiguration.mock.calls.length - asked).toBeLessThanOrEqual(6);
  hold('debug');
  await during(minute);
  expect(row().status).toBe('completed');
  expect(engine.events('deployment.completed').at(-1)?.text).toContain('only what ConfigMap s held');
  expect(engine.events('deployment.detected')).toEqual([]);
});

it('completes one whose only read at the report had no answer', async () => {
  const { report, during, hold, row, readConfiguration } = await withRelease(null);
  hold('debug');
  readConfiguration.mockResolvedValueOnce({ kind: 'unreachable', reason: 'no answer within 5 s' });
  await report();
  expect(row().status).toBe('in_progress');
  await during(minute);
  expect(row().status).toBe('completed');
});

it('fails one for what it never showed only if that could be read, and says so if not', async () => {
  const [quiet, unread] = [await withRelease(null), await withRelease(null)];
  await quiet.report();
  unread.hold('debug');
  unread.readConfiguration.mockResolvedValue({ kind: 'unreachable', reason: 'connection refused' });
  await unread.report();
  for (const { during, row } of [quiet, unread]) {
    await during(30 * minute);
    expect(row().status).toBe('failed');
  }
  const said = ({ engine }: typeof quiet) => engine.notifications().at(-1)?.text;
  expect(said(quiet)).toContain('the cluster never showed its change');
  expect(said(unread)).toContain(
    'whether it changed configuration is not known: ConfigMap s could not be read (connection refused)',
  );
});

it('waits for the template of the commit that was registered, whoever writes configuration meanwhile', async () => {
  const { report, during, hold, row, engine, comeOut } = await withRelease('new');
  hold('rotated');
  await report();
  await during(20_000);
  expect(row().status).toBe('in_progress');
  comeOut('v2', 'new');
  await during(minute);
  expect(row()).toMatchObject({ status: 'completed', changes: [{ after: { commit: 'new' } }] });
  expect(engine.events('deployment.detected')).toEqual([]);
});

it('completes by configuration alone where the template of that commit has not come in its time', async () => {
  const { report, during, hold, row, engine } = await withRelease('new');
  hold('debug');
  await report();
  await during(minute);
  expect(row().status).toBe('in_progress');
  await during(30 * minute);
  expect(row().status).toBe('completed');
  expect(engine.events('deployment.completed').at(-1)?.text).toMatch(
    /only what ConfigMap s held, and they serve; its template still names commit old\.$/,
  );
});
