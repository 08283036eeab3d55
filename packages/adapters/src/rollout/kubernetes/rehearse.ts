import { takenFromTemplate } from '@lastgood/domain/workload/kept-images';
import type { RehearsalResult } from '@lastgood/domain/workload/observation';
import type { WorkloadSnapshot, WorkloadTarget } from '@lastgood/domain/workload/workload';
import { endOfAttempt, nameOf } from '../../kubernetes/answer-words.ts';
import type { ApiClient } from '../../kubernetes/api-client.ts';
import { observeTemplate } from './observe-template.ts';
import type { ServedWorkload } from './served-objects.ts';
import { isOvertaken, refusedByAdmission, sendTemplate } from './set-template.ts';
import { templateChanges } from './template-changes.ts';
import { bareTemplate, templateDigest } from './template-digest.ts';

/** In place of a run's step, which does not exist yet; nothing is stored of it. */
const operation = 'rehearsal';

/** The very write of the plan as a dry run, and what would be stored of it. */
export async function rehearse(
  api: ApiClient,
  workload: WorkloadTarget,
  to: WorkloadSnapshot,
  { fieldManager, signal }: { fieldManager: string; signal: AbortSignal },
): Promise<RehearsalResult> {
  const observed = await observeTemplate(api, workload, signal);
  if (observed.kind !== 'seen') return { kind: 'unreachable', reason: observed.reason };
  const { seen } = observed;
  const target = { ...to, workload, fromDigest: seen.templateDigest };
  const mode = { dryRun: true, fieldManager };
  const answer = await sendTemplate({ api, target, seen, operation, mode, signal });
  if (answer.kind === 'ok') return accepted(answer.body as ServedWorkload, to);
  if (answer.kind === 'rejected' && isOvertaken(answer))
    return {
      kind: 'unreachable',
      reason: `${nameOf(workload)} was changed by others while it was looked at`,
    };
  const ended = endOfAttempt(answer);
  const reason = 'reason' in ended ? ended.reason : ended.note;
  return { kind: ended.kind === 'refused' ? 'refused' : 'unreachable', reason };
}

function accepted({ spec }: ServedWorkload, to: WorkloadSnapshot): RehearsalResult {
  const taken = takenFromTemplate(to.template, spec.template, to.imageDigests);
  if (taken !== null) return { kind: 'refused', reason: refusedByAdmission(taken) };
  return {
    kind: 'accepted',
    template: bareTemplate(spec.template),
    templateDigest: templateDigest(spec.template),
    changes: templateChanges(to.template, spec.template),
  };
}
