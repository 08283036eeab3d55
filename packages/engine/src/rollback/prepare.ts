import {
  type AskedRollback,
  allWays,
  composeGroup,
  composePlan,
  isAskedAgain,
  lookedAt,
  type PlanResult,
  type RollbackTrigger,
  type ServiceKey,
  type StopCondition,
  triggersIn,
  type Way,
  withIncluded,
  withUnregistered,
} from '@lastgood/domain';
import { adviseNextTarget } from './advise-next-target.ts';
import { availableKinds } from './apply-step.ts';
import { type FactsAsked, type GatherDependencies, gatherFacts } from './gather-facts.ts';
import { seeUnregistered } from './see-unregistered.ts';
import type { WorkContext } from './work-context.ts';

/** neededFacts -> gather -> composePlan for a queued run. */
export async function prepareRun(
  deps: GatherDependencies,
  context: WorkContext,
  signal: AbortSignal,
  ways: readonly Way[] = allWays,
): Promise<PlanResult> {
  const { service, deployment, target, run, members } = context;
  const triggers = triggersIn(run.evidence);
  const { accepting, including, removing } = run;
  const named = { accepting, including, removing };
  if (!members) return planFor(deps, { service, deployment, target, triggers, ...named, signal, ways });
  return planGroup(deps, {
    members,
    asked: service.key,
    stopCondition: run.stopCondition,
    triggers,
    ...named,
    signal,
    ways,
  });
}

/** Which services go back together, in their order, and for which of them it was asked. */
export interface GroupAsked
  extends Pick<FactsAsked, 'triggers' | 'accepting' | 'including' | 'removing' | 'signal' | 'ways'> {
  members: readonly AskedRollback[];
  asked: ServiceKey;
  stopCondition?: StopCondition | undefined;
}

/** The same for a group: what each member would be planned alone, as one. What had fired of a member is asked again of it. */
export async function planGroup(deps: GatherDependencies, group: GroupAsked): Promise<PlanResult> {
  const { members, asked, stopCondition = 'any-failure', accepting, removing, signal, ways } = group;
  const planned = await Promise.all(
    members.map(async (member) => {
      const { service, deployment, target } = member;
      const triggers = service.key === asked ? group.triggers : await firedOf(deps, deployment.id);
      const result = await planFor(deps, {
        service,
        deployment,
        target,
        triggers,
        accepting,
        including: ofMember(member, group),
        // A name says nothing of whose it is: it is meant of the service that was asked for.
        removing: service.key === asked ? removing : undefined,
        signal,
        ...(ways ? { ways } : {}),
      });
      return { member, result };
    }),
  );
  const place = members.findIndex(({ service }) => service.key === asked);
  return composeGroup(planned, place, stopCondition);
}

/** What fires of whoever goes back along is kept with no command: it is asked again as it stands when the plan is made. */
async function firedOf({ deployments }: GatherDependencies, id: string): Promise<RollbackTrigger[]> {
  return (await deployments.judgedTriggers(id)).filter(isAskedAgain).map(({ trigger }) => trigger);
}

/** The plan of a run and the preview of the button are made here, from the same ports: neither can promise what the other cannot do. */
export async function planFor(deps: GatherDependencies, asked: FactsAsked): Promise<PlanResult> {
  const seen = await seeUnregistered(deps, asked);
  const { unregistered } = seen;
  const deployment = withIncluded(asked.deployment, unregistered);
  const facts = { ...(await gatherFacts(deps, { ...asked, deployment })), seen };
  const result = composePlan(facts, availableKinds(deps.ports), asked.ways);
  return withUnregistered(await adviseNextTarget(deps, facts, result, asked.signal), unregistered);
}

/** Each member is told the names of what it declares; the one that was asked for also those that nobody does. */
function ofMember(
  member: AskedRollback,
  { members, asked, including = [], ways = allWays }: GroupAsked,
): string[] {
  const namesOf = (one: AskedRollback) => lookedAt(one.service, ways).map(({ name }) => name);
  const own = namesOf(member);
  const all = members.flatMap(namesOf);
  return including.filter(
    (name) => own.includes(name) || (member.service.key === asked && !all.includes(name)),
  );
}
