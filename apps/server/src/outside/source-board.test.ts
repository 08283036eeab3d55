import { expect, test } from 'vitest';
import { createSourceBoard } from './source-board.ts';

const down = { up: false, reason: 'timed out' } as const;

/** `a` measures cluster prod, `rest` every cluster that no source names. */
function board() {
  return createSourceBoard([
    { kind: 'prometheus', name: 'a', clusters: ['prod'] },
    { kind: 'prometheus', name: 'rest', clusters: null },
  ]);
}

test('an outage of a metric source concerns only the services it measures', () => {
  const sources = board();
  sources.report('metrics', 'a', down, 0);
  expect(sources.troubleOf('prod/shop/web')).toEqual(['Prometheus a does not answer: timed out']);
  expect(sources.troubleOf('stage/shop/web')).toEqual([]);
  sources.report('metrics', 'a', { up: true }, 1);
  sources.report('metrics', 'rest', down, 1);
  expect(sources.troubleOf('prod/shop/web')).toEqual([]);
  expect(sources.troubleOf('stage/shop/web')).toEqual(['Prometheus rest does not answer: timed out']);
});

test('an outage of a cluster concerns its services and stands before what the metrics lack', () => {
  const sources = board();
  sources.report('cluster', 'prod', down, 0);
  sources.report('metrics', 'a', down, 0);
  sources.reportServices(new Map([['prod/shop/web', { kind: 'unseen', reasons: ['no such Deployment'] }]]));
  expect(sources.troubleOf('prod/shop/web')).toEqual([
    'Cluster prod does not answer: timed out',
    'Prometheus a does not answer: timed out',
  ]);
  sources.report('cluster', 'prod', { up: true }, 1);
  sources.report('metrics', 'a', { up: true }, 1);
  expect(sources.troubleOf('prod/shop/web')).toEqual(['no such Deployment']);
});

test('a cluster that answers may still have workloads that are not watched', () => {
  const sources = board();
  sources.report('cluster', 'prod', { up: true }, 0);
  expect(sources.watchOf('cluster', 'prod')).toBeNull();
  sources.reportWatches([{ cluster: 'prod', kind: 'listed', reason: 'nothing may be watched' }]);
  expect(sources.watchOf('cluster', 'prod')).toMatchObject({ kind: 'listed' });
  expect(sources.watchOf('metrics', 'prod')).toBeNull();
});

test('whoever listens is told of every word that changes, and of none that stays', () => {
  const sources = board();
  let told = 0;
  sources.whenChanged(() => {
    told += 1;
  });
  const after = (act: () => void) => {
    act();
    const since = told;
    told = 0;
    return since;
  };
  expect(after(() => void sources.report('metrics', 'a', down, 0))).toBe(1);
  expect(after(() => void sources.report('metrics', 'a', { ...down }, 1))).toBe(0);
  expect(after(() => void sources.report('metrics', 'a', { up: false, reason: 'refused' }, 2))).toBe(1);
  expect(after(() => void sources.report('metrics', 'a', { up: true }, 3))).toBe(1);
  expect(after(() => sources.reportRights('prod', []))).toBe(0);
  expect(after(() => sources.reportRights('prod', ['it may not patch']))).toBe(1);
});
