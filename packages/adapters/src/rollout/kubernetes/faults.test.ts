import type { TemplateTarget } from '@lastgood/domain/rollback/contracts/set-template';
import type { WorkloadObservation } from '@lastgood/domain/workload/observation';
import type { WorkloadKind, WorkloadTarget } from '@lastgood/domain/workload/workload';
import type { FaultEffect } from '@lastgood/sandbox/kubernetes/index';
import { attemptStep, attemptUntilOver } from '@lastgood/testkit/contracts/attempt-step';
import fc from 'fast-check';
import { afterEach, describe, expect, it } from 'vitest';
import { operationAnnotation } from '../../kubernetes/operation-note.ts';
import { workloadPath } from '../../kubernetes/resource-paths.ts';
import { openSandboxWorld, realWrites, type SandboxWorld } from './sandbox-world-harness.ts';
import type { ServedWorkload } from './served-objects.ts';

const kinds: WorkloadKind[] = ['Deployment', 'StatefulSet', 'DaemonSet'];
const v1 = 'registry.example/web:v1';
const v2 = 'registry.example/web:v2';
const never = () => new AbortController().signal;

const worlds: SandboxWorld[] = [];
/** What the adapter's real writes are answered instead of being carried out. */
let refuseWrites: { status: number; body: object } | undefined;
afterEach(async () => {
  refuseWrites = undefined;
  for (const world of worlds.splice(0)) await world.close();
});

/**
 * A world whose `meanwhile` runs when one of the adapter's real writes has arrived and is not yet carried out: between
 * its read and its write.
 */
async function openWorld(
  meanwhile: (world: SandboxWorld) => Promise<void> = async () => {},
  timeoutMs?: number,
) {
  const world: SandboxWorld = await openSandboxWorld(
    {
      async extra({ method, url, userAgent }) {
        const isWrite = method === 'PATCH' && userAgent.includes('lastgood') && !url.includes('dryRun');
        if (isWrite) await meanwhile(world);
        return isWrite ? refuseWrites : undefined;
      },
    },
    timeoutMs,
  );
  worlds.push(world);
  return world;
}

async function look(world: SandboxWorld, workload: WorkloadTarget): Promise<WorkloadObservation> {
  const read = await world.rollout.read(workload, never());
  if (read.kind !== 'found') throw new Error(read.reason);
  return read.observation;
}

async function badDeploy(world: SandboxWorld, kind: WorkloadKind = 'Deployment'): Promise<TemplateTarget> {
  const workload = await world.create(kind, 'web', v1);
  const { uid, template, templateDigest, imageDigests } = (await look(world, workload)).snapshot;
  await world.deploy(workload, v2);
  const fromDigest = (await look(world, workload)).snapshot.templateDigest;
  return { workload, uid, fromDigest, template, templateDigest, imageDigests };
}

const attempt = ({ workloads }: SandboxWorld, target: TemplateTarget, signal?: AbortSignal) =>
  attemptStep(workloads.setTemplate, { kind: 'set-template', ...target }, 'run-1/1', signal);

const untilOver = ({ workloads }: SandboxWorld, target: TemplateTarget, operation = 'run-1/1') =>
  attemptUntilOver(workloads.setTemplate, { kind: 'set-template', ...target }, operation);

const outcomes = (attempts: Awaited<ReturnType<typeof untilOver>>) =>
  attempts.map(({ outcome, sent }) => [outcome.kind, sent]);

