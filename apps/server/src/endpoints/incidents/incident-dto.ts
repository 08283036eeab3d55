import {
  type Incident,
  type IncidentDeployment,
  type IncidentMark,
  type IncidentSpan,
  incidentMarginMs,
} from '@lastgood/domain';
import type { IncidentRow } from '@lastgood/store/views/view-rows';
import { iso, seconds } from '../../wire/instant.ts';
import { bytesOf, mostBytes } from '../within.ts';
import type * as wire from './incident-schema.ts';

export function toIncidentView(incident: Incident, { facts, names, isCut }: IncidentRow): wire.IncidentView {
  const marks = newest(incident);
  const lanes = incident.lanes.map(
    ({ service, link, deployments, spans, marks: own }): wire.IncidentLane => ({
      service,
      serviceName: names.get(service) ?? service,
      link: { kind: link.kind, to: 'to' in link ? link.to : null },
      deployments: deployments.map(toDeployment),
      spans: spans.map(toSpan),
      marks: own.flatMap(({ event }) => marks.get(event.id) ?? []),
    }),
  );
  const all = incident.lanes.reduce((sum, lane) => sum + lane.marks.length, 0);
  return {
    at: iso(facts.now),
    deploymentId: incident.deploymentId,
    from: iso(incident.from),
    to: iso(incident.to),
    lanes,
    moreServices: incident.moreServices,
    marginSeconds: seconds(incidentMarginMs),
    isCut: isCut || marks.size < all,
  };
}

/** The newest marks that an answer has room for, over all lanes, by the id of their event. */
function newest({ lanes }: Incident): Map<number, wire.IncidentMark> {
  const all = lanes.flatMap(({ marks }) => marks).sort((a, b) => b.event.at - a.event.at);
  const shown = new Map<number, wire.IncidentMark>();
  let bytes = 0;
  for (const one of all) {
    const mark = toMark(one);
    bytes += bytesOf(mark);
    if (bytes > mostBytes / 2) break;
    shown.set(mark.id, mark);
  }
  return shown;
}

function toMark({ kind, event, trigger }: IncidentMark): wire.IncidentMark {
  const { id, at, type, text, deploymentId, runId } = event;
  return { id, at: iso(at), kind, type, text, trigger, deploymentId, runId };
}

function toSpan({ from, to, ...span }: IncidentSpan): wire.IncidentLane['spans'][number] {
  return { ...span, from: iso(from), to: iso(to) };
}

function toDeployment(one: IncidentDeployment): wire.IncidentLane['deployments'][number] {
  const { id, release, version, origin, previousDeploymentId } = one;
  const isRead = one.readUntil === null;
  return { id, release, version, origin, startedAt: iso(one.startedAt), isRead, previousDeploymentId };
}
