import type { Traffic } from '@lastgood/domain/ports/traffic';
import type { StepOf } from '@lastgood/domain/rollback/step';
import { attemptStep } from '@lastgood/testkit/contracts/attempt-step';
import { describe, expect, it } from 'vitest';
import { type ApiAnswer, toRejection } from '../../../kubernetes/api-answer.ts';
import type { ApiClient, ApiRequest } from '../../../kubernetes/api-client.ts';
import { operationAnnotation, type PatchOperation } from '../../../kubernetes/operation-note.ts';
import { whyNotAccepted } from '../traffic/http-route-status.ts';
import { createTraffic } from '../traffic/traffic.ts';
import { type RecordedTrace, readTrace } from './recorded-trace.ts';

/** Answers each path with what was recorded for it, in order, the last one again and again; keeps what was asked. */
function replayed(answers: Record<string, ApiAnswer[]>): { traffic: Traffic; sent: ApiRequest[] } {
  const sent: ApiRequest[] = [];
  const api: ApiClient = async (request) => {
    if (request.method === 'PATCH') sent.push(request);
    const key = Object.keys(answers).find((one) => {
      const [method, end = ''] = one.split(' ');
      return request.method === method && request.path.endsWith(end);
    });
    const all = key === undefined ? undefined : answers[key];
    if (!all) throw new Error(`nothing was recorded for ${request.method} ${request.path}`);
    return (all.length > 1 ? all.shift() : all[0]) as ApiAnswer;
  };
  const rights = { ask: async () => ({ kind: 'granted' as const }) };
  return { traffic: createTraffic({ of: () => api }, 'lastgood', () => rights), sent };
}

const ok = (body: unknown): ApiAnswer => ({ kind: 'ok', body });
const place = { cluster: 'main', namespace: 'trace' };
const isNote = ({ path, op }: PatchOperation) =>
  path.includes('annotations') || (op === 'test' && path === '/metadata/resourceVersion');
/** Without the note, and without tests that were not recorded: those are more of the same. */
const withoutNote = (request: ApiRequest | undefined) =>
  ((request?.body ?? []) as PatchOperation[]).filter((one) => !isNote(one));

/** A list of pods or slices that was recorded at several steps, together. */
const lists = (trace: RecordedTrace, ...ids: string[]) =>
  ok({ items: ids.flatMap((id) => trace.body<{ items: unknown[] }>(id).items) });

describe('09-blue-green', () => {
  const trace = readTrace('09-blue-green');
  const service = trace.body<{ metadata: { uid: string } }>('svc-before');
  const step: StepOf<'switch-selector'> = {
    ...{ kind: 'switch-selector', service: { ...place, kind: 'Service', name: 'web' }, key: 'slot' },
    ...{ uid: service.metadata.uid, from: 'green', to: 'blue', minReady: 2 },
  };
  const pods = lists(trace, 'blue-pods');

  it('switches by the recorded patch, and is done by the recorded slices', async () => {
    const { traffic, sent } = replayed({
      'GET /services/web': [ok(service), ok(trace.body('switch'))],
      'GET /pods': [pods],
      'GET /endpointslices': [lists(trace, 'eps-green'), lists(trace, 'eps-blue')],
      'PATCH /services/web': [ok(trace.body('switch'))],
    });
    expect((await attemptStep(traffic.switchSelector, step, 'run/1')).outcome).toMatchObject({
      kind: 'applied',
    });
    expect(withoutNote(sent[0])).toEqual(trace.step('switch').body);
    expect(JSON.stringify(sent[0]?.body)).toContain(operationAnnotation.split('/')[0]);
  });

  it('takes the recorded refusal of the second run as a lost fence, and looks again', async () => {
    const { status, body } = trace.step('switch-again').response;
    const { traffic } = replayed({
      'GET /services/web': [ok(service)],
      'GET /pods': [pods],
      'GET /endpointslices': [lists(trace, 'eps-green')],
      'PATCH /services/web': [toRejection(status, JSON.stringify(body), undefined, 0)],
    });
    expect((await attemptStep(traffic.switchSelector, step, 'run/1')).outcome).toMatchObject({
      ...{ kind: 'waiting', note: expect.stringContaining('was changed by others') },
    });
  });

  it.each([
    ['a slot that no pod has', 'black-hole', 'eps-empty', { value: 'purple', endpoints: {} }],
    ['both slots where the key is gone', 'remove-key', 'eps-both', { value: null }],
    [
      'no endpoint of a slot that was scaled to zero',
      'back',
      'eps-drained',
      { value: 'blue', endpoints: {} },
    ],
  ])('sees %s', async (_what, as, slices, expected) => {
    const { traffic } = replayed({
      'GET /services/web': [ok(trace.body(as))],
      'GET /pods': [pods],
      'GET /endpointslices': [lists(trace, slices)],
    });
    const never = new AbortController().signal;
    const seen = await traffic.readSelector({ service: step.service, key: 'slot' }, never);
    expect(seen).toMatchObject({ kind: 'seen', seen: expected });
  });
});

