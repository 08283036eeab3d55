import { eventAbout, type NewEvent } from '../audit/events.ts';
import { releaseFacts, type ToldRelease } from '../deployment/release-facts.ts';
import { aboutService, type ToldService } from '../notification/about-service.ts';
import type { Notification } from '../notification/notification.ts';
import { forOutside } from '../notification/outside-words.ts';
import type { ServiceKey } from '../service/service.ts';
import { formatInstant, formatSpan } from '../trigger/format.ts';
import {
  type DrillFacts,
  drillDueAt,
  drillState,
  everyDaysInWords,
  howToPractise,
} from './drill-standing.ts';
import { practiceInWords } from './practice.ts';

/*
 * That a drill is overdue is true by time alone, and that it is over by whatever happens: so both are judged from what is, by whoever
 * looks, and told with what is kept of it (`ToldOverdue`), in one transaction.
 */

/** What is kept of a drill that people were told is overdue, until they are told that it is not. */
export interface ToldOverdue {
  /** When they were told, epoch milliseconds: another lateness has another one. */
  at: number;
  /** The newest release then. */
  deploymentId: string;
  /** When it had been practised last then; null where it never was. */
  practisedAt: number | null;
}

/** What of a service its drills are judged from. */
export interface DrillSubject {
  key: ServiceKey;
  service: ToldService;
  isDeleted: boolean;
  facts: DrillFacts;
  /** The newest release, and of what was told the one that it named. */
  release: (ToldRelease & { id: string }) | null;
  /** A rollback is at work, or a page of the newest release is open: whoever is at that is not to be told of drills. */
  isBusy: boolean;
  told: ToldOverdue | null;
}

/** What becomes of a drill, to be written together. */
export interface DrillNews {
  told: ToldOverdue | null;
  event: NewEvent;
  notification: Notification;
}

/** Null where what was told is what is. */
export function drillNews(subject: DrillSubject, now: number): DrillNews | null {
  const { facts, isDeleted, told } = subject;
  const state = isDeleted ? 'undeclared' : drillState(facts, now);
  if (told === null) return state === 'overdue' && !subject.isBusy ? becameOverdue(subject, now) : null;
  return state === 'undeclared' || state === 'in-time' ? isOver(subject, told, now) : null;
}

function becameOverdue({ key, service, facts, release }: DrillSubject, now: number): DrillNews | null {
  const dueAt = drillDueAt(facts);
  if (facts.declared === null || dueAt === null || release === null) return null;
  const { last, declared } = facts;
  const often = everyDaysInWords(declared);
  const title = `${service.name}: its way back has not been practised for too long`;
  const practised =
    last === null
      ? 'It was never practised: no rollback was verified and no drill is recorded.'
      : `The last time: ${practiceInWords(last)}`;
  const text = `${practised} It is to be practised ${often}, so it is overdue since ${formatInstant(dueAt)} (for ${formatSpan(now - dueAt)}).`;
  return {
    told: { at: now, deploymentId: release.id, practisedAt: last?.at ?? null },
    event: eventAbout({
      ...{ type: 'drill.overdue', at: now, service: key },
      text: `The way back of ${service.name} has not been practised for too long. ${text}`,
      data: { everyDays: declared.everyDays, dueAt, practisedAt: last?.at ?? null },
    }),
    notification: {
      key: `drill/${key}/overdue/${now}`,
      ...{ kind: 'drill_overdue', urgency: 'info', at: now, title, text: forOutside(text) },
      ...{ service: key, deploymentId: release.id, runId: null, drill: { toldAt: now } },
      ...aboutService(service, {
        ...releaseFacts(release, null),
        next: { text: howToPractise(key), at: null },
      }),
    },
  };
}

/** Told to whoever was told that it is overdue, and to nobody else: see `isFollowing`. */
function isOver(subject: DrillSubject, told: ToldOverdue, now: number): DrillNews {
  const { key, service, release } = subject;
  const { title, text } = whyOver(subject, told);
  return {
    told: null,
    event: eventAbout({
      ...{ type: 'drill.over', at: now, service: key, text: `${title}. ${text}` },
      data: { toldAt: told.at },
    }),
    notification: {
      key: `drill/${key}/over/${told.at}`,
      ...{ kind: 'incident_over', urgency: 'info', at: now, title, text: forOutside(text) },
      ...{ service: key, deploymentId: told.deploymentId, runId: null, drill: { toldAt: told.at } },
      ...aboutService(service, {
        ...releaseFacts(release, null),
        next: { text: 'Nothing is left to do.', at: null },
      }),
    },
  };
}

function whyOver(
  { service: { name }, facts: { declared, last }, isDeleted }: DrillSubject,
  told: ToldOverdue,
): { title: string; text: string } {
  if (isDeleted)
    return { title: `${name} was deleted`, text: 'Nobody has to practise its way back any more.' };
  if (declared === null)
    return {
      title: `${name}: its way back need not be practised any more`,
      text: 'Its declaration does not ask for drills any more.',
    };
  const often = `It is to be practised ${everyDaysInWords(declared)}.`;
  if (last !== null && last.at !== told.practisedAt)
    return { title: `${name}: its way back was practised`, text: `${practiceInWords(last)} ${often}` };
  return {
    title: `${name}: its way back is not overdue for practice any more`,
    text: `Its declaration gives it more time now. ${often}`,
  };
}
