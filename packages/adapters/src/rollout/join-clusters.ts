import type { Applications } from '@lastgood/domain/ports/applications';
import type { Configurations } from '@lastgood/domain/ports/configurations';
import type { DeliveryControllers } from '@lastgood/domain/ports/delivery-controllers';
import type { Objects } from '@lastgood/domain/ports/objects';
import type { Rollout } from '@lastgood/domain/ports/rollout';
import type { WorkloadWatch } from '@lastgood/domain/ports/workload-watch';
import type { Workloads } from '@lastgood/domain/ports/workloads';
import type { Writers } from '@lastgood/domain/ports/writers';
import { byName, dispatch } from '../dispatch.ts';
import type { MadeEntry } from '../family.ts';
import { joinTraffic } from '../traffic/join-traffic.ts';
import type { ClusterPorts } from './cluster-ports.ts';

type Entries<Made> = readonly MadeEntry<Made>[];

/** All clusters behind one set of ports. They are of one kind, for a recorded template is pinned without asking where it is. */
export function joinClusters(entries: Entries<ClusterPorts>): ClusterPorts {
  const [kind, other] = new Set(entries.map((entry) => entry.kind));
  if (other !== undefined) throw new Error(`clusters of two kinds, ${kind} and ${other}; use one`);
  const writers = entries.flatMap(({ made, ...entry }) =>
    made.writers ? [{ ...entry, made: made.writers }] : [],
  );
  const applications = entries.flatMap(({ made, ...entry }) =>
    made.applications ? [{ ...entry, made: made.applications }] : [],
  );
  const delivery = entries.flatMap(({ made, ...entry }) =>
    made.delivery ? [{ ...entry, made: made.delivery }] : [],
  );
  const configurations = entries.flatMap(({ made, ...entry }) =>
    made.configurations ? [{ ...entry, made: made.configurations }] : [],
  );
  const objects = entries.flatMap(({ made, ...entry }) =>
    made.objects ? [{ ...entry, made: made.objects }] : [],
  );
  return {
    rollout: joinRollouts(entries),
    workloads: joinWorkloads(entries),
    watch: joinWatches(entries),
    ...(delivery.length > 0 ? { delivery: joinDelivery(delivery) } : {}),
    ...(configurations.length > 0 ? { configurations: joinConfigurations(configurations) } : {}),
    ...(objects.length > 0 ? { objects: joinObjects(objects) } : {}),
    ...(writers.length > 0 ? { writers: joinWriters(writers) } : {}),
    ...trafficOf(entries),
    ...(applications.length > 0 ? { applications: joinApplications(applications) } : {}),
  };
}

function joinRollouts(entries: Entries<ClusterPorts>): Rollout {
  const choose = byName('cluster', entries);
  /** A cluster that no configuration names is told as one that does not answer. */
  const ask = async <Answer>(cluster: string, from: (rollout: Rollout) => Promise<Answer>) => {
    const choice = choose(cluster);
    return 'made' in choice ? from(choice.made.rollout) : ({ kind: 'unreachable', ...choice } as const);
  };
  return {
    read: (workload, signal) => ask(workload.cluster, (rollout) => rollout.read(workload, signal)),
    imageEvidence: (workload, images, signal) =>
      ask(workload.cluster, (rollout) => rollout.imageEvidence(workload, images, signal)),
    missingRights: (workload, signal) =>
      ask(workload.cluster, (rollout) => rollout.missingRights(workload, signal)),
    rehearse: (workload, to, signal) =>
      ask(workload.cluster, (rollout) => rollout.rehearse(workload, to, signal)),
    previous: (workload, signal) => ask(workload.cluster, (rollout) => rollout.previous(workload, signal)),
    scaler: (workload, signal) => ask(workload.cluster, (rollout) => rollout.scaler(workload, signal)),
    discover: (cluster, namespace, signal) =>
      ask(cluster, (rollout) => rollout.discover(cluster, namespace, signal)),
    pin: (snapshot, digests) => entries[0]?.made.rollout.pin(snapshot, digests) ?? snapshot,
    restarted: (snapshot, mark) => entries[0]?.made.rollout.restarted(snapshot, mark) ?? snapshot,
    byHand: (workload, template) => entries[0]?.made.rollout.byHand(workload, template) ?? '',
    clusters: () => entries.map(({ name }) => name),
    async health(cluster, signal) {
      const choice = choose(cluster);
      return 'made' in choice ? choice.made.rollout.health(cluster, signal) : { up: false, ...choice };
    },
  };
}

