import type { Traffic } from '@lastgood/domain/ports/traffic';
import type { StepOf } from '@lastgood/domain/rollback/step';
import { expect, it } from 'vitest';
import { allTraffic } from './all-traffic.ts';

const never = new AbortController().signal;
const place = { cluster: 'main', namespace: 'shop', name: 'web' };

/** Answers with its name whatever is asked. */
function named(reason: string): Traffic {
  const read = async () => ({ kind: 'not-found', reason }) as const;
  const effect = { observe: read, apply: async () => ({ kind: 'refused', reason }) as const };
  return { readRoute: read, readSelector: read, setWeight: effect, switchSelector: effect };
}

const ofClusters = { kinds: ['Service', 'HTTPRoute'], port: named('the cluster') };

it.each([
  ['HTTPRoute', 'the cluster'],
  ['Backend', 'the router'],
])('what names a %s is asked of %s', async (kind, who) => {
  const traffic = allTraffic(ofClusters, named('the router'));
  const route = { ...place, kind };
  const step: StepOf<'set-weight'> = {
    kind: 'set-weight',
    route,
    uid: 'u',
    rule: null,
    from: {},
    weights: {},
  };
  const operation = { key: 'run/1', epoch: 1 };
  expect(await traffic?.readRoute({ route, rule: null }, never)).toMatchObject({ reason: who });
  expect(await traffic?.readSelector({ service: route, key: 'slot' }, never)).toMatchObject({ reason: who });
  expect(await traffic?.setWeight.observe(step, operation, never)).toMatchObject({ reason: who });
});

it('is there as soon as one of both is', () => {
  expect(allTraffic(undefined, undefined)).toBeUndefined();
  expect(allTraffic(ofClusters, undefined)).toBe(ofClusters.port);
  const router = named('the router');
  expect(allTraffic(undefined, router)).toBe(router);
});
