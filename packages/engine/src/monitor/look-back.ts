import type { Answer, AskedQuery, LookBack, LookedBack } from '@lastgood/domain';
import { type AskDependencies, askAll } from './ask-all.ts';
import { askedQueries } from './asked-queries.ts';
import { judgedParts } from './judged-parts.ts';
import type { Asking } from './read-parts.ts';

export interface LooksBack {
  seen(deploymentId: string, trigger: string): LookedBack | null;
  /** What was sent about a deployment, by its id. */
  asked(deploymentId: string): AskedQuery[];
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
    asked: (deploymentId) =>
      answers.filter(({ of }) => of.deploymentId === deploymentId).flatMap(({ asked }) => asked),
    seen: (deploymentId, trigger) =>
      answers.find(({ of }) => of.deploymentId === deploymentId && of.trigger.name === trigger)?.seen ?? null,
  };
}

async function askBack(deps: AskDependencies, some: readonly LookBack[], at: number, signal: AbortSignal) {
  const pairs = some.map((of) => {
    const memory: Asking = { parts: [{ name: 'memory', question: of.memory }], samples: null };
    return { of, memory };
  });
  const answers = await askAll<Asking>(
    deps,
    pairs.flatMap(({ of, memory }) => [of, memory]),
    at,
    signal,
  );
  const seen = pairs.map(({ of, memory }) => ({
    of,
    asked: [
      ...askedQueries(of, answers.get(of), 'before'),
      ...askedQueries({ ...memory, trigger: of.trigger }, answers.get(memory), 'before'),
    ],
    seen: {
      ...judgedParts(of, answers.get(of)),
      memory: answers.get(memory)?.parts[0]?.reading ?? unasked,
    },
  }));
  return { seen, rows: [...answers.values()].flatMap(({ rows }) => rows) };
}

const unasked = { kind: 'unreachable', reason: 'the source did not answer this question' } as const;
