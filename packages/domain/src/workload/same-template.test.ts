import { describe, expect, it } from 'vitest';
import { type SeenTemplate, sameTemplate } from './same-template.ts';

const digest = (letter: string) => `sha256:${letter.repeat(64)}`;

function seen(image: string, imageDigests: Record<string, string> = {}, env = 'on'): SeenTemplate {
  return {
    templateDigest: `sha256:${image}/${env}`,
    template: { spec: { containers: [{ name: 'app', image, env }] } },
    imageDigests,
  };
}

describe('sameTemplate', () => {
  it('takes an unpinned template for the pinned one when the digests agree', () => {
    const unpinned = seen('web:v1', { app: digest('a') });
    const pinned = seen(`web:v1@${digest('a')}`);
    expect(sameTemplate(unpinned, pinned)).toBe(true);
    expect(sameTemplate(pinned, unpinned)).toBe(true);
  });

  it('tells them apart when the digests differ, or one was never seen', () => {
    const pinned = seen(`web:v1@${digest('a')}`, { app: digest('a') });
    expect(sameTemplate(seen('web:v1', { app: digest('b') }), pinned)).toBe(false);
    expect(sameTemplate(seen('web:v1'), pinned)).toBe(false);
    expect(sameTemplate(seen('web:v2', { app: digest('a') }), pinned)).toBe(false);
  });

  it('tells apart what differs in anything else', () => {
    const pinned = seen(`web:v1@${digest('a')}`, {}, 'off');
    expect(sameTemplate(seen('web:v1', { app: digest('a') }), pinned)).toBe(false);
    const more = structuredClone(pinned);
    (more.template.spec as { containers: unknown[] }).containers.push({ name: 'proxy', image: 'p:1' });
    expect(sameTemplate(pinned, { ...more, templateDigest: 'sha256:more' })).toBe(false);
  });
});
