import type { Answer, LookBack, LookedBack } from '@lastgood/domain';
import { type AskDependencies, askAll, unanswered } from './ask-all.ts';

export interface LooksBack {
  seen(deploymentId: string, trigger: string): LookedBack | null;
  rows: Answer[];
}

/** Fetch: how triggers stood before their deployments started, one asking per instant. */
export async function lookBack(
  deps: AskDependencies,
  wanted: readonly LookBack[],
  signal: AbortSignal,
): Promise<LooksBack> {
  const instants = [...Map.groupBy(wanted, ({ at }) => at)];
  const asked = await Promise.all(instants.map(([at, some]) => askBack(deps, some, at, signal)));
  const answers = asked.flatMap(({ seen }) => seen);
  return {
    rows: asked.flatMap(({ rows }) => rows),
    seen: (deploymentId, trigger) =>
      answers.find(({ of }) => of.deploymentId === deploymentId && of.trigger === trigger)?.seen ?? null,
  };
}

async function askBack(deps: AskDependencies, some: readonly LookBack[], at: number, signal: AbortSignal) {
  const pairs = some.map((of) => ({ of, memory: { question: of.memory, samples: null } }));
  const all = pairs.flatMap(({ of, memory }) => [of, memory]);
  const { answers, rows } = await askAll(deps, all, at, signal);
  const seen = pairs.map(({ of, memory }) => ({
    of,
    seen: {
      ...(answers.get(of) ?? unanswered),
      memory: (answers.get(memory) ?? unanswered).reading,
    },
  }));
  return { seen, rows };
}