function joinWorkloads(entries: Entries<ClusterPorts>): Workloads {
  const { effect } = dispatch(byName('cluster', entries));
  const clusterOf = ({ workload }: { workload: { cluster: string } }) => workload.cluster;
  return {
    rehearseTemplate: effect('rehearse-template', clusterOf, ({ workloads }) => workloads.rehearseTemplate),
    setTemplate: effect('set-template', clusterOf, ({ workloads }) => workloads.setTemplate),
    ensureReplicas: effect('ensure-replicas', clusterOf, ({ workloads }) => workloads.ensureReplicas),
    giveBackOwnership: effect('give-back-ownership', clusterOf, (of) => of.workloads.giveBackOwnership),
    waitUntilStable: effect('wait-until-stable', clusterOf, ({ workloads }) => workloads.waitUntilStable),
  };
}

function joinWatches(entries: Entries<ClusterPorts>): WorkloadWatch {
  const choose = byName('cluster', entries);
  return {
    follow(workloads) {
      const byCluster = Map.groupBy(workloads, ({ cluster }) => cluster);
      for (const { name, made } of entries) made.watch.follow(byCluster.get(name) ?? []);
    },
    observe(workload) {
      const choice = choose(workload.cluster);
      return 'made' in choice ? choice.made.watch.observe(workload) : { kind: 'unreachable', ...choice };
    },
    onChange(listener) {
      const stops = entries.map(({ made }) => made.watch.onChange(listener));
      return () => {
        for (const stop of stops) stop();
      };
    },
    states: () => entries.flatMap(({ made }) => made.watch.states()),
  };
}

function joinDelivery(entries: Entries<DeliveryControllers>): DeliveryControllers {
  const { read, effect } = dispatch(byName('cluster with delivery controllers', entries));
  const clusterOf = ({ object }: { object: { cluster: string } }) => object.cluster;
  return {
    readDelivery: read('delivery', clusterOf, (made) => made.readDelivery),
    orderAbort: effect('order-abort', clusterOf, (made) => made.orderAbort),
    skipAnalysis: effect('skip-analysis', clusterOf, (made) => made.skipAnalysis),
    waitForPromotion: effect('wait-for-promotion', clusterOf, (made) => made.waitForPromotion),
  };
}

function joinConfigurations(entries: Entries<Configurations>): Configurations {
  const { read, effect } = dispatch(byName('cluster whose configuration can be set', entries));
  const clusterOf = ({ object }: { object: { cluster: string } }) => object.cluster;
  return {
    readConfiguration: read(
      'configuration',
      ({ cluster }) => cluster,
      (made) => made.readConfiguration,
    ),
    setConfig: effect('set-config', clusterOf, (made) => made.setConfig),
  };
}

function joinObjects(entries: Entries<Objects>): Objects {
  const { read, effect } = dispatch(byName('cluster whose objects can be listed', entries));
  const clusterOf = ({ object }: { object: { cluster: string } }) => object.cluster;
  return {
    listObjects: read(
      'objects',
      ({ cluster }) => cluster,
      (made) => made.listObjects,
    ),
    removeObject: effect('remove-object', clusterOf, (made) => made.removeObject),
  };
}

/** A service is in one cluster, and so is all that writes its data. */
function joinWriters(entries: Entries<Writers>): Writers {
  const { read, effect } = dispatch(byName('cluster that can stop writers', entries));
  const clusterOf = ({ writers: [first] }: { writers: { workload: { cluster: string } }[] }) =>
    first?.workload.cluster ?? '(unknown)';
  return {
    readWriters: read(
      'writers',
      ({ writers: [first] }) => first?.cluster ?? '(unknown)',
      (made) => made.readWriters,
    ),
    stopWriters: effect('stop-writers', clusterOf, (made) => made.stopWriters),
    startWriters: effect('start-writers', clusterOf, (made) => made.startWriters),
  };
}

/** One cluster's objects are set at that cluster, over the connections it has anyway. */
function trafficOf(entries: Entries<ClusterPorts>): Pick<ClusterPorts, 'traffic'> {
  const having = entries.flatMap(({ made, ...entry }) =>
    made.traffic ? [{ ...entry, made: made.traffic }] : [],
  );
  if (having.length === 0) return {};
  const ports = having.map(({ made, ...entry }) => ({ ...entry, made: made.port }));
  const port = joinTraffic(byName('cluster whose traffic can be set', ports), ({ cluster }) => cluster);
  return { traffic: { kinds: [...new Set(having.flatMap(({ made }) => made.kinds))], port } };
}

function joinApplications(entries: Entries<Applications>): Applications {
  const choose = byName('cluster with a Git controller', entries);
  return {
    async read(asked, signal) {
      const choice = choose(asked.application.cluster);
      return 'made' in choice ? choice.made.read(asked, signal) : { kind: 'not-found', ...choice };
    },
    async askForSync(step, seen, operation, signal) {
      const choice = choose(step.application.cluster);
      if (!('made' in choice)) return { kind: 'refused', ...choice };
      return choice.made.askForSync(step, seen, operation, signal);
    },
  };
}
