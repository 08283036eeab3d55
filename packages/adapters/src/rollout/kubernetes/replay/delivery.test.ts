import { createSteppedClock, startKubernetesSandbox } from '@lastgood/sandbox/kubernetes/index';
import { describe, expect, it, test } from 'vitest';
import { canarySeen } from '../delivery/canary-delivery.ts';
import { rolloutSeen } from '../delivery/rollout-delivery.ts';
import type { ServedCanary, ServedRollout } from '../delivery/served-delivery.ts';
import { readTrace } from './recorded-trace.ts';

const trace = readTrace('11-delivery-objects');
const rollout = (id: string) => rolloutSeen(trace.body<ServedRollout>(id), null);
const canary = (id: string, change: Partial<ServedCanary['spec']> = {}) => {
  const served = trace.body<ServedCanary>(id);
  return canarySeen({ ...served, spec: { ...served.spec, ...change } }, 'main', null);
};

describe('a Rollout as a real API server keeps it', () => {
  it('is being brought out while its hash is not the stable one, by the weight its router has', () =>
    expect(rollout('ro-controller-status')).toMatchObject({
      ...{ phase: 'bringing-out', revision: '6c7b8d9e0f', weight: 20, observed: true, ordered: false },
      ...{ skipsAnalysis: null, checksum: null },
    }));
  it('is not aborted by a write of the object, which is answered 200', () =>
    expect(rollout('ro-abort-main').ordered).toBe(false));
  it('is told to abort by its status, and has not done so until its controller says Degraded', () => {
    expect(rollout('ro-abort')).toMatchObject({ ordered: true, phase: 'bringing-out' });
    const served = trace.body<ServedRollout>('ro-abort');
    const weights = { canary: { weight: 0 } };
    const status = { ...served.status, phase: 'Degraded', canary: { weights } };
    expect(rolloutSeen({ ...served, status }, null)).toMatchObject({ phase: 'aborted', weight: 0 });
  });
  it('skips its steps once it was told to promote', () =>
    expect(rollout('ro-promote').skipsAnalysis).toBe(true));
  it('has not seen a template whose generation its text does not reach', () =>
    expect(rollout('ro-undo').observed).toBe(false));
});

describe('a Canary as a real API server keeps it', () => {
  it('is under analysis, and asks whoever it is told to', () => {
    const seen = canary('ca-controller-status');
    expect(seen).toMatchObject({ phase: 'bringing-out', weight: 20, lookEveryMs: 30_000, asksUs: false });
    expect(seen).toMatchObject({ revision: '6c7b8d9e0f', checksum: '7b45f9f467', skipsAnalysis: null });
    const url = 'http://flagger:secret@lastgood.lastgood:4600/api/v1/flagger/main/rollback';
    const asking = canary('ca-controller-status', { analysis: { webhooks: [{ type: 'rollback', url }] } });
    expect(asking.asksUs).toBe(true);
    expect(JSON.stringify(asking)).not.toContain('secret');
    for (const other of [
      { type: 'rollout', url },
      { type: 'rollback', url: url.replace('main', 'eu') },
    ])
      expect(canary('ca', { analysis: { webhooks: [other] } }).asksUs).toBe(false);
  });
  it('is not failed by a write of the object', () =>
    expect(canary('ca-status-main').phase).toBe('bringing-out'));
  it('tells apart whether its analysis is skipped, not skipped, or not spoken of', () => {
    expect(canary('ca-skip')).toMatchObject({ skipsAnalysis: true, suspended: false });
    expect(canary('ca', { skipAnalysis: false }).skipsAnalysis).toBe(false);
    expect(canary('ca-suspend').suspended).toBe(true);
  });
});

test('the sandbox answers every recorded request as the real server did, while no controller moves', async () => {
  const sandbox = await startKubernetesSandbox({ clock: createSteppedClock(), namespaces: ['trace'] });
  try {
    for (const { id = '', method = '', path = '', body, response, headers } of trace.requests()) {
      // Of the kinds that are served here none can be scaled so far.
      if (path.endsWith('/scale')) continue;
      const answer = await fetch(`${sandbox.url}${path}`, {
        method,
        headers: { 'content-type': headers?.['content-type'] ?? 'application/json' },
        body: body === undefined ? null : JSON.stringify(body),
      });
      const said = (await answer.json()) as { spec?: unknown; status?: unknown; metadata: object };
      const { spec, status, metadata } = response.body as typeof said & { metadata: { generation?: number } };
      expect([id, answer.status]).toEqual([id, response.status]);
      if (answer.status >= 300) continue;
      expect([id, said.spec, said.status]).toEqual([id, spec, status]);
      expect(said.metadata).toMatchObject({ generation: metadata.generation });
    }
  } finally {
    await sandbox.close();
  }
});
