import type { ServiceCheck, StepKind, WorkloadRef } from '@lastgood/domain';
import type { ClusterProcess } from './cluster-process.ts';
import { badImage } from './fleet.ts';

/** What a failure acts on. */
export interface FailureCase {
  cluster: ClusterProcess;
  /** The workload that the step is about; of a verification, the first. */
  workload: WorkloadRef;
  goodImage: string;
  /** A Deployment of which only a check of this service asks. */
  gate: string;
}

/** A way for a step to fail for real: how it comes about, how it shows, and how a person takes it away. */
export interface Failure {
  name: string;
  kind: StepKind;
  /** Before the run begins. */
  prepare(failureCase: FailureCase): Promise<unknown>;
  /** While the step waits, where that is what makes it fail. */
  meanwhile?(failureCase: FailureCase): Promise<unknown>;
  /** @param replaced what the step's workload ran before somebody else deployed */
  repair(failureCase: FailureCase, replaced: string): Promise<unknown>;
  reason: RegExp;
  advice: RegExp;
  /** What the step's workload is left at. */
  leaves(failureCase: FailureCase): string;
}

export const foreignImage = 'shop/app:of-somebody-else';

/** The path of Lastgood's write into a workload; a rehearsal's says so at its end. The plan has rehearsed it once before. */
const writeOf = ({ workload }: FailureCase) => `/${workload.name}?fieldManager=lastgood`;
const rehearsalOf = (failureCase: FailureCase) => `${writeOf(failureCase)}&dryRun=All`;

const answered = (path: string, method: string, status: 403 | 503, after = 0) => ({
  match: { method, path, userAgent: 'lastgood' },
  effect: { kind: 'answer' as const, status },
  after,
});

const atBad = () => badImage;
const atForeign = () => foreignImage;
const atGood = ({ goodImage }: FailureCase) => goodImage;

const deploysAnother = ({ cluster, workload }: FailureCase) =>
  cluster.setImage(workload.kind, workload.name, foreignImage);

const putBack = ({ cluster, workload }: FailureCase, image: string) =>
  cluster.setImage(workload.kind, workload.name, image);

const forbidden = {
  reason: /the API server answered 403/,
  advice: /^Read the reason, fix the cause, then/,
};
const thirdVersion = {
  reason: /a third version that was set since/,
  advice: /^Look at the newest deployment/,
};

/** Pods that wait for an image do not notice that it is there by now. */
async function repairPods({ cluster, workload, goodImage }: FailureCase): Promise<void> {
  await cluster.behave(goodImage, 'ready');
  await cluster.deletePods(workload.name);
}

const clearAndPutBack: Failure['repair'] = async (failureCase, replaced) => {
  await failureCase.cluster.clearFaults();
  await putBack(failureCase, replaced);
};

export const failures: readonly Failure[] = [
  {
    name: 'a rehearsal that is forbidden',
    kind: 'rehearse-template',
    prepare: (failureCase) =>
      failureCase.cluster.addFault(answered(rehearsalOf(failureCase), 'PATCH', 403, 1)),
    repair: ({ cluster }) => cluster.clearFaults(),
    ...forbidden,
    leaves: atBad,
  },
  {
    name: 'another version deployed before the rehearsal',
    kind: 'rehearse-template',
    prepare: (failureCase) =>
      failureCase.cluster.addFault(answered(rehearsalOf(failureCase), 'PATCH', 503, 1)),
    meanwhile: deploysAnother,
    repair: clearAndPutBack,
    ...thirdVersion,
    leaves: atForeign,
  },
  {
    name: 'a write that is forbidden',
    kind: 'set-template',
    prepare: (failureCase) => failureCase.cluster.addFault(answered(writeOf(failureCase), 'PATCH', 403, 2)),
    repair: ({ cluster }) => cluster.clearFaults(),
    ...forbidden,
    leaves: atBad,
  },
  {
    name: 'another version deployed before the write',
    kind: 'set-template',
    prepare: (failureCase) => failureCase.cluster.addFault(answered(writeOf(failureCase), 'PATCH', 503, 2)),
    meanwhile: deploysAnother,
    repair: clearAndPutBack,
    ...thirdVersion,
    leaves: atForeign,
  },
  {
    name: 'pods that do not get ready',
    kind: 'wait-until-stable',
    prepare: ({ cluster, goodImage }) => cluster.behave(goodImage, 'never-ready'),
    repair: repairPods,
    reason: /^Not finished within .*; last seen: /,
    advice: /^Look at what it waits for, then resume/,
    leaves: atGood,
  },
  {
    name: 'another version deployed in place of the target',
    kind: 'wait-until-stable',
    prepare: ({ cluster, goodImage }) => cluster.behave(goodImage, 'never-ready'),
    meanwhile: deploysAnother,
    async repair(failureCase, replaced) {
      await putBack(failureCase, replaced);
      await repairPods(failureCase);
    },
    reason: /another version in place of the target/,
    advice: /^Look at the newest deployment/,
    leaves: atForeign,
  },
  {
    name: 'a check that fails',
    kind: 'verify',
    prepare: async () => undefined,
    repair: ({ cluster, gate }) => cluster.create('Deployment', gate, 'shop/app:gate', 1),
    reason: /^Verification failed: gate: /,
    advice: /^The target may be sick itself: .* Then resume to verify again\.$/,
    leaves: atGood,
  },
  {
    name: 'a check that cannot be asked',
    kind: 'verify',
    async prepare({ cluster, gate }) {
      await cluster.create('Deployment', gate, 'shop/app:gate', 1);
      await cluster.addFault(answered(`/${gate}`, 'GET', 503));
    },
    repair: ({ cluster }) => cluster.clearFaults(),
    reason: /^Could not be verified: gate: /,
    advice: /^Look at the service yourself\. .* resume: verification starts anew\.$/,
    leaves: atGood,
  },
];

/** What the verification of every failure case asks beside the workloads themselves. */
export function gateCheck(gate: string): ServiceCheck {
  return {
    name: 'gate',
    type: 'kubernetes',
    workload: { kind: 'Deployment', name: gate },
    passes: 1,
    timeoutMs: 3_000,
    everyMs: 300,
  };
}
