/**
 * How a KEDA ScaledObject holds a workload. KEDA activates one from zero, so only a pause that KEDA itself confirms keeps it from
 * that, and only once the autoscaler that it made is gone: a pause of one direction is confirmed, too, and scales on.
 * https://keda.sh/docs/latest/concepts/scaling-deployments/#pausing-autoscaling
 */
export interface KedaScaling {
  /** Of the ScaledObject. */
  name: string;
  namespace: string;
  /**
   * `none`: it scales. `ordered`: it is annotated, and KEDA has not confirmed it yet. `held`: KEDA keeps it at the replicas that
   * `paused-replicas` names. `at-zero`: at none of them. `left-alone`: whoever scales it has his way. `one-way`: KEDA says that it is
   * paused, and scales it still: only one direction is, or was when all of it was to be.
   */
  pause: 'none' | 'ordered' | 'held' | 'at-zero' | 'left-alone' | 'one-way';
}

/** Whether it may start what is stopped. */
export function mayStart(keda: KedaScaling | undefined): keda is KedaScaling {
  return keda !== undefined && keda.pause !== 'at-zero' && keda.pause !== 'left-alone';
}

/** @param then what to do once it is paused, as "roll back again" */
export function kedaRefusal(called: string, { name, namespace, pause }: KedaScaling, then: string) {
  const about = `scaledobject ${name} --namespace ${namespace}`;
  const seenPaused = `Once \`kubectl get ${about}\` shows PAUSED True, ${then}`;
  const command = `\`kubectl annotate ${about} --overwrite autoscaling.keda.sh/paused=true ${others}\``;
  return {
    code: 'scaled-by-keda',
    reason: `${called} is scaled by KEDA ScaledObject ${name}, which would start it again while the schema goes back${why[pause]}.`,
    advice:
      pause === 'ordered'
        ? `Wait until KEDA has paused it. ${seenPaused}.`
        : `${pause === 'one-way' ? `${unpause(about)} Then pause` : 'Pause'} it: ${command}. ${seenPaused}; take the annotation away when that is done.`,
  };
}

/** What would keep `paused` from meaning what it says. */
const others =
  'autoscaling.keda.sh/paused-replicas- autoscaling.keda.sh/paused-scale-in- autoscaling.keda.sh/paused-scale-out-';

/**
 * KEDA that takes it for paused already looks no further, and its autoscaler stays.
 * https://github.com/kedacore/keda/blob/main/controllers/keda/scaledobject_controller.go (reconcileScaledObject)
 */
function unpause(about: string): string {
  return `Take every pause of it away first, or KEDA does not take the whole one up: \`kubectl annotate ${about} autoscaling.keda.sh/paused- ${others}\`, and wait until \`kubectl get ${about}\` shows PAUSED False.`;
}

const why: Record<KedaScaling['pause'], string> = {
  none: '',
  ordered: ': it is annotated to be paused, and KEDA has not confirmed that yet',
  held: ': autoscaling.keda.sh/paused-replicas keeps it at a number that is not 0',
  'at-zero': '',
  'left-alone': '',
  'one-way':
    ': KEDA says that it is paused, and scales it still, for only one direction is, or was when all of it was paused',
};

/** What stays as a person set it, for Lastgood takes no pause away; null where nothing is paused. */
export function pausedInWords(called: string, { name, pause }: KedaScaling): string | null {
  const by = `KEDA ScaledObject ${name}`;
  if (pause === 'at-zero')
    return `${by} keeps ${called} at 0 until its annotation autoscaling.keda.sh/paused-replicas is taken away: take it away once this is done, or nothing of it runs.`;
  if (pause === 'left-alone')
    return `${by} is paused, and stays so: take its annotation autoscaling.keda.sh/paused away once this is done, or nothing scales ${called}.`;
  return null;
}
