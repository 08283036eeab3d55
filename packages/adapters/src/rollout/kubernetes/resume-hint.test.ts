import { expect, test } from 'vitest';
import { resumeHint } from './resume-hint.ts';

test('how a paused workload is resumed is told as a command that can be copied', () => {
  const target = { cluster: 'main', namespace: 'shop', kind: 'Deployment', name: 'web' } as const;
  expect(resumeHint(target)).toBe('kubectl rollout resume deployment/web -n shop');
});
