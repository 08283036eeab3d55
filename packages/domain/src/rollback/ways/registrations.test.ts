import { aService } from '@lastgood/testkit/scenario/builders';
import { describe, expect, test } from 'vitest';
import type { OtherChange } from '../../deployment/deployment.ts';
import type { AnsweredFact } from '../need.ts';
import { flagRegistration } from './flag/registration.ts';
import { allWays } from './index.ts';
import { migrationRegistration } from './migration/registration.ts';
import { completedChanges } from './record-changes.ts';

const change = (kind: OtherChange['kind'], target: OtherChange['target'], after: unknown): OtherChange => ({
  ...{ kind, target, before: null, after },
});
const completed = (given: OtherChange, rollback: Record<string, unknown> = {}) =>
  completedChanges([given], aService({ rollback }), allWays);

describe('what a pipeline leaves out is filled in from the declaration', () => {
  const declared = { flag: { provider: 'unleash', environment: 'production' } };

  test('of a flag its provider, environment and project', () => {
    expect(completed(change('flag', { flag: 'new-cart' }, true), declared)).toMatchObject({
      kind: 'complete',
      changes: [
        { target: { provider: 'unleash', project: 'default', environment: 'production', flag: 'new-cart' } },
      ],
    });
    const given = { flag: 'new-cart', environment: 'staging', project: 'shop' };
    expect(completed(change('flag', given, true), declared)).toMatchObject({
      changes: [{ target: { provider: 'unleash', project: 'shop', environment: 'staging' } }],
    });
  });

  test('of commits the branch and the path, for the repository that the service is taken from alone', () => {
    const application = { kind: 'Application', namespace: 'argocd', name: 'web' };
    const rollback = { gitops: { repository: 'infra', branch: 'main', path: 'shop', application } };
    expect(completed(change('gitops', { repository: 'infra' }, 'abcdef0'), rollback)).toMatchObject({
      changes: [{ target: { repository: 'infra', branch: 'main', path: 'shop' } }],
    });
    expect(completed(change('gitops', { repository: 'other' }, 'abcdef0'), rollback)).toMatchObject({
      kind: 'unfit',
      unfit: { member: 'target', reason: expect.stringContaining('names no branch') },
    });
  });

  test('what nobody says is told to be missing', () => {
    expect(completed(change('flag', { flag: 'new-cart' }, true))).toMatchObject({
      kind: 'unfit',
      unfit: {
        index: 0,
        member: 'target',
        reason: expect.stringMatching(/no provider and no environment.*rollback\.flag/),
      },
    });
  });
});

describe('what was before is read', () => {
  const flagFact = (value: boolean, archived = false): AnsweredFact<'flag'> => ({
    kind: 'flag',
    ask: { provider: 'unleash', project: 'default', environment: 'production', flag: 'new-cart' },
    answer: { kind: 'seen', seen: { value: { on: value, percentage: 10 }, version: 1, archived } },
  });

  test('of a flag all that it serves; an archived one tells nothing', () => {
    expect(flagRegistration.reading?.before(flagFact(false))).toEqual({ on: false, percentage: 10 });
    expect(flagRegistration.reading?.before(flagFact(false, true))).toBeNull();
  });

  test('a flag that serves what the release names has been changed already', () => {
    const isInPlace = flagRegistration.reading?.isInPlace;
    expect(isInPlace?.({ on: true, percentage: 10 }, true)).toBe(true);
    expect(isInPlace?.({ on: false, percentage: 10 }, true)).toBe(false);
    expect(isInPlace?.({ on: true, percentage: 10 }, { on: true, percentage: 50 })).toBe(false);
  });

  test('of a database its version, and nothing while a migration is half done or at work', () => {
    const fact = (over: object): AnsweredFact<'database'> => ({
      kind: 'database',
      ask: { database: 'orders', to: '3' },
      answer: { kind: 'seen', seen: { head: '2', dirty: false, running: null, path: null, ...over } },
    });
    const before = migrationRegistration.reading?.before;
    expect(before?.(fact({}))).toBe('2');
    expect(before?.(fact({ dirty: true }))).toBeNull();
    expect(before?.(fact({ running: 'somebody' }))).toBeNull();
  });
});
