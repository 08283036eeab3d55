import {
  allWays,
  changeKinds,
  contractRange,
  contractVersion,
  decisionVerdicts,
  noticeCodes,
  readAsKinds,
} from '@lastgood/domain';
import { Address, Label, ListOf, MapOf, Prose, ServiceKeyText, Text } from '@lastgood/domain/bounds';
import { type Static, Type } from 'typebox';
import { Link } from '../../declaration/link-schema.ts';
import { AppliedOverride } from '../../declaration/override-schema.ts';
import { Strategy } from '../../declaration/service-input-schema.ts';
import { changeInput } from '../../declaration/way-schemas.ts';
import { Instant, literals, named, nullable, page, ref, strict } from '../../wire/named.ts';
import { WebLink } from '../../wire/web-link.ts';
import { Timeline } from '../events/event-schema.ts';
import { Hold } from '../holds/hold-schema.ts';
import { Standing } from '../standing/standing-schema.ts';
import { EvaluatorStatus } from '../status/status-schema.ts';
import { Acknowledgement } from './acknowledgement-schema.ts';
import { DeploymentMark } from './mark-schema.ts';
import { TriggerSeries, TriggerView } from './trigger-view-schema.ts';

const DeploymentStatus = literals(['in_progress', 'completed', 'rolled_back', 'failed']);

export const Proof = literals(['pending', 'verified', 'unproven', 'presumed_good']);

const ChangeKind = literals(Object.keys(changeKinds) as (keyof typeof changeKinds)[]);

export const WorkloadSnapshot = named(
  'WorkloadSnapshot',
  Type.Object({
    templateDigest: Type.String(),
    images: Type.Record(Type.String(), Type.String()),
    imageDigests: Type.Record(Type.String(), Type.String()),
    podTemplateHash: nullable(Type.String()),
    revision: nullable(Type.String()),
    observedAt: Instant,
  }),
);
export type WorkloadSnapshot = Static<typeof WorkloadSnapshot>;

export const Change = named(
  'Change',
  Type.Object({
    kind: ChangeKind,
    target: Type.Record(Type.String(), Type.Unknown()),
    before: nullable(Type.Unknown(), 'A WorkloadSnapshot for kind workload; null means unknown.'),
    after: nullable(Type.Unknown()),
  }),
);
export type Change = Static<typeof Change>;

/** What CI sends before it applies. */
export const DeploymentInput = named(
  'DeploymentInput',
  strict({
    service: ServiceKeyText({ description: 'cluster/namespace/name of a declared service.' }),
    version: Type.Optional(Label()),
    commit: Type.Optional(Text(100)),
    author: Type.Optional(Label()),
    pipelineUrl: Type.Optional(WebLink('the pipeline')),
    images: Type.Optional(
      MapOf(Address(), 200, {
        description:
          'Container to image about to be deployed, checked against holds. Where several workloads have a container of one name: WORKLOAD/CONTAINER, or KIND/WORKLOAD/CONTAINER.',
      }),
    ),
    changes: Type.Optional(
      ListOf(changeInput(allWays), 50, {
        description:
          'Other things this deployment changes, with what the service declares left out. What was before is read by Lastgood where it is not given and `after` is. Workloads are captured by Lastgood itself.',
      }),
    ),
    provides: Type.Optional(
      MapOf(Text(40, { pattern: contractVersion }), 50, {
        description:
          'Contracts that it keeps towards its callers, by name, such as `"catalog-api": "4"`. They decide who has to go back with it.',
      }),
    ),
    needs: Type.Optional(
      MapOf(Text(100, { pattern: contractRange }), 50, {
        description: 'Contracts that it needs of those it calls, by name, such as `"catalog-api": ">=3 <5"`.',
      }),
    ),
  }),
);
export type DeploymentInput = Static<typeof DeploymentInput>;

export const DeploymentPatchInput = named(
  'DeploymentPatchInput',
  strict({
    status: literals(['completed', 'failed']),
    detail: Type.Optional(Prose()),
  }),
);

