import type { Flags, Migrations, StepEffect, StepKind, Traffic, Writers } from '@lastgood/domain';

/** What the simulated services have outside, besides their cluster. */
export interface EffectFamilies {
  traffic: Traffic;
  flags: Flags;
  migrations: Migrations;
  writers: Writers;
}

/** The families with something laid around each of their effects. */
export function onEachEffect(
  { traffic, flags, migrations, writers }: EffectFamilies,
  around: <K extends StepKind>(effect: StepEffect<K>) => StepEffect<K>,
): EffectFamilies {
  return {
    traffic: { setWeight: around(traffic.setWeight), switchSelector: around(traffic.switchSelector) },
    flags: { setFlag: around(flags.setFlag) },
    migrations: { migrateTo: around(migrations.migrateTo), runFixUp: around(migrations.runFixUp) },
    writers: { stopWriters: around(writers.stopWriters), startWriters: around(writers.startWriters) },
  };
}
