import type { Aspect, Difference } from './difference.ts';
import { argumentsInWords, isHidden } from './hidden-value.ts';
import { asText, isObject, type Part } from './members.ts';

/** A value as it is told. */
export interface Told {
  text: string;
  hidden: boolean;
}

/** Null where both say the same. A side that is undefined is not there. */
export function differing(
  aspect: Aspect,
  path: string,
  before: Told | undefined,
  after: Told | undefined,
  areEqual: boolean,
): Difference[] {
  if (areEqual || (!before && !after)) return [];
  const hidden = (before?.hidden ?? false) || (after?.hidden ?? false);
  // What reads the same, as a default that one side writes out, would tell nobody anything.
  if (!hidden && before?.text === after?.text) return [];
  const kind = !before ? 'added' : !after ? 'removed' : 'changed';
  const said = (one: Told | undefined) => (one ? (hidden ? '•••' : one.text) : null);
  return [{ aspect, path, before: said(before), after: said(after), kind, hidden }];
}

/** Compares leaf by leaf; lists are leaves. Names of what is compared tell what is hidden. */
export function compareLeaves(aspect: Aspect, path: string, before: Part, after: Part): Difference[] {
  if (asText(before ?? null) === asText(after ?? null)) return [];
  if (isObject(before) || isObject(after)) {
    if ((before == null || isObject(before)) && (after == null || isObject(after))) {
      const [ours, theirs] = [before ?? {}, after ?? {}];
      const keys = [...new Set([...Object.keys(ours), ...Object.keys(theirs)])];
      return keys.flatMap((key) => compareLeaves(aspect, `${path} ${key}`, ours[key], theirs[key]));
    }
  }
  const told = (value: Part) => (value == null ? undefined : tell(path, value));
  return differing(aspect, path, told(before), told(after), false);
}

function tell(path: string, value: Part): Told {
  const text = asText(value);
  const name = path.split(/[ ,]/).at(-1) ?? '';
  return { text, hidden: isHidden(name, text) || hasHiddenMember(value) };
}

/** A header of a probe, an annotation: `{name, value}`, or a member, somewhere within. */
export function hasHiddenMember(value: Part): boolean {
  if (Array.isArray(value))
    return (
      argumentsInWords(value.filter((one) => typeof one === 'string')).hidden || value.some(hasHiddenMember)
    );
  if (typeof value === 'string') return isHidden('', value);
  if (!isObject(value)) return false;
  const { name, value: its } = value;
  if (typeof name === 'string' && typeof its === 'string' && isHidden(name, its)) return true;
  return Object.entries(value).some(
    ([key, part]) => (typeof part === 'string' && isHidden(key, part)) || hasHiddenMember(part),
  );
}
