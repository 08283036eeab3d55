import type { LiveReadingRow } from '@lastgood/store/views/view-rows';

const names = ['high_error_rate', 'crash_loop', 'high_latency', 'slo_burn_rate'];

/** What is read of a slot: four triggers of each deployment; of one deployment in `uneasyOneIn` the first counts a breach. */
export function rowsOfSlot(deployments: number, uneasyOneIn: number, slot: number): LiveReadingRow[] {
  return Array.from({ length: deployments }, (_, index) => index).flatMap((index) =>
    names.map((trigger, place): LiveReadingRow => {
      const uneasy = place === 0 && index % uneasyOneIn === 0;
      const service = `main/team-${index % 20}/service-${String(index).padStart(5, '0')}` as const;
      return {
        ...{ deploymentId: `${service.replaceAll('/', '.')}-1-064900dd6e59`, trigger, slot, service },
        ...{ reading: { kind: 'value', value: uneasy ? 0.08 : 0.002 }, parts: [], partWords: [] },
        ...{ threshold: 0.05, phase: uneasy ? 'pending' : 'inactive', heldMs: uneasy ? 45_000 : 0 },
        ...{ lateMs: 312, forMs: 120_000, comparison: 'greater_than', unit: 'ratio', words: null },
        ...{ troubleReason: null, standsStill: false },
      };
    }),
  );
}
