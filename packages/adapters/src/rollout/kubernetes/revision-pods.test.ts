import { describe, expect, it } from 'vitest';
import { evidenceIn } from './image-evidence.ts';
import { agreedDigests, splitPods } from './revision-pods.ts';
import type { ServedPod } from './served-objects.ts';

const digest = (letter: string) => `sha256:${letter.repeat(64)}`;

function pod(imageID: string, { phase = 'Running', image = 'web:v1', hash = 'h1' } = {}): ServedPod {
  return {
    metadata: { name: 'p', uid: 'p', labels: { 'pod-template-hash': hash } },
    spec: { containers: [{ name: 'app', image }] },
    status: { phase, containerStatuses: [{ name: 'app', imageID }] },
  };
}

describe('agreedDigests', () => {
  it('takes what all pods agree on and a registry can serve', () => {
    const a = `registry.example/web@${digest('a')}`;
    expect(agreedDigests([pod(a), pod(a), pod('')])).toEqual({ app: digest('a') });
    // One node has the image by hand: its own id says nothing about the registry's digest.
    expect(agreedDigests([pod(a), pod(digest('f'))])).toEqual({ app: digest('a') });
  });

  it('leaves out what nobody can pull and what pods disagree on', () => {
    expect(agreedDigests([pod(digest('f'))])).toEqual({});
    expect(agreedDigests([pod(`web@${digest('a')}`), pod(`web@${digest('b')}`)])).toEqual({});
    expect(agreedDigests([])).toEqual({});
  });
});

describe('evidenceIn', () => {
  it('looks at the reference as written, at pods that have not ended', () => {
    const pods = [
      pod(`web@${digest('a')}`),
      pod(`web@${digest('b')}`),
      pod(`web@${digest('c')}`, { phase: 'Succeeded' }),
      pod(`web@${digest('d')}`, { image: 'web:v2' }),
      pod(''),
    ];
    expect(evidenceIn(pods, { app: 'web:v1', side: 'proxy:v9' })).toEqual([
      { container: 'app', reference: 'web:v1', runningDigests: [digest('a'), digest('b')], goneDigests: [] },
      { container: 'side', reference: 'proxy:v9', runningDigests: [], goneDigests: [] },
    ]);
  });

  it('knows a digest as gone when a pod that is named by it is told so by the registry', () => {
    const waiting = (reason: string, message: string): ServedPod => {
      const made = pod('', { image: `web:v1@${digest('a')}`, phase: 'Pending' });
      const containerStatuses = [{ name: 'app', imageID: '', state: { waiting: { reason, message } } }];
      return { ...made, status: { ...made.status, containerStatuses } };
    };
    const gone = (one: ServedPod) => evidenceIn([one], { app: 'web:v1' })[0]?.goneDigests;
    expect(gone(waiting('ErrImagePull', 'manifest unknown: manifest unknown'))).toEqual([digest('a')]);
    expect(gone(waiting('ImagePullBackOff', 'Back-off pulling image: web:v1: not found'))).toEqual([
      digest('a'),
    ]);
    expect(gone(waiting('ImagePullBackOff', 'Back-off pulling image'))).toEqual([]);
    expect(gone(waiting('ErrImagePull', 'i/o timeout'))).toEqual([]);
  });
});

it('splits pods by the label of their kind', () => {
  const pods = [pod('', { hash: 'h1' }), pod('', { hash: 'h2' })];
  expect(splitPods('Deployment', pods, 'h2')).toEqual({ current: [pods[1]], old: [pods[0]] });
  expect(splitPods('DaemonSet', pods, 'h2').current).toEqual([]);
});
