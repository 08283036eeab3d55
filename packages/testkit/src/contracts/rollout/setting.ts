import type { TemplateTarget } from '@lastgood/domain/rollback/contracts/set-template';
import type { WorkloadKind } from '@lastgood/domain/workload/workload';
import { expect, it } from 'vitest';
import { applied, deployed, inPlace, look, type RolloutWorld, rehearse, set, v2, v3 } from './world.ts';

export function describeSetting(world: () => RolloutWorld): void {
  it.each<WorkloadKind>(['Deployment', 'StatefulSet', 'DaemonSet'])('takes a %s back, once', async (kind) => {
    const { good, target } = await deployed(world(), kind);
    expect(await rehearse(world(), target, 'run-1/1')).toMatchObject({
      outcome: { kind: 'applied' },
      sent: false,
    });
    expect((await look(world(), target.workload)).snapshot.templateDigest).toBe(target.fromDigest);
    expect(await set(world(), target, 'run-1/2')).toMatchObject(applied);
    expect(await set(world(), target, 'run-1/2')).toMatchObject(inPlace);
    await world().settle(target.workload);
    const { snapshot, progress } = await look(world(), target.workload);
    expect(snapshot.template).toEqual(good.template);
    expect(progress.complete).toBe(true);
    expect(progress.readyDigests).toEqual({ app: [good.imageDigests.app] });
    expect(await rehearse(world(), target, 'run-2/1')).toMatchObject(inPlace);
    expect(await set(world(), target, 'run-2/2')).toMatchObject(inPlace);
    expect(world().templatesSet(target.workload)).toBe(1);
  });

  it('leaves the replicas to whoever scaled since the plan', async () => {
    const { target } = await deployed(world(), 'Deployment');
    await world().scale(target.workload, 5);
    expect(await set(world(), target)).toMatchObject(applied);
    await world().settle(target.workload);
    expect((await look(world(), target.workload)).desiredReplicas).toBe(5);
  });
}

export function describeRefusing(world: () => RolloutWorld): void {
  const refusedBoth = async (target: TemplateTarget, words: RegExp, advice = /./) => {
    for (const { outcome, sent } of [await rehearse(world(), target), await set(world(), target)]) {
      expect(outcome).toMatchObject({
        ...{ kind: 'failed', reason: expect.stringMatching(words), advice: expect.stringMatching(advice) },
      });
      expect(sent).toBe(false);
    }
    expect(world().templatesSet(target.workload)).toBe(0);
  };

  it('refuses to overwrite a third version', async () => {
    const { target } = await deployed(world(), 'Deployment');
    await world().deploy(target.workload, v3);
    await refusedBoth(target, /third/);
    expect((await look(world(), target.workload)).snapshot.images).toEqual({ app: v3 });
  });

  it('refuses a paused workload', async () => {
    const { target } = await deployed(world(), 'Deployment');
    await world().pause(target.workload);
    expect((await look(world(), target.workload)).paused).toBe(true);
    await refusedBoth(target, /paused/, /^Resume it \(.+\), then go on with the rollback/);
  });

  it('refuses a workload that is gone', async () => {
    const { target } = await deployed(world(), 'Deployment');
    await world().remove(target.workload);
    await refusedBoth(target, /does not exist/);
  });

  it('refuses another object under the same name', async () => {
    const { target } = await deployed(world(), 'Deployment');
    await world().remove(target.workload);
    await world().create('Deployment', target.workload.name, v2);
    await refusedBoth(target, /created again/);
  });

  it('does nothing to a cluster it does not know, and says so', async () => {
    const { target } = await deployed(world(), 'Deployment');
    const elsewhere = { ...target, workload: { ...target.workload, cluster: 'nowhere' } };
    for (const { outcome } of [await rehearse(world(), elsewhere), await set(world(), elsewhere)])
      expect(outcome).toMatchObject({ kind: 'waiting', note: expect.stringContaining('nowhere') });
    expect(world().templatesSet(target.workload)).toBe(0);
  });
}
