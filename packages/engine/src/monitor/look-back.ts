import type { Answer, AskedQuery, LookBack, LookedBack } from '@lastgood/domain';
import { type AskDependencies, askAll } from './ask-all.ts';
import { askedQueries } from './asked-queries.ts';
import { judgedParts } from './judged-parts.ts';
import type { AnsweredBack, KeptLookBacks } from './kept-look-backs.ts';
import { type Asking, unasked } from './read-parts.ts';

export interface LooksBack {
  seen(deploymentId: string, trigger: string): LookedBack | null;
  /** What was sent about a deployment, by its id. */
  asked(deploymentId: string): AskedQuery[];
  /** What was sent in this slot. */
  rows: Answer[];
  /** Everything, with the slot in which it was asked. */
  answered: ReadonlyMap<LookBack, AnsweredBack>;
}

/** Where in time and in the fleet it is looked back from. */
interface From {
  chunk: number;
  slot: number;
}

/** Fetch: how triggers stood before their deployments started, one asking per instant; what is kept is not asked. */
export async function lookBack(
  deps: AskDependencies & { kept: Pick<KeptLookBacks, 'of'> },
  wanted: readonly LookBack[],
  { chunk, slot }: From,
  signal: AbortSignal,
): Promise<LooksBack> {
  const known = wanted.flatMap((of) => {
    const found = deps.kept.of(chunk, slot, of);
    return found ? [[of, found] as const] : [];
  });
  const isKnown = new Set(known.map(([of]) => of));
  const instants = Map.groupBy(
    wanted.filter((of) => !isKnown.has(of)),
    ({ at }) => at,
  );
  const asked = await Promise.all(
    [...instants].map(([at, some]) => askBack(deps, some, { at, slot }, signal)),
  );
  const answered = new Map([...known, ...asked.flatMap(({ answered }) => answered)]);
  const answers = [...answered].map(([of, back]) => ({
    of,
    asked: queriesOf(of, back, slot),
    seen: seenOf(of, back),
  }));
  return {
    answered,
    rows: asked.flatMap(({ rows }) => rows),
    asked: (deploymentId) =>
      answers.filter(({ of }) => of.deploymentId === deploymentId).flatMap(({ asked }) => asked),
    seen: (deploymentId, trigger) =>
      answers.find(({ of }) => of.deploymentId === deploymentId && of.trigger.name === trigger)?.seen ?? null,
  };
}

async function askBack(
  deps: AskDependencies,
  some: readonly LookBack[],
  { at, slot }: { at: number; slot: number },
  signal: AbortSignal,
) {
  const pairs = some.map((of) => ({ of, memory: memoryOf(of) }));
  const answers = await askAll<Asking>(
    deps,
    pairs.flatMap(({ of, memory }) => [of, memory]),
    at,
    signal,
  );
  const answered = pairs.map(({ of, memory }): [LookBack, AnsweredBack] => [
    of,
    {
      asked: answers.get(of) ?? unasked(of),
      memory: answers.get(memory) ?? unasked(memory),
      askedIn: slot,
    },
  ]);
  return { answered, rows: [...answers.values()].flatMap(({ rows }) => rows) };
}

function memoryOf({ memory }: LookBack): Asking {
  return { parts: [{ name: 'memory', question: memory }], samples: null };
}

function queriesOf(of: LookBack, { asked, memory, askedIn }: AnsweredBack, slot: number): AskedQuery[] {
  const queries = [
    ...askedQueries(of, asked, 'before'),
    ...askedQueries({ ...memoryOf(of), trigger: of.trigger }, memory, 'before'),
  ];
  return askedIn === slot ? queries : queries.map((one) => ({ ...one, askedIn }));
}

function seenOf(of: LookBack, { asked, memory }: AnsweredBack): LookedBack {
  return { ...judgedParts(of, asked), memory: memory.parts[0]?.reading ?? notAsked };
}

const notAsked = { kind: 'unreachable', reason: 'the source did not answer this question' } as const;
