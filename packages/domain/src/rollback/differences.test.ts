import { aBaseline, aDeployment, aService, imageOf } from '@lastgood/testkit/scenario/builders';
import { describe, expect, test } from 'vitest';
import type { Change } from '../deployment/deployment.ts';
import { compareReleases, differencesOf } from './differences.ts';

const service = aService();
const [deployment, target] = [aDeployment(), aBaseline()];
const image = { aspect: 'image', path: 'container app', kind: 'changed', hidden: false };

describe('in what a release differs from its target', () => {
  test('is what the rollback takes back: from what is in place to what it returns to', () => {
    expect(differencesOf({ service, deployment, target })).toEqual({
      items: [{ ...image, before: imageOf('v2'), after: imageOf('v1') }],
      more: 0,
      unknown: [],
    });
  });

  test('is not known where no template is recorded, and said so', () => {
    const bare = aBaseline({ changes: [] });
    const far = aDeployment({ previousDeploymentId: null });
    expect(differencesOf({ service, deployment: far, target: bare })).toMatchObject({
      items: [],
      unknown: ['what v1 (release 1) set on Deployment web is not recorded'],
    });
  });

  test('is told as it was registered where no way tells it, what may be secret left out', () => {
    const flag: Change = { kind: 'flag', target: { flag: 'checkout' }, before: false, after: true };
    const config: Change = {
      kind: 'config',
      target: { key: 'api' },
      before: { token: 'a' },
      after: { token: 'b' },
    };
    const changes = [...deployment.changes, flag, config];
    expect(differencesOf({ service, deployment: { ...deployment, changes }, target }).items).toMatchObject([
      { aspect: 'image' },
      { aspect: 'flag', path: 'a flag, flag checkout', before: 'true', after: 'false' },
      { aspect: 'config', hidden: true, before: '•••', after: '•••' },
    ]);
  });

  test('tells commits where commits are what is registered, and of anything else that looks like one nothing', () => {
    const [good, bad] = ['9c80ebdd'.repeat(5), 'b30160aa'.repeat(5)];
    const stack: Change = { kind: 'infrastructure', target: { stack: 'shop' }, before: good, after: bad };
    const config: Change = { kind: 'config', target: { key: 'api' }, before: good, after: bad };
    const changes = [...deployment.changes, stack, config];
    expect(differencesOf({ service, deployment: { ...deployment, changes }, target }).items).toMatchObject([
      { aspect: 'image' },
      { aspect: 'config', hidden: true, before: '•••', after: '•••' },
      { aspect: 'infrastructure', hidden: false, before: bad, after: good },
    ]);
  });
});

test('two releases are compared from the first to the second, whichever is older', () => {
  const back = compareReleases({ service, from: deployment, to: target });
  const forth = compareReleases({ service, from: target, to: deployment });
  expect(back.items).toEqual([{ ...image, before: imageOf('v2'), after: imageOf('v1') }]);
  expect(forth.items).toEqual([{ ...image, before: imageOf('v1'), after: imageOf('v2') }]);
});
