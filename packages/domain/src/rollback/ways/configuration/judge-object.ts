import { releaseName } from '../../../deployment/release-words.ts';
import {
  type ConfigurationState,
  configurationInWords,
  type HeldConfiguration,
  isComparable,
  isKnownToDiffer,
} from '../../../workload/configuration.ts';
import { missingRightInWords } from '../../../workload/missing-right.ts';
import type { Owner } from '../../../workload/observation.ts';
import type { FoundConfiguration } from '../../need.ts';
import type { Refusal } from '../../refusal.ts';
import type { RollbackContext } from '../way.ts';
import { follows, type ReturningConfiguration } from './recorded.ts';

/**
 * What becomes of one object: it is set, it is left as it is and a person is told why (`why` without its name, for the outcome,
 * and so that several that are left are told as one), it needs nothing, or nothing can go back without it.
 */
export type ObjectVerdict =
  | { kind: 'set'; from: HeldConfiguration | null; to: HeldConfiguration; warnings: string[] }
  | { kind: 'stays'; why: string; warning: string }
  | { kind: 'left'; why: string }
  | { kind: 'unrecorded' }
  | { kind: 'in-place' }
  | { kind: 'refused'; refusal: Refusal };

/** Everything that is known of it. */
interface Known {
  object: ReturningConfiguration;
  found: FoundConfiguration;
  context: RollbackContext;
  name: string;
}

/** Judge: one object that the target's template names, as it is recorded and as it stands. */
export function judgeObject(
  object: ReturningConfiguration,
  found: FoundConfiguration,
  context: RollbackContext,
): ObjectVerdict {
  const name = configurationInWords(object);
  const known = { object, found, context, name };
  const { to } = object;
  const { state } = found.seen;
  if (!to || to.kind === 'unread') return unrecorded(known, to);
  if (to.kind === 'absent')
    return state.kind === 'there' && object.left?.kind === 'there'
      ? stays(name, `was not there in ${releaseName(context.target)}`, 'it stays as it is')
      : { kind: 'in-place' };
  if (state.kind === 'unread') return left(state.reason);
  if (state.kind === 'absent') return createdAgain(known, to);
  if (!isComparable(state, to)) return left('it was recorded under another key than the one configured now');
  if (state.digest !== to.digest) return setBack(known, state, to);
  const before = changedBefore(known);
  return before === null ? { kind: 'in-place' } : stays(name, before, 'it stays as it is');
}

/**
 * Null where nothing says so. A pipeline that applies configuration before it registers changes it there, and so does a person:
 * which of them it was nobody saw.
 */
function changedBefore({ object, context }: Known): string | null {
  const { served, to } = object;
  if (!served || !to || !isKnownToDiffer(served, to)) return null;
  const { target, deployment } = context;
  return `was changed between ${releaseName(target)} and the registration of ${releaseName(deployment)}`;
}

function left(why: string): ObjectVerdict {
  return { kind: 'left', why };
}

function stays(name: string, what: string, so: string): ObjectVerdict {
  return { kind: 'stays', why: `it ${what}`, warning: `${name} ${what}: ${so}.` };
}

/** Gone, and nobody knows what was in it: the pods of the target would not start. */
function unrecorded(
  { object, found, context, name }: Known,
  to: ConfigurationState | undefined,
): ObjectVerdict {
  const release = releaseName(context.target);
  const isGone = found.seen.state.kind === 'absent';
  if (isGone && !object.optional) return gone(name, release, `what it held in ${release} is not recorded`);
  if (to?.kind === 'unread') return left(to.reason);
  return isGone ? { kind: 'in-place' } : { kind: 'unrecorded' };
}

function gone(name: string, release: string, why: string): ObjectVerdict {
  return {
    kind: 'refused',
    refusal: {
      code: 'configuration-gone',
      reason: `${name}, which ${release} needs, is not there, and ${why}: its pods would not start.`,
      advice: `Create ${name} from its source, then plan again; or choose another release to return to.`,
    },
  };
}

