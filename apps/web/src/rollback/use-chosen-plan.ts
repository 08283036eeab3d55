import { given, type PlanPreview, type PlanPreviewParams, type ReleaseRef } from '@lastgood/api-client';
import { getPlanPreviewQueryKey, usePlanPreview } from '@lastgood/api-client/queries';
import { useNaming } from './losses/use-naming.ts';
import { stillOffered } from './unregistered/offered.ts';
import { useChoosing } from './use-choosing.ts';

interface Wanted {
  deploymentId: string;
  target: ReleaseRef | null;
  /** Another target than the last known good. */
  chosen?: boolean | undefined;
  group: 'with-dependents' | undefined;
  /** Whether the plan is asked for: the cluster is read for it. */
  ask: boolean;
}

/**
 * The plan of a way back as a person wants it: asked for plainly for what it offers, again with what is ticked of that, and once more
 * with all that this would lose, so that what it does is read beside what it loses and what it removes.
 */
export function useChosenPlan({ deploymentId, target, chosen, group, ask }: Wanted) {
  const of = `${deploymentId} ${target?.deploymentId} ${group}`;
  const including = useChoosing(of);
  const removing = useChoosing(of);
  const base = given({ target: chosen ? target?.deploymentId : undefined, group });
  const plain = usePlan(deploymentId, base, ask);
  const offered = plain.data?.unregistered ?? [];
  const names = {
    including: anyOf(stillOffered(offered, including.chosen)),
    removing: anyOf(removing.chosen),
  };
  const seen = given({ ...base, including: names.including });
  const asked = usePlan(deploymentId, seen, ask);
  const naming = useNaming(of, ofNothing(asked));
  const accepting = anyOf(naming.losses.map(({ name }) => name));
  const isSaid = accepting !== undefined || names.removing !== undefined;
  const named = usePlan(deploymentId, given({ ...seen, accepting, removing: names.removing }), ask && isSaid);
  const preview = isSaid ? named : asked;
  const created = (preview.data?.plan ?? asked.data?.plan ?? plain.data?.plan)?.createdObjects ?? [];
  return {
    preview,
    /** Of a plan that is still worked out nothing is known. */
    known: ofNothing(preview),
    naming,
    unregistered: { offered, ...including },
    created: { created, ...removing },
    /** What a press sends of it all. */
    named: given({ accepting, ...names }),
  };
}

function usePlan(deploymentId: string, asked: PlanPreviewParams, enabled: boolean) {
  const [all, id] = getPlanPreviewQueryKey(deploymentId);
  return usePlanPreview(deploymentId, asked, {
    query: {
      enabled,
      staleTime: 15_000,
      // What can be chosen stays in view while the other plan is worked out; of another deployment nothing does.
      placeholderData: (previous, query) =>
        query?.queryKey[0] === all && query.queryKey[1] === id ? previous : undefined,
    },
  });
}

function ofNothing({
  data,
  isPlaceholderData,
}: {
  data: PlanPreview | undefined;
  isPlaceholderData: boolean;
}) {
  return isPlaceholderData ? undefined : data;
}

const anyOf = (names: readonly string[]) => (names.length > 0 ? [...names] : undefined);
