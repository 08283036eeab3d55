import type { PlannedStep, StepKind, StepOf } from './step.ts';

/**
 * What no plan may do, whatever the ways back. Each rule looks at the steps of one lane in their order and says in words
 * what is wrong; a plan that breaks one is refused before anything was changed.
 */
export function planFaults(steps: readonly PlannedStep[]): string[] {
  return [
    ...migrationFaults(steps),
    ...writerFaults(steps),
    ...orderFaults(steps),
    ...verificationFaults(steps),
  ];
}

/** A schema or its data change only while everything that writes is stopped, and the old code is in place before it starts. */
function migrationFaults(steps: readonly PlannedStep[]): string[] {
  const faults: string[] = [];
  let stopped = false;
  let migrated = false;
  for (const { step, title } of steps) {
    if (step.kind === 'stop-writers') stopped = true;
    if (step.kind === 'start-writers') [stopped, migrated] = [false, false];
    if (step.kind === 'set-template' && migratesAgain(steps, step))
      faults.push(`"${title}" sets old code before the schema it needs`);
    if (step.kind !== 'migrate-to' && step.kind !== 'run-fix-up') continue;
    if (!stopped) faults.push(`"${title}" runs while writers run`);
    migrated = true;
  }
  if (migrated) faults.push('the writers are never started again after the migration');
  return faults;
}

function migratesAgain(steps: readonly PlannedStep[], code: StepOf<'set-template'>): boolean {
  const at = steps.findIndex(({ step }) => step === code);
  return steps.slice(at + 1).some(({ step }) => step.kind === 'migrate-to');
}

/** What is stopped is started again, all of it. */
function writerFaults(steps: readonly PlannedStep[]): string[] {
  const down = new Set<string>();
  for (const { step } of steps) {
    if (step.kind === 'stop-writers') for (const { uid } of step.writers) down.add(uid);
    if (step.kind === 'start-writers') for (const { uid } of step.writers) down.delete(uid);
  }
  return down.size === 0 ? [] : [`${down.size} writers are stopped and never started again`];
}

/** Instant things first, slow and costly ones last. */
const families: Partial<Record<StepKind, { rank: number; name: string }>> = {
  'set-flag': { rank: 0, name: 'a flag' },
  'set-weight': { rank: 1, name: 'traffic' },
  'switch-selector': { rank: 1, name: 'traffic' },
  'set-template': { rank: 2, name: 'code' },
  'ensure-commit-reverted': { rank: 2, name: 'code' },
  'apply-infrastructure': { rank: 3, name: 'infrastructure' },
};

function orderFaults(steps: readonly PlannedStep[]): string[] {
  let last = { rank: 0, name: 'a flag' };
  return steps.flatMap(({ step, title }) => {
    const family = families[step.kind];
    if (!family) return [];
    if (family.rank < last.rank) return [`"${title}" changes ${family.name} after ${last.name}`];
    last = family;
    return [];
  });
}

/** Nothing is called rolled back that was not looked at, and nothing changes after the look. */
function verificationFaults(steps: readonly PlannedStep[]): string[] {
  const looks = steps.filter(({ step }) => step.kind === 'verify').length;
  if (looks !== 1) return [`it verifies ${looks} times instead of once`];
  return steps.at(-1)?.step.kind === 'verify' ? [] : ['its last step is not the verification'];
}
