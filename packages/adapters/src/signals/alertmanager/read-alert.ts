import { mostTold, type ToldAlert } from '@lastgood/domain/alert/told-alert';
import { soundInstant } from '@lastgood/domain/instant-after';

/** What keeps an alert from being read, in a few words. */
export interface UnreadableAlert {
  unreadable: string;
}

/** An alert of a message; annotations and addresses are for people and are not kept. */
export function readAlert(given: unknown): ToldAlert | UnreadableAlert {
  if (typeof given !== 'object' || given === null) return { unreadable: 'no members' };
  const { status, labels, startsAt, endsAt, fingerprint } = given as Record<string, unknown>;
  if (status !== 'firing' && status !== 'resolved') return { unreadable: 'no status' };
  if (typeof fingerprint !== 'string' || !fingerprintForm.test(fingerprint))
    return { unreadable: 'no fingerprint, or one that is too long' };
  const read = readLabels(labels);
  if (typeof read === 'string') return { unreadable: read };
  const start = instantOf(startsAt);
  if (start === null) return { unreadable: 'no instant in startsAt' };
  // Of what fires it is the year 1: the zero of its language.
  const end = status === 'resolved' ? (instantOf(endsAt) ?? start) : null;
  return { fingerprint, labels: read, status, startsAt: start, endsAt: end };
}

const fingerprintForm = new RegExp(`^[A-Za-z0-9_-]{1,${mostTold.fingerprint}}$`);

/** Why not, in a few words. */
function readLabels(given: unknown): Record<string, string> | string {
  if (typeof given !== 'object' || given === null || Array.isArray(given)) return 'no labels';
  const labels = Object.entries(given);
  if (labels.length > mostTold.labels) return `more than ${mostTold.labels} labels`;
  for (const [name, value] of labels) {
    if (typeof value !== 'string') return 'a label that is no text';
    if (name.length > mostTold.labelName)
      return `a label with a name of more than ${mostTold.labelName} characters`;
    if (value.length > mostTold.labelValue) return `a label of more than ${mostTold.labelValue} characters`;
  }
  return Object.fromEntries(labels as [string, string][]);
}

/** RFC 3339, to the millisecond. */
function instantOf(given: unknown): number | null {
  const at = typeof given === 'string' ? Date.parse(given) : Number.NaN;
  return Number.isNaN(at) ? null : soundInstant(at);
}
