import type { IncidentLane, IncidentView } from '@lastgood/api-client';
import { spokenDuration } from '../time/duration.ts';
import { clockSeconds } from '../time/moment.ts';

/** The picture in words, for those who cannot see it and as the head of its page. */
export function incidentSummary(view: IncidentView, now: number, timeZone?: string): string {
  const { lanes, from, to } = view;
  const clock = (at: string) => clockSeconds(Date.parse(at), timeZone);
  const lasted = spokenDuration(((to === null ? now : Date.parse(to)) - Date.parse(from)) / 1000);
  const when =
    to === null
      ? `since ${clock(from)}, going on for ${lasted}`
      : `${clock(from)} to ${clock(to)}, ${lasted}`;
  const what = lanes.map(laneWords).join('; ');
  const count = lanes.length + view.moreServices;
  return `${count === 1 ? '1 service' : `${count} services`}, ${when}: ${what}.`;
}

function laneWords({ serviceName, marks, spans }: IncidentLane): string {
  const has = (kind: string) => marks.some((mark) => mark.kind === kind);
  const isOpen = (kind: string) => spans.some((span) => span.kind === kind && span.to === null);
  const words = [
    has('deploy') && 'deployed',
    isOpen('firing') ? 'firing' : has('fired') ? 'fired' : isOpen('pending') ? 'pending' : null,
    has('restrained') && 'not rolled back by itself',
    ...rollbackWords(marks, isOpen('rollback')),
    has('acknowledged') && 'acknowledged',
  ].filter(Boolean);
  return `${serviceName} ${words.length > 0 ? words.join(', ') : 'in trouble'}`;
}

/** What became of its rollbacks, in order: what was resumed after a stop has not stopped last. */
function rollbackWords(marks: IncidentLane['marks'], isOpen: boolean): string[] {
  const last = (kind: string) =>
    Math.max(...marks.filter((mark) => mark.kind === kind).map(({ at }) => Date.parse(at)));
  const said: [words: string, at: number][] = [
    ['rollback stopped', last('stopped')],
    ['rolled back and verified', last('verified')],
    ['rolling back', isOpen ? Number.POSITIVE_INFINITY : Number.NEGATIVE_INFINITY],
  ];
  return said
    .filter(([, at]) => at !== Number.NEGATIVE_INFINITY)
    .sort(([, a], [, b]) => a - b)
    .map(([words]) => words);
}

const links: Record<IncidentLane['link']['kind'], string> = {
  asked: '',
  dependency: 'one depends on the other',
  shared_dependency: 'both depend on the same service',
  same_run: 'taken back together',
  same_pipeline: 'brought by the same pipeline',
  deployed_before: 'it depends on this, which was deployed about then',
};

/** Why a service is in the picture: `with search: one depends on the other`; empty for the one asked about. */
export function linkWords({ link }: IncidentLane): string {
  const to = link.to?.split('/').at(-1);
  return to ? `with ${to}: ${links[link.kind]}` : '';
}