describe('other writers between read and write', () => {
  it.each(kinds)('goes through beside somebody who scales or annotates a %s once', async (kind) => {
    let times = 1;
    let annotated: WorkloadTarget | undefined;
    const world = await openWorld(async ({ call }) => {
      if (!annotated || times-- <= 0) return;
      const body = { metadata: { annotations: { note: 'hello' } } };
      await call('PATCH', workloadPath(annotated), body, 'application/merge-patch+json');
    });
    const target = await badDeploy(world, kind);
    annotated = target.workload;
    expect((await untilOver(world, target)).at(-1)).toMatchObject({
      outcome: { kind: 'applied' },
      sent: true,
    });
    const served = await world.call<ServedWorkload>('GET', workloadPath(target.workload));
    expect(served.metadata.annotations).toMatchObject({ note: 'hello', [operationAnnotation]: 'run-1/1' });
    expect(world.templatesSet(target.workload)).toBe(1);
  });

  it('gives way to an autoscaler that is always faster, having changed nothing', async () => {
    let replicas = 3;
    let scaled: WorkloadTarget | undefined;
    const world = await openWorld(async (opened) => {
      if (scaled) await opened.scale(scaled, ++replicas);
    });
    const target = await badDeploy(world);
    scaled = target.workload;
    for (let tries = 0; tries < 5; tries++)
      expect(await attempt(world, target)).toMatchObject({ outcome: { kind: 'waiting' }, sent: false });
    expect(replicas).toBeGreaterThan(4);
    expect((await look(world, target.workload)).snapshot.templateDigest).toBe(target.fromDigest);
    expect(world.templatesSet(target.workload)).toBe(0);
  });

  it('stops at a third version that comes in between', async () => {
    let victim: WorkloadTarget | undefined;
    const world = await openWorld(async (opened) => {
      if (victim) await opened.startDeploy(victim, 'registry.example/web:v3');
    });
    const target = await badDeploy(world);
    victim = target.workload;
    const [overtaken, told] = await untilOver(world, target);
    expect(overtaken).toMatchObject({ outcome: { kind: 'waiting' }, sent: false });
    expect(told?.outcome).toMatchObject({ kind: 'failed', reason: expect.stringContaining('third') });
    expect((await look(world, target.workload)).snapshot.images).toEqual({ app: 'registry.example/web:v3' });
  });

  it('stops at another object under the same name that comes in between', async () => {
    let victim: WorkloadTarget | undefined;
    const world = await openWorld(async (opened) => {
      if (!victim) return;
      const { call } = opened;
      const path = workloadPath(victim);
      const { spec, metadata } = await call<ServedWorkload>('GET', path);
      await call('DELETE', path, {
        kind: 'DeleteOptions',
        apiVersion: 'v1',
        propagationPolicy: 'Background',
      });
      const fresh = { name: metadata.name, labels: metadata.labels };
      const body = { apiVersion: 'apps/v1', kind: 'Deployment', metadata: fresh, spec };
      await call('POST', path.replace(/\/[^/]+$/, ''), body);
      victim = undefined;
    });
    const target = await badDeploy(world);
    victim = target.workload;
    const [overtaken, told] = await untilOver(world, target);
    expect(overtaken).toMatchObject({ outcome: { kind: 'waiting' }, sent: false });
    expect(told?.outcome).toMatchObject({ kind: 'failed', reason: expect.stringContaining('created again') });
    expect(world.templatesSet(target.workload)).toBe(0);
  });

  it('writes once when many replicas set the same template at the same time', async () => {
    const world = await openWorld();
    const target = await badDeploy(world);
    const all = await Promise.all(
      Array.from({ length: 12 }, (_, i) => untilOver(world, target, `run-1/${i}`)),
    );
    expect(all.filter((attempts) => attempts.at(-1)?.outcome.kind === 'applied')).toHaveLength(12);
    expect(all.flat().filter(({ sent }) => sent)).toHaveLength(1);
    expect(world.templatesSet(target.workload)).toBe(1);
  });
});

const anyFault: fc.Arbitrary<FaultEffect> = fc.oneof(
  fc.record({
    kind: fc.constant('answer' as const),
    status: fc.constantFrom(429 as const, 500 as const, 503 as const),
  }),
  fc.constant({ kind: 'answer' as const, status: 429 as const, retryAfterSeconds: 3 }),
  fc.constant({ kind: 'lost-answer' as const }),
  fc.constant({ kind: 'refused-connection' as const }),
);
/** A conflict is an answer to writes only. */
const conflict: FaultEffect = { kind: 'answer', status: 409 };
const faultPlan = fc.array(
  fc.oneof(
    fc.record({ method: fc.constantFrom('GET', 'PATCH'), after: fc.nat(1), effect: anyFault }),
    fc.record({ method: fc.constant('PATCH'), after: fc.nat(1), effect: fc.constant(conflict) }),
  ),
  { maxLength: 6 },
);

