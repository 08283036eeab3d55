import { canGoBack } from '../deployment/eligibility.ts';
import { releaseName } from '../deployment/release-words.ts';
import { othersInWords } from '../rollback/group/with-whom.ts';
import { isBreachingNow } from '../trigger/advance-trigger.ts';
import type { JudgedTrigger } from '../trigger/judged-trigger.ts';
import { readingInOwnWords, readingInWords } from '../trigger/reading-in-words.ts';
import { type RollbackTrigger, severityRank } from '../trigger/trigger.ts';
import type { TriggerState } from '../trigger/trigger-state.ts';
import { isAskedAgain } from './asked-again.ts';
import type { Decision, DecisionVerdict, TriggerEvidence } from './decision.ts';
import { type GroupEvidence, judgeGroup } from './group-evidence.ts';
import { carriedGuards, type GuardRecord } from './guard.ts';
import { restraintsOfService } from './restraints.ts';
import { besideBreach, type DecisionTarget, describeDecision, targetInWords } from './sentence.ts';
import type { Decidable } from './watched.ts';

const verdictOf = { auto_rollback: 'roll_back', page_and_suggest: 'suggest', log_only: 'record' } as const;

/** What a decision is made of. */
export interface ToDecide {
  watched: Decidable;
  judged: readonly JudgedTrigger[];
  slot: number;
  id: string;
  /** Why the fleet's brakes hold it back. */
  brakes?: readonly string[];
  /** By trigger, what its guards say in this slot. */
  guards?: ReadonlyMap<string, GuardRecord>;
  /** The name of a service with which it goes back in this slot. */
  goesWith?: string | undefined;
}

/**
 * All triggers of a deployment are judged together and the worst firing one wins. What holds an automatic rollback back
 * turns it into a suggestion and is named. Pure: whether the decision is news is `isNews`, the fleet's brakes come from
 * `brakesOn` and are given in `brakes`, what guards say of single triggers from `guardsOn`.
 */
export function decide(toDecide: ToDecide): Decision {
  const { watched, judged, slot, id, brakes = [], guards = new Map(), goesWith } = toDecide;
  const carried = carriedGuards(watched.lastDecision, judged);
  const gaveUp = [...carried].filter(([, { outcome }]) => outcome === 'gave-up');
  const standing = gaveUp.length === 0 ? guards : new Map([...guards, ...gaveUp]);
  const worst = worstFiring(judged, standing);
  const wanted = wantedBy(worst);
  const guard = worst && wanted === 'roll_back' ? standing.get(worst.trigger.name) : undefined;
  const against = guard && guard.outcome !== 'clear' && guard.reason !== null ? [guard.reason] : [];
  const waits = guard?.outcome === 'waits';
  const group = wanted === 'roll_back' ? groupOf(watched, slot) : null;
  const firm =
    worst && wanted === 'roll_back'
      ? [
          ...restraintsOn(watched, worst, slot),
          ...(waits ? [] : against),
          ...(group?.reasons ?? []),
          ...brakes,
        ]
      : [];
  const together = goesWith === undefined ? [] : [`it goes back together with ${goesWith}`];
  const restraints = [...together, ...firm, ...(waits ? against : [])];
  const verdict = goesWith === undefined ? restrain(wanted, watched, firm, waits) : 'none';
  const frame = {
    id,
    deploymentId: watched.deployment.id,
    service: watched.service.key,
    slot,
    wanted,
    trigger: worst?.trigger.name ?? null,
    evidence: judged.map(evidenceOf),
    guards: carried.size === 0 ? [...standing.values()] : [...new Map([...carried, ...standing]).values()],
    group,
  };
  const despite = guard?.outcome === 'clear' ? guard.reason : null;
  const target = targetOf(watched, group);
  return {
    ...frame,
    verdict,
    restraints,
    sentence: describeDecision(verdict, worst, target && targetInWords(target), restraints, despite),
    beside: besideBreach(verdict, target, restraints, despite),
  };
}

