import type { EvaluatorRow } from '@lastgood/store/views/view-rows';
import { iso } from '../../wire/instant.ts';
import type { EndpointDependencies } from '../endpoint-dependencies.ts';
import { evaluatorOf } from './evaluator-status.ts';
import type { SystemStatus } from './status-schema.ts';

export function toStatusDto(
  { settings, sources, sandbox }: EndpointDependencies,
  evaluator: EvaluatorRow,
  undelivered: number,
  now: number,
): SystemStatus {
  return {
    at: iso(now),
    version: settings.version,
    sandbox: sandbox !== null,
    replica: settings.replica,
    evaluator: evaluatorOf({ sources, settings }, evaluator, now),
    sources: sources.all().map(({ kind, title, name, health, since, missingRights }) => ({
      kind,
      title,
      name,
      up: health.up,
      reason: health.up ? null : health.reason,
      since: iso(since),
      missingRights,
      note: sources.watchOf(kind, name)?.reason ?? null,
    })),
    undelivered,
  };
}
