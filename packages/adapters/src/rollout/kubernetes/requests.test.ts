import type { StepEffect } from '@lastgood/domain/ports/step-effect';
import type { TemplateTarget } from '@lastgood/domain/rollback/contracts/set-template';
import type { StepKind, StepOf } from '@lastgood/domain/rollback/step';
import type { WorkloadKind } from '@lastgood/domain/workload/workload';
import { attemptStep } from '@lastgood/testkit/contracts/attempt-step';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { workloadPath } from '../../kubernetes/resource-paths.ts';
import { openSandboxWorld, type SandboxWorld } from './sandbox-world-harness.ts';
import type { ServedWorkload } from './served-objects.ts';

let world: SandboxWorld;
let asked: string[] = [];
beforeEach(async () => {
  world = await openSandboxWorld({
    async extra({ method, userAgent }) {
      if (userAgent.includes('lastgood')) asked.push(method);
      return undefined;
    },
  });
});
afterEach(() => world.close());

async function badDeploy(kind: WorkloadKind): Promise<TemplateTarget> {
  const workload = await world.create(kind, 'web', 'registry.example/web:v1');
  const look = async () => {
    const read = await world.rollout.read(workload, new AbortController().signal);
    if (read.kind !== 'found') throw new Error(read.reason);
    return read.observation.snapshot;
  };
  const { uid, template, templateDigest, imageDigests } = await look();
  await world.deploy(workload, 'registry.example/web:v2');
  const fromDigest = (await look()).templateDigest;
  return { workload, uid, fromDigest, template, templateDigest, imageDigests };
}

/** With a note of somebody's on the object, or without the whole map of notes. */
async function annotate({ workload }: TemplateTarget, annotated: boolean): Promise<void> {
  const annotations = annotated ? { note: 'hello' } : null;
  const body = { metadata: { annotations } };
  await world.call('PATCH', workloadPath(workload), body, 'application/merge-patch+json');
  const { metadata } = await world.call<ServedWorkload>('GET', workloadPath(workload));
  expect(Boolean(metadata.annotations)).toBe(annotated);
}

/** What one attempt asks of the API server. */
async function attempt<K extends StepKind>(effect: StepEffect<K>, step: StepOf<K>): Promise<string[]> {
  asked = [];
  expect((await attemptStep(effect, step, 'run-1/1')).outcome.kind).toBe('applied');
  return asked;
}

describe.each([
  { kind: 'Deployment', annotated: true },
  { kind: 'Deployment', annotated: false },
  { kind: 'StatefulSet', annotated: true },
  { kind: 'StatefulSet', annotated: false },
  // The API server annotates every DaemonSet by itself.
  { kind: 'DaemonSet', annotated: true },
] as const)('what a $kind costs (annotated: $annotated)', ({ kind, annotated }) => {
  it('is a look, a write and a look to change it, and one look when there is nothing to change', async () => {
    const target = await badDeploy(kind);
    await annotate(target, annotated);
    const { rehearseTemplate, setTemplate, waitUntilStable } = world.workloads;
    const set = { kind: 'set-template', ...target } as const;
    expect(await attempt(rehearseTemplate, { ...set, kind: 'rehearse-template' })).toEqual(['GET', 'PATCH']);
    expect(await attempt(setTemplate, set)).toEqual(['GET', 'PATCH', 'GET']);
    expect(world.templatesSet(target.workload)).toBe(1);
    expect(await attempt(setTemplate, set)).toEqual(['GET']);
    await world.settle(target.workload);
    const stable = {
      ...set,
      kind: 'wait-until-stable',
      releaseStuckPods: true,
      releaseOnDelete: false,
    } as const;
    expect(await attempt(waitUntilStable, stable)).toEqual(['GET', 'GET', 'GET']);
  });
});
