import { type Families, families } from '@lastgood/adapters';
import { defineVendor } from '@lastgood/adapters/vendor';
import type { FlagSeen, StepEffect, StepKind, StepOf } from '@lastgood/domain';
import { availableKinds, type EffectPorts } from '@lastgood/engine';
import { createInMemoryHttpProbe } from '@lastgood/testkit/fakes/in-memory-http-probe';
import { createInMemoryMetricSource } from '@lastgood/testkit/fakes/in-memory-metric-source';
import { createInMemoryRollout } from '@lastgood/testkit/fakes/in-memory-rollout';
import { Type } from 'typebox';
import { describe, expect, test } from 'vitest';
import { configuredIn } from '../config/to-config.ts';
import { openOutside } from './outside.ts';

const never = new AbortController().signal;
const operation = { key: 'run/1', epoch: 1 };
const closed: string[] = [];

/** A vendor without settings, for a family's list. */
function dummy<Made>(make: (name: string) => Made) {
  const settings = Type.Object({}, { additionalProperties: false });
  return defineVendor({ kind: 'dummy', title: 'Dummy', settings }, ({ name }) => make(name));
}

/** Answers everything with the name of its entry. */
const read = (name: string) => async () => ({ kind: 'not-found', reason: name }) as const;
const effect = (name: string) => ({
  observe: read(name),
  apply: async () => ({ kind: 'applied', note: name }) as const,
});
const close = (name: string) => ({ close: async () => void closed.push(name) });

const lists: Families = {
  metrics: {
    ...families.metrics,
    vendors: [dummy((name) => ({ ...createInMemoryMetricSource(), ...close(name) }))],
  },
  clusters: {
    ...families.clusters,
    vendors: [
      dummy((name) => ({
        rollout: { ...createInMemoryRollout({ now: () => 0, clusters: [name] }), read: read(name) },
        workloads: {
          rehearseTemplate: effect(name),
          setTemplate: effect(name),
          ensureReplicas: effect(name),
          giveBackOwnership: effect(name),
          waitUntilStable: effect(name),
        },
        watch: createInMemoryRollout({ now: () => 0, clusters: [name] }).watch,
        writers: { readWriters: read(name), stopWriters: effect(name), startWriters: effect(name) },
        applications: { read: read(name), askForSync: effect(name).apply },
      })),
    ],
  },
  signals: families.signals,
  notifiers: {
    ...families.notifiers,
    vendors: [
      dummy((name) => ({
        ...{ name, hears: 'people' as const },
        deliver: async () => ({ kind: 'delivered' }) as const,
        ...close(name),
      })),
    ],
  },
  probe: {
    ...families.probe,
    defaultKind: 'dummy',
    vendors: [dummy((name) => ({ ...createInMemoryHttpProbe(), ...close(name) }))],
  },
  flags: {
    ...families.flags,
    vendors: [dummy((name) => ({ readFlag: read(name), setFlag: effect(name), ...close(name) }))],
  },
  traffic: {
    ...families.traffic,
    vendors: [
      dummy((name) => ({
        readRoute: read(name),
        readSelector: read(name),
        setWeight: effect(name),
        switchSelector: effect(name),
      })),
    ],
  },
  migrations: {
    ...families.migrations,
    vendors: [
      dummy((name) => ({
        readDatabase: read(name),
        readFixUp: read(name),
        readSessions: read(name),
        migrateTo: effect(name),
        runFixUp: effect(name),
      })),
    ],
  },
  infrastructure: {
    ...families.infrastructure,
    vendors: [dummy((name) => ({ readStack: read(name), applyInfrastructure: effect(name) }))],
  },
  git: {
    ...families.git,
    vendors: [
      dummy((name) => ({
        readBranch: read(name),
        isUndoneIn: read(name),
        ensureCommitReverted: effect(name),
      })),
    ],
  },
  registries: {
    ...families.registries,
    vendors: [dummy((name) => ({ host: name, readImage: async () => null, restoreImage: effect(name) }))],
  },
};

const kind = 'dummy';
const two = { a: { kind }, b: { kind } };
const section = {
  metrics: { a: { kind, clusters: ['a'] }, b: { kind, clusters: ['b'] } },
  clusters: two,
  notifiers: [
    { kind, name: 'a' },
    { kind, name: 'b' },
  ],
  flags: two,
  traffic: { a: { kind, clusters: ['a'] }, b: { kind, clusters: ['b'] } },
  migrations: two,
  infrastructure: two,
  git: two,
  registries: two,
};
const outside = openOutside(configuredIn(section, String, lists), lists);

