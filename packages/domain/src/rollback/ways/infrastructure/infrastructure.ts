import { shownCommit } from '../../../deployment/shown-commit.ts';
import type { InfrastructureSeen, InfrastructureTarget } from '../../contracts/apply-infrastructure.ts';
import { changesCounted, losesData } from '../../infrastructure-change.ts';
import { type Loss, resourceLoss } from '../../loss.ts';
import type { AnsweredFact, Need } from '../../need.ts';
import type { Refusal } from '../../refusal.ts';
import { changesOf } from '../change-schemas.ts';
import type { Way, WayStep } from '../way.ts';
import { recordedVersions, type StackContext } from './recorded-versions.ts';
import { notThere, refusalOf, unrecorded } from './refusals.ts';
import { type StackChange, stackChange, stackDeclaration } from './stack-change.ts';
import { emptyAgain, warningsFor } from './warnings.ts';
import { stackWayBack } from './way-back.ts';

/**
 * Infrastructure: apply the configuration that each stack had before. It comes last in a plan, and does only what the plan
 * has shown.
 */
export const infrastructure: Way<'stack', typeof stackDeclaration, StackChange> = {
  name: 'infrastructure',
  change: stackChange,
  declares: stackDeclaration,
  wayBack: stackWayBack,
  takesBack({ deployment }) {
    const changes = changesOf(stackChange, deployment.changes);
    return changes.length > 0 ? changes : null;
  },
  needs: (context) =>
    recordedVersions(context).flatMap(({ stack, from, to }): Need<'stack'>[] =>
      from === null || to === null ? [] : [{ kind: 'stack', ask: { stack, from, to } }],
    ),
  plan(context, facts) {
    const planned = facts.map((fact) => planStack(fact, context));
    const refusals = [
      ...unrecorded(context),
      ...planned.flatMap((one) => ('reason' in one ? [one] : (one.refusal ?? []))),
    ];
    const stacks = planned.flatMap((one) => ('reason' in one ? [] : [one]));
    const losses = stacks.flatMap(({ step, seen }) => lossesOf(step, seen));
    if (refusals.length > 0) return { kind: 'refused', refusals, losses };
    return {
      ...{ kind: 'steps', losses, stays: stacks.flatMap(({ seen }) => emptyAgain(seen)) },
      steps: stacks.map(({ step, seen }) => wayStep(step, seen)),
      warnings: stacks.flatMap(({ step, seen }) => warningsFor(step, seen)),
    };
  },
};

type PlannedStack =
  | { step: InfrastructureTarget; seen: InfrastructureSeen; refusal: Refusal | null }
  | Refusal;

function planStack({ ask, answer }: AnsweredFact<'stack'>, context: StackContext): PlannedStack {
  if (answer.kind === 'not-found') return notThere(ask.stack, answer.reason);
  const seen = withDeclared(answer.seen, context);
  const { lineage, changes } = seen;
  const lost = changes.filter(losesData).map(({ address }) => address);
  const step = { ...ask, lineage, changes, acceptedDestroys: lost };
  return { step, seen, refusal: refusalOf(step, seen, context.accepting) };
}

/** Of a stack that has the target's configuration already, or that somebody holds, nothing is known to be lost. */
function lossesOf(
  { stack, to }: InfrastructureTarget,
  { version, lockedBy, changes }: InfrastructureSeen,
): Loss[] {
  if (version === to || lockedBy !== null) return [];
  return changes.filter(losesData).map(({ address }) => resourceLoss(stack, address));
}

/** What the service declares to keep data does. */
function withDeclared(seen: InfrastructureSeen, { declared }: StackContext): InfrastructureSeen {
  const stateful = new Set(declared?.stateful);
  const changes = seen.changes.map((change) => ({
    ...change,
    keepsData: change.keepsData || stateful.has(change.type) || stateful.has(change.address),
  }));
  return { ...seen, changes };
}

function wayStep(step: InfrastructureTarget, { changes, version }: InfrastructureSeen): WayStep {
  const title = `Apply configuration ${shownCommit(step.to)} to stack ${step.stack}: ${changesCounted(changes)}`;
  return {
    phase: 'infrastructure',
    step: { kind: 'apply-infrastructure', ...step },
    title,
    ...(version === step.to ? { effect: 'none' } : {}),
  };
}
