import { cooldownLeftMs } from '../deployment/eligibility.ts';
import { jumpOf } from '../deployment/jump.ts';
import { releaseName } from '../deployment/release-words.ts';
import { formatMoment, formatReading, formatSpan } from '../trigger/format.ts';
import { triggerKind } from '../trigger/kinds/index.ts';
import { readingInWords } from '../trigger/reading-in-words.ts';
import type { BrakesBasis, KeptBasis, RestraintBasis, VetoBasis } from './basis.ts';
import type { Decision, TriggerEvidence } from './decision.ts';
import type { GuardRecord, LookedBack } from './guard.ts';
import { isKept } from './replay-decision.ts';

/** One thing that may hold a rollback back, with what it was judged from, in words. */
export interface RestraintEvidence {
  kind: 'veto' | 'cooldown' | 'brakes' | 'group' | 'target' | 'words';
  /** Whether it held the rollback back. */
  restrains: boolean;
  sentence: string;
  /** What that rests on, a line each; `mostFacts` at the most. */
  facts: string[];
}

const mostFacts = 25;

/** What spoke for and against a rollback by itself, whether it held it back or not. Empty where none was wanted. */
export function restraintEvidence(decision: Decision): RestraintEvidence[] {
  const { wanted, restraints, basis } = decision;
  if (wanted !== 'roll_back') return [];
  if (!isKept(basis))
    return restraints.map((sentence) => ({ kind: 'words', restrains: true, sentence, facts: [] }));
  const all = [
    ...decision.guards.map((guard) => vetoEvidence(guard, decision, basis)),
    cooldownEvidence(decision, basis.restraints),
    targetEvidence(decision, basis.restraints),
    ...groupEvidence(decision),
    ...(basis.brakes ? [brakesEvidence(decision, basis.brakes)] : []),
  ];
  const said = all.map(({ sentence }) => sentence);
  const unsaid = restraints.filter((one) => !said.some((sentence) => sentence.includes(one)));
  return [
    ...all.map((one) => ({ ...one, facts: bounded(one.facts) })),
    ...unsaid.map((sentence) => ({ kind: 'words' as const, restrains: true, sentence, facts: [] })),
  ];
}

function bounded(facts: readonly string[]): string[] {
  const more = facts.length - mostFacts;
  return more > 0 ? [...facts.slice(0, mostFacts - 1), `and ${more + 1} more`] : [...facts];
}

function vetoEvidence(
  guard: GuardRecord,
  { evidence, trigger, slot }: Decision,
  basis: KeptBasis,
): RestraintEvidence {
  const own = evidence.find((one) => one.trigger === guard.trigger);
  return {
    kind: 'veto',
    restrains: guard.outcome !== 'clear' && guard.trigger === trigger,
    sentence: `${guard.trigger}: ${guard.reason ?? 'nothing else is likelier at fault'}`,
    facts: [
      ...lookedBackFacts(guard, basis, own),
      ...dependenciesOf(guard, slot, basis),
      ...(guard.unknownSince === null
        ? []
        : [`evidence was missing since ${formatMoment(guard.unknownSince, guard.slot)}`]),
    ],
  };
}

/**
 * What was kept beside a decision is of its own slot. A guard that was carried over from an earlier one bears the dependencies that counted
 * then; of quiet ones nothing is known.
 */
function dependenciesOf(guard: GuardRecord, slot: number, { veto }: KeptBasis): string[] {
  if (guard.slot === slot) return veto ? dependencyFacts(veto, guard.slot) : [];
  const { dependencies } = guard;
  const asOf = `(as of ${formatMoment(guard.slot, slot)})`;
  if (dependencies.length === 0) return [`no deployment of a dependency spoke against it ${asOf}`];
  return dependencyFacts({ dependencies, dependenciesLeftOut: 0 }, guard.slot).map(
    (fact) => `${fact} ${asOf}`,
  );
}

function lookedBackFacts(
  { trigger, lookBack, slot }: GuardRecord,
  { asked }: KeptBasis,
  evidence: Pick<TriggerEvidence, 'unit' | 'definition'> | undefined,
): string[] {
  if (!lookBack) return ['the time before the deployment was not asked about'];
  const own = asked.filter((one) => one.trigger === trigger && one.about === 'before');
  const [first] = own;
  const when = first ? ` (at ${formatMoment(first.at, slot)})` : '';
  const companion = lookBack.samples ? [`its companion then: ${formatReading(lookBack.samples, '')}`] : [];
  return [
    ...seenBefore(lookBack, when, evidence),
    ...companion,
    ...own.map(
      ({ part, query, queryLength, answerDigest, askedIn }) =>
        `asked${askedIn === undefined ? '' : ` at ${formatMoment(askedIn, slot)}`} for its ${part}: ${query}${queryLength > query.length ? '…' : ''} (${answerDigest ?? 'no answer'})`,
    ),
  ];
}

