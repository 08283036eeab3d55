import {
  detailOf,
  type InfrastructureChange,
  infrastructureActions,
  type Loss,
  lossSentence,
  type Outcome,
  outcomeInWords,
  type PlannedStep,
  type StepDetail,
  type Unregistered,
} from '@lastgood/domain';
import { seconds } from '../../wire/instant.ts';
import type * as wire from './plan-parts-schema.ts';

const mostChanges = 100;

/** @param left services that would have to go back too and stay as they are, with the reason */
export function toPlanParts(
  { outcome, steps }: { outcome?: Outcome | undefined; steps: readonly PlannedStep[] },
  left: readonly { what: string; why: string | null }[] = [],
): wire.PlanParts {
  const losses = (outcome?.lost ?? []).map(toLossDto);
  const stays = [...left, ...(outcome?.stays ?? [])];
  return {
    sentence: outcome ? outcomeInWords({ ...outcome, stays }) : null,
    losses,
    schemas: detailed(steps, 'schema').map(({ place, planned, detail: { database, from, to } }) => ({
      ...{ step: place, database, from, to, expectedSeconds: seconds(planned.expectedMs) },
      losses: losses.filter((loss) => loss.store === database && loss.since === from),
    })),
    stacks: detailed(steps, 'stack').map(({ place, detail: { stack, from, to, changes } }) => {
      const shown = graverFirst(changes).slice(0, mostChanges);
      return {
        ...{ step: place, stack, from, to, more: changes.length - shown.length },
        changes: shown.map(toStackChange),
      };
    }),
    commits: detailed(steps, 'commits').map(({ place, detail: { kind: _kind, fileCount, ...rest } }) => ({
      ...{ step: place, ...rest, moreFiles: Math.max(0, fileCount - rest.files.length) },
    })),
  };
}

export function toUnregisteredDto({
  service,
  name,
  kind,
  included,
  words,
  act,
}: Unregistered): wire.Unregistered {
  return { service, name, kind, included, text: words, act };
}

export function toLossDto(loss: Loss): wire.Loss {
  return { ...loss, text: lossSentence(loss) };
}

function detailed<K extends StepDetail['kind']>(steps: readonly PlannedStep[], kind: K) {
  return steps.flatMap((planned, place) => {
    const detail = detailOf(planned);
    return isOf(detail, kind) ? [{ place, planned, detail }] : [];
  });
}

function isOf<K extends StepDetail['kind']>(
  detail: StepDetail | undefined,
  kind: K,
): detail is Extract<StepDetail, { kind: K }> {
  return detail?.kind === kind;
}

function graverFirst(changes: readonly InfrastructureChange[]): InfrastructureChange[] {
  const rank = ({ action }: InfrastructureChange) => infrastructureActions.indexOf(action);
  return changes.toSorted((a, b) => rank(a) - rank(b));
}

function toStackChange({ address, action, keepsData, properties = [] }: InfrastructureChange) {
  return { address, action, keepsData, properties };
}
