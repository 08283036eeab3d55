import { idlePolicies, isAutomatic, type RollbackTrigger } from '@lastgood/domain';

/** Warnings about triggers that ask of alerts where nobody who tells of them is configured by that name. */
export function warnOfSources(
  triggers: readonly RollbackTrigger[],
  configured: readonly { name: string }[],
): string[] {
  const names = configured.map(({ name }) => name);
  return triggers.flatMap((trigger) => {
    if (trigger.kind !== 'alert') return [];
    const { name, source } = trigger;
    // Which one a placeholder stands for is known where it is filled in.
    if (source.includes('$') || names.includes(source)) return [];
    const known = names.length === 0 ? 'nobody is' : `there are ${names.join(', ')}`;
    return [
      `${name}: its alerts are told by ${source}, which is not configured under "signals" (${known}): until it is, the trigger cannot be asked.`,
    ];
  });
}

/** Warnings about triggers that roll back by themselves for an alert whose rule may have waited since before the release. */
export function warnOfWaits(triggers: readonly RollbackTrigger[]): string[] {
  return triggers.flatMap((trigger) => {
    if (trigger.kind !== 'alert' || trigger.comparison !== 'greater_than' || !isAutomatic(trigger)) return [];
    return [
      `${trigger.name}: an alert counts from when it fired, not from when its condition began: where its rule waits ("for"), a condition older than the release counts as new and rolls it back. If that may not be, use severity page_and_suggest, or the rule as a metric trigger.`,
    ];
  });
}

/** Warnings about what is declared of readings that a trigger never has. */
export function warnOfIdlePolicies(triggers: readonly RollbackTrigger[]): string[] {
  return triggers.flatMap((trigger) =>
    idlePolicies(trigger).map(({ message }) => `${trigger.name}: ${message}`),
  );
}
