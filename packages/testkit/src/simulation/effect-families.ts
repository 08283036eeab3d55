import type {
  Flags,
  Migrations,
  NeedKind,
  PlanningRead,
  StepEffect,
  StepKind,
  Traffic,
  Workloads,
  Writers,
} from '@lastgood/domain';

/** What changes the outside of the simulated services. */
export interface EffectFamilies {
  workloads: Workloads;
  traffic: Traffic;
  flags: Flags;
  migrations: Migrations;
  writers: Writers;
}

/** The families with something laid around each of their effects and reads. */
export function onEachEffect(
  { workloads, traffic, flags, migrations, writers }: EffectFamilies,
  around: <K extends StepKind>(effect: StepEffect<K>) => StepEffect<K>,
  aroundRead: <K extends NeedKind>(read: PlanningRead<K>) => PlanningRead<K> = (read) => read,
): EffectFamilies {
  return {
    workloads: {
      rehearseTemplate: around(workloads.rehearseTemplate),
      setTemplate: around(workloads.setTemplate),
      ensureReplicas: around(workloads.ensureReplicas),
      giveBackOwnership: around(workloads.giveBackOwnership),
      waitUntilStable: around(workloads.waitUntilStable),
    },
    traffic: {
      readRoute: aroundRead(traffic.readRoute),
      readSelector: aroundRead(traffic.readSelector),
      setWeight: around(traffic.setWeight),
      switchSelector: around(traffic.switchSelector),
    },
    flags: { readFlag: aroundRead(flags.readFlag), setFlag: around(flags.setFlag) },
    migrations: {
      readDatabase: aroundRead(migrations.readDatabase),
      readFixUp: aroundRead(migrations.readFixUp),
      readSessions: aroundRead(migrations.readSessions),
      migrateTo: around(migrations.migrateTo),
      runFixUp: around(migrations.runFixUp),
    },
    writers: {
      readWriters: aroundRead(writers.readWriters),
      stopWriters: around(writers.stopWriters),
      startWriters: around(writers.startWriters),
    },
  };
}
