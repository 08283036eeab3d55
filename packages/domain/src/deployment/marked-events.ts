import { eventAbout, type NewEvent } from '../audit/events.ts';
import type { Deployment } from './deployment.ts';
import type { DeploymentMark } from './mark.ts';
import { releaseName } from './release-words.ts';

type Marked = Pick<Deployment, 'id' | 'service' | 'release' | 'version' | 'origin'>;

/** What the timeline says of it: "ada marked v42 (release 3) bad: lost orders". */
export function markedEvent({ id, service, ...named }: Marked, mark: DeploymentMark): NewEvent {
  const { verdict, by, note, at } = mark;
  const text = `${by} marked ${releaseName(named)} ${verdict}${note === null ? '.' : `: ${note}`}`;
  const data = { by, verdict, note };
  return eventAbout({ type: 'deployment.marked', at, service, deploymentId: id, text, data });
}

/** What it says of a mark that somebody took back. */
export function unmarkedEvent(
  { id, service, ...named }: Marked,
  was: DeploymentMark,
  by: string,
  at: number,
): NewEvent {
  const text = `${by} took back the mark of ${releaseName(named)}, which ${was.by} had called ${was.verdict}.`;
  const data = { by, was: was.verdict };
  return eventAbout({ type: 'deployment.unmarked', at, service, deploymentId: id, text, data });
}
