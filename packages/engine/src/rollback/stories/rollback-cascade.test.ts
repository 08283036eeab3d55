import { judgeCommand, type StopCondition } from '@lastgood/domain';
import { beforeEach, describe, expect, it } from 'vitest';
import { openShop, workloadOf } from './shop-harness.ts';

/*
 * Rollback cascade: checkout and edge use what only the bad catalog provides, so they go back before it. Then one of them, checkout,
 * fails half way: its template is set and its pods do not get ready.
 */
const catalog = 'main/shop/catalog' as const;
const needsNew = { over: { dependencies: [catalog] }, bad: { needs: { api: '>=3' } } };
const names = ['checkout', 'edge', 'catalog'];

let shop: Awaited<ReturnType<typeof openShop>>;
beforeEach(async () => {
  shop = await openShop([
    { name: 'catalog', good: { provides: { api: '2' } }, bad: { provides: { api: '3' } } },
    { name: 'checkout', ...needsNew },
    { name: 'edge', ...needsNew },
  ]);
});

async function failsHalfWay(condition: StopCondition) {
  shop.cluster.at(workloadOf('checkout')).ready = 0;
  const pressed = await shop.press('catalog-2', condition);
  expect(pressed.kind).toBe('queued');
  await shop.work();
}
const run = () => shop.runs()[0]?.run;
const members = () => run()?.members?.map(({ status, stop }) => [status, stop?.reason, stop?.endState]);
const standing = () => names.map(shop.setTo);
const records = () => names.map((name) => shop.deployment(`${name}-2`).status);
const pages = () =>
  shop.notifications().flatMap(({ kind, title }) => (kind === 'rolling_back' ? [] : [`${kind}: ${title}`]));

const halfWay = [
  'stopped',
  'Not finished within 1 min; last seen: 0 of 3 replicas available',
  '2 of 4 steps are done. Deployment checkout is set to v1 (release 1), but not every replica serves it; pods of both versions may run.',
];
/** The old catalog would break checkout, of which pods of the new version may run. */
const notBegun = ['stopped', 'Not begun: main/shop/checkout stopped before it.', 'Nothing was changed.'];

const catalogNotBegun =
  'rollback_failed: Rollback of catalog to v1 (release 1) stopped: Not begun: main/shop/checkout stopped before it.';
/** Whose message says that it waits for a person: each was told before that it begins. */
const ends = () =>
  shop
    .notifications()
    .flatMap(({ kind, deploymentId, facts }) =>
      kind === 'rollback_failed' && facts?.next === null ? [deploymentId] : [],
    );

describe('stop on first failure', () => {
  it('ends with the caller that went well on its target and unproven, and with what they call untouched', async () => {
    await failsHalfWay('any-failure');
    expect(run()?.stop?.endState).toMatch(/^0 of 3 services are back\. /);
    expect(members()).toEqual([
      halfWay,
      [
        'stopped',
        'checkout, which goes back together with it, has stopped.',
        '3 of 4 steps are done. The service runs v1 (release 1); nothing proves that it works.',
      ],
      notBegun,
    ]);
    expect(standing()).toEqual(['v1', 'v1', 'v2']);
    expect(records()).toEqual(['in_progress', 'in_progress', 'in_progress']);
    expect(pages()).toEqual([
      expect.stringMatching(
        /^rollback_failed: Rollback of checkout to v1 \(release 1\) stopped: Not finished/,
      ),
      catalogNotBegun,
      expect.stringMatching(
        /^rollback_failed: Rollback of edge to v1 \(release 1\) stopped: checkout, which/,
      ),
    ]);
    expect(ends()).toEqual(['checkout-2', 'catalog-2', 'edge-2']);
  });
});

describe('go on', () => {
  it('ends with the other caller back and proven, and with what they call untouched', async () => {
    await failsHalfWay('continue-others');
    expect(run()?.stop?.endState).toMatch(/^1 of 3 services are back\. /);
    expect(members()).toEqual([halfWay, ['done', undefined, undefined], notBegun]);
    expect(standing()).toEqual(['v1', 'v1', 'v2']);
    expect(records()).toEqual(['in_progress', 'rolled_back', 'in_progress']);
    expect(pages()).toEqual([
      expect.stringMatching(/^rollback_failed: Rollback of checkout to v1/),
      catalogNotBegun,
      'rolled_back: edge is back on v1 (release 1), verified.',
    ]);
  });
});

it.each<StopCondition>(['any-failure', 'continue-others'])(
  '%s: once its cause is mended the run goes on to its end, and everything is back in order',
  async (condition) => {
    await failsHalfWay(condition);
    shop.cluster.at(workloadOf('checkout')).ready = null;
    const resume = judgeCommand({ command: 'resume' }, { by: 'ada', at: shop.time.now() });
    expect((await shop.store.commands.command(run()?.id ?? '', resume)).kind).toBe('done');
    await shop.work();
    expect(run()).toMatchObject({ status: 'done', verdict: 'passed' });
    expect(standing()).toEqual(['v1', 'v1', 'v1']);
    expect(records()).toEqual(['rolled_back', 'rolled_back', 'rolled_back']);
    const effects = shop.rollout.effects().map(({ workload }) => workload.name);
    // Each once, and the one that the others call last.
    expect(effects.toSorted()).toEqual(['catalog', 'checkout', 'edge']);
    expect(effects.at(-1)).toBe('catalog');
  },
);