/** That of a rollback serves an earlier version again, under a number of its own. */
export const Origin = literals(['pipeline', 'detected', 'rollback']);

/** What was to be said of a release's way back when it was registered or detected. */
export const Notice = named(
  'Notice',
  Type.Object({
    code: Type.String({
      description: `For programs, which take one that they do not know as told by its words: ${Object.keys(noticeCodes).join(', ')}.`,
    }),
    words: Type.String({ description: 'What is so, and what to do.' }),
    noWayBack: Type.Boolean({
      description: 'Until that is done, a rollback of the release would be refused.',
    }),
  }),
);
export type Notice = Static<typeof Notice>;

/** What became of a rollback afterwards. */
export const PutBack = named(
  'PutBack',
  Type.Object({
    state: literals(
      ['back', 'nobody'],
      '`back`: this release is one that a rollback had taken back. `nobody`: of a rollback, that the version that it took back was not set again.',
    ),
    words: Type.String({ description: 'Who put it back and when, as the cluster remembers it.' }),
    advice: nullable(Type.String(), 'What to do about whoever did it.'),
    runId: nullable(Type.String(), 'The run that had taken it back.'),
    manager: nullable(Type.String(), 'What the one who wrote it calls itself; null: unknown, or nobody did.'),
    at: nullable(Instant, 'When it was written.'),
  }),
);
export type PutBack = Static<typeof PutBack>;

/** A deployment in lists and as the answer to POST and PATCH. */
export const Deployment = named(
  'Deployment',
  Type.Object({
    id: Type.String(),
    service: Type.String(),
    release: Type.Integer({ description: "Lastgood's own number, counted per service." }),
    origin: Origin,
    strategy: Strategy,
    status: DeploymentStatus,
    proof: Proof,
    provenAt: nullable(Instant, 'When its watch ended and its proof was decided; null before.'),
    version: nullable(Type.String()),
    commit: nullable(Type.String()),
    author: nullable(Type.String()),
    pipelineUrl: nullable(Type.String()),
    changes: Type.Array(ref(Change)),
    provides: Type.Record(Type.String(), Type.String(), {
      description: 'Contracts that it keeps towards its callers.',
    }),
    needs: Type.Record(Type.String(), Type.String(), {
      description: 'Contracts that it needs of those it calls.',
    }),
    notices: Type.Array(ref(Notice), {
      description:
        'What was to be said of its way back when it was registered or detected; what has none comes first.',
    }),
    putBack: nullable(
      ref(PutBack),
      'Whether what a rollback took back was put back; null while that is not known, or where nothing was taken back.',
    ),
    previousDeploymentId: nullable(Type.String(), 'The release that served before; null for the first.'),
    previousRevision: nullable(
      Type.String(),
      "Kubernetes' own revision of the first workload before this deployment; shown, never relied on.",
    ),
    currentRevision: nullable(Type.String(), 'The same after it; null while it is not captured.'),
    startedAt: Instant,
    reportedCompleteAt: nullable(
      Instant,
      'When its pipeline said that it is out: a claim, until completedAt.',
    ),
    rollout: nullable(
      Type.String(),
      'What an open rollout waits for, or what a failed one lacked, as last seen in the cluster; null once it is complete.',
    ),
    completedAt: nullable(Instant, 'When its rollout was seen complete: its watch window begins.'),
    watchEndsAt: nullable(Instant, 'Null until it is completed.'),
    watched: Type.Boolean(),
    supersededBy: nullable(Type.String()),
    rolledBackAt: nullable(Instant),
    rollbackReason: nullable(Type.String()),
    looks: nullable(
      Type.Object({
        served: Type.Integer({ description: 'Looks of the watch window that saw its own pods serve.' }),
        due: Type.Integer({ description: 'Looks that the whole window has.' }),
        lastAt: nullable(Instant),
        doubt: nullable(Type.String(), 'What was missing in the newest look that did not.'),
      }),
      'Whether its own pods were seen serving; null before its watch window.',
    ),
    mark: nullable(
      ref(DeploymentMark),
      'What a person says that it was; null where nobody has. Not a proof: nothing is decided by it.',
    ),
    warnings: Type.Optional(
      Type.Array(Type.String(), {
        description: 'Only when it was just registered: the words of its notices.',
      }),
    ),
  }),
);
export type Deployment = Static<typeof Deployment>;

