import type { AlertMemory, SignalSource } from '@lastgood/domain';

/** What was told, with who tells it where that is configured. */
export function withTellers(
  { readAlerts }: AlertMemory,
  signals: ReadonlyMap<string, Pick<SignalSource, 'teller'>>,
): AlertMemory['readAlerts'] {
  return async (questions, at, signal) =>
    (await readAlerts(questions, at, signal)).map((seen) => {
      const teller = signals.get(seen.source)?.teller;
      return teller ? { ...seen, teller } : seen;
    });
}
