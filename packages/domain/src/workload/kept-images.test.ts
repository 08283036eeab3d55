import { describe, expect, it } from 'vitest';
import { takenFromTemplate } from './kept-images.ts';

const digest = `sha256:${'a'.repeat(64)}`;
const template = (...containers: { name: string; image: string }[]) => ({ spec: { containers } });
const sent = template({ name: 'app', image: 'web:v1' });

describe('takenFromTemplate', () => {
  it('is nothing where the cluster only adds, or names an image by the recorded digest', () => {
    const added = template({ name: 'proxy', image: 'proxy:1' }, { name: 'app', image: 'web:v1' });
    expect(takenFromTemplate(sent, added, {})).toBeNull();
    const mirrored = template({ name: 'app', image: `mirror.example/web@${digest}` });
    expect(takenFromTemplate(sent, mirrored, { app: digest })).toBeNull();
  });

  it('says which container is dropped, and which image is another one', () => {
    expect(takenFromTemplate(sent, template(), {})).toBe('drops the container app');
    const other = template({ name: 'app', image: 'web:v2' });
    expect(takenFromTemplate(sent, other, { app: digest })).toBe(
      'runs web:v2 in place of web:v1 in the container app',
    );
  });
});
