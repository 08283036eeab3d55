import { type GivenCommand, judgeCommand } from '@lastgood/domain';
import { notFound, ProblemError } from '../../problems/problem-error.ts';
import type { Caller } from '../../security/tokens.ts';
import type { EndpointDependencies } from '../endpoint-dependencies.ts';
import { toRunDto } from './run-dto.ts';
import type { Run } from './run-schema.ts';

export async function readRun({ store, clock }: EndpointDependencies, id: string): Promise<Run> {
  const row = await store.views.runInBrief(id);
  if (!row) throw noRun(id);
  return toRunDto(row, clock.now());
}

/** The run after a command; a `ProblemError` says why the command was refused. */
export async function commandRun(
  deps: EndpointDependencies,
  id: string,
  { name }: Caller,
  given: GivenCommand,
): Promise<Run> {
  const judge = judgeCommand(given, { by: name, at: deps.clock.now() });
  const result = await deps.store.commands.command(id, judge);
  if (result.kind === 'not-found') throw noRun(id);
  if (result.kind === 'refused') throw new ProblemError(409, 'conflict', result.reason, { runId: id });
  return readRun(deps, id);
}

export function noRun(id: string): ProblemError {
  return notFound(`There is no run ${id}. The history has them all.`);
}
