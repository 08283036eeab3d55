import { aSnapshot, imageOf } from '@lastgood/testkit/scenario/builders';
import { expect, it } from 'vitest';
import type { RolloutProgress } from '../../../workload/observation.ts';
import type { WorkloadSnapshot } from '../../../workload/workload.ts';
import { aWorkloadFact } from '../planned-harness.ts';
import { lesserEffect } from './lesser-effect.ts';
import { readyWorkloads } from './ready-workload.ts';

const place = { cluster: 'main', namespace: 'shop', kind: 'Deployment', name: 'web' } as const;
const [good, bad] = [aSnapshot(imageOf('v1')), aSnapshot(imageOf('v2'))];
const marked = (snapshot: WorkloadSnapshot): WorkloadSnapshot => ({
  ...snapshot,
  template: { ...snapshot.template, metadata: { annotations: { 'restarted-for': 'd2/d1' } } },
  templateDigest: 'sha256:marked',
});
const digest = (letter: string) => `sha256:${letter.repeat(64)}`;
const running = (letter: string): WorkloadSnapshot => ({ ...good, imageDigests: { app: digest(letter) } });
const pinned: WorkloadSnapshot = {
  ...aSnapshot(`${imageOf('v1')}@${digest('a')}`),
  imageDigests: { app: digest('a') },
};

it.each<[string, WorkloadSnapshot, WorkloadSnapshot, WorkloadSnapshot, object]>([
  ['other code', bad, good, good, {}],
  ['other code that starts anew anyway', bad, good, marked(good), {}],
  ['what is there already', good, good, good, { effect: 'none' }],
  ['the same with a mark to start anew', good, good, marked(good), { effect: 'restart' }],
  ['a tag that was moved: what runs is another image', running('b'), running('a'), pinned, {}],
  ['a tag of which nobody saw what runs', { ...good, imageDigests: {} }, running('a'), pinned, {}],
  ['the image that runs, by its digest', running('a'), running('a'), pinned, { effect: 'restart' }],
])('%s', (_what, inPlace, recorded, to, effect) => {
  const fact = aWorkloadFact(place, { snapshot: inPlace }, to);
  const [ready] = readyWorkloads([{ ...fact, ask: { ...fact.ask, to: recorded } } as never]);
  expect(ready && lesserEffect(ready)).toEqual(effect);
});

it.each<[string, WorkloadSnapshot, Partial<RolloutProgress>, boolean, object]>([
  ['pods that are all there', good, {}, true, { effect: 'none' }],
  ['a rollout that hangs', good, { complete: false, old: 1 }, true, {}],
  ['a controller that still brings it out', good, {}, false, {}],
  ['a start anew where another template still serves', marked(good), { complete: false, old: 1 }, true, {}],
  [
    'a start anew of pods that never got ready',
    marked(good),
    { complete: false },
    true,
    { effect: 'restart' },
  ],
])('the template is in place, with %s', (_what, to, progress, isDelivered, effect) => {
  const fact = aWorkloadFact(place, { snapshot: good }, to);
  const [ready] = readyWorkloads([{ ...fact, ask: { ...fact.ask, to: good } } as never]);
  if (!ready) throw new Error('nothing was seen');
  const { observation } = ready;
  const seen = { ...observation, progress: { ...observation.progress, ...progress } };
  expect(lesserEffect({ ...ready, observation: seen }, isDelivered)).toEqual(effect);
});
