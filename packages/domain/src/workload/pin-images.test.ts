import { aSnapshot, imageOf } from '@lastgood/testkit/scenario/builders';
import { describe, expect, it } from 'vitest';
import { judgeImages } from './pin-images.ts';
import type { RegistryAnswer } from './registry-image.ts';

const [v1, v2] = [aSnapshot(imageOf('v1')), aSnapshot(imageOf('v2'))];
const digest = v1.imageDigests.app ?? '';
const other = 'sha256:other';

const evidence = (runningDigests: string[], goneDigests: string[] = []) => [
  { container: 'app', reference: imageOf('v1'), runningDigests, goneDigests },
];
const nothing = {
  ...{ pin: {}, moved: [], gone: [], restore: [], onNodesOnly: [], unasked: [], unknown: [] },
};
const told = { reference: imageOf('v1'), digest, registryAsked: false, backupNotes: [] };
const moved = { container: 'app', reference: imageOf('v1'), recorded: digest, now: other };

describe('judgeImages', () => {
  it.each([
    ['pins an image whose tag nobody runs', v1, evidence([]), { ...nothing, pin: { app: digest } }],
    ['leaves alone a tag that pods run as recorded', v1, evidence([digest]), nothing],
    [
      'trusts a tag of which no digest is recorded, and says so',
      { ...v1, imageDigests: {} },
      evidence([]),
      { ...nothing, unknown: [`app (${imageOf('v1')})`] },
    ],
    [
      'leaves alone what is named by digest',
      { ...v1, images: { app: `x@${digest}` } },
      evidence([other]),
      nothing,
    ],
    [
      'pins a tag that moved to what was proven, and says where it points now',
      v1,
      evidence([other]),
      { ...nothing, pin: { app: digest }, moved: [moved] },
    ],
    [
      'pins a tag that pods run with both digests',
      v1,
      evidence([digest, other]),
      { ...nothing, pin: { app: digest }, moved: [moved] },
    ],
    [
      'refuses only what the registry is known to have no more',
      v1,
      evidence([other], [digest]),
      { ...nothing, gone: [told] },
    ],
    [
      'believes pods that run it more than one that could not pull it',
      v1,
      evidence([digest], [digest]),
      nothing,
    ],
  ])('%s', (_words, target, found, judgement) => expect(judgeImages(target, v2, found)).toEqual(judgement));

  const image = { registry: 'registry.example', repository: 'web', digest };
  const backup = { name: 'vault', bytes: 7 };
  const lost = { kind: 'gone' as const, backup: null, backupNotes: ['vault is silent'] };
  const asItWas = `${imageOf('v1')} as it was (${digest})`;
  it.each<[string, ReturnType<typeof evidence>, RegistryAnswer, object]>([
    [
      'refuses what the registry says it has lost',
      evidence([other]),
      lost,
      {
        gone: [{ ...told, registryAsked: true, backupNotes: ['vault is silent'] }],
        moved: [],
      },
    ],
    [
      'believes a registry that has it more than a pod that was told it has not',
      evidence([], [digest]),
      {
        kind: 'there',
        manifestBytes: 1,
      },
      { pin: { app: digest } },
    ],
    [
      'pins what is restored, whose tag is gone',
      evidence([digest]),
      { ...lost, backup },
      {
        pin: { app: digest },
        restore: [{ image, backup }],
      },
    ],
    ['leaves what pods run to the nodes that have it', evidence([digest]), lost, { onNodesOnly: [asItWas] }],
    [
      'takes a registry that is not asked for no proof',
      evidence([digest]),
      {
        kind: 'unknown',
        reason: 'silent',
      },
      { unasked: [{ reference: imageOf('v1'), reason: 'silent' }] },
    ],
    [
      'counts what a pod was told where the registry is silent',
      evidence([other], [digest]),
      {
        kind: 'unknown',
        reason: 'silent',
      },
      { gone: [told] },
    ],
  ])('%s', (_words, found, answer, expected) =>
    expect(judgeImages(v1, v2, found, [{ container: 'app', image, answer }])).toEqual({
      ...nothing,
      ...expected,
    }),
  );

  it('never refuses for a container that serves now as it is in the target', () => {
    const side = { proxy: 'proxy:1' };
    const [target, from] = [v1, v2].map((one) => ({
      ...one,
      images: { ...one.images, ...side },
      imageDigests: { ...one.imageDigests, proxy: 'sha256:proxy' },
    }));
    if (!target || !from) throw new Error('two versions are needed');
    const found = [
      ...evidence([digest]),
      { container: 'proxy', reference: 'proxy:1', runningDigests: [other], goneDigests: ['sha256:proxy'] },
    ];
    expect(judgeImages(target, from, found).gone).toEqual([]);
  });
});
