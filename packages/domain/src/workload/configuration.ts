export const configurationKinds = ['ConfigMap', 'Secret'] as const;

/** A ConfigMap or a Secret in the namespace of the workload that names it. */
export interface ConfigurationRef {
  kind: (typeof configurationKinds)[number];
  name: string;
}

/** `optional`: pods start without it, too. */
export interface NamedConfiguration extends ConfigurationRef {
  optional: boolean;
}

/** What an object holds, without a value: keyed digests tell whether two states are the same, and nothing else. */
export interface HeldConfiguration {
  kind: 'there';
  /** `hmac-sha256:KEY:...` of all that it holds. Those of two keys cannot be compared. */
  digest: string;
  /** Key to the beginning of a keyed digest of its value; at most `mostKeys`. */
  keys: Record<string, string>;
  immutable?: true;
  /** Why its contents are not kept, in words; absent where they are. */
  notKept?: string;
}

/** `unread`: whether it is there, or what it holds, could not be told. */
export type ConfigurationState = HeldConfiguration | { kind: 'absent' } | { kind: 'unread'; reason: string };

/** As a release served with it, or was seen to. */
export interface RecordedConfiguration extends NamedConfiguration {
  state: ConfigurationState;
}

/** Contents as they are kept: only whoever has sealed them can open them. */
export interface KeptContent {
  digest: string;
  /** Base64. */
  sealed: string;
}

/** Keys of one object of which is told which of them changed. */
export const mostKeys = 200;
/** Objects of one workload that are recorded. */
export const mostConfigurations = 50;

/** "ConfigMap shop-config" */
export function configurationInWords({ kind, name }: ConfigurationRef): string {
  return `${kind} ${name}`;
}

export function isSameConfiguration(one: ConfigurationRef, other: ConfigurationRef): boolean {
  return one.kind === other.kind && one.name === other.name;
}

/** Whether both digests were made with one key. */
export function isComparable(one: HeldConfiguration, other: HeldConfiguration): boolean {
  return one.digest.split(':')[1] === other.digest.split(':')[1];
}

/** The objects of both lists that are known to hold different things; what one of them does not know differs from nothing. */
export function changedConfiguration(
  one: readonly RecordedConfiguration[] = [],
  other: readonly RecordedConfiguration[] = [],
): ConfigurationRef[] {
  return one.filter((ours) => {
    const theirs = other.find((each) => isSameConfiguration(each, ours));
    return theirs !== undefined && isKnownToDiffer(ours.state, theirs.state);
  });
}

export function isKnownToDiffer(one: ConfigurationState, other: ConfigurationState): boolean {
  if (one.kind === 'unread' || other.kind === 'unread') return false;
  if (one.kind !== 'there' || other.kind !== 'there') return one.kind !== other.kind;
  return isComparable(one, other) && one.digest !== other.digest;
}

/** Whether both looks tell the same, in whatever order: that an object could not be read tells nothing, for whatever reason. */
export function tellsTheSame(
  one: readonly RecordedConfiguration[],
  other: readonly RecordedConfiguration[],
): boolean {
  if (one.length !== other.length) return false;
  return one.every((ours) => {
    const theirs = other.find((each) => isSameConfiguration(each, ours));
    return theirs?.optional === ours.optional && isSameState(ours.state, theirs.state);
  });
}

function isSameState(one: ConfigurationState, other: ConfigurationState): boolean {
  if (one.kind !== 'there' || other.kind !== 'there') return one.kind === other.kind;
  return one.digest === other.digest && one.immutable === other.immutable && one.notKept === other.notKept;
}

/** "LOG_LEVEL changed, FEATURE added": what one has to become to be the other. */
export function changedKeys(
  one: HeldConfiguration,
  other: HeldConfiguration,
): { key: string; how: 'changed' | 'added' | 'removed' }[] {
  const names = [...new Set([...Object.keys(one.keys), ...Object.keys(other.keys)])].sort();
  return names.flatMap((key): { key: string; how: 'changed' | 'added' | 'removed' }[] => {
    const [ours, theirs] = [one.keys[key], other.keys[key]];
    if (ours === theirs) return [];
    if (ours === undefined) return [{ key, how: 'added' }];
    return [{ key, how: theirs === undefined ? 'removed' : 'changed' }];
  });
}
