import { describe, expect, it } from 'vitest';
import { imageInWords, keepingTag, registryImage } from './registry-image.ts';

const digest = `sha256:${'a'.repeat(64)}`;

describe('where a reference points', () => {
  it.each([
    ['registry.example/shop/web:v1', 'registry.example/shop/web'],
    ['registry.example:5000/web:v1', 'registry.example:5000/web'],
    ['registry.example:5000/web', 'registry.example:5000/web'],
    [`registry.example/web:v1@${digest}`, 'registry.example/web'],
    ['localhost/web', 'localhost/web'],
    ['nginx', 'docker.io/library/nginx'],
    ['nginx:1.25', 'docker.io/library/nginx'],
    ['bitnami/redis:7', 'docker.io/bitnami/redis'],
    ['index.docker.io/bitnami/redis', 'docker.io/bitnami/redis'],
    ['docker.io/nginx', 'docker.io/library/nginx'],
  ])('%s', (reference, expected) => {
    const image = registryImage(reference, digest);
    expect(image && imageInWords(image)).toBe(`${expected}@${digest}`);
  });

  it.each([
    ['a digest that is none', 'registry.example/web', 'sha256:short'],
    ['a path that leaves the repository', 'registry.example/../v2/web', digest],
    ['a query in the name', 'registry.example/web?x=', digest],
    ['a user in the host', 'me@registry.example/web', digest],
    ['nothing', '', digest],
  ])('is not known of %s', (_words, reference, of) => expect(registryImage(reference, of)).toBeNull());
});

it('keeps an image under a tag that a registry takes', () =>
  expect(keepingTag(digest)).toMatch(/^[a-zA-Z0-9_][a-zA-Z0-9._-]{0,127}$/));