export const ReleaseRef = named(
  'ReleaseRef',
  Type.Object({
    deploymentId: Type.String(),
    release: Type.Integer(),
    version: nullable(Type.String()),
    origin: Origin,
    proof: Proof,
    at: Instant,
  }),
);
export type ReleaseRef = Static<typeof ReleaseRef>;

export const DecisionView = named(
  'DecisionView',
  Type.Object({
    id: nullable(Type.String()),
    at: Instant,
    verdict: literals(
      decisionVerdicts,
      '`wait`: a rollback is wanted, and what may speak against it cannot be read; `restraints` say what, since when and what follows.',
    ),
    wanted: literals(decisionVerdicts),
    trigger: nullable(Type.String()),
    sentence: Type.String({ description: 'As it was judged then.' }),
    restraints: Type.Array(Type.String()),
    over: nullable(
      Type.String(),
      'Why a wait or a suggestion stands no longer, in words: its trigger has resolved, a rollback runs. Null while it stands.',
    ),
  }),
);
export type DecisionView = Static<typeof DecisionView>;

/** The Deployment page. */
export const DeploymentView = named(
  'DeploymentView',
  Type.Object({
    at: Instant,
    deployment: ref(Deployment),
    serviceName: Type.String(),
    environment: Type.String(),
    standing: ref(Standing),
    read: literals(
      readAsKinds,
      'Its triggers are read in every slot while it is `watched` or `taken_back`: a rollback is at work on it, and nothing is decided of what is read. `standing`: what serves after its watch, at its pace, and what a rollback left that stopped half-way, in every slot. `not_yet`: a rollback at work is read once it is done. `over`: not any more.',
    ),
    triggers: Type.Array(ref(TriggerView), { description: 'Worst first.' }),
    triggerOverrides: Type.Array(ref(AppliedOverride), {
      description: 'What its service says otherwise than its trigger sets, as it is declared now.',
    }),
    decision: ref(DecisionView),
    previous: nullable(ref(ReleaseRef)),
    target: nullable(ref(ReleaseRef), 'What one click returns to: the last known good.'),
    targetProblem: nullable(
      Type.String(),
      'Why one click cannot work, and the next best thing; null when it can.',
    ),
    activeRunId: nullable(Type.String()),
    lastRunId: nullable(Type.String(), 'The newest run of this deployment, finished or not.'),
    acknowledgement: nullable(
      ref(Acknowledgement),
      'Who has taken on what fires, and until when; null when nobody has, or it holds no longer.',
    ),
    holds: Type.Array(ref(Hold), { description: 'The newest 50 of the service; GET /holds has all.' }),
    links: Type.Array(ref(Link), { description: 'Those of the service, filled in.' }),
    commitUrl: nullable(Type.String(), 'Where its commit is shown; null where that is not known.'),
    beyondWindow: nullable(
      Type.String(),
      'Why it is watched beyond its window, in words; null when it is not.',
    ),
    evaluator: ref(EvaluatorStatus),
    trouble: Type.Array(Type.String(), {
      description: 'What cannot be seen now: a source or a cluster that does not answer.',
    }),
    ...Timeline,
  }),
);
export type DeploymentView = Static<typeof DeploymentView>;

export const DeploymentPage = named('DeploymentPage', page(Deployment));

/** What the charts of one deployment draw: a series per trigger. */
export const DeploymentReadings = named(
  'DeploymentReadings',
  Type.Object({
    from: Instant,
    to: Instant,
    earlierTo: nullable(
      Instant,
      'There are older ones in the range that was asked for than fit into an answer: ask again with this as `to`; null when all are here.',
    ),
    intervalSeconds: Type.Number(),
    series: Type.Array(ref(TriggerSeries)),
  }),
);
export type DeploymentReadings = Static<typeof DeploymentReadings>;