function groupOf({ group }: Decidable, slot: number): GroupEvidence | null {
  return group ? judgeGroup({ ...group, slot }) : null;
}

/** What the worst firing trigger asks for, before anything holds it back. */
export function wantedBy(worst: JudgedTrigger | null): DecisionVerdict {
  if (!worst) return 'none';
  return worst.trigger.shadow ? 'record' : verdictOf[worst.trigger.severity];
}

const gravity: Record<DecisionVerdict, number> = { none: 0, record: 1, wait: 2, suggest: 3, roll_back: 4 };

/**
 * A decision is said once per firing: when its trigger fired anew since the last one, when it is graver, or when it begins or
 * ends to wait for evidence. So the
 * suggestion that is left while an attempt to roll back cools down is not said again: the attempt has spoken for itself.
 * To roll back is always news: the active run and the cooldown keep it from happening twice, and after them it may. So is what a
 * guard or those who would go back too say against it for the first time: nobody looks for that before, so that the suggestion may
 * have said that it rolls back by itself later. What calls somebody is, too, where somebody was told that it is over though it fires on: nobody looked at it for a while.
 * @param toldOverAt see `Watched`
 */
export function isNews(
  decision: Decision,
  last: Decision | null,
  judged: readonly JudgedTrigger[],
  toldOverAt: number | null = null,
): boolean {
  if (decision.verdict === 'none') return false;
  if (decision.verdict === 'roll_back' || !last) return true;
  if (callsSomebody(decision) && toldOverAt !== null && toldOverAt > last.slot) return true;
  const firing = judged.find(({ trigger }) => trigger.name === decision.trigger);
  const firedAnew = last.slot < (firing?.state.since ?? decision.slot);
  return (
    firedAnew ||
    gravity[decision.verdict] > gravity[last.verdict] ||
    waitsAnew(decision, last, judged) ||
    objectsAnew(decision, last)
  );
}

/** Whether a suggestion that was told before stays one for what was not known then. */
function objectsAnew({ verdict, trigger, guards, group }: Decision, last: Decision): boolean {
  if (verdict !== 'suggest' || last.verdict !== 'suggest') return false;
  const objecting = guards.find((one) => one.trigger === trigger && one.outcome === 'objects');
  const isKnown = ({ trigger: name, firedAt, outcome }: GuardRecord) =>
    name === trigger && firedAt === objecting?.firedAt && outcome === 'objects';
  return (
    (objecting !== undefined && !last.guards.some(isKnown)) ||
    (group?.outcome === 'objects' && last.group?.outcome !== 'objects')
  );
}

/** Whether it asks a person for something. */
function callsSomebody({ verdict }: Pick<Decision, 'verdict'>): boolean {
  return verdict === 'suggest' || verdict === 'wait';
}

/**
 * Whether a decision is stored though it is no news: a trigger that it is not about begins to wait or gives up. Until when that
 * waits, and that it stays a suggestion, is known from what is stored alone.
 */
export function isNoted({ guards }: Decision, last: Decision | null): boolean {
  return guards.some((guard) => lacksAnew(guard, last));
}

/**
 * Whether what waits, or has given up waiting, did not do so at the last decision, or was only noted there: what that one was about
 * does not fire any more.
 */
function waitsAnew({ guards, trigger }: Decision, last: Decision, judged: readonly JudgedTrigger[]): boolean {
  const guard = guards.find((one) => one.trigger === trigger);
  if (!guard || !lacksEvidence(guard)) return false;
  return lacksAnew(guard, last) || (last.trigger !== trigger && !firesOn(last, judged));
}

function lacksEvidence({ outcome }: GuardRecord): boolean {
  return outcome === 'waits' || outcome === 'gave-up';
}

function lacksAnew(guard: GuardRecord, last: Decision | null): boolean {
  const { trigger, firedAt, outcome } = guard;
  return (
    lacksEvidence(guard) &&
    !last?.guards.some((one) => one.trigger === trigger && one.firedAt === firedAt && one.outcome === outcome)
  );
}

