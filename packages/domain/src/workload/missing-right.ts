/** What a right is needed for; without the others Lastgood sees less, or cannot help a StatefulSet that is stuck. */
export type RightPurpose = 'rolling-back' | 'following' | 'releasing-stuck-pods' | 'setting-configuration';

/** A right that Lastgood needs for a workload and that its cluster does not grant. */
export interface MissingRight {
  /** "patch deployments in namespace shop" */
  may: string;
  /** What the role must say, as a line of YAML. */
  rule: string;
  purpose: RightPurpose;
}

/** `unreachable`: nobody knows whether a right is missing. */
export type RightsResult =
  | { kind: 'known'; missing: MissingRight[] }
  | { kind: 'unreachable'; reason: string };

const consequences: Record<RightPurpose, string> = {
  'rolling-back': 'it cannot roll back',
  following: 'it cannot follow what is deployed',
  'releasing-stuck-pods': 'it cannot release pods that a StatefulSet leaves stuck',
  'setting-configuration': 'it cannot set configuration back',
};

/** Why it matters, and what to add to the role. */
export function missingRightInWords({ may, rule, purpose }: MissingRight): string {
  return `Lastgood may not ${may}: ${consequences[purpose]}. Add to its role: ${rule}`;
}