const object = (cluster: string) => ({ cluster, namespace: 'shop', kind: 'Service', name: 'web' });
const workload = (cluster: string) => ({ ...object(cluster), kind: 'Deployment' as const });
const flag = (provider: string): StepOf<'set-flag'> => ({
  kind: 'set-flag',
  ...{ provider, project: 'p', environment: 'e', flag: 'f', from: true, to: false },
});
const commit = (repository: string) => ({ repository, branch: 'main', commit: 'c0ffee' });
const template = (key: string) => ({
  workload: workload(key),
  uid: 'u',
  fromDigest: 'x',
  template: {},
  templateDigest: 'y',
  imageDigests: {},
});
const writersOf = (key: string) => ({
  writers: [{ workload: workload(key), uid: 'u', replicas: 1 }],
  database: null,
});
const noSuch = (title: string) => `no ${title} named c is configured; known are a, b`;
const noCluster = noSuch('cluster');
const noWriters = noSuch('cluster that can stop writers');
const noApplication = noSuch('cluster with a Git controller');
const noRouter = 'no traffic router is configured for cluster c';

type Look = (ports: EffectPorts, key: string) => Promise<{ kind: string; reason?: string }> | undefined;

const reads: [string, string, Look][] = [
  ['flag', noSuch('flag provider'), ({ flags }, key) => flags?.readFlag(flag(key), never)],
  ['route', noRouter, ({ traffic }, key) => traffic?.readRoute({ route: object(key), rule: null }, never)],
  [
    'selector',
    noRouter,
    ({ traffic }, key) => traffic?.readSelector({ service: object(key), key: 's' }, never),
  ],
  [
    'database',
    noSuch('database'),
    ({ migrations }, key) => migrations?.readDatabase({ database: key, to: '1' }, never),
  ],
  [
    'fix-up',
    noSuch('database'),
    ({ migrations }, key) => migrations?.readFixUp({ database: key, name: 'f', occasion: 'd' }, never),
  ],
  [
    'sessions',
    noSuch('database'),
    ({ migrations }, key) => migrations?.readSessions({ database: key }, never),
  ],
  [
    'writers',
    noWriters,
    (ports, key) => ports.writers?.readWriters({ writers: [workload(key)], database: null }, never),
  ],
  [
    'stack',
    noSuch('stack'),
    ({ infrastructure }, key) => infrastructure?.readStack({ stack: key, from: '2', to: '1' }, never),
  ],
  ['branch', noSuch('Git repository'), ({ git }, key) => git?.readBranch(commit(key), never)],
  ['commit', noSuch('Git repository'), ({ git }, key) => git?.isUndoneIn(commit(key), 'd00d', never)],
  [
    'application',
    noApplication,
    ({ applications }, key) => applications?.read({ application: object(key) }, never),
  ],
  ['workload', noCluster, ({ rollout }, key) => rollout.read(workload(key), never)],
];

const observing =
  <K extends StepKind>(
    effectOf: (ports: EffectPorts) => StepEffect<K> | undefined,
    stepOf: (key: string) => StepOf<K>,
  ): Look =>
  (ports, key) =>
    effectOf(ports)?.observe(stepOf(key), operation, never);

