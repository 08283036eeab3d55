import type { StoredEvent } from '../audit/events.ts';
import { type Chain, chainsOf, rootOf } from './chains.ts';
import {
  type Incident,
  type IncidentDeployment,
  type IncidentFacts,
  type IncidentLane,
  type IncidentMark,
  type IncidentMarkKind,
  type IncidentSpan,
  incidentReachMs,
  mostIncidentLanes,
} from './incident.ts';
import { type Case, incidentMembers, type Member } from './incident-members.ts';
import { laneOrder } from './lane-order.ts';
import { breachSpans, runSpans, waitingSpans } from './lane-spans.ts';
import { markKind, triggerOf } from './mark-kind.ts';
import { milestonesOf } from './milestones.ts';

/** Of the picture: epoch milliseconds, its end null while trouble lasts. */
interface Axis {
  from: number;
  to: number | null;
}

/** The picture of what happened together with a deployment; null where the deployment is not among the facts. */
export function drawIncident(facts: IncidentFacts): Incident | null {
  const asked = facts.deployments.find(({ id }) => id === facts.deploymentId);
  if (!asked) return null;
  const { first, others, spans } = casesOf(facts, asked);
  const members = incidentMembers(first, others, facts);
  const byService = Map.groupBy(members, ({ case: { chain } }) => chain[0].service);
  const drawn = [...byService.keys()].slice(0, mostIncidentLanes);
  const axis = axisOf(
    drawn.flatMap((key) => byService.get(key) ?? []),
    facts.now,
  );
  const milestones = new Map(
    facts.runs.flatMap((one) => [
      ...milestonesOf(
        one,
        facts.events.filter(({ runId }) => runId === one.run.id),
      ),
    ]),
  );
  const lanes = laneOrder(new Set(drawn), facts.services).map((service) =>
    laneOf(byService.get(service) ?? [], spans, axis, marksOf(service, facts.events, axis, milestones)),
  );
  return { deploymentId: first.chain[0].id, ...axis, lanes, moreServices: byService.size - drawn.length };
}

/** The time in which a deployment and its rollbacks were in trouble; null without any. `to` is now while it lasts. */
export function troubleOf(facts: IncidentFacts): { from: number; to: number } | null {
  const asked = facts.deployments.find(({ id }) => id === facts.deploymentId);
  return asked ? casesOf(facts, asked).first.trouble : null;
}

function casesOf(facts: IncidentFacts, asked: IncidentDeployment) {
  const chains = chainsOf(facts.deployments);
  const spans = new Map(facts.deployments.map((one) => [one.id, spansOf(one, facts)]));
  const root = rootOf(asked, new Map(facts.deployments.map((one) => [one.id, one])));
  const toCase = (chain: Chain): Case => ({
    chain,
    trouble: hull(
      chain.flatMap(({ id }) => spans.get(id) ?? []),
      facts.now,
    ),
  });
  const own = chains.get(root.id) ?? [root];
  const others = [...chains.values()].filter((chain) => chain !== own).map(toCase);
  return { first: toCase(own), others, spans };
}

function spansOf(deployment: IncidentDeployment, { events, runs }: IncidentFacts): IncidentSpan[] {
  const about = events.filter(({ deploymentId }) => deploymentId === deployment.id).sort(inOrder);
  const breaches = breachSpans(deployment, about);
  const own = runs.filter(({ run }) =>
    (run.members ?? [run]).some(({ deploymentId }) => deploymentId === deployment.id),
  );
  return [
    ...breaches,
    ...waitingSpans(deployment, about, breaches),
    ...own.flatMap((one) => runSpans(one, deployment.id)),
  ];
}

function hull(spans: readonly IncidentSpan[], now: number): Case['trouble'] {
  // What could not be asked is no trouble of its own beside a breach or a rollback: it neither begins nor prolongs it.
  const telling = spans.filter(({ kind }) => kind !== 'unseen');
  const all = telling.length > 0 ? telling : spans;
  if (all.length === 0) return null;
  const ends = all.map(({ to }) => to ?? now);
  return { from: Math.min(...all.map(({ from }) => from)), to: Math.max(...ends) };
}

/**
 * From the first thing that happened to the end of the last trouble; open while any lasts. That something else came out long before,
 * and was in trouble while it stood, is not what happened here.
 */
function axisOf(members: readonly Member[], now: number): Axis {
  const troubles = members.flatMap(({ case: { trouble } }) => trouble ?? []);
  const [own, ...starts] = members.map(({ case: { chain } }) => chain[0].startedAt);
  const began = Math.min(...(own === undefined ? [] : [own]), ...troubles.map(({ from }) => from));
  const ends = [
    ...troubles.map(({ to }) => to),
    ...members.flatMap(({ case: { chain } }) => chain.map(({ startedAt }) => startedAt)),
  ];
  const to = Math.max(...ends);
  return {
    from: Math.min(began, ...starts.filter((at) => at >= began - incidentReachMs)),
    to: troubles.some((one) => one.to >= now) ? null : to,
  };
}

function marksOf(
  service: string,
  events: readonly StoredEvent[],
  { from, to }: Axis,
  milestones: ReadonlyMap<number, IncidentMarkKind>,
): IncidentMark[] {
  return events
    .filter((one) => one.service === service && one.at >= from && (to === null || one.at <= to))
    .sort(inOrder)
    .map((event) => ({
      kind: milestones.get(event.id) ?? markKind(event),
      event,
      trigger: event.runId === null ? triggerOf(event) : null,
    }));
}

function laneOf(
  members: readonly Member[],
  spans: ReadonlyMap<string, IncidentSpan[]>,
  { from: begin, to: end }: Axis,
  marks: IncidentMark[],
): IncidentLane {
  const [first] = members;
  if (!first) throw new Error('a lane has a member');
  const deployments = members
    .flatMap(({ case: { chain } }) => chain)
    .sort((a, b) => a.startedAt - b.startedAt || a.release - b.release);
  return {
    service: first.case.chain[0].service,
    link: first.link,
    deployments,
    spans: deployments
      .flatMap(({ id }) => spans.get(id) ?? [])
      .filter(({ from, to }) => (end === null || from <= end) && (to === null || to >= begin))
      .sort((a, b) => a.from - b.from),
    marks,
  };
}

/** Ids break ties only: they are given when a row is written, and slots are judged a little after their instant. */
const inOrder = (a: StoredEvent, b: StoredEvent) => a.at - b.at || a.id - b.id;