describe('faults of the API', () => {
  it.each(kinds)('sets the template of a %s exactly once under any sequence of faults', async (kind) => {
    const world = await openWorld();
    const target = await badDeploy(world, kind);
    let set = 0;
    await fc.assert(
      fc.asyncProperty(faultPlan, async (faults) => {
        for (const { method, after, effect } of faults) {
          world.sandbox.faults.add({ match: { method, userAgent: 'lastgood' }, effect, after, times: 1 });
        }
        const attempts = await untilOver(world, target);
        world.sandbox.faults.clear();
        expect(attempts.at(-1)?.outcome.kind).toBe('applied');
        expect(attempts.filter(({ sent }) => sent).length).toBeGreaterThan(0);
        set += 1;
        expect(world.templatesSet(target.workload)).toBe(set);
        expect((await look(world, target.workload)).snapshot.templateDigest).toBe(target.templateDigest);
        await world.startDeploy(target.workload, v2);
      }),
      { numRuns: 40 },
    );
  });

  it('passes on how long the API asks to wait', async () => {
    const world = await openWorld();
    const target = await badDeploy(world);
    const effect: FaultEffect = { kind: 'answer', status: 429, retryAfterSeconds: 7 };
    world.sandbox.faults.add({ match: realWrites, effect, times: 1 });
    expect((await attempt(world, target)).outcome).toMatchObject({ kind: 'waiting', until: 7_000 });
  });

  it('concludes by reading that a write with a lost answer has happened', async () => {
    const world = await openWorld();
    const target = await badDeploy(world);
    world.sandbox.faults.add({ match: realWrites, effect: { kind: 'lost-answer' }, times: 1 });
    expect(await attempt(world, target)).toMatchObject({
      outcome: { kind: 'applied', note: expect.stringMatching(/has the template; .*answer was lost/) },
      sent: true,
    });
    expect(world.templatesSet(target.workload)).toBe(1);
  });

  it('waits when looking fails, too, and finds out the next time', async () => {
    const world = await openWorld();
    const target = await badDeploy(world);
    world.sandbox.faults.add({ match: realWrites, effect: { kind: 'lost-answer' }, times: 1 });
    world.sandbox.faults.add({
      match: { method: 'GET', userAgent: 'lastgood' },
      effect: { kind: 'refused-connection' },
      after: 1,
      times: 2,
    });
    expect(outcomes(await untilOver(world, target))).toEqual([
      ['waiting', true],
      ['applied', false],
    ]);
    expect(world.templatesSet(target.workload)).toBe(1);
  });

  it('does not write twice when a write arrives long after it was given up', async () => {
    const world = await openWorld(undefined, 200);
    const target = await badDeploy(world);
    world.sandbox.faults.add({ match: realWrites, effect: { kind: 'slow', forMs: 60_000 }, times: 1 });
    expect(outcomes(await untilOver(world, target))).toEqual([
      ['waiting', true],
      ['applied', true],
    ]);
    await world.startDeploy(target.workload, v2);
    await world.advance(120_000);
    expect(world.templatesSet(target.workload)).toBe(1);
    expect((await look(world, target.workload)).snapshot.images).toEqual({ app: v2 });
  });

  it('may have sent it when it is cancelled after sending', async () => {
    const world = await openWorld();
    const target = await badDeploy(world);
    world.sandbox.faults.add({ match: realWrites, effect: { kind: 'slow', forMs: 60_000 }, times: 1 });
    expect(await attempt(world, target, AbortSignal.timeout(150))).toMatchObject({
      outcome: { kind: 'waiting', note: expect.stringContaining('cancelled') },
      sent: true,
    });
  });

  it('refuses and says why when an admission rule answers 403', async () => {
    const world = await openWorld();
    const target = await badDeploy(world);
    world.sandbox.faults.add({ match: realWrites, effect: { kind: 'answer', status: 403 }, times: 1 });
    expect(await attempt(world, target)).toMatchObject({ outcome: { kind: 'failed' }, sent: false });
  });

  it('waits for a server that has just started and does not know the roles yet', async () => {
    const world = await openWorld();
    const target = await badDeploy(world);
    const allow = world.sandbox.rights.deny({ verb: 'patch', userAgent: 'lastgood' });
    for (let second = 0; second < 4; second++) {
      const { outcome, sent } = await attempt(world, target);
      expect([outcome.kind, sent]).toEqual(['waiting', false]);
      await world.advance(1_000);
    }
    allow();
    expect((await untilOver(world, target)).at(-1)?.outcome.kind).toBe('applied');
    expect(world.templatesSet(target.workload)).toBe(1);
  });

  it('says which right is missing once an access review agrees some seconds later', async () => {
    const world = await openWorld();
    const target = await badDeploy(world);
    world.sandbox.rights.deny({ verb: 'patch', resource: 'deployments', userAgent: 'lastgood' });
    const kinds: string[] = [];
    for (let second = 0; second <= 5; second++) {
      kinds.push((await attempt(world, target)).outcome.kind);
      await world.advance(1_000);
    }
    expect(kinds).toEqual(['waiting', 'waiting', 'waiting', 'waiting', 'waiting', 'failed']);
    expect((await attempt(world, target)).outcome).toMatchObject({
      kind: 'failed',
      reason: expect.stringContaining('may not patch deployments in namespace shop'),
    });
  });

  it('goes on looking while the access review says that the right is there', async () => {
    const world = await openWorld();
    const target = await badDeploy(world);
    const message = `deployments.apps "web" is forbidden: User "u" cannot patch resource "deployments" in API group "apps" in the namespace "shop"`;
    refuseWrites = { status: 403, body: { kind: 'Status', reason: 'Forbidden', message, code: 403 } };
    for (let second = 0; second <= 8; second++) {
      expect((await attempt(world, target)).outcome.kind).toBe('waiting');
      await world.advance(1_000);
    }
  });

  it('looks again at credentials that are not accepted before it gives up', async () => {
    const world = await openWorld();
    const target = await badDeploy(world);
    world.sandbox.faults.add({ match: realWrites, effect: { kind: 'answer', status: 401 } });
    expect((await attempt(world, target)).outcome.kind).toBe('waiting');
    await world.advance(5_000);
    expect((await attempt(world, target)).outcome).toMatchObject({
      kind: 'failed',
      reason: expect.stringContaining('does not accept'),
    });
  });

  it('says unreachable, not gone, of a cluster that fails', async () => {
    const world = await openWorld();
    const target = await badDeploy(world);
    world.sandbox.faults.add({ match: { userAgent: 'lastgood' }, effect: { kind: 'answer', status: 503 } });
    const { rollout } = world;
    expect((await rollout.read(target.workload, never())).kind).toBe('unreachable');
    expect((await rollout.previous(target.workload, never())).kind).toBe('unreachable');
    expect((await rollout.imageEvidence(target.workload, { app: v1 }, never())).kind).toBe('unreachable');
    expect((await rollout.health('main', never())).up).toBe(false);
  });
});

describe('what the server does not accept', () => {
  it("is refused in the rehearsal with the server's own reasons", async () => {
    const world = await openWorld();
    const target = await badDeploy(world);
    const template = { ...target.template, metadata: { labels: { app: 'other' } } };
    const { rollout, workloads } = world;
    const current = (await look(world, target.workload)).snapshot;
    const templateDigest = rollout.pin({ ...current, template }, {}).templateDigest;
    const step = { kind: 'rehearse-template', ...target, template, templateDigest } as const;
    expect((await attemptStep(workloads.rehearseTemplate, step, 'run-1/1')).outcome).toMatchObject({
      kind: 'failed',
      reason: expect.stringContaining('spec.template.metadata.labels'),
    });
  });
});
