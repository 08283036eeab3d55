import { aKeptObject } from '../../fakes/step-world/objects.ts';
import { imagesOf, place, type SimulatedWay } from './site.ts';

/** A CronJob that only release 2 created, and a ConfigMap of before; its labels are those of a workload that was left alone. */
export const created: SimulatedWay = {
  name: 'created',
  role: 'comes-along',
  goesWith: (carrier) => carrier === 'rolling',
  shownBy: ['remove-object'],
  bringOut(site) {
    const { name, world, declares, good } = site;
    const { cluster } = world.rollout;
    const target = { kind: 'Deployment', name: `${name}-jobs` } as const;
    const labels = { app: `${name}-jobs` };
    const [image = ''] = Object.values(imagesOf(site, 'v1'));
    cluster.create({ ...place, ...target }, imagesOf(site, 'v1'));
    const runs = cluster.at({ ...place, ...target });
    cluster.write(runs, { metadata: { labels }, spec: { containers: [{ name: 'app', image }] } }, null);
    cluster.settle({ ...place, ...target });
    good.push({ kind: 'workload', target, before: null, after: cluster.observe(runs, 0).snapshot });
    declares.workloads.push(target);
    const createdAt = Number.MAX_SAFE_INTEGER;
    const before = aKeptObject({ kind: 'ConfigMap', name: `${name}-before`, labels });
    const made = aKeptObject({ kind: 'CronJob', name: `${name}-backfill`, labels, createdAt });
    for (const one of [before, made]) world.state.objects[`${one.kind}/${one.name}`] = one;
    site.objectsBefore = {
      kind: 'known',
      objects: [{ kind: before.kind, name: before.name, uid: before.uid ?? '' }],
      unread: [],
    };
    site.removing.push(`CronJob/${made.name}`);
  },
};
