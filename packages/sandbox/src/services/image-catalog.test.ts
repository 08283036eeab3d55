import { describe, expect, it } from 'vitest';
import { behaviourOf, findImage, imageFor, imageIdOf } from './image-catalog.ts';

describe('the image catalog', () => {
  it.each([
    ['sandbox.local/checkout:v41', 'healthy'],
    ['sandbox.local/checkout:v42-errors', 'errors'],
    ['sandbox.local/shop/checkout:v42-latency', 'latency'],
    ['sandbox.local/checkout:v999-crashloop', 'crashloop'],
    ['sandbox.local/checkout:v1-slow-leak', 'slow-leak'],
  ])('has %s: %s', (image, behaviour) => {
    expect(behaviourOf(image)).toBe(behaviour);
  });

  it.each([
    'nginx:1.27',
    'sandbox.local/checkout',
    'sandbox.local/checkout:latest',
    'sandbox.local/checkout:v0',
    'sandbox.local/checkout:v1000',
    'sandbox.local/checkout:v42-sunny',
    `sandbox.local/checkout@sha256:${'0'.repeat(64)}`,
    '',
  ])('does not have %j', (image) => {
    expect(findImage(image)).toBeUndefined();
  });

  it('finds an image again by the digest that pods report', () => {
    const image = imageFor('checkout', 42, 'errors');
    const pinned = imageIdOf(image) ?? '';
    expect(pinned).toMatch(/^sandbox\.local\/checkout@sha256:[0-9a-f]{64}$/);
    expect(findImage(pinned)).toEqual(findImage(image));
  });

  it('lets the digest win over the tag', () => {
    const digest = findImage(imageFor('checkout', 41))?.digest;
    expect(findImage(`sandbox.local/checkout:v42-errors@${digest}`)?.tag).toBe('v41');
  });

  it('gives every version of every service a digest of its own', () => {
    const digests = ['cart', 'checkout'].flatMap((service) =>
      [1, 2].map((version) => findImage(imageFor(service, version))?.digest),
    );
    expect(new Set(digests).size).toBe(4);
  });
});
