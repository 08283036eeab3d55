import {
  aBaseline,
  aDeployment,
  aService,
  aSnapshot,
  dayZero,
  imageOf,
  minute,
} from '@lastgood/testkit/scenario/builders';
import { describe, expect, test } from 'vitest';
import type { Deployment } from '../deployment/deployment.ts';
import type { RegistryAnswer, RegistryFinding } from '../workload/registry-image.ts';
import {
  imageStateOf,
  imagesToAsk,
  missingRecord,
  orderTargets,
  proofInWords,
  targetDiffers,
} from './targets.ts';

const service = aService();

function release(number: number, version: string, over: Partial<Deployment> = {}): Deployment {
  const after = aSnapshot(imageOf(version));
  const target = { kind: 'Deployment', name: 'web' } as const;
  return aDeployment({
    ...{ id: `d${number}`, release: number, version, status: 'completed', proof: 'verified' },
    changes: [{ kind: 'workload', target, before: null, after }],
    ...over,
  });
}

const candidates = (...deployments: Deployment[]) =>
  deployments.map((deployment) => ({ deployment, lastServedAt: dayZero }));

const order = (current: Deployment, chosen: string | null, ...deployments: Deployment[]) =>
  orderTargets(current, chosen, candidates(...deployments)).map(({ deployment }) => deployment.id);

describe('what can be gone back to', () => {
  const bad = release(9, 'v9', { proof: 'pending' });

  test('begins with what the button takes, then the good ones, then the others', () => {
    const taken = release(8, 'v8', { status: 'rolled_back' });
    const unproven = release(7, 'v7', { proof: 'unproven' });
    expect(order(bad, 'd5', taken, unproven, release(4, 'v4'), release(5, 'v5'), release(6, 'v6'))).toEqual([
      ...['d5', 'd6', 'd4', 'd7', 'd8'],
    ]);
  });

  test('names every template once, and not the one that is in place', () => {
    const again = release(4, 'v1', { origin: 'rollback', proof: 'pending' });
    const [first, second, third] = [release(1, 'v1'), release(2, 'v2'), release(3, 'v2')];
    expect(order(again, null, first, second, third)).toEqual(['d3']);
    expect(order(again, 'd1', first, second, third)).toEqual(['d1', 'd3']);
  });

  test('says what is proven, and in what it differs', () => {
    expect(proofInWords(release(1, 'v1', { status: 'rolled_back' }))).toBe('was taken back');
    expect(proofInWords(aBaseline())).toBe('presumed good');
    expect(targetDiffers(service, bad, release(1, 'v1'))).toBe('image v9 → v1');
  });

  test('cannot be asked for where nothing is recorded', () => {
    const bare = release(3, 'v3', { changes: [] });
    expect(missingRecord(service, bad, bare)).toMatch(/^What it set on Deployment web is not recorded/);
    expect(missingRecord(service, bad, release(3, 'v3'))).toBeNull();
  });
});

describe('whether its image is there', () => {
  const [bad, good] = [release(2, 'v2'), release(1, 'v1')];
  const digest = aSnapshot(imageOf('v1')).imageDigests.app ?? '';
  const [asked] = imagesToAsk(service, bad, [good]);
  const state = (over: object | null, target = good, registry: RegistryFinding[] = []) => {
    const evidence = Object.entries(asked?.images ?? {}).map(([container, reference]) => ({
      ...{ container, reference, runningDigests: [], goneDigests: [] },
      ...over,
    }));
    const candidate = { deployment: target, lastServedAt: dayZero };
    return imageStateOf(
      service,
      bad,
      candidate,
      { evidence: over ? evidence : [], registry },
      dayZero + 5 * minute,
    );
  };

  test('is asked for all targets at once, by workload', () => {
    expect(imagesToAsk(service, bad, [good, release(3, 'v3')])).toEqual([
      {
        workload: { kind: 'Deployment', name: 'web', cluster: 'main', namespace: 'shop' },
        images: { 'd1/app': imageOf('v1'), 'd3/app': imageOf('v3') },
      },
    ]);
  });

  test.each([
    ['running', { runningDigests: [digest] }, /run its image now/],
    ['gone', { goneDigests: [digest] }, /no more/],
    ['seen', {}, /ran until 5 min ago; whether the registry still has it is not known/],
    ['seen', null, /is not known/],
  ])('%s', (expected, evidence, words) => {
    expect(state(evidence)).toEqual({ state: expected, sentence: expect.stringMatching(words) });
  });

  const backup = { name: 'vault', bytes: 1 };
  test.each<[string, string, object, RegistryAnswer]>([
    ['there', 'that has it', {}, { kind: 'there', manifestBytes: 1 }],
    [
      'there',
      'whatever a pod was told before',
      { goneDigests: [digest] },
      { kind: 'there', manifestBytes: 1 },
    ],
    ['gone', 'that has lost it', {}, { kind: 'gone', backup: null, backupNotes: [] }],
    ['restorable', 'with a backup', { goneDigests: [digest] }, { kind: 'gone', backup, backupNotes: [] }],
    [
      'running',
      'that lost what pods run',
      { runningDigests: [digest] },
      { kind: 'gone', backup: null, backupNotes: [] },
    ],
    ['seen', 'that hangs', {}, { kind: 'unknown', reason: 'x' }],
    [
      'gone',
      'that hangs, by what a pod was told',
      { goneDigests: [digest] },
      { kind: 'unknown', reason: 'x' },
    ],
  ])('%s by a registry %s', (expected, _words, evidence, answer) => {
    const image = { registry: 'registry.example', repository: 'web', digest };
    expect(state(evidence, good, [{ container: 'd1/app', image, answer }]).state).toBe(expected);
  });

  test('is not known of what was never seen running', () => {
    const after = { ...aSnapshot(imageOf('v1')), imageDigests: {} };
    const target = { kind: 'Deployment', name: 'web' } as const;
    const never = release(1, 'v1', { changes: [{ kind: 'workload', target, before: null, after }] });
    expect(state({}, never).state).toBe('unknown');
  });
});
