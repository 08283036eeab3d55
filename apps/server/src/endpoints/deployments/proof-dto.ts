import {
  dueLooks,
  initialTriggerState,
  limitInWords,
  proofEvidence,
  type ReadingRow,
  valueInWords,
  workloadChanges,
} from '@lastgood/domain';
import type { DeploymentDetailRow, RunDetailRow } from '@lastgood/store/views/view-rows';
import { iso } from '../../wire/instant.ts';
import { toCheckView } from '../runs/run-view-dto.ts';
import type * as wire from './proof-schema.ts';

export function toProofView(
  row: DeploymentDetailRow,
  readings: readonly ReadingRow[],
  run: RunDetailRow | null,
  intervalMs: number,
  now: number,
): wire.ProofView {
  const { deployment } = row;
  const { completedAt, watchEndsAt, looks } = deployment;
  const window = completedAt === null || watchEndsAt === null ? null : { from: completedAt, to: watchEndsAt };
  const judged = row.triggers.map(({ trigger, state }) => ({ trigger, state: state ?? initialTriggerState }));
  return {
    at: iso(now),
    proof: deployment.proof,
    decidedAt: deployment.proof === 'pending' ? null : iso(deployment.watchClosedAt),
    sentence: sentenceOf(row),
    window: window && { from: iso(window.from), to: iso(window.to) },
    served: window && { looks: looks.served, due: dueLooks(deployment) },
    templates: templatesOf(row),
    triggers: proofEvidence(deployment, judged, readings, intervalMs).map(({ trigger, worst, ...seen }) => ({
      name: trigger.name,
      decides: seen.decides,
      healthy: seen.healthy,
      expected: seen.expected,
      fired: seen.everFired,
      limit: limitInWords(trigger),
      worst: worst && {
        text: valueInWords(trigger, { kind: 'value', value: worst.value }),
        at: iso(worst.at),
      },
    })),
    checks: (run?.checks ?? []).map(toCheckView),
    runId: run?.run.id ?? null,
  };
}

const undecided = {
  pending: 'Not proven yet: its watch goes on.',
  presumed_good: 'Presumed good: it served when its service was declared, and nobody watched it.',
  unproven: 'Unproven: its watch ended before it was proven.',
  verified: 'Verified: it passed its watch.',
};

/** As the end of its watch said it; where that is no longer among its events, in general. */
function sentenceOf({ deployment, timeline }: DeploymentDetailRow): string {
  const said = timeline.findLast(
    ({ type }) => type === 'deployment.verified' || type === 'deployment.unproven',
  );
  return said?.text ?? undecided[deployment.proof];
}

function templatesOf({ deployment }: DeploymentDetailRow): wire.ProofView['templates'] {
  return workloadChanges(deployment).flatMap(({ target, after }) =>
    after
      ? [
          {
            workload: `${target.kind} ${target.name}`,
            digest: after.templateDigest,
            images: Object.values(after.images),
          },
        ]
      : [],
  );
}
