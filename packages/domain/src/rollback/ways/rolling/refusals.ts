import { releaseName } from '../../../deployment/release-words.ts';
import { sameTemplate } from '../../../workload/same-template.ts';
import type { WorkloadSnapshot } from '../../../workload/workload.ts';
import { templateRefusals } from '../../contracts/set-template.ts';
import type { AnsweredFact, WorkloadSeen } from '../../need.ts';
import type { Refusal } from '../../refusal.ts';
import { imageRefusals } from './images.ts';
import { currentUid, leftBehind, type RollingContext } from './needs.ts';
import { ownedWorkload } from './owned.ts';
import { rightRefusals } from './rights.ts';
import { storedTemplate } from './stored-template.ts';

/**
 * Why one workload cannot be returned to the target; empty when it can. Of one that somebody else sets, only that nothing could
 * bring the target back: whether its owner can be brought to it is judged by the way for that owner.
 */
export function refusalsFor(fact: AnsweredFact<'workload'>, context: RollingContext): Refusal[] {
  const { ask, answer } = fact;
  const { workload } = ask;
  const name = `${workload.kind} ${workload.namespace}/${workload.name}`;
  if (answer.kind === 'not-found') {
    return [
      {
        code: 'workload-gone',
        reason: `${name} is not there: ${answer.reason}.`,
        advice: 'Create it again from Git; a rollback cannot.',
      },
    ];
  }
  const { seen } = answer;
  if (!seen.to) {
    return [
      {
        code: 'target-unknown',
        reason: `What ${name} looked like in ${releaseName(context.target)} was never recorded.`,
        advice: 'Choose another release to return to.',
      },
    ];
  }
  const images = imageRefusals(seen, ask.to ?? seen.to, context);
  if (isSetByOwner(fact, context)) return images;
  return [
    ...rightRefusals(seen),
    ...objectRefusals(ask, seen, seen.to, context),
    ...onDeleteRefusals(name, seen, seen.to, context),
    ...images,
    ...admissionRefusals(name, seen),
  ];
}

/** What a delivery controller brings out gets its template from Lastgood all the same. */
function isSetByOwner(fact: AnsweredFact<'workload'>, context: RollingContext): boolean {
  const owned = ownedWorkload(fact, context);
  return owned !== null && owned.by.kind !== 'delivery-controller';
}

/** Those of the step that will set the template. Where nobody saw what was deployed, any version may stand there. */
function objectRefusals(
  { workload }: AnsweredFact<'workload'>['ask'],
  seen: WorkloadSeen,
  to: WorkloadSnapshot,
  context: RollingContext,
): Refusal[] {
  const { observation } = seen;
  const { snapshot } = observation;
  const { templateDigest } = storedTemplate(seen, to);
  const left = leftBehind(context, workload);
  const isKnown = [left, to].some((known) => known && sameTemplate(known, snapshot));
  const { templateDigest: fromDigest } = isKnown || left === null ? snapshot : left;
  return templateRefusals(
    { workload, uid: currentUid(context, workload, to), fromDigest, templateDigest },
    { ...observation, ...snapshot },
  );
}

/** Its template would go back, and every pod would serve on as it is. */
function onDeleteRefusals(
  name: string,
  seen: WorkloadSeen,
  to: WorkloadSnapshot,
  { service }: RollingContext,
): Refusal[] {
  const { replacesPods, snapshot, progress } = seen.observation;
  const isThere = snapshot.templateDigest === storedTemplate(seen, to).templateDigest && progress.complete;
  if (replacesPods === 'by-itself' || isThere || service.policy.releaseOnDelete) return [];
  return [
    {
      code: 'pods-kept',
      reason: `${name} replaces a pod only when somebody deletes it (update strategy OnDelete): its pods would serve the bad version on after its template went back.`,
      advice:
        'Allow Lastgood to evict them one at a time (policy releaseOnDelete of the service) and plan again; or set the template back and delete the pods one by one yourself.',
    },
  ];
}

/** What the cluster would not take in the dry run. */
function admissionRefusals(name: string, { rehearsal }: WorkloadSeen): Refusal[] {
  if (rehearsal?.kind !== 'refused') return [];
  return [
    {
      code: 'template-refused',
      reason: `The cluster does not take the template of the target for ${name}: ${rehearsal.reason}.`,
      advice:
        'Look which rule of the cluster is newer than the target, or choose another release to return to.',
    },
  ];
}
