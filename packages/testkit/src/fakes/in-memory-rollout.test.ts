import type { WorkloadTarget } from '@lastgood/domain/workload/workload';
import { rolloutContract } from '../contracts/rollout.ts';
import { createInMemoryRollout } from './in-memory-rollout.ts';
import type { RolloutFault } from './rollout-fault.ts';

const faults: Record<string, RolloutFault> = {
  'too-many-requests': { kind: 'too-many-requests', afterMs: 2_000 },
  'lost-reply': { kind: 'lost-reply' },
  unreachable: { kind: 'unreachable', reason: 'connection refused' },
};

rolloutContract('the in-memory rollout', async () => {
  let now = 0;
  const rollout = createInMemoryRollout({ now: () => now });
  const { cluster } = rollout;
  const created: WorkloadTarget[] = [];
  return {
    rollout,
    workloads: rollout.workloads,
    async create(kind, name, image) {
      const workload = { cluster: 'main', namespace: 'shop', kind, name };
      cluster.create(workload, { app: image });
      created.push(workload);
      return workload;
    },
    deploy: async (workload, image) => cluster.deploy(workload, { app: image }),
    async deployAs(workload, image, manager) {
      cluster.deploy(workload, { app: image }, { by: manager, at: now });
    },
    async autoscale(workload, kind, name) {
      cluster.at(workload).scaler = { kind, name, most: 9 };
    },
    settle: async (workload) => cluster.settle(workload),
    async scale(workload, replicas) {
      cluster.at(workload).replicas = replicas;
    },
    async pause(workload) {
      cluster.at(workload).paused = true;
    },
    remove: async (workload) => cluster.remove(workload),
    loseReadiness: async (workload) => cluster.loseReadiness(workload, now),
    async pass(byMs) {
      now += byMs;
      for (const workload of created) if (cluster.find(workload)) cluster.settle(workload);
    },
    podsReleased: ({ name }) =>
      rollout
        .effects()
        .flatMap((effect) =>
          effect.kind === 'release-pod' && effect.workload.name === name ? effect.name : [],
        ),
    moveTag(reference) {
      const digest = `sha256:${'c'.repeat(64)}`;
      cluster.moveTag(reference, digest);
      return digest;
    },
    faultNextWrite(fault) {
      const planned = faults[fault];
      if (planned) rollout.failNext('setTemplate', planned);
    },
    templatesSet: ({ name }) =>
      rollout.effects().filter((effect) => effect.kind === 'set-template' && effect.workload.name === name)
        .length,
    close: async () => {},
  };
});
