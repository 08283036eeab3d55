import type { Applications, NeedKind, PlanningRead, StepEffect, StepKind } from '@lastgood/domain';
import type { EffectPorts } from '@lastgood/engine';

/** What changes the outside of the simulated services: every family that an installation may have. */
export type EffectFamilies = { [K in Exclude<keyof EffectPorts, 'rollout'>]-?: NonNullable<EffectPorts[K]> };

/** What is laid around the calls of the families. */
export interface Around {
  effect<K extends StepKind>(effect: StepEffect<K>): StepEffect<K>;
  read?<K extends NeedKind>(read: PlanningRead<K>): PlanningRead<K>;
  /** Around a question that is neither part of a step nor one of a plan's needs. */
  ask?<T>(
    serve: (signal: AbortSignal) => Promise<T>,
    lost: (reason: string) => T,
    signal: AbortSignal,
  ): Promise<T>;
}

/** The families with something laid around each of their effects and reads; a new family is asked for by the compiler. */
export function onEachEffect(families: EffectFamilies, around: Around): EffectFamilies {
  const { workloads, traffic, flags, migrations, writers, infrastructure, git, delivery, registries } =
    families;
  const { configurations, keep, objects, readCopies } = families;
  const { effect, read = (one) => one, ask = (serve, _lost, signal) => serve(signal) } = around;
  return {
    workloads: {
      rehearseTemplate: effect(workloads.rehearseTemplate),
      setTemplate: effect(workloads.setTemplate),
      ensureReplicas: effect(workloads.ensureReplicas),
      giveBackOwnership: effect(workloads.giveBackOwnership),
      waitUntilStable: effect(workloads.waitUntilStable),
    },
    traffic: {
      readRoute: read(traffic.readRoute),
      readSelector: read(traffic.readSelector),
      setWeight: effect(traffic.setWeight),
      switchSelector: effect(traffic.switchSelector),
    },
    flags: { readFlag: read(flags.readFlag), setFlag: effect(flags.setFlag) },
    migrations: {
      readDatabase: read(migrations.readDatabase),
      readFixUp: read(migrations.readFixUp),
      readSessions: read(migrations.readSessions),
      migrateTo: effect(migrations.migrateTo),
      runFixUp: effect(migrations.runFixUp),
    },
    writers: {
      readWriters: read(writers.readWriters),
      stopWriters: effect(writers.stopWriters),
      startWriters: effect(writers.startWriters),
    },
    infrastructure: {
      readStack: read(infrastructure.readStack),
      applyInfrastructure: effect(infrastructure.applyInfrastructure),
    },
    git: {
      readBranch: read(git.readBranch),
      ensureCommitReverted: effect(git.ensureCommitReverted),
      isUndoneIn: (change, commit, given) =>
        ask((signal) => git.isUndoneIn(change, commit, signal), unreachable, given),
    },
    applications: applicationsWithin(families.applications, { effect, ask }),
    registries: {
      readImage: (image, given) =>
        ask(
          (signal) => registries.readImage(image, signal),
          (reason) => ({ kind: 'unknown', reason }),
          given,
        ),
      restoreImage: effect(registries.restoreImage),
    },
    delivery: {
      readDelivery: read(delivery.readDelivery),
      orderAbort: effect(delivery.orderAbort),
      skipAnalysis: effect(delivery.skipAnalysis),
      waitForPromotion: effect(delivery.waitForPromotion),
    },
    configurations: {
      readConfiguration: read(configurations.readConfiguration),
      setConfig: effect(configurations.setConfig),
    },
    objects: { listObjects: read(objects.listObjects), removeObject: effect(objects.removeObject) },
    // Lastgood's own: no network lies between.
    keep,
    readCopies: read(readCopies),
  };
}

const unreachable = (reason: string) => ({ kind: 'unreachable' as const, reason });

/** What is asked of an application is read without an operation, and asked for with one. */
function applicationsWithin(
  applications: Applications,
  { effect, ask }: Required<Pick<Around, 'effect' | 'ask'>>,
): Applications {
  const { apply } = effect<'wait-for-sync'>({
    observe: async () => unreachable('Git tells what a commit has undone'),
    apply: applications.askForSync,
  });
  return {
    read: (asked, given) => ask((signal) => applications.read(asked, signal), unreachable, given),
    askForSync: apply,
  };
}
