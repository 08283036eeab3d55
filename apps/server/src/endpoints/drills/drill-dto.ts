import type * as domain from '@lastgood/domain';
import {
  type DrillFacts,
  drillDueAt,
  drillInWords,
  drillState,
  practiceInWords,
  type ServiceKey,
} from '@lastgood/domain';
import { iso, seconds } from '../../wire/instant.ts';
import type { Drills, Practice } from './drill-schema.ts';

export function toDrills(service: ServiceKey, facts: DrillFacts, now: number): Drills {
  return {
    everyDays: facts.declared?.everyDays ?? null,
    state: drillState(facts, now),
    dueAt: iso(drillDueAt(facts)),
    last: facts.last && toPractice(facts.last),
    words: drillInWords(service, facts, now),
  };
}

export function toPractice(practice: domain.Practice): Practice {
  const { kind, at, tookMs } = practice;
  const told = { kind, at: iso(at), tookSeconds: seconds(tookMs) };
  const words = practiceInWords(practice);
  if (practice.kind === 'recorded')
    return { ...told, by: practice.by, note: practice.note, runId: null, words };
  const { requester, runId } = practice;
  return { ...told, by: requester.kind === 'automatic' ? null : requester.name, note: null, runId, words };
}
