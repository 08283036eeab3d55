import { mostTold, type ToldAlert } from '@lastgood/domain/alert/told-alert';
import { soundInstant } from '@lastgood/domain/instant-after';
import { truncate } from '@lastgood/domain/truncate';

/** What keeps an alert from being read, in a few words. */
export interface UnreadableAlert {
  unreadable: string;
}

export interface ReadAlert {
  told: ToldAlert;
  /** The name of a label that is left out, for it is longer than any that is asked for; null where all are there. */
  without: string | null;
}

/**
 * An alert of a message; annotations and addresses are for people and are not kept.
 *
 * No trigger can ask for a label that is longer than what is kept of one, so without it the alert is found by whatever finds it with it.
 */
export function readAlert(given: unknown): ReadAlert | UnreadableAlert {
  if (typeof given !== 'object' || given === null) return { unreadable: 'no members' };
  const { status, labels, startsAt, endsAt, fingerprint } = given as Record<string, unknown>;
  if (status !== 'firing' && status !== 'resolved') return { unreadable: 'no status' };
  if (typeof fingerprint !== 'string' || !fingerprintForm.test(fingerprint))
    return { unreadable: 'no fingerprint, or one that is too long' };
  const read = readLabels(labels);
  if (typeof read === 'string') return { unreadable: read };
  const { kept, without } = read;
  const start = instantOf(startsAt);
  if (start === null) return { unreadable: 'no instant in startsAt' };
  // Of what fires it is the year 1: the zero of its language.
  const end = status === 'resolved' ? (instantOf(endsAt) ?? start) : null;
  return { told: { fingerprint, labels: kept, status, startsAt: start, endsAt: end }, without };
}

const fingerprintForm = new RegExp(`^[A-Za-z0-9_-]{1,${mostTold.fingerprint}}$`);

/** Why not, in a few words. */
function readLabels(given: unknown): { kept: Record<string, string>; without: string | null } | string {
  if (typeof given !== 'object' || given === null || Array.isArray(given)) return 'no labels';
  const labels = Object.entries(given);
  if (labels.length > mostTold.labels) return `more than ${mostTold.labels} labels`;
  const odd = labels.find(([, value]) => typeof value !== 'string');
  if (odd) return `a label that is no text: ${shortened(odd[0])}`;
  const isKept = ([name, value]: [string, string]) =>
    name.length <= mostTold.labelName && value.length <= mostTold.labelValue;
  const texts = labels as [string, string][];
  const kept = texts.filter(isKept);
  const length = kept.reduce((sum, [name, value]) => sum + name.length + value.length, 0);
  if (length > mostTold.labelText) return `labels of more than ${mostTold.labelText} characters together`;
  const [left] = texts.find((one) => !isKept(one)) ?? [null];
  return { kept: Object.fromEntries(kept), without: left === null ? null : shortened(left) };
}

/** What people call an alert that may be anything, to find it by; empty where it has no name. */
export function nameIn(given: unknown): string {
  const { labels } = (given ?? {}) as { labels?: unknown };
  const { alertname } = (labels ?? {}) as { alertname?: unknown };
  return typeof alertname === 'string' ? shortened(alertname) : '';
}

const mostShown = 100;

function shortened(text: string): string {
  return truncate(text, mostShown);
}

/** RFC 3339, to the millisecond. */
function instantOf(given: unknown): number | null {
  const at = typeof given === 'string' ? Date.parse(given) : Number.NaN;
  return Number.isNaN(at) ? null : soundInstant(at);
}