/** Whether the trigger that a decision is about has fired on since. */
function firesOn({ trigger, slot }: Decision, judged: readonly JudgedTrigger[]): boolean {
  return judged.some(
    (one) => one.trigger.name === trigger && one.state.phase === 'firing' && one.state.since <= slot,
  );
}

/** Whoever has given up was announced to suggest at that time: nothing that still waits puts it off. */
const objection = { clear: 0, 'gave-up': 1, waits: 2, objects: 3 } as const;

/**
 * The worst of those firing: by severity (a shadow last), what guards say least against, confirmed by its newest reading,
 * first to fire, by name.
 */
export function worstFiring(
  judged: readonly JudgedTrigger[],
  guards: ReadonlyMap<string, Pick<GuardRecord, 'outcome'>> = new Map(),
): JudgedTrigger | null {
  const rank = ({ trigger }: JudgedTrigger) => (trigger.shadow ? 0 : severityRank[trigger.severity]);
  const against = ({ trigger }: JudgedTrigger) => objection[guards.get(trigger.name)?.outcome ?? 'clear'];
  const firing = judged.filter(({ state }) => state.phase === 'firing');
  return (
    firing.sort(
      (a, b) =>
        rank(b) - rank(a) ||
        against(a) - against(b) ||
        Number(isBreachingNow(b.state)) - Number(isBreachingNow(a.state)) ||
        a.state.since - b.state.since ||
        a.trigger.name.localeCompare(b.trigger.name),
    )[0] ?? null
  );
}

/** @param firm what holds it back whatever the evidence says that it `waits` for */
function restrain(
  wanted: DecisionVerdict,
  watched: Decidable,
  firm: readonly string[],
  waits: boolean,
): DecisionVerdict {
  if (watched.isTakenBack) return 'none';
  if (wanted === 'none' || wanted === 'record') return wanted;
  if (watched.activeRunId !== null) return 'none';
  if (wanted !== 'roll_back') return wanted;
  if (firm.length > 0) return 'suggest';
  return waits ? 'wait' : wanted;
}

/** Everything that keeps a rollback from happening by itself, in words. */
function restraintsOn(watched: Decidable, worst: JudgedTrigger, slot: number): string[] {
  const restraints = restraintsOfService({ ...watched, policy: watched.service.policy }, slot);
  if (isBreachingNow(worst.state)) return restraints;
  const { trigger, state } = worst;
  const reading = state.reading ? readingInWords(trigger, state.reading, state.parts) : 'none';
  return [`its newest reading does not confirm it (${reading})`, ...restraints];
}

function targetOf(watched: Decidable, group: GroupEvidence | null): DecisionTarget | null {
  if (!watched.lastKnownGood || !canGoBack(watched)) return null;
  // The newest good release before a rollback is the one it has returned to.
  if (watched.deployment.origin === 'rollback') return { name: 'a release further back', others: '' };
  const others = (group?.members ?? []).map(({ name, ...one }) => ({ ...one, service: { name } }));
  return { name: releaseName(watched.lastKnownGood), others: othersInWords(others) };
}

/** How a trigger stands, with all that a rollback needs to ask it again. */
export function evidenceOf({ trigger, state }: JudgedTrigger): TriggerEvidence {
  const evidence: TriggerEvidence = {
    trigger: trigger.name,
    severity: trigger.severity,
    phase: state.phase,
    reading: state.reading,
    threshold: trigger.threshold,
    comparison: trigger.comparison,
    unit: trigger.unit,
    heldMs: state.heldMs,
    forMs: trigger.forMs,
  };
  const words = wordsOf(trigger, state);
  if (words !== null) evidence.words = words;
  if (isAskedAgain({ trigger, state })) evidence.definition = trigger;
  return evidence;
}

/** Of what may be packed its parts are not kept: then it is said without them, so that it is said alike when it is judged again. */
function wordsOf(trigger: RollbackTrigger, { reading, phase, parts }: TriggerState): string | null {
  if (!reading) return null;
  const isKept = phase === 'pending' || phase === 'firing';
  return readingInOwnWords(trigger, reading, isKept ? parts : []);
}
