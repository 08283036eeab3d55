import {
  declaredKind,
  defaultPolicy,
  isServedFor,
  routeFaults,
  type Service,
  type ServiceRoute,
  type ServiceWorkload,
  serviceKey,
  type TriggerOverride,
  type TriggerSet,
} from '@lastgood/domain';
import { acceptDeclared } from '@lastgood/domain/trigger/declared-trigger';
import { excerpt, someOf } from '../problems/listed-faults.ts';
import {
  type DeclarationFault,
  duplicates,
  type ProbeLint,
  type QueryLint,
  refuse,
} from './declaration-faults.ts';
import { doubtAboutCheck, lintCheck } from './declare-check.ts';
import { inTurns } from './in-turns.ts';
import { lintLinks } from './lint-links.ts';
import { lintOverrides, overriddenTriggers } from './lint-overrides.ts';
import { doubtsAboutSilence, lintTriggers } from './lint-triggers.ts';
import { warnIfNothingActs } from './nothing-acts.ts';
import type { ServiceInput } from './service-input-schema.ts';
import { tooMuchInForce } from './too-much-in-force.ts';

interface ServicePath {
  cluster: string;
  namespace: string;
  name: string;
}

export interface DeclarationWorld {
  /** Configured clusters. */
  clusters: readonly string[];
  sets: readonly TriggerSet[];
  queries: QueryLint;
  probe: ProbeLint;
  /** Names of configured notifiers. */
  notifiers: readonly string[];
}

export interface DeclaredService {
  service: Service;
  /** What is worth knowing but not wrong. */
  warnings: string[];
}

/** The declaration with its defaults, or a 422 that names every wrong member. */
export async function declareService(
  path: ServicePath,
  input: ServiceInput,
  world: DeclarationWorld,
): Promise<DeclaredService> {
  const workloads: ServiceWorkload[] = input.workloads ?? [{ kind: 'Deployment', name: path.name }];
  const triggerSets = input.triggerSets ?? ['default'];
  refuse([
    ...lintCluster(path.cluster, world.clusters),
    ...lintSets(triggerSets, world.sets),
    ...(await lintTriggers(input.triggers ?? [], world.queries)),
    ...(await inTurns(input.checks ?? [], (check, index) =>
      lintCheck(check, `/checks/${index}`, workloads, world),
    )),
    ...duplicates(
      (input.checks ?? []).map((check) => check.name),
      (index) => `/checks/${index}/name`,
    ),
    ...lintDependencies(path, input.dependencies ?? []),
    ...lintLinks(input),
    ...lintRoutes(input.notify ?? [], world.notifiers),
  ]);
  const service: Service = {
    key: serviceKey(path.cluster, path.namespace, path.name),
    ...path,
    environment: input.environment ?? 'production',
    team: input.team ?? null,
    labels: input.labels ?? {},
    links: input.links ?? [],
    commitUrl: input.commitUrl ?? null,
    compareUrl: input.compareUrl ?? null,
    strategy: input.strategy ?? 'rolling',
    workloads,
    writers: input.writers ?? [],
    dependencies: input.dependencies ?? [],
    triggerSets,
    triggerOverrides: (input.triggerOverrides ?? []) as TriggerOverride[],
    triggers: (input.triggers ?? []).map(acceptDeclared),
    checks: (input.checks ?? []).map((check) => declaredKind(check.type).accept(check, workloads)),
    policy: toPolicy(input.policy ?? {}),
    notify: input.notify ?? [],
    drills: input.drills ?? null,
    rollback: input.rollback ?? {},
  };
  refuse([...lintOverrides(service, world.sets), ...tooMuchInForce(service, world.sets, '/triggerSets')]);
  return { service, warnings: warningsAbout(service, world) };
}

function toPolicy(policy: NonNullable<ServiceInput['policy']>): Service['policy'] {
  const ms = (seconds: number | undefined, standard: number) =>
    seconds === undefined ? standard : seconds * 1000;
  return {
    watchWindowMs: ms(policy.watchWindow, defaultPolicy.watchWindowMs),
    cooldownMs: ms(policy.cooldown, defaultPolicy.cooldownMs),
    maxInProgressMs: ms(policy.maxInProgress, defaultPolicy.maxInProgressMs),
    stableTimeoutMs: ms(policy.stableTimeout, defaultPolicy.stableTimeoutMs),
    automaticMaxSkippedReleases:
      policy.automaticMaxSkippedReleases ?? defaultPolicy.automaticMaxSkippedReleases,
    automaticMaxTargetAgeMs: ms(policy.automaticMaxTargetAge, defaultPolicy.automaticMaxTargetAgeMs),
    withoutEvidence: policy.withoutEvidence ?? defaultPolicy.withoutEvidence,
    evidenceWaitSlots: policy.evidenceWaitSlots ?? defaultPolicy.evidenceWaitSlots,
    afterWatch: policy.afterWatch ?? defaultPolicy.afterWatch,
    automaticGroup: policy.automaticGroup ?? defaultPolicy.automaticGroup,
    putBackWatchMs: policy.putBackWatch === undefined ? null : policy.putBackWatch * 1000,
    releaseStuckPods: policy.releaseStuckPods ?? defaultPolicy.releaseStuckPods,
    releaseOnDelete: policy.releaseOnDelete ?? defaultPolicy.releaseOnDelete,
  };
}

function lintCluster(cluster: string, clusters: readonly string[]): DeclarationFault[] {
  if (clusters.includes(cluster)) return [];
  const known = clusters.length > 0 ? `It has ${someOf(clusters)}.` : 'It has none.';
  return [{ path: '/cluster', message: `Cluster ${excerpt(cluster)} is not in the configuration. ${known}` }];
}

function lintRoutes(routes: readonly ServiceRoute[], notifiers: readonly string[]): DeclarationFault[] {
  return routeFaults(routes, notifiers).map(({ at, found, expected }) => ({
    path: `/notify/${at.join('/')}`,
    message: `${found} was found where ${expected} was expected.`,
  }));
}

function lintSets(names: readonly string[], sets: readonly TriggerSet[]): DeclarationFault[] {
  return names.flatMap((name, index) =>
    sets.some((set) => set.name === name)
      ? []
      : [
          {
            path: `/triggerSets/${index}`,
            message: `There is no trigger set ${name}; there are ${someOf(sets.map((set) => set.name)) || 'none'}.`,
          },
        ],
  );
}

function lintDependencies(path: ServicePath, dependencies: readonly string[]): DeclarationFault[] {
  const own = serviceKey(path.cluster, path.namespace, path.name);
  return dependencies.flatMap((dependency, index) => {
    const at = `/dependencies/${index}`;
    if (dependency.split('/').length !== 3 || dependency.split('/').includes(''))
      return [{ path: at, message: 'must read cluster/namespace/name.' }];
    return dependency === own ? [{ path: at, message: 'is the service itself.' }] : [];
  });
}

function warningsAbout(service: Service, { sets, queries }: DeclarationWorld): string[] {
  const warnings = [
    ...warnIfNothingActs(service, sets),
    ...doubtsAboutSilence([...service.triggers, ...overriddenTriggers(service, sets)], queries),
    ...service.checks.flatMap((check) => doubtAboutCheck(check, service, queries)),
  ];
  if (!isServedFor(service, service.strategy)) {
    warnings.push(
      `Rolling back strategy ${service.strategy} is not offered yet; triggers are watched, but no plan will be made.`,
    );
  }
  if (service.checks.length === 0)
    warnings.push(
      'No checks are declared: a rollback is verified by its rollout and by the triggers that had fired alone.',
    );
  return warnings;
}