const effects: [StepKind, string, Look][] = [
  [
    'rehearse-template',
    noCluster,
    observing(
      ({ workloads }) => workloads.rehearseTemplate,
      (key) => ({ kind: 'rehearse-template', ...template(key) }),
    ),
  ],
  [
    'give-back-ownership',
    noCluster,
    observing(
      ({ workloads }) => workloads.giveBackOwnership,
      (key) => ({ kind: 'give-back-ownership', ...template(key), managers: [] }),
    ),
  ],
  [
    'ensure-replicas',
    noCluster,
    observing(
      ({ workloads }) => workloads.ensureReplicas,
      (key) => ({ kind: 'ensure-replicas', workload: workload(key), uid: 'u', from: 0, replicas: 1 }),
    ),
  ],
  [
    'set-template',
    noCluster,
    observing(
      ({ workloads }) => workloads.setTemplate,
      (key) => ({ kind: 'set-template', ...template(key) }),
    ),
  ],
  [
    'wait-until-stable',
    noCluster,
    observing(
      ({ workloads }) => workloads.waitUntilStable,
      (key) => ({
        kind: 'wait-until-stable',
        ...template(key),
        releaseStuckPods: false,
        releaseOnDelete: false,
      }),
    ),
  ],
  [
    'set-weight',
    noRouter,
    observing(
      ({ traffic }) => traffic?.setWeight,
      (key) => ({ kind: 'set-weight', route: object(key), uid: 'u', rule: null, from: {}, weights: {} }),
    ),
  ],
  [
    'switch-selector',
    noRouter,
    observing(
      ({ traffic }) => traffic?.switchSelector,
      (key) => ({
        kind: 'switch-selector',
        ...{ service: object(key), uid: 'u', key: 'slot', from: 'x', to: 'y', minReady: 1 },
      }),
    ),
  ],
  ['set-flag', noSuch('flag provider'), observing(({ flags }) => flags?.setFlag, flag)],
  [
    'stop-writers',
    noWriters,
    observing(
      ({ writers }) => writers?.stopWriters,
      (key) => ({ kind: 'stop-writers', ...writersOf(key) }),
    ),
  ],
  [
    'start-writers',
    noWriters,
    observing(
      ({ writers }) => writers?.startWriters,
      (key) => ({ kind: 'start-writers', ...writersOf(key) }),
    ),
  ],
  [
    'migrate-to',
    noSuch('database'),
    observing(
      ({ migrations }) => migrations?.migrateTo,
      (database) => ({ kind: 'migrate-to', database, from: '2', to: '1', acceptedLoss: [] }),
    ),
  ],
  [
    'run-fix-up',
    noSuch('database'),
    observing(
      ({ migrations }) => migrations?.runFixUp,
      (database) => ({ kind: 'run-fix-up', database, name: 'f', digest: 'sha256:0', occasion: 'd' }),
    ),
  ],
  [
    'apply-infrastructure',
    noSuch('stack'),
    observing(
      ({ infrastructure }) => infrastructure?.applyInfrastructure,
      (stack) => ({
        kind: 'apply-infrastructure',
        ...{ stack, lineage: 'l', from: '2', to: '1', changes: [], acceptedDestroys: [] },
      }),
    ),
  ],
  [
    'ensure-commit-reverted',
    noSuch('Git repository'),
    observing(
      ({ git }) => git?.ensureCommitReverted,
      (key) => ({ kind: 'ensure-commit-reverted', ...commit(key) }),
    ),
  ],
  [
    'restore-image',
    'no registry with the host c is configured; known are a, b',
    observing(
      ({ registries }) => registries?.restoreImage,
      (key) => ({ kind: 'restore-image', ...image(key), backup: 'vault', tag: 't' }),
    ),
  ],
];

const image = (registry: string) => ({ registry, repository: 'web', digest: 'sha256:0' });

describe('two entries of a vendor', () => {
  test.each([...reads, ...effects])('of %s are each asked for their own', async (_kind, refusal, look) => {
    expect(await look(outside.ports, 'a')).toEqual({ kind: 'not-found', reason: 'a' });
    expect(await look(outside.ports, 'b')).toEqual({ kind: 'not-found', reason: 'b' });
    const refused = await look(outside.ports, 'c');
    expect(refused?.reason).toBe(refusal);
  });

  test('stand behind every step there is on the outside, of which none is there without one', () => {
    // Which of two outsides joined: what it looks at in each is above.
    const joined = ['wait-for-sync'];
    // By what sets weights, which is above.
    const staged = ['reach-stage', 'hold-stage'];
    const ours = ['notify', 'verify', 'compare-copies'];
    const listed = effects.map(([kind]) => kind);
    expect([...availableKinds(outside.ports)].sort()).toEqual(
      [...listed, ...joined, ...staged, ...ours].sort(),
    );
    const { ports } = openOutside(configuredIn({}, String));
    const onClusters = [
      'rehearse-template',
      'set-template',
      'ensure-replicas',
      'give-back-ownership',
      'wait-until-stable',
    ];
    expect([...availableKinds(ports)].sort()).toEqual([...onClusters, ...ours].sort());
  });

  test('are each sent their own, and nothing is sent to one that is not there', async () => {
    const seen: FlagSeen = { value: true, version: 1, archived: false };
    const send = (provider: string) =>
      outside.ports.flags?.setFlag.apply(flag(provider), seen, operation, never);
    expect(await send('a')).toEqual({ kind: 'applied', note: 'a' });
    expect(await send('b')).toEqual({ kind: 'applied', note: 'b' });
    expect(await send('c')).toEqual({ kind: 'refused', reason: noSuch('flag provider') });
  });

  test('are each a notifier and a metric source, and all are closed', async () => {
    expect(outside.notifiers.map(({ name }) => name)).toEqual(['a', 'b']);
    expect(outside.metricSources.sources.map(({ name }) => name)).toEqual(['a', 'b']);
    expect(outside.ports.rollout.clusters()).toEqual(['a', 'b']);
    const ask = (CLUSTER: string) => ({ template: 'up', variables: { CLUSTER } });
    const answers = await outside.metricSources.metrics.read([ask('a'), ask('c')], 0, never);
    expect(answers[1]?.reading).toMatchObject({
      reason: 'no metric source is configured for cluster c',
    });
    await outside.close();
    expect(closed.sort()).toEqual(['a', 'a', 'a', 'b', 'b', 'b', 'dummy']);
  });
});