/** Pruned, as configuration of earlier releases under names of their own is: nobody's value is overwritten. */
function createdAgain({ object, found, context, name }: Known, to: HeldConfiguration): ObjectVerdict {
  const why = to.notKept ?? whyNoRight(found);
  if (why === undefined) {
    const warnings = [`${name} is not there any more: it is created again as it was.`];
    return { kind: 'set', from: null, to, warnings };
  }
  if (object.optional) return stays(name, 'is not there any more and is not created again', why);
  return gone(name, releaseName(context.target), why);
}

function setBack(known: Known, now: HeldConfiguration, to: HeldConfiguration): ObjectVerdict {
  const { object, found, context, name } = known;
  const release = releaseName(context.deployment);
  const { left: asLeft } = object;
  if (!object.isNamedByRelease || (asLeft?.kind === 'there' && asLeft.digest === to.digest))
    return stays(name, `was changed after ${releaseName(context.target)} and not by ${release}`, 'it stays');
  if (asLeft?.kind === 'there' && isComparable(asLeft, now) && asLeft.digest !== now.digest)
    return {
      kind: 'stays',
      why: `somebody changed it since ${release}`,
      warning: `Somebody changed ${name} since ${release}: it stays as it is now; set it by hand if the target needs it otherwise.`,
    };
  const why = whyNotOurs(found) ?? whyImmutable(now) ?? to.notKept ?? whyNoRight(found);
  if (why !== undefined) return left(why);
  return { kind: 'set', from: now, to, warnings: warningsFor(known) };
}

/** Whoever writes it by itself would put its own contents back; what others use is not the release's to change. */
function whyNotOurs({ owner, usedBy }: FoundConfiguration): string | undefined {
  if (isController(owner))
    return `it belongs to ${owner.name} (${owner.evidence}), which would overwrite it; take the change back there`;
  if (usedBy.length === 0) return undefined;
  const more = usedBy.length > 3 ? ` and ${usedBy.length - 3} more` : '';
  return `${usedBy.slice(0, 3).join(', ')}${more} use it, too`;
}

function isController(owner: Owner): owner is Exclude<Owner, { kind: 'nobody' }> {
  return ['git-controller', 'delivery-controller', 'unknown-controller'].includes(owner.kind);
}

function whyImmutable({ immutable }: HeldConfiguration): string | undefined {
  return immutable ? 'it is immutable, so what it holds cannot be changed' : undefined;
}

function whyNoRight({ missingRights = [] }: FoundConfiguration): string | undefined {
  const [missing] = missingRights;
  return missing && missingRightInWords(missing).replace(/\.$/, '');
}

function warningsFor(known: Known): string[] {
  const { object, context, name } = known;
  const { deployment, target } = context;
  const warnings = ownerWarnings(known);
  if (object.left === undefined)
    warnings.push(
      `What ${releaseName(deployment)} left in ${name} is not recorded: whatever is there now goes back.`,
    );
  if (!follows(context) || deployment.origin === 'detected')
    warnings.push(
      `${name} goes back to what it held when ${releaseName(target)} was complete: what others have changed in it since goes, too.`,
    );
  const before = changedBefore(known);
  if (before !== null) warnings.push(`${name} ${before}: that stays.`);
  return warnings;
}

function ownerWarnings({ found: { owner }, name }: Known): string[] {
  const warnings: string[] = [];
  if (owner.kind === 'package-manager' || owner.kind === 'manual-apply')
    warnings.push(
      `${name} is managed by ${owner.name} (${owner.evidence}): its next apply of the bad release changes it again.`,
    );
  if (owner.kind === 'possible-controller')
    warnings.push(
      `${name} may be managed by ${owner.name} (${owner.evidence}): if it is, it changes it again by itself.`,
    );
  return warnings;
}
