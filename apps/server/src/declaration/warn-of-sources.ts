import type { RollbackTrigger } from '@lastgood/domain';

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
