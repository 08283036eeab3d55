import type { Answer, LookBack, SeenBack } from '@lastgood/domain';
import { type AskDependencies, askAll } from './ask-all.ts';

export interface LookedBack {
  seen(deploymentId: string, trigger: string): SeenBack | null;
  rows: Answer[];
}

/** Fetch: how triggers stood before their deployments started, one asking per instant. */
export async function lookBack(
  deps: AskDependencies,
  wanted: readonly LookBack[],
  signal: AbortSignal,
): Promise<LookedBack> {
  const instants = [...Map.groupBy(wanted, ({ at }) => at)];
  const asked = await Promise.all(instants.map(([at, some]) => askAll(deps, some, at, signal)));
  const answers = asked.flatMap((one) => [...one.answers]);
  return {
    rows: asked.flatMap((one) => one.rows),
    seen: (deploymentId, trigger) =>
      answers.find(([one]) => one.deploymentId === deploymentId && one.trigger === trigger)?.[1] ?? null,
  };
}
