import { aDeployment, aService, aSnapshot, imageOf, minute } from '@lastgood/testkit/scenario/builders';
import { expect, it } from 'vitest';
import { subjectOf } from './subject.ts';

it('tells of the version before what its placeholders stood for', () => {
  const deployment = aDeployment();
  const [old, now] = [aSnapshot(imageOf('v1')), aSnapshot(imageOf('v2'))];
  const subject = subjectOf(aService(), deployment, deployment.startedAt + minute);
  expect(subject).toMatchObject({
    ageMs: minute,
    toldApartBy: ['POD_TEMPLATE_HASH'],
    variables: { SERVICE: 'web', POD_TEMPLATE_HASH: now.podTemplateHash },
    before: { SERVICE: 'web', POD_TEMPLATE_HASH: old.podTemplateHash },
  });
  expect(subjectOf(aService(), aDeployment({ changes: [] }), deployment.startedAt).before).toBeUndefined();
});
