import { contractOf } from './contract-of.ts';
import { families } from './contracts/step-contract.ts';
import type { PlannedStep } from './step.ts';

/**
 * What no plan may do, whatever the ways back. Each rule looks at the steps of one lane in their order and says in words
 * what is wrong; a plan that breaks one is refused before anything was changed.
 */
export function planFaults(steps: readonly PlannedStep[]): string[] {
  return [
    ...changeFaults(steps),
    ...migrationFaults(steps),
    ...writerFaults(steps),
    ...asideFaults(steps),
    ...orderFaults(steps),
    ...verificationFaults(steps),
  ];
}

/** A rollback that only looks would call rolled back what it left as it was. */
function changeFaults(steps: readonly PlannedStep[]): string[] {
  return steps.some(({ step }) => contractOf(step).looksOnly === null) ? [] : ['it changes nothing'];
}

/** A schema or its data change only while everything that writes is stopped, and the old code is in place before it starts. */
function migrationFaults(steps: readonly PlannedStep[]): string[] {
  const faults: string[] = [];
  let stopped = false;
  let migrated = false;
  for (const [at, { step, title }] of steps.entries()) {
    const { stops, starts, schema, needsWritersStopped } = contractOf(step);
    // Stopping nobody stops nothing.
    if (stops && stops(step).length > 0) stopped = true;
    if (starts) [stopped, migrated] = [false, false];
    if (schema === 'needs' && steps.slice(at + 1).some((later) => contractOf(later.step).schema === 'moves'))
      faults.push(`"${title}" sets old code before the schema it needs`);
    if (!needsWritersStopped) continue;
    if (!stopped) faults.push(`"${title}" runs while writers run`);
    migrated = true;
  }
  if (migrated) faults.push('the writers are never started again after the migration');
  return faults;
}

/** What is stopped is started again, all of it. */
function writerFaults(steps: readonly PlannedStep[]): string[] {
  const down = new Set<string>();
  for (const { step } of steps) {
    const { stops, starts } = contractOf(step);
    for (const { uid } of stops?.(step) ?? []) down.add(uid);
    for (const { uid } of starts?.(step) ?? []) down.delete(uid);
  }
  return down.size === 0 ? [] : [`${down.size} writers are stopped and never started again`];
}

/** What is set aside for the time of the run is put back, all of it. */
function asideFaults(steps: readonly PlannedStep[]): string[] {
  const aside = new Map<string, string>();
  for (const { step } of steps) {
    const { setsAside, putsBack } = contractOf(step);
    for (const { uid, name } of setsAside?.(step) ?? []) aside.set(uid, name);
    for (const { uid } of putsBack?.(step) ?? []) aside.delete(uid);
  }
  return [...aside.values()].map((name) => `${name} is set aside and never put back`);
}

/** Instant things first, slow and costly ones last. */
function orderFaults(steps: readonly PlannedStep[]): string[] {
  let last: (typeof families)[number] = families[0];
  return steps.flatMap(({ step, title }) => {
    const { family } = contractOf(step);
    if (!family) return [];
    if (families.indexOf(family) < families.indexOf(last))
      return [`"${title}" changes ${family} after ${last}`];
    last = family;
    return [];
  });
}

/** Nothing is called rolled back that was not looked at, and nothing changes after the look. */
function verificationFaults(steps: readonly PlannedStep[]): string[] {
  const proofs = steps.map(({ step }) => contractOf(step).isProof === true);
  const looks = proofs.filter(Boolean).length;
  if (looks !== 1) return [`it verifies ${looks} times instead of once`];
  return proofs.at(-1) ? [] : ['its last step is not the verification'];
}