describe('11-custom-targets', () => {
  const trace = readTrace('11-custom-targets');
  const uidOf = (id: string) => trace.body<{ metadata: { uid: string } }>(id).metadata.uid;
  const pod = (name: string, slot: string) => ({
    metadata: { name, uid: name, labels: { slot } },
    status: { conditions: [{ type: 'Ready', status: 'True' }] },
  });
  const slices = ok({ items: [{ endpoints: [{ targetRef: { kind: 'Pod', name: 'a' } }] }] });

  it('sets the weights of a VirtualService by the recorded patch', async () => {
    const subsets = ['stable', 'canary'].map((name) => ({ name, labels: { slot: name } }));
    const { traffic, sent } = replayed({
      'GET /virtualservices/web': [ok(trace.body('vs')), ok(trace.body('vs-weights'))],
      'GET /destinationrules': [ok({ items: [{ spec: { host: 'web', subsets } }] })],
      'GET /endpointslices': [slices],
      'GET /pods': [ok({ items: [pod('a', 'stable')] })],
      'PATCH /virtualservices/web': [ok(trace.body('vs-weights'))],
    });
    const step: StepOf<'set-weight'> = {
      ...{ kind: 'set-weight', route: { ...place, kind: 'VirtualService', name: 'web' }, rule: 'primary' },
      ...{ uid: uidOf('vs'), from: { 'web/stable': 50, 'web/canary': 50 } },
      weights: { 'web/stable': 100, 'web/canary': 0 },
    };
    expect((await attemptStep(traffic.setWeight, step, 'run/1')).outcome).toMatchObject({ kind: 'applied' });
    expect(withoutNote(sent[0])).toEqual(expect.arrayContaining(trace.step('vs-weights').body as object[]));
    expect(changesIn(sent[0])).toEqual(changesOf(trace.step('vs-weights').body));
  });

  it('sets the weights of an HTTPRoute by the recorded patch, and waits for its gateway', async () => {
    const { traffic, sent } = replayed({
      'GET /httproutes/web': [ok(trace.body('hr')), ok(trace.body('hr-weights'))],
      'GET /endpointslices': [slices],
      'PATCH /httproutes/web': [ok(trace.body('hr-weights'))],
    });
    const step: StepOf<'set-weight'> = {
      ...{ kind: 'set-weight', route: { ...place, kind: 'HTTPRoute', name: 'web' }, rule: null },
      ...{ uid: uidOf('hr'), from: { 'web-stable': 50, 'web-canary': 50 } },
      weights: { 'web-stable': 100, 'web-canary': 0 },
    };
    expect((await attemptStep(traffic.setWeight, step, 'run/1')).outcome).toMatchObject({ kind: 'waiting' });
    expect(withoutNote(sent[0])).toEqual(expect.arrayContaining(trace.step('hr-weights').body as object[]));
    expect(changesIn(sent[0])).toEqual(changesOf(trace.step('hr-weights').body));
    expect((await attemptStep(traffic.setWeight, step, 'run/1')).outcome).toMatchObject({
      note: expect.stringContaining('Gateway gw has said nothing of the route'),
    });
  });

  it('does not take for accepted what a gateway said of an older generation', () => {
    expect(whyNotAccepted(trace.body('hr-status'))).toBe('Gateway gw: has seen generation 2, not 4');
  });

  it('reads a removed weight as the 1 that the API server makes of it', async () => {
    const { traffic } = replayed({
      'GET /httproutes/web': [ok(trace.body('hr-remove-weight'))],
      'GET /endpointslices': [slices],
    });
    const route = { ...place, kind: 'HTTPRoute', name: 'web' };
    const seen = await traffic.readRoute({ route, rule: null }, new AbortController().signal);
    expect(seen).toMatchObject({ seen: { weights: { 'web-stable': 100, 'web-canary': 1 } } });
  });
});

/** What a patch changes, its tests left out. */
function changesOf(patch: unknown): PatchOperation[] {
  return (patch as PatchOperation[]).filter(({ op }) => op !== 'test');
}

function changesIn(request: ApiRequest | undefined): PatchOperation[] {
  return changesOf(withoutNote(request));
}
