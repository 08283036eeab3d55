import type { StepOf } from '@lastgood/domain';
import type { Rule, Watched } from './rule.ts';

/**
 * While a schema is taken back nobody writes: no writer has a pod and no session is open. While data is mended, no writer has
 * a pod; a session that somebody opens by hand then is theirs to answer for.
 */
export function traffic({ world: { state }, store }: Watched): Rule {
  const stops = (): StepOf<'stop-writers'>[] =>
    [...store.world.runs.values()].flatMap(({ steps }) =>
      steps.flatMap(({ planned: { step } }) => (step.kind === 'stop-writers' ? [step] : [])),
    );
  const podsOn = (database: string) => {
    const declared = stops().find((step) => step.database === database)?.writers ?? [];
    return declared.reduce((sum, { workload }) => sum + (state.writers[workload.name]?.pods ?? 0), 0);
  };
  const databaseOf = (fixUp: string) =>
    [...store.world.runs.values()]
      .flatMap(({ steps }) => steps)
      .flatMap(({ planned: { step } }) => (step.kind === 'run-fix-up' && step.name === fixUp ? step : []))[0]
      ?.database ?? '';

  return {
    atEveryMoment() {
      const said: string[] = [];
      for (const [database, { running, sessions }] of Object.entries(state.databases)) {
        const open = running === null ? 0 : podsOn(database) + sessions;
        if (open > 0) said.push(`traffic flows to ${database} while ${running} migrates it`);
      }
      for (const [name, { last }] of Object.entries(state.fixUps)) {
        if (last?.state === 'running' && podsOn(databaseOf(name)) > 0)
          said.push(`traffic flows while ${last.operation} mends the data with ${name}`);
      }
      return said;
    },
  };
}
