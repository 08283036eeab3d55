import type { AnsweredFact } from '../../need.ts';
import type { Refusal } from '../../refusal.ts';
import { changesOf } from '../change-schemas.ts';
import type { Way } from '../way.ts';
import { type GitopsChange, gitopsChange, gitopsDeclaration } from './change.ts';
import { neededOfGit } from './needs.ts';
import { otherOwner } from './owner-match.ts';
import { applicationRefusals, branchRefusals } from './refusals.ts';
import { gitopsRegistration } from './registration.ts';
import { gitopsSight } from './sight.ts';
import { revertStep, revertTarget, servingSteps, syncStep } from './steps.ts';
import { takesOver } from './takes-over.ts';
import { undoneChanges } from './undone-changes.ts';
import { applicationWarnings, branchWarnings, outsideOfPath, workloadWarnings } from './warnings.ts';
import { gitopsWayBack } from './way-back.ts';

/** GitOps: undo the release where its controller takes the truth from, and wait until that serves. */
export const gitops: Way<'branch' | 'application', typeof gitopsDeclaration, GitopsChange> = {
  name: 'gitops',
  owner: 'git-controller',
  takesOver,
  change: gitopsChange,
  declares: gitopsDeclaration,
  registers: gitopsRegistration,
  wayBack: gitopsWayBack,
  sight: gitopsSight,
  takesBack({ declared, deployment }) {
    const changes = changesOf(gitopsChange, deployment.changes);
    return declared || changes.length > 0 ? changes : null;
  },
  needs: neededOfGit,
  plan(context, facts) {
    const { declared, handedOver } = context;
    if (!declared) return { kind: 'refused', refusals: [notDeclared] };
    const undone = undoneChanges(context);
    const branches = facts.filter((fact): fact is AnsweredFact<'branch'> => fact.kind === 'branch');
    const applications = facts.filter(
      (fact): fact is AnsweredFact<'application'> => fact.kind === 'application',
    );
    const refusals = unique([
      ...handedOver.flatMap((one) => otherOwner(one, declared) ?? []),
      ...(undone.length === 0 ? [noCommit] : []),
      ...undone.flatMap((one) => (one.kind === 'unknown' ? [one.refusal] : [])),
      ...branches.flatMap(branchRefusals),
      ...applications.flatMap(applicationRefusals),
    ]);
    if (refusals.length > 0) return { kind: 'refused', refusals };
    const [first] = undone;
    const why = first?.kind === 'known' ? (first.revert.why ?? '') : '';
    const targets = branches.map((fact) => ({ fact, targets: revertTarget(fact, why) }));
    const reverts = targets.flatMap((one) => one.targets);
    return {
      kind: 'steps',
      steps: [
        ...targets.flatMap(({ fact, targets: own }) => own.map((target) => revertStep(target, fact))),
        ...applications.flatMap((fact, index) => syncStep(fact, reverts[index])),
        ...servingSteps(context, handedOver),
      ],
      stays: branches.flatMap(outsideOfPath),
      warnings: [
        ...new Set([
          ...branches.flatMap(branchWarnings),
          ...applications.flatMap(applicationWarnings),
          ...handedOver.flatMap((one) => workloadWarnings(one, context.service)),
        ]),
      ],
    };
  },
};

/** Two changes of one application are refused for the same reason once. */
function unique(refusals: readonly Refusal[]): Refusal[] {
  return [...new Map(refusals.map((one) => [one.reason, one])).values()];
}

const notDeclared: Refusal = {
  code: 'not-declared',
  reason:
    'The release came by commits of a Git repository, and the service does not say who takes it into the cluster.',
  advice:
    'Declare it (rollback.gitops of the service: repository, branch, path, application), then plan again; or revert by hand.',
};

const noCommit: Refusal = {
  code: 'commit-unknown',
  reason:
    'Neither a change of kind gitops nor a commit was registered with the release: what to revert is not known.',
  advice:
    'Revert by hand in Git. For the next release, register a change of kind gitops with its commits before and after.',
};
