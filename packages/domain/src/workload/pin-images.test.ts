import { aSnapshot, imageOf } from '@lastgood/testkit/scenario/builders';
import { describe, expect, it } from 'vitest';
import { judgeImages } from './pin-images.ts';

const [v1, v2] = [aSnapshot(imageOf('v1')), aSnapshot(imageOf('v2'))];
const digest = v1.imageDigests.app ?? '';
const other = 'sha256:other';

const evidence = (runningDigests: string[], goneDigests: string[] = []) => [
  { container: 'app', reference: imageOf('v1'), runningDigests, goneDigests },
];
const nothing = { pin: {}, moved: [], gone: [], unknown: [] };
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
      { ...nothing, gone: [`${imageOf('v1')} as it was (${digest})`] },
    ],
    [
      'believes pods that run it more than one that could not pull it',
      v1,
      evidence([digest], [digest]),
      nothing,
    ],
  ])('%s', (_words, target, found, judgement) => expect(judgeImages(target, v2, found)).toEqual(judgement));

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
