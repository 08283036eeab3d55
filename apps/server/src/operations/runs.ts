import { type GivenCommand, judgeCommand, type TriggerEvidence } from '@lastgood/domain';
import { requestRollback } from '@lastgood/engine';
import type { TriggerRow } from '@lastgood/store/views/view-rows';
import type { OperationDependencies } from '../dependencies.ts';
import { toRunDto, toRunView } from '../dto/run-dto.ts';
import type { Caller, Operations, Wire } from '../operations.ts';
import { notFound, ProblemError } from '../problems/problem-error.ts';
import { noDeployment } from './deployments.ts';
import { given, markOf, readPage } from './paging.ts';

type RunOperations = Pick<
  Operations,
  | 'rollbackDeployment'
  | 'listRuns'
  | 'runView'
  | 'undoRun'
  | 'resumeRun'
  | 'retryRun'
  | 'skipStep'
  | 'stopRun'
  | 'editRun'
>;

export function runOperations(deps: OperationDependencies): RunOperations {
  const { store, clock } = deps;
  const command = async (id: string, { name }: Caller, given: GivenCommand): Promise<Wire<'Run'>> => {
    const judge = judgeCommand(given, { by: name, at: clock.now() });
    const result = await store.commands.command(id, judge);
    if (result.kind === 'not-found') throw noRun(id);
    if (result.kind === 'refused') throw new ProblemError(409, 'conflict', result.reason, { runId: id });
    return one(deps, id);
  };
  return {
    rollbackDeployment: (id, input, caller, operation) =>
      rollBack({ ...deps, newId: () => operation.id }, id, input, caller),
    listRuns: ({ service, deployment, status, ...page }) =>
      readPage(
        page,
        (limit) =>
          store.views.runs({
            ...given({ service, deployment, status, after: markOf(page.cursor) }),
            limit,
          }),
        (row) => toRunDto(row, clock.now()),
        ({ run }) => [run.createdAt, run.id],
      ),
    async runView(id) {
      const row = await store.views.run(id);
      if (!row) throw noRun(id);
      return toRunView(row, clock.now(), deps.sources.troubleOf);
    },
    undoRun: (id, caller) => command(id, caller, { command: 'undo' }),
    resumeRun: (id, caller) => command(id, caller, { command: 'resume' }),
    retryRun: (id, caller) => command(id, caller, { command: 'retry' }),
    skipStep: (id, { ordinal, reason }, caller) =>
      command(id, caller, { command: 'skip', ordinal, reason: reason.trim() }),
    stopRun: (id, { reason }, caller) =>
      command(id, caller, { command: 'stop', reason: reason?.trim() ?? null }),
    editRun: (id, { reason }, caller) => command(id, caller, { command: 'edit', reason }),
  };
}

function noRun(id: string): ProblemError {
  return notFound(`There is no run ${id}. GET /api/v1/runs lists them.`);
}

async function one({ store, clock }: OperationDependencies, id: string): Promise<Wire<'Run'>> {
  const row = await store.views.run(id);
  if (!row) throw noRun(id);
  return toRunDto(row, clock.now());
}

async function rollBack(
  deps: OperationDependencies,
  id: string,
  input: Wire<'RollbackInput'>,
  caller: Caller,
): Promise<Wire<'Run'>> {
  const { store, clock, newId } = deps;
  const detail = await store.views.deployment(id);
  if (!detail) throw noDeployment(id);
  const result = await requestRollback(
    { deployments: store.deployments, clock, newId, queueRun: store.commands.queueRun },
    {
      deploymentId: id,
      targetId: input.target ?? null,
      requester: caller,
      reason: input.reason ?? null,
      startsInMs: (input.startsInSeconds ?? 0) * 1000,
      evidence: evidenceOnScreen(detail.triggers),
    },
  );
  switch (result.kind) {
    case 'queued':
    case 'joined':
      return one(deps, result.run.id);
    case 'conflict':
      throw new ProblemError(
        409,
        'run-active',
        `Run ${result.run.id} is rolling this service back to deployment ${result.targetDeploymentId} now. Wait for it, or undo it while it has not started.`,
        { runId: result.run.id, targetDeploymentId: result.targetDeploymentId },
      );
    case 'no-target':
      throw new ProblemError(
        409,
        'no-plan',
        'No earlier release of this service is known to be good. Name one as target: GET /api/v1/deployments lists them.',
      );
    case 'not-current':
      throw new ProblemError(409, 'conflict', result.reason);
    case 'not-found':
      throw notFound(`There is no ${result.what}.`);
  }
}

function evidenceOnScreen(triggers: readonly TriggerRow[]): TriggerEvidence[] {
  return triggers.flatMap(({ trigger, state }) =>
    state
      ? [
          {
            trigger: trigger.name,
            severity: trigger.severity,
            phase: state.phase,
            reading: state.reading,
            threshold: trigger.threshold,
            comparison: trigger.comparison,
            unit: trigger.unit,
            heldMs: state.heldMs,
            forMs: trigger.forMs,
          },
        ]
      : [],
  );
}
