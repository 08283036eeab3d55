import { templateImages } from '@lastgood/domain/workload/template-images';
import type { WorkloadSnapshot } from '@lastgood/domain/workload/workload';
import { describe, expect, it } from 'vitest';
import { parseImageId, pinImages } from './images.ts';
import { templateDigest } from './template-digest.ts';

const digest = `sha256:${'1'.repeat(64)}`;

describe('parseImageId', () => {
  it.each([
    [`registry.example:5000/team/web@${digest}`, { digest, pullable: true }],
    [`docker-pullable://registry.example/web@${digest}`, { digest, pullable: true }],
    [`docker://${digest}`, { digest, pullable: false }],
    [digest, { digest, pullable: false }],
    ['', null],
    [undefined, null],
    ['registry.example/web:v1', null],
  ])('reads %s', (imageId, expected) => {
    expect(parseImageId(imageId)).toEqual(expected);
  });
});

const template = {
  metadata: { labels: { app: 'web' } },
  spec: {
    initContainers: [{ name: 'prepare', image: 'localhost:5000/prepare' }],
    containers: [
      { name: 'app', image: 'registry.example/web:v1', ports: [{ containerPort: 80 }] },
      { name: 'proxy', image: `registry.example/proxy@${digest}` },
    ],
    terminationGracePeriodSeconds: 30,
  },
};
const snapshot: WorkloadSnapshot = {
  uid: 'u',
  generation: 3,
  template,
  templateDigest: templateDigest(template),
  images: templateImages(template),
  imageDigests: {},
  podTemplateHash: 'abc',
  revision: '2',
  historyName: 'web-abc',
  observedAt: 0,
};

describe('pinImages', () => {
  it('names digests for what is given and leaves the rest of the template alone', () => {
    const pinned = pinImages(snapshot, { app: digest, prepare: digest, ghost: digest });
    expect(pinned.images).toEqual({
      app: `registry.example/web:v1@${digest}`,
      prepare: `localhost:5000/prepare@${digest}`,
      proxy: `registry.example/proxy@${digest}`,
    });
    expect(pinned.imageDigests).toEqual({ app: digest, prepare: digest });
    expect(pinned.templateDigest).toBe(templateDigest(pinned.template));
    expect(pinned.template.metadata).toEqual(template.metadata);
    expect(pinned.template.spec).toMatchObject({ terminationGracePeriodSeconds: 30 });
    expect(snapshot.images.app).toBe('registry.example/web:v1');
  });

  it('never replaces a digest that the template names', () => {
    const other = `sha256:${'2'.repeat(64)}`;
    expect(pinImages(snapshot, { proxy: other }).images.proxy).toBe(`registry.example/proxy@${digest}`);
  });
});
