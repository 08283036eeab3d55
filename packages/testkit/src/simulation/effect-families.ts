import type { Flags, Migrations, StepEffect, StepKind, Traffic, Workloads, Writers } from '@lastgood/domain';

/** What changes the outside of the simulated services. */
export interface EffectFamilies {
  workloads: Workloads;
  traffic: Traffic;
  flags: Flags;
  migrations: Migrations;
  writers: Writers;
}

/** The families with something laid around each of their effects. */
export function onEachEffect(
  { workloads, traffic, flags, migrations, writers }: EffectFamilies,
  around: <K extends StepKind>(effect: StepEffect<K>) => StepEffect<K>,
): EffectFamilies {
  return {
    workloads: {
      rehearseTemplate: around(workloads.rehearseTemplate),
      setTemplate: around(workloads.setTemplate),
      waitUntilStable: around(workloads.waitUntilStable),
    },
    traffic: { setWeight: around(traffic.setWeight), switchSelector: around(traffic.switchSelector) },
    flags: { setFlag: around(flags.setFlag) },
    migrations: { migrateTo: around(migrations.migrateTo), runFixUp: around(migrations.runFixUp) },
    writers: { stopWriters: around(writers.stopWriters), startWriters: around(writers.startWriters) },
  };
}