/** In the words of its kind: the parts of a reading are not in its unit. */
function seenBefore(
  { reading, parts = [] }: LookedBack,
  when: string,
  evidence: Pick<TriggerEvidence, 'unit' | 'definition'> | undefined,
): string[] {
  const definition = evidence?.definition;
  if (!definition) return [`before the deployment${when}: ${formatReading(reading, evidence?.unit ?? '')}`];
  return [
    `before the deployment${when}: ${readingInWords(definition, reading, parts)}`,
    ...triggerKind(definition)
      .words(definition, parts)
      .map(({ title, text, limit }) => `${title}, then: ${text}${limit === null ? '' : `, fires ${limit}`}`),
  ];
}

function dependencyFacts(
  { dependencies, dependenciesLeftOut }: Pick<VetoBasis, 'dependencies' | 'dependenciesLeftOut'>,
  slot: number,
): string[] {
  if (dependencies.length === 0) return ['no deployment of a dependency was known'];
  const words = { breaches: 'breaches', quiet: 'quiet', unreadable: 'cannot be read' };
  return [
    ...dependencies.map(({ service, release, version = null, trigger, stands, reason, startedAt }) => {
      const why = reason === null ? '' : ` (${reason})`;
      const began = formatMoment(startedAt, slot);
      return `dependency ${service} ${releaseName({ release, version })}, deployed ${began}: ${trigger} ${words[stands]}${why}`;
    }),
    ...(dependenciesLeftOut > 0 ? [`and ${dependenciesLeftOut} more`] : []),
  ];
}

function cooldownEvidence({ slot }: Decision, restraints: RestraintBasis): RestraintEvidence {
  const { lastAttemptAt, lastAttemptRunId, policy, activeRunId } = restraints;
  const left = cooldownLeftMs(lastAttemptAt, policy.cooldownMs, slot);
  const attempt =
    lastAttemptAt === null
      ? 'no rollback of the service was attempted before'
      : `the last attempt: run ${lastAttemptRunId ?? 'unknown'}, ${formatMoment(lastAttemptAt, slot)}`;
  return {
    kind: 'cooldown',
    restrains: left > 0,
    sentence:
      left > 0
        ? `the last rollback attempt is recent, its cooldown ends at ${formatMoment(slot + left, slot)}`
        : 'no cooldown was running',
    facts: [
      attempt,
      `the cooldown is ${formatSpan(policy.cooldownMs)}`,
      ...(activeRunId === null ? [] : [`run ${activeRunId} was under way`]),
    ],
  };
}

function targetEvidence(
  { slot }: Decision,
  { lastKnownGood, deployment, between }: RestraintBasis,
): RestraintEvidence {
  if (!lastKnownGood)
    return {
      ...{ kind: 'target', restrains: true },
      ...{ sentence: 'no last known good is recorded to return to', facts: [] },
    };
  const { skipped, lastServedAt } = jumpOf(lastKnownGood, deployment, between);
  return {
    kind: 'target',
    restrains: false,
    sentence: `the target was ${releaseName(lastKnownGood)}`,
    facts: [
      `${lastKnownGood.proof.replace('_', ' ')}, last served ${formatMoment(lastServedAt, slot)}`,
      ...skipped.map((one) => `skips ${releaseName(one)}: ${one.why}`),
    ],
  };
}

function groupEvidence({ group }: Decision): RestraintEvidence[] {
  if (!group) return [];
  return [
    {
      kind: 'group',
      restrains: group.outcome === 'objects',
      sentence:
        group.reasons.length > 0 ? group.reasons.join(' and ') : 'all that have to go back with it may',
      facts: group.members.map(({ name, why }) => (why === '' ? `${name} breached` : `${name} ${why}`)),
    },
  ];
}

function brakesEvidence(decision: Decision, basis: BrakesBasis): RestraintEvidence {
  const { limits, fleet, trip, contenders, contendersLeftOut } = basis;
  const words = decision.restraints.filter((one) => isOfBrakes(one));
  const others = contenders.filter(({ id }) => id !== decision.id);
  return {
    kind: 'brakes',
    restrains: words.length > 0,
    sentence: words.length > 0 ? words.join('; ') : 'no brake of the fleet held it',
    facts: [
      `${fleet.automaticInLastHour} of ${limits.maxAutomaticPerHour} automatic rollbacks were made within the hour`,
      ...(fleet.counted ?? []).map(
        ({ runId, service, at }) => `counted: ${service}, run ${runId}, ${formatMoment(at, decision.slot)}`,
      ),
      `${fleet.trippedInSlot + trip.services} of ${limits.maxTrippedPerSlot} services tripped at the same time`,
      ...(fleet.trippedServices ?? []).map((service) => `tripped: ${service}`),
      ...others.map(({ service }) => `tripped: ${service}`),
      ...(contendersLeftOut > 0 ? [`and ${contendersLeftOut} more`] : []),
    ],
  };
}

/** As `brakes.ts` words them. */
function isOfBrakes(restraint: string): boolean {
  return /at the same time|automatic rollbacks? an hour|goes back (together )?with/.test(restraint);
}
