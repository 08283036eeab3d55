import type { WorkloadObservation } from '../../../workload/observation.ts';
import { judgeImages } from '../../../workload/pin-images.ts';
import type { WorkloadSnapshot } from '../../../workload/workload.ts';
import { templateRefusals } from '../../contracts/set-template.ts';
import type { AnsweredFact, WorkloadSeen } from '../../need.ts';
import type { Refusal } from '../../refusal.ts';
import { leftBehind, type RollingContext } from './needs.ts';
import { rightRefusals } from './rights.ts';

/** Why one workload cannot be returned to the target; empty when it can. */
export function refusalsFor({ ask, answer }: AnsweredFact<'workload'>, context: RollingContext): Refusal[] {
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
        reason: `What ${name} looked like in release ${context.target.release} was never recorded.`,
        advice: 'Choose another release to return to.',
      },
    ];
  }
  return [
    ...rightRefusals(seen),
    ...objectRefusals(ask, seen, seen.to, context),
    ...onDeleteRefusals(name, seen.observation, seen.to, context),
    ...imageRefusals(seen, seen.to),
  ];
}

/** Those of the step that will set the template. Where nobody saw what was deployed, any version may stand there. */
function objectRefusals(
  { workload }: AnsweredFact<'workload'>['ask'],
  { observation }: WorkloadSeen,
  { uid, templateDigest }: WorkloadSnapshot,
  context: RollingContext,
): Refusal[] {
  const { snapshot } = observation;
  const fromDigest = leftBehind(context, workload.name)?.templateDigest ?? snapshot.templateDigest;
  return templateRefusals({ workload, uid, fromDigest, templateDigest }, { ...observation, ...snapshot });
}

/** Its template would go back, and every pod would serve on as it is. */
function onDeleteRefusals(
  name: string,
  { replacesPods, snapshot, progress }: WorkloadObservation,
  to: WorkloadSnapshot,
  { service }: RollingContext,
): Refusal[] {
  const isThere = snapshot.templateDigest === to.templateDigest && progress.complete;
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

function imageRefusals({ evidence }: WorkloadSeen, to: WorkloadSnapshot): Refusal[] {
  return judgeImages(to, evidence).moved.map((moved) => ({
    code: 'image-moved',
    reason: `The tag ${moved}: the recorded template would start something else.`,
    advice: 'Push the recorded image under its tag again, or deploy the target by digest.',
  }));
}
