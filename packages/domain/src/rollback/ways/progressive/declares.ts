import { type Static, Type } from 'typebox';
import { Check } from 'typebox/value';
import { Count, ListOf, Measured, Seconds, span } from '../../../bounds.ts';
import type { Service } from '../../../service/service.ts';
import { copyErrors, copyLatency } from '../copy-measures.ts';

/** How traffic goes back in stages. Which route splits it is declared for canary or blue-green. */
export const progressiveDeclares = Type.Object(
  {
    stages: Type.Optional(
      ListOf(Count(1, 100), 20, {
        description:
          'Shares of the traffic in percent that the old version gets one after the other; all of it comes last in any case. 25, 50, 75 by default',
      }),
    ),
    soakSeconds: Type.Optional(
      Seconds(0, span.day, { description: 'So long every stage lasts at least; 30 by default' }),
    ),
    pauseAtMostSeconds: Type.Optional(
      Seconds(1, span.day, {
        description:
          'So long a stage waits for its gate at most, its own time included; then the run stops there. 600 by default',
      }),
    ),
    errors: Type.Optional(copyErrors),
    latency: Type.Optional(copyLatency),
    jumpAbove: Type.Optional(
      Measured({
        minimum: 0,
        description:
          'Errors of the version that is left above which all traffic goes back at once; twice what they were when the rollback was planned by default',
      }),
    ),
    minReady: Type.Optional(
      Count(1, 10_000, {
        description:
          'Ready endpoints that carry all of the traffic; as many as the other version has by default',
      }),
    ),
  },
  { additionalProperties: false },
);

export type ProgressiveDeclared = Static<typeof progressiveDeclares>;

/** Whether the traffic of a service goes back in stages; the ways that send all of it at once leave it alone then. */
export function isProgressive({ rollback }: Pick<Service, 'rollback'>): boolean {
  return Check(progressiveDeclares, rollback.progressive);
}
