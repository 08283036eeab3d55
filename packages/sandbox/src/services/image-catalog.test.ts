import { describe, expect, it } from 'vitest';
import { behaviourOf, findImage, imageFor } from './image-catalog.ts';

describe('the image catalog', () => {
  it.each([
    ['sandbox.local/checkout:v41', 'healthy'],
    ['sandbox.local/checkout:v42-errors', 'errors'],
    ['sandbox.local/shop/checkout:v42-latency', 'latency'],
    ['sandbox.local/checkout:v1000-crashloop', 'crashloop'],
    ['sandbox.local/checkout:v1-slow-leak', 'slow-leak'],
  ])('has %s: %s', (image, behaviour) => {
    expect(behaviourOf(image)).toBe(behaviour);
    expect(findImage(image)?.service).toBe('checkout');
  });

  it.each([
    'nginx:1.27',
    'sandboxXlocal/checkout:v1',
    'sandbox.local/checkout',
    'sandbox.local/checkout:latest',
    'sandbox.local/checkout:v0',
    'sandbox.local/checkout:v42-sunny',
    'sandbox.local/checkout:v42-healthy',
    `sandbox.local/checkout@sha256:${'0'.repeat(64)}`,
    '',
  ])('does not have %j', (image) => {
    expect(findImage(image)).toBeUndefined();
  });

  it('names versions as it finds them', () => {
    expect(findImage(imageFor('cart', 7))).toEqual({ service: 'cart', tag: 'v7', behaviour: 'healthy' });
    expect(findImage(imageFor('cart', 8, 'slow-leak'))?.behaviour).toBe('slow-leak');
  });
});
